"""The one incident, or maintenance window, that a link to the form asks to follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.choices import Status
from incidents.maintenance.choices import OVER
from incidents.maintenance.models import Window
from incidents.models import Incident
from notifications.audience.interests import Interest
from statuspage.models import Page


@dataclass(frozen=True)
class Followed:
    """The one incident, or maintenance window, that a link asks to follow: ``name`` is that of its parameter."""

    name: str
    row: Incident | Window

    @property
    def title(self) -> str:
        return _("Follow this incident") if self.name == "incident" else _("Follow this maintenance")

    @property
    def words(self) -> str:
        return _("this incident only, until it is over") if self.name == "incident" else _("this maintenance only")

    @property
    def query(self) -> str:
        return f"{self.name}={self.row.public_id}"

    @property
    def interest(self) -> Interest:
        return Interest(incident=self.row.pk) if self.name == "incident" else Interest(window=self.row.pk)


def followed(page: Page, given: Mapping[str, str]) -> Followed | None:
    """What was asked for, if it stands on this page for everybody to read, and readers do not know it to be over."""
    for name, (listed, over) in FOLLOWED.items():
        if (public_id := given.get(name)) and (found := listed(page, public_id).exclude(over).first()):
            return Followed(name, found)
    return None


def what_has_ended(page: Page, given: Mapping[str, str]) -> str:
    """Its name, where readers know it to be over; of anything else nothing is said."""
    for name, (listed, over) in FOLLOWED.items():
        if (public_id := given.get(name)) and listed(page, public_id).filter(over).exists():
            return name
    return ""


def _incidents(page: Page, public_id: str) -> QuerySet[Incident]:
    return Incident.objects.public().with_told().filter(listed__page=page, public_id=public_id[:60])


def _windows(page: Page, public_id: str) -> QuerySet[Window]:
    return Window.objects.public().filter(listed__page=page, public_id=public_id[:60])


FOLLOWED: Mapping[str, tuple[Callable[[Page, str], QuerySet], Q]] = {  # by parameter: what can be, and is over
    "incident": (_incidents, Q(told_status=Status.RESOLVED) | Q(status=Status.MERGED)),
    "maintenance": (_windows, Q(state__in=OVER)),
}
