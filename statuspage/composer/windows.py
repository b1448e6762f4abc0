"""What stands beside the form of a maintenance window, made anew from what it holds: the count, the hours, what it
meets, and when readers hear of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import wall_times
from incidents.choices import Audience
from incidents.maintenance import drawing, explaining, meeting
from incidents.maintenance.business_days import Frozen, freezes_at
from incidents.maintenance.judging import Affects, Judgement, current, judged
from incidents.maintenance.models import Window
from incidents.models import Location, User
from incidents.moments import whole
from incidents.permissions import may
from statuspage.composer.forms.expected import BaseExpectedFormSet
from statuspage.composer.forms.times import TimesForm
from statuspage.models import Page

DAY = timedelta(days=1)
REMINDERS = [1440, 60]  # minutes before the start, where a page sets nothing


@dataclass(frozen=True)
class Moment:
    """When readers hear of it. ``is_past``: it cannot be kept any more, and nothing is sent."""

    key: str
    label: str
    at: datetime
    is_past: bool = False


class Counted:
    """What the server makes of a form, whether or not all of it is right: as much as can be said."""

    def __init__(
        self,
        window: Window,
        times: tuple[datetime, datetime] | None,
        affects: Sequence[Affects],
        *,
        user: User,
        chosen: Sequence[int] | None = None,
        is_told: bool = True,
    ):
        self.window, self.times, self.affects, self.user, self.chosen = window, times, list(affects), user, chosen
        self.is_told, self.now = is_told, timezone.now()

    @cached_property
    def judgement(self) -> Judgement | None:
        """None as long as the times are not right. Without a component it is counted for the pages alone."""
        if self.times is None:
            return None
        starts_at, ends_at = self.times
        return judged(
            self.window, starts_at=starts_at, ends_at=ends_at, affects=self.affects, now=self.now, chosen=self.chosen
        )

    @property
    def notice(self):
        return self.judgement and self.judgement.notice

    @property
    def read_as(self) -> str:
        """What the person reads, and posts with the form."""
        if self.judgement is None:
            return ""
        return "emergency" if self.judgement.is_emergency else "planned"

    @property
    def needs_approval(self) -> bool:
        return bool(self.judgement and self.judgement.needs_approval)

    @property
    def may_announce(self) -> bool:
        return may(self.user, "maintenance.announce_window")

    @property
    def verdict(self) -> str:
        if self.judgement.stands:
            return _("It stays inside what was announced: nothing is counted anew.")
        return explaining.verdict(self.notice, is_emergency=self.judgement.is_emergency)

    @property
    def rows(self) -> list[explaining.Row]:
        return explaining.rows(self.notice)

    @property
    def decided_by(self) -> str:
        return explaining.decided_by(self.notice)

    @property
    def spans(self) -> list[str]:
        """Its times in the zone they are written in, in one's own, and in UTC."""
        zones = [self.window.time_zone, timezone.get_current_timezone_name(), "UTC"]
        starts_at, ends_at = self.times
        return explaining.spans(starts_at, ends_at, zones)

    @property
    def in_full(self) -> str:
        return explaining.in_full(self.notice, is_emergency=self.judgement.is_emergency)

    @property
    def zone(self) -> str:
        """Of the deciding place, in which the calendar is drawn."""
        return self.notice.deciding.zone

    @property
    def suggested(self) -> datetime:
        """The earliest planned start, in the zone that times are written in."""
        return self.notice.suggested.astimezone(ZoneInfo(self.window.time_zone))

    @property
    def earliest(self) -> dict[str, str]:
        """The same as the fields of the form."""
        return {
            "date": f"{self.suggested:%Y-%m-%d}",
            "time": wall_times.written_clock(self.suggested, ZoneInfo(self.window.time_zone)),
        }

    @property
    def suggested_in_words(self) -> str:
        return explaining.instant(self.notice.suggested, self.window.time_zone)

    @property
    def is_past(self) -> bool:
        return self.times[0] < self.now

    @property
    def cells(self) -> list[drawing.Cell]:
        return drawing.cells(self.notice, self.judgement.places, starts_at=self.times[0])

    @cached_property
    def hours(self) -> list[drawing.Hours]:
        """Of each location that it affects, what is in busy hours first."""
        locations = {each.location.pk: each.location for each in self.affects if each.location}
        if any(each.location is None for each in self.affects):
            locations = {row.pk: row for row in Location.objects.all()}
        found = [drawing.hours(location, *self.times) for location in locations.values()]
        return sorted(found, key=lambda each: (each.is_off_peak is not False, each.is_off_peak is None))

    @property
    def off_peak(self) -> str:
        """In one of three; empty where no location has such hours."""
        known = [each for each in self.hours if each.is_off_peak is not None]
        if not known:
            return ""
        words = {"n": sum(bool(each.is_off_peak) for each in known), "all": len(known)}
        return _("Off-peak in %(n)d of %(all)d") % words

    @cached_property
    def met(self) -> meeting.Met:
        return meeting.met(self.affects, *self.times, user=self.user, but=self.window.pk)

    @property
    def freezes(self) -> tuple[Frozen, ...]:
        """That it begins in, each said once."""
        found = freezes_at(self.judgement.places, self.times[0])
        return tuple({(each.name, each.first, each.last): each for each in found}.values())

    @property
    def later_freezes(self) -> list[Frozen]:
        """That it runs into, though it begins in none of them: nobody has to approve of that."""
        starts_at, ends_at = self.times
        days = range(1, (ends_at - starts_at).days + 1)
        moments = [*(starts_at + day * DAY for day in days), ends_at - timedelta(microseconds=1)]
        found = {each.name: each for at in moments for each in freezes_at(self.judgement.places, at)}
        return [each for name, each in found.items() if name not in {each.name for each in self.freezes}]

    @property
    def reminders(self) -> list[timedelta]:
        """Before the start, the earliest first. Settings of messages belong to an app above: known by lookups only."""
        pages = Page.objects.filter(pk__in=self.chosen) if self.chosen is not None else self.window.pages.all()
        found = pages.values_list("message_settings__maintenance_reminders", flat=True)
        minutes = {each for row in found for each in (REMINDERS if row is None else row)}
        return [timedelta(minutes=each) for each in sorted(minutes, reverse=True)]

    @cached_property
    def moments(self) -> list[Moment]:
        starts_at, ends_at = self.times
        found = [Moment("now", _("On posting"), self.now)]
        for before in self.reminders if self.is_told else ():
            label = _("%(time)s before") % {"time": whole(before)}
            found.append(Moment("reminder", label, starts_at - before, is_past=starts_at - before <= self.now))
        return [*found, Moment("begins", _("Begins"), starts_at), Moment("ends", _("Ends"), ends_at)]

    @property
    def past_reminders(self) -> list[Moment]:
        return [each for each in self.moments if each.is_past]


def counted(
    form: TimesForm,
    rows: BaseExpectedFormSet | None,
    *,
    window: Window | None,
    user: User,
    opened: tuple[datetime, datetime] | None = None,
) -> Counted:
    """What a form comes to. ``window``: the one that it is of, if it stands. ``opened``: the times of a form that
    nobody has posted yet."""
    data = getattr(form, "cleaned_data", {}) if form.is_bound else form.initial
    zone = data.get("time_zone") or "UTC"
    is_told = data.get("deliver", True)
    if rows is None:
        window.time_zone = zone
        return Counted(window, form.times or opened, current(window), user=user, is_told=is_told)
    audience = data.get("audience") or Audience.PUBLIC
    row = Window(pk=window.pk if window else None, audience=audience, time_zone=zone)
    affects = rows.affects() if rows.is_bound else list(rows.opened)
    chosen = [page.pk for page in data.get("pages") or ()]
    return Counted(row, form.times or opened, affects, user=user, chosen=chosen, is_told=is_told)
