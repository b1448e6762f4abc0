"""What the forms of maintenance begin with, and what there is to choose from in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from incidents import wall_times
from incidents.maintenance.actions.approving import APPROVE
from incidents.maintenance.judging import judged
from incidents.maintenance.models import Series, Window, WindowTemplate
from incidents.models import Location, User
from statuspage.composer.forms.times import OTHER, TimesForm
from statuspage.models import Page

BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = timedelta(days=1)


def owners():
    return User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name", "username")


def approvers(user: User):
    """Who may approve what this person wants: somebody else with that right."""
    rows = User.objects.with_perm(APPROVE, backend=BACKEND).exclude(pk=user.pk)
    return rows.filter(is_staff=True).order_by("first_name", "last_name", "username")


def zones(user: User, window: Window | None = None) -> list[str]:
    """To write times in: that of the window, of the locations and pages, one's own, and UTC."""
    found = [window.time_zone] if window is not None else []
    found += Location.objects.values_list("time_zone", flat=True)
    found += Page.objects.values_list("time_zone", flat=True)
    return [*found, timezone.get_current_timezone_name(), "UTC"]


def first_zone(pages: Iterable[Page]) -> str:
    """That of the first page, where nobody has chosen another."""
    return next((page.time_zone for page in pages), timezone.get_current_timezone_name())


def initial_times(starts_at: datetime, ends_at: datetime, zone: str) -> dict[str, object]:
    """For :class:`~statuspage.composer.forms.window.TimesForm`, with the instants themselves."""
    start, until = (wall_times.wall(at, ZoneInfo(zone)) for at in (starts_at, ends_at))
    minutes = (ends_at - starts_at).total_seconds() / 60
    lengths = {key for key, _label in TimesForm(zones=[zone]).fields["length"].choices}
    length = f"{minutes:.0f}" if minutes.is_integer() and f"{minutes:.0f}" in lengths else OTHER
    return {
        "date": start.local.date(),
        "time": start,
        "length": length,
        "until": until,
        "time_zone": zone,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


def typed_again(data: Mapping[str, Any], **fields: str) -> Any:
    """What was posted, but for these fields."""
    found = data.copy()
    for name, value in fields.items():
        found[name] = value
    return found


def initial_of(pattern: Window | WindowTemplate | Series) -> dict[str, object]:
    """The facts of a window, or of what windows are made from."""
    names = ["title", "kind", "audience", "body", "advice", "plan", "roll_back", "owner", "team", "is_automatic"]
    found: dict[str, object] = {name: getattr(pattern, name) for name in names}
    if isinstance(pattern, Window):
        found |= {"ticket": pattern.ticket, "version": pattern.version}
    return found


def typical_start(window: Window, *, pages: Sequence[Page], zone: str, now: datetime) -> datetime:
    """Where a new window begins, until somebody says otherwise: one o'clock at night, as soon as it may be planned."""
    found = judged(window, starts_at=now, ends_at=now + DAY, affects=[], now=now, chosen=[page.pk for page in pages])
    earliest = found.notice.suggested.astimezone(ZoneInfo(zone))
    at = earliest.replace(hour=1, minute=0, second=0, microsecond=0)
    return at if at >= earliest else at + DAY
