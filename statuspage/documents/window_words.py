"""Maintenance in words: how it was announced, what is expected, what happened and how it went. Plain text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, ngettext

from incidents import moments
from incidents.maintenance import lateness
from incidents.maintenance.choices import Expected, State, UpdateKind
from incidents.wording import listing, placed
from statuspage.documents import times, words
from statuspage.documents.words import Mark
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import Affected, Place, Window, WindowUpdate

SHAPE = {Expected.NOTHING: "op", Expected.AT_RISK: "maint", Expected.DEGRADED: "degraded", Expected.OUTAGE: "major"}


def mark(window: Window, now: datetime) -> Mark:
    """Blue is only what runs; before and after the hexagon has no colour of a status."""
    word = _("Not begun") if window.is_awaited(now) else str(window.state.label)
    return Mark("maint" if window.is_running else "plan", word)


def notice(window: Window) -> str:
    """Planned: announced 10 business days ahead."""
    days = window.notice_days
    facts = {"n": days, "kind": _("Emergency maintenance") if window.is_emergency else _("Planned")}
    if days < 1:
        return _("%(kind)s: announced less than a business day ahead.") % facts
    return (
        ngettext(
            "%(kind)s: announced %(n)d business day ahead.", "%(kind)s: announced %(n)d business days ahead.", days
        )
        % facts
    )


def expected(snapshot: Snapshot, window: Window) -> list[tuple[Mark, str]]:
    """For each level, worst first, where: SMS and Voice in Frankfurt."""
    levels: dict[Expected, list[Affected]] = defaultdict(list)
    for hit in window.affects:
        levels[hit.expected].append(hit)
    return [
        (Mark(SHAPE[level], str(level.label)), _where(snapshot, levels[level]))
        for level in sorted(levels, reverse=True)
    ]


def scope(snapshot: Snapshot, window: Window) -> str:
    """The same in one line."""
    parts = [
        _("%(level)s: %(names)s") % {"level": each.word, "names": names} for each, names in expected(snapshot, window)
    ]
    return _("; ").join(parts)


def _where(snapshot: Snapshot, hits: list[Affected]) -> str:
    tree, places = snapshot.tree, snapshot.places
    found: dict[int, set[int | None]] = defaultdict(set)
    for hit in hits:
        found[hit.component].add(hit.location)
    by_place: dict[tuple[int, ...], list[int]] = defaultdict(list)
    order = {pk: at for at, pk in enumerate(tree.components)} if len(found) > 1 else dict.fromkeys(found, 0)
    for pk in sorted(found, key=lambda pk: order[pk]):
        by_place[() if None in found[pk] else tuple(each for each in places if each in found[pk])].append(pk)
    return _("; ").join(
        placed(listing([words.name_on_page(tree, pk) for pk in pks]), listing([places[each] for each in where]))
        for where, pks in by_place.items()
    )


def outcome(window: Window) -> str:
    """Ended 8 min early; 25 min longer than announced. Nothing where it is not over."""
    if window.is_cancelled:
        return _("Broken off.") if window.started_at else _("Cancelled.")
    return ended(window.ended_at, window.planned_end) if window.ended_at else ""


def ended(at: datetime, planned: datetime) -> str:
    """Against the end that was announced before it began."""
    if late := lateness.longer_by(at, planned):
        return _("%(span)s longer than announced.") % {"span": moments.lasting(late)}
    if early := lateness.early_by(at, planned):
        return _("Ended %(span)s early.") % {"span": moments.lasting(early)}
    return _("Ended as announced.")


def is_longer(window: Window) -> bool:
    return window.ended_at is not None and bool(lateness.longer_by(window.ended_at, window.planned_end))


def sentence(snapshot: Snapshot, window: Window, update: WindowUpdate, *, year: bool = False) -> str:
    """What happened, beside what staff wrote about it. ``year``: of every day, where nothing around it says which."""
    zone, kind = snapshot.page.zone, update.kind
    now = times.span(update.starts_at, update.ends_at, zone, to=update.at, year=year)
    if kind == UpdateKind.POSTED:
        return _("%(times)s.") % {"times": now}
    if kind == UpdateKind.MOVED and update.old_starts_at and update.old_ends_at:
        old = times.span(update.old_starts_at, update.old_ends_at, zone, to=update.at, year=year)
        return _("Moved from %(old)s to %(new)s.") % {"old": old, "new": now}
    if kind == UpdateKind.EXTENDED and update.old_ends_at:
        facts = {
            "old": times.near(update.old_ends_at, update.starts_at, zone, year=year),
            "new": times.near(update.ends_at, update.starts_at, zone, year=year),
        }
        return _("It takes longer: until %(new)s instead of %(old)s.") % facts
    return _plain(window, update, zone)


def _plain(window: Window, update: WindowUpdate, zone: ZoneInfo) -> str:
    kind = update.kind
    if kind == UpdateKind.CHANGED:
        return _("What is announced here was changed.") if not update.text else ""
    if kind == UpdateKind.BEGUN:
        return " ".join(filter(None, (_("The work has begun."), _told_late(window.started_at, update, zone))))
    if kind == UpdateKind.VERIFYING:
        return _("The work is done. We check that all is well.")
    if kind == UpdateKind.ENDED:
        return " ".join(filter(None, (outcome(window), _told_late(window.ended_at, update, zone))))
    if kind == UpdateKind.CANCELLED:
        return _("Broken off before it was done.") if window.started_at else _("It does not take place.")
    return ""


def _told_late(at: datetime | None, update: WindowUpdate, zone: ZoneInfo) -> str:
    """Done at its time, and told when somebody was there again."""
    if at is None or not update.is_late:
        return ""
    facts = {"time": times.near(at, update.at, zone), "span": moments.lasting(update.at - at)}
    if update.kind == UpdateKind.BEGUN:
        return _("It began at %(time)s; this was told %(span)s late.") % facts
    return _("It ended at %(time)s; this was told %(span)s late.") % facts


def stages(window: Window) -> Iterator[tuple[WindowUpdate, State]]:
    """Each update with the state that readers then knew of, oldest first.

    A word while it is verified may have said that the work goes on: it did where the window is not verified any more.
    """
    state = State.SCHEDULED
    last = [each for each in window.updates if each.kind == UpdateKind.VERIFYING][-1:]
    turns = {
        UpdateKind.BEGUN: State.IN_PROGRESS,
        UpdateKind.VERIFYING: State.VERIFYING,
        UpdateKind.ENDED: State.COMPLETED,
        UpdateKind.CANCELLED: State.CANCELLED,
    }
    went_on = True
    for update in window.updates:
        if update.kind in turns:
            state = turns[update.kind]
            went_on = update not in last or window.verifying_at is None
        elif state == State.VERIFYING and update.kind == UpdateKind.UPDATE and went_on:
            state = State.IN_PROGRESS
        yield update, state


def told(snapshot: Snapshot, window: Window, update: WindowUpdate) -> str:
    """The whole of an update as Markdown: for feeds and programs, which have no other place for it and are
    read long after."""
    parts = [sentence(snapshot, window, update, year=True)]
    if update.kind == UpdateKind.POSTED:
        parts += [window.advice, update.text, window.body, scope(snapshot, window), notice(window)]
    else:
        parts.append(update.text)
    return "\n\n".join(filter(None, parts))


def quiet(place: Place, window: Window) -> str:
    """Whether it lies in the quiet hours of a location; nothing where nobody has said which those are."""
    if place.off_peak is None:
        return ""
    start, end = (at.astimezone(place.zone) for at in (window.starts_at, window.ends_at))
    return _("off-peak") if _is_within(start, end, *place.off_peak) else _("in busy hours")


def _is_within(start: datetime, end: datetime, first: time, last: time) -> bool:
    """Off-peak hours may go over midnight."""
    for ago in (1, 0):
        opens = datetime.combine(start.date() - timedelta(days=ago), first, start.tzinfo)
        closes = datetime.combine(opens.date() + timedelta(days=last <= first), last, start.tzinfo)
        if opens <= start and end <= closes:
            return True
    return False
