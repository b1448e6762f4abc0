"""What announcements are about: one line for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from notifications.choices import Kind
from notifications.content import maintenance_staff
from notifications.content.action_item import ActionItemContent
from notifications.content.base import Content
from notifications.content.incident import IncidentContent
from notifications.content.maintenance import MaintenanceContent
from notifications.content.postmortem import PostmortemContent
from notifications.models import Announcement
from postmortems.clocks import ACTION_ITEM_CLOCKS

CONTENTS: Mapping[str, type[Content]] = {
    Kind.INCIDENT: IncidentContent,
    Kind.POSTMORTEM: PostmortemContent,
    Kind.MAINTENANCE: MaintenanceContent,
    ACTION_ITEM_CLOCKS.name: ActionItemContent,
}


def content_of(announcement: Announcement) -> Content:
    return CONTENTS[announcement.kind](announcement)


def read_together(announcements: Iterable[Announcement]) -> None:
    """Look up what many are about at once, for a list that names it."""
    maintenance_staff.read_together(announcements)


def in_progress() -> Q:
    """The announcements whose subject is not over: their ledger is kept, however old."""
    return reduce(or_, (kind.in_progress() for kind in CONTENTS.values()))


def traces(announcement: Announcement) -> dict[str, str]:
    """What stands in every line of the log about it: the update's id leads to each of its deliveries.

    What nobody may know of stands in no log.
    """
    return {
        "announcement": announcement.public_id,
        "update": announcement.update.public_id if announcement.update else "",
        announcement.kind: content_of(announcement).trace,
    }
