"""The vocabulary of incidents: who may see which, what the public reads, what is open, what is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from incidents import choices
from incidents.choices import Audience, EntryKind, Status
from incidents.models.member import Member
from incidents.models.resolution import Resolution
from incidents.models.timeline import TimelineEntry
from incidents.models.update import IncidentUpdate

if TYPE_CHECKING:
    from incidents.models.incident import Incident  # noqa: F401  the rows that these are of


def _hidden_from(user) -> Q | bool:
    """What this person may not see: everything, nothing, or the restricted incidents that they are no member of."""
    if not (user and user.is_authenticated and user.is_active):
        return True
    if user.sees_restricted:
        return False
    members = Member.objects.filter(incident=OuterRef("pk"), user=user)
    return Q(audience=Audience.RESTRICTED) & ~Exists(members)


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user) -> Self:
        """The one rule for every surface of the staff side: restricted incidents are for members and security."""
        hidden = _hidden_from(user)
        if isinstance(hidden, bool):
            return self.none() if hidden else self.all()
        return self.filter(~hidden)

    def hidden_from(self, user) -> Self:
        """What ``visible_to`` leaves out. They are few: what is counted by the million is counted without them."""
        hidden = _hidden_from(user)
        if isinstance(hidden, bool):
            return self.all() if hidden else self.none()
        return self.filter(hidden)

    def restricted(self) -> Self:
        return self.filter(audience=Audience.RESTRICTED)

    def public(self) -> Self:
        """What may stand on a page: for the public, confirmed, and with one update at least."""
        told = IncidentUpdate.objects.visible().filter(incident=OuterRef("pk"))
        return self.filter(Exists(told), audience=Audience.PUBLIC, status__in=choices.SHOWN)

    def open(self) -> Self:
        return self.filter(status__in=choices.OPEN)

    def working(self) -> Self:
        """Confirmed and not yet resolved."""
        return self.filter(status__in=choices.WORKING)

    def suspected(self) -> Self:
        return self.filter(status=Status.SUSPECTED)

    def with_told(self) -> Self:
        """Annotate the last update that stands: stage, time, when the next is due; and when it was last reopened, an
        all-clear that was taken back left aside.

        A merged incident keeps what was published last, and owes nothing more.
        """
        last = IncidentUpdate.objects.visible().filter(incident=OuterRef("pk")).order_by("-posted_at", "-pk")
        taken_back = TimelineEntry.objects.filter(
            incident=OuterRef("incident"), kind=EntryKind.REOPENED, at=OuterRef("reopened_at"), data__taken_back=True
        )
        return self.annotate(
            told_status=Subquery(last.values("status")[:1]),
            told_at=Subquery(last.values("posted_at")[:1]),
            next_update_due_at=Subquery(last.values("due_at")[:1]),
            next_update_promised_at=Subquery(last.values("promised_at")[:1]),
            reopened_at=Subquery(
                Resolution.objects.filter(~Exists(taken_back), incident=OuterRef("pk"))
                .order_by("-resolved_at")
                .values("reopened_at")[:1]
            ),
        )

    def awaiting_first_notice(self) -> Self:
        """Confirmed, meant for the public, and nothing is published: Support's step (1-09)."""
        return self.filter(
            audience=Audience.PUBLIC, status__in=choices.PUBLIC, first_notice_at__isnull=True, is_backfilled=False
        )

    def awaiting_telling(self) -> Self:
        """Engineering has moved on and the page has not: Support's step (1-16)."""
        return (
            self.with_told()
            .filter(audience=Audience.PUBLIC, status__in=choices.PUBLIC, told_status__isnull=False)
            .exclude(told_status=F("status"))
        )
