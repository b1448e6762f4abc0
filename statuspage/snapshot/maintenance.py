"""The maintenance windows that stand on a page: announced to customers and placed there, whatever became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from incidents.choices import ComponentState
from incidents.maintenance import models
from incidents.maintenance.choices import AHEAD
from statuspage.models import Page
from statuspage.snapshot import uptime, window_rows
from statuspage.snapshot.months import edges
from statuspage.snapshot.reading import Reading
from statuspage.snapshot.values import Impact, Month, Tree, month_id, month_of
from statuspage.snapshot.window import INSTANT, Brief, Window
from statuspage.snapshot.windows import NEWEST, Maintenance, by_component


def standing_on(page: Page) -> QuerySet[models.Window]:
    return models.Window.objects.public().filter(listed__page=page)


def load(reading: Reading) -> Maintenance:
    """All that are recent in brief, and in full what is shown of them; where something happened to a window, or a day
    began, all that lists and calendars hold. Of a page with thousands behind it nothing else is read."""
    on_page = standing_on(reading.row)
    if reading.touched or _is_new_day(reading):
        return _with_lists(reading, on_page)
    found = _found(reading, window_rows.briefs(on_page.filter(_is_shown(reading, on_page)), reading.tree))
    if _turned(found, reading):
        return _with_lists(reading, on_page)
    shown = found.shown(reading.tree, reading.components, _start(reading), reading.page.zone)
    rows = on_page.filter(pk__in={each.pk for each in shown})
    return _holding(found, window_rows.windows(rows, reading.tree))


def _found(reading: Reading, briefs: tuple[Brief, ...]) -> Maintenance:
    """Those that stand somewhere, of any that hold all of them."""
    recent, zone = _recent(briefs, _start(reading)), reading.page.zone
    months, is_whole = reading.months, reading.touched is None
    return Maintenance(
        recent=recent,
        ran=tuple(e for e in briefs if e.started_at and (is_whole or month_of(e.started_at, zone) in months)),
        by_component=by_component(recent),
        turns=tuple(each.late_from for each in recent if each.is_ahead),
        impacts=tuple(_impacts(recent)),
        places=window_rows.places(),
        agreed=tuple(_agreed(recent)),
    )


def _is_shown(reading: Reading, on_page: QuerySet[models.Window]) -> Q:
    start = _start(reading)
    newest = on_page.order_by("-announced_at", "-pk").values("pk")[:NEWEST]
    wanted = Q(state__in=AHEAD) | Q(ended_at__gte=start) | Q(cancelled_at__gte=start) | Q(ends_at__gte=start)
    wanted |= Q(pk__in=newest)
    for first, after in (uptime.bounds_of(month, reading.page.zone) for month in reading.months):
        wanted |= Q(started_at__gte=first, started_at__lt=after)
    return wanted


def _turned(found: Maintenance, reading: Reading) -> dict[int, Brief]:
    """Since the version before they are late: to begin, or to end."""
    late = [each for each in found.recent if each.is_ahead and each.late_from <= reading.now]
    return {each.pk: each for each in late if reading.due is None or reading.due <= each.late_from}


def _with_lists(reading: Reading, on_page: QuerySet[models.Window]) -> Maintenance:
    """Where pages of windows, or what lists all of them, are to be written."""
    zone, known, is_whole = reading.page.zone, ever(reading.touched), reading.touched is None
    months = _months(on_page, zone)
    changed, read = set(months), Q()
    if not is_whole:
        changed = {month for each in known.values() for month in each.months(zone)}
        others = on_page.filter(_in_months(changed, zone)).exclude(pk__in=list(known))
        changed |= _beside(changed - set(_months(others, zone)), months)
        read = _is_shown(reading, on_page) | Q(pk__in=list(known)) | _in_months(changed, zone)
    windows = window_rows.windows(on_page.filter(read), reading.tree)
    found = _found(reading, windows)
    turned = _turned(found, reading)
    if more := {month for each in turned.values() for month in each.months(zone)} - changed:
        changed |= more
        windows = window_rows.windows(on_page.filter(read | _in_months(more, zone)), reading.tree)
    standing = {each.pk for each in windows}
    touched = standing if is_whole else (standing & known.keys()) | turned.keys()
    components, places = _ever_affected(known, reading.tree)
    components |= {hit.component for each in turned.values() for hit in each.affects}
    back, is_new_day = reading.taken_back, _is_new_day(reading)
    return replace(
        _holding(found, windows),
        touched=frozenset(touched),
        loses_text=frozenset(back & standing),
        gone=frozenset({each.id for pk, each in known.items() if pk not in standing} | _empty(changed, months)),
        components=frozenset(components),
        months=months,
        touched_months=tuple(month for month in months if month in changed),
        lost_months=frozenset(month for pk in back & known.keys() for month in known[pk].months(zone)),
        lists_change=bool(touched or known) or is_new_day,
        is_new_day=is_new_day,
        touched_places=frozenset(each.pk for each in found.places if is_new_day or {each.pk, None} & places),
    )


def _in_months(months: Collection[Month], zone: ZoneInfo) -> Q:
    """Announced for a time in one of them; nothing where there is none."""
    found = Q(pk__in=())
    for first, after in (uptime.bounds_of(month, zone) for month in months):
        found |= Q(starts_at__lt=after, ends_at__gt=first)
    return found


def _holding(found: Maintenance, windows: tuple[Window, ...]) -> Maintenance:
    return replace(found, values=windows, full={each.pk: each for each in windows})


def _start(reading: Reading) -> datetime:
    """Of the ninety days."""
    return uptime.calendar(reading.now, reading.page.zone)[0].start


@dataclass(slots=True)
class Ever:
    """What a window is called, and all times that it has or ever had."""

    id: str
    times: set[tuple[datetime, datetime]]
    started: set[datetime]

    def months(self, zone: ZoneInfo) -> set[Month]:
        return {month_of(at, zone) for start, end in self.times for at in (start, end - INSTANT)}


def ever(touched: Collection[int] | None) -> dict[int, Ever]:
    """Of touched windows: their documents may have to go. Where all are drawn, what is left over goes anyway."""
    found: dict[int, Ever] = {}
    for rows in (models.Window.objects.order_by(), models.Window.history.order_by()) if touched else ():
        rows = rows.filter(id__in=list(touched or ()))
        for pk, public_id, start, end, began in rows.values_list(
            "id", "public_id", "starts_at", "ends_at", "started_at"
        ).distinct():
            each = found.setdefault(pk, Ever(public_id, set(), set()))
            each.times.add((start, end))
            each.started |= {began} - {None}
    return found


def months_of_runs(page: Page, zone: ZoneInfo) -> set[Month]:
    """Those in which windows of the page began: its history has them."""
    began = edges(standing_on(page).filter(started_at__isnull=False), "started_at")
    return {month_of(at, zone) for (at,) in began}


def months_told(touched: Collection[int] | None, zone: ZoneInfo) -> set[Month]:
    """The same of touched windows, now or ever."""
    return {month_of(at, zone) for each in ever(touched).values() for at in each.started}


def _months(rows: QuerySet[models.Window], zone: ZoneInfo) -> tuple[Month, ...]:
    times = edges(rows, "starts_at", "ends_at")
    return tuple(sorted({month_of(at, zone) for start, end in times for at in (start, end - INSTANT)}))


def _beside(turned: set[Month], months: tuple[Month, ...]) -> set[Month]:
    """Each month leads to the one before and the one after it: those change when one comes or goes between them."""
    found: set[Month] = set()
    for month in turned:
        found |= {*[each for each in months if each < month][-1:], *[each for each in months if each > month][:1]}
    return found


def _empty(changed: set[Month], months: tuple[Month, ...]) -> set[str]:
    return {month_id(month) for month in changed - set(months)}


def _recent(windows: tuple[Brief, ...], start: datetime) -> tuple[Brief, ...]:
    """What is loaded for any reason must not show in documents that have no such reason: their bytes would flicker."""
    newest = sorted(windows, key=lambda each: (each.announced_at, each.pk), reverse=True)[:NEWEST]
    pks = {each.pk for each in newest}
    return tuple(
        each for each in windows if each.pk in pks or each.is_ahead or max(each.over_at, each.ends_at) >= start
    )


def _impacts(windows: Iterable[Brief]) -> Iterator[Impact]:
    """What a window makes of components: nothing before it has really begun."""
    for each in windows:
        for hit in each.affects if each.started_at else ():
            if hit.expected.state != ComponentState.OPERATIONAL:
                yield Impact(hit.component, hit.location, hit.expected.state, each.started_at, each.ended_at)


def _agreed(windows: Iterable[Brief]) -> Iterator[Impact]:
    """Only what was announced is agreed on: neither the time before, nor what it took longer."""
    for each in windows:
        if each.started_at is None:
            continue
        begin = max(each.started_at, each.starts_at, each.announced_at)
        end = min(each.ended_at or each.ends_at, each.ends_at)
        for hit in each.affects if begin < end else ():
            if hit.expected.state != ComponentState.OPERATIONAL:
                yield Impact(hit.component, hit.location, hit.expected.state, begin, end)


def _ever_affected(windows: Collection[int], tree: Tree) -> tuple[set[int], set[int | None]]:
    """Where the components show that these windows affect or ever did, and the locations."""
    components: set[int] = set()
    places: set[int | None] = set()
    if windows:
        rows = models.WindowImpact.history.filter(window_id__in=list(windows)).order_by()
        for component, location in rows.values_list("component_id", "location_id").distinct():
            components.update(tree.anchors.get(component, ()))
            places.add(location)
    return components, places


def _is_new_day(reading: Reading) -> bool:
    """Since the version before, or nobody knows."""
    if reading.touched is None or reading.due is None:
        return True
    return uptime.next_midnight(reading.due - timedelta(microseconds=1), reading.page.zone) <= reading.now
