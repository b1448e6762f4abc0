"""Series of windows that recur: written, changed, stopped; and the window of an occurrence made when it is time.

What was announced stays as it was announced; what was not follows the series. An occurrence has one window, whoever
makes it (``window_is_one_for_each_occurrence``), and is left out for good once somebody said so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance import placing, recurrence, signals
from incidents.maintenance.actions.announcing import post
from incidents.maintenance.actions.base import locked, require_reason, save_audited
from incidents.maintenance.actions.drafting import discard, edit, set_impacts
from incidents.maintenance.actions.series_facts import GIVEN, STARTS, check, check_it_comes, known
from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects
from incidents.maintenance.locking import locked_series
from incidents.maintenance.models import Series, SeriesException, SeriesImpact, Window
from incidents.models import User
from incidents.permissions import require

RIGHT = "maintenance.change_series"
DAY = timedelta(days=1)


@transaction.atomic
def create_series(*, affects: Iterable[Affects], by: User | None, **facts: Any) -> Series:
    """``facts`` are those of :mod:`series_facts`; title, kind, rule and first start are needed."""
    require(by, RIGHT)
    series = Series(author=by, **known(facts))
    check(series)
    check_it_comes(series)
    save_audited(series, by=by)
    _set_impacts(series, affects)
    return series


@transaction.atomic
def change_series(
    series: Series,
    *,
    by: User | None,
    affects: Iterable[Affects] | None = None,
    version: int | None = None,
    **facts: Any,
) -> Series:
    """Drafts of occurrences that are still to come follow in what changes, and go where the rule has them no longer.

    Of a series that has ended the words may change, and not when it comes: it would never come again.
    """
    require(by, RIGHT)
    series = locked_series(series, by=by, version=version)
    changed = [name for name, value in known(facts).items() if getattr(series, name) != value]
    for name in changed:
        setattr(series, name, facts[name])
    check(series)
    has_other_starts = not {*STARTS}.isdisjoint(changed)
    if has_other_starts:
        check_it_comes(series)
    affects = None if affects is None else list(affects)
    moved = affects is not None and _set_impacts(series, affects)
    if not changed and not moved:
        return series
    _save(series, *changed, by=by)
    for window in _drafts(series):
        if has_other_starts and not comes_at(series, window.occurrence):
            _drop(window, by=by)
            continue
        follows: dict[str, Any] = {name: getattr(series, name) for name in changed if name in (*GIVEN, "time_zone")}
        if "minutes" in changed:
            follows["ends_at"] = window.starts_at + timedelta(minutes=series.minutes)
        if follows or moved:
            edit(window, by=by, affects=affects if moved else None, **follows)
    return series


@transaction.atomic
def skip_occurrence(series: Series, *, occurrence: datetime, reason: str, by: User | None) -> SeriesException:
    """It does not take place. What is announced already is cancelled instead, so that whoever was told hears of it."""
    require(by, RIGHT)
    series = locked_series(series, by=by)
    require_reason(reason)
    if not comes_at(series, occurrence):
        raise DomainError(_("The series has no start then."), field="occurrence")
    window = _made_for(series, occurrence)
    if window is not None and not window.is_draft:
        raise DomainError(_("It is announced: cancel that window, so that whoever was told hears of it."))
    row = series.exceptions.filter(occurrence=occurrence).first()
    row = row or SeriesException(series=series, occurrence=occurrence)
    row.reason = reason.strip()[:255]
    row.save()
    if window is not None:
        _drop(window, by=by)
    _save(series, by=by, reason=reason)
    return row


@transaction.atomic
def stop_series(series: Series, *, reason: str, by: User | None, version: int | None = None) -> Series:
    """Nothing is made from it any more, and drafts of what was to come go. What was announced takes place."""
    require(by, RIGHT)
    series = locked_series(series, by=by, version=version)
    require_reason(reason)
    if not series.is_active:
        raise DomainError(_("It is stopped already."))
    series.is_active = False
    _save(series, "is_active", by=by, reason=reason)
    for window in _drafts(series):
        _drop(window, by=by)
    return series


@transaction.atomic
def resume_series(series: Series, *, by: User | None, version: int | None = None) -> Series:
    """Its windows are made again, of what is still to come."""
    require(by, RIGHT)
    series = locked_series(series, by=by, version=version)
    if series.is_active:
        raise DomainError(_("It is not stopped."))
    series.is_active = True
    _save(series, "is_active", by=by)
    return series


@transaction.atomic
def make_windows(series: Series, *, now: datetime) -> list[Window]:
    """The windows of occurrences that are near enough to be announced and have none. By the system.

    Each is announced at once where it is planned and meets no freeze; otherwise it stays a draft and waits for a
    person (``Window.objects.waiting_to_be_announced``). No second attempt is made.
    """
    series = locked_series(series, by=None)
    affects = current(series)
    if not affects:  # its components are gone: somebody has to say what it affects instead
        return []
    made = []
    for occurrence in due(series, now=now):
        ends_at = occurrence + timedelta(minutes=series.minutes)
        window = Window(
            series=series, occurrence=occurrence, author=series.author, time_zone=series.time_zone,
            starts_at=occurrence, ends_at=ends_at, **{name: getattr(series, name) for name in GIVEN},
        )  # fmt: skip
        save_audited(window, by=None)
        set_impacts(window, affects)
        placing.place(window, series)
        signals.changed.send(sender=Window, window=window, text_lost=False)
        made.append(_announced(window))
    return made


def due(series: Series, *, now: datetime) -> list[datetime]:
    """Occurrences of a locked series without window, in the days in which they are announced."""
    if not series.is_active:
        return []
    gone = [*series.exceptions.values_list("occurrence", flat=True)]
    gone += series.windows.filter(occurrence__gt=now - DAY).values_list("occurrence", flat=True)
    days = {series.day_of(occurrence) for occurrence in gone}
    return [start for start in coming(series, now=now) if series.day_of(start) not in days]


def coming(series: Series, *, now: datetime) -> Iterable[datetime]:
    """Its starts in the days ahead in which it announces them."""
    until = now + timedelta(days=series.announce_days)
    return recurrence.occurrences(
        series.rule, first_at=series.first_at, zone=series.time_zone, after=now, until=until
    )  # fmt: skip


def comes_at(series: Series, at: datetime) -> bool:
    return recurrence.comes_at(series.rule, at, first_at=series.first_at, zone=series.time_zone)


def current(series: Series) -> list[Affects]:
    """What its windows affect."""
    rows = series.impacts.select_related("component", "location__calendar")
    return [Affects(row.component, row.location, Expected(row.expected)) for row in rows]


def _made_for(series: Series, occurrence: datetime) -> Window | None:
    """The window of that day, if it was made; at another hour where the rule was changed since."""
    near = series.windows.filter(occurrence__range=(occurrence - DAY, occurrence + DAY))
    return next((row for row in near if series.day_of(row.occurrence) == series.day_of(occurrence)), None)


def _announced(window: Window) -> Window:
    """Where a person has to decide, it stays a draft."""
    try:
        with transaction.atomic():
            post(locked(window, by=None), by=None, approval=None)
    except DomainError:
        pass
    window.refresh_from_db()
    return window


def _drafts(series: Series) -> Iterable[Window]:
    return series.windows.waiting_to_be_announced().select_for_update(of=("self",), no_key=True)


def _drop(window: Window, *, by: User | None) -> None:
    """Without leaving its occurrence out for good, as whoever throws away a draft does."""
    window.series = window.occurrence = None
    window.save_without_historical_record(update_fields=["series", "occurrence"])
    discard(window, by=by)


def _set_impacts(series: Series, affects: Iterable[Affects]) -> bool:
    wanted = {each.place: each for each in affects}
    if not wanted:
        raise DomainError(_("Choose at least one component."), field="affects")
    if {each.place: each for each in current(series)} == wanted:
        return False
    series.impacts.all().delete()
    SeriesImpact.objects.bulk_create(
        SeriesImpact(series=series, component=each.component, location=each.location, expected=each.expected)
        for each in wanted.values()
    )
    return True


def _save(series: Series, *fields: str, by: User | None, reason: str = "") -> None:
    series.version += 1
    save_audited(series, *fields, "version", by=by, reason=reason)
