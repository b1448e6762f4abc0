"""The limit against a storm: how many messages subscribers get of one subject within an hour (the page's own setting).

Release holds back by it, and the composer says beforehand that it will: both ask here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from notifications.choices import AnnouncementState, Reach
from notifications.models import Announcement, MessageSettings

WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Allowance:
    """``limit`` 0: there is none."""

    limit: int
    told: int

    @property
    def is_used_up(self) -> bool:
        return bool(self.limit) and self.told >= self.limit


def allowance(same_subject: Q, message_settings: Sequence[MessageSettings], *, with_waiting: bool = False) -> Allowance:
    """What was sent within the hour by the announcements of ``same_subject``, against what is allowed; the strictest
    page counts.

    ``with_waiting``: what is still in its undo delay leaves before anything that is posted now, so it counts too.
    """
    limits = [each.storm_limit for each in message_settings] or [MessageSettings._meta.get_field("storm_limit").default]
    lately = Q(released_at__gt=timezone.now() - WITHIN)
    if with_waiting:
        lately |= Q(state=AnnouncementState.WAITING)
    told = Announcement.objects.filter(lately, same_subject, reach=Reach.SUBSCRIBERS)
    return Allowance(limit=min((limit for limit in limits if limit), default=0), told=told.count())
