"""The pages that people read about maintenance: a window's own, and the calendar month by month."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _, ngettext

from incidents.wording import number
from statuspage.documents import month_grid, times, window_view, window_words
from statuspage.documents.document import Document
from statuspage.documents.html import whole_page
from statuspage.snapshot import windows
from statuspage.snapshot.values import Month, Snapshot, month_id, month_of
from statuspage.snapshot.window import Window
from statuspage.snapshot.windows import NEWEST, Maintenance

Step = tuple[str, str]  # a month in addresses, and its name


def window(snapshot: Snapshot, window: Window, path: str) -> Document:
    view = window_view.whole(snapshot, window)
    return whole_page(
        snapshot,
        "window",
        path,
        title=_("%(state)s: %(title)s") % {"state": view.mark.word, "title": window.title},
        description=_("%(times)s. %(scope)s") % {"times": view.when, "scope": window_words.scope(snapshot, window)},
        window=view,
    )


def calendar(snapshot: Snapshot, path: str) -> Document:
    """This month, what runs and what comes, and the way to all other months."""
    found, now = windows.of(snapshot), month_of(snapshot.now, snapshot.page.zone)
    in_month = found.in_month(now, snapshot.page.zone)
    is_quiet = not found.running and not found.scheduled
    return _month(
        snapshot,
        now,
        path,
        ahead=window_view.lines(snapshot, [*found.running, *found.soonest]),
        more=max(len(found.scheduled) - len(found.soonest), 0),
        over=window_view.lines(snapshot, [each for each in reversed(in_month) if not each.is_ahead][:NEWEST]),
        last=next(iter(window_view.lines(snapshot, found.last)), None) if is_quiet else None,
        sentence=_sentence(found, snapshot.now),
        is_now=True,
        months=[_step(each) for each in found.months if each != now],
    )


def month(snapshot: Snapshot, month: Month, path: str) -> Document:
    in_month = windows.of(snapshot).in_month(month, snapshot.page.zone)
    return _month(snapshot, month, path, over=window_view.lines(snapshot, in_month), is_now=False)


def _month(snapshot: Snapshot, month: Month, path: str, *, is_now: bool, **context: object) -> Document:
    found, name = windows.of(snapshot), times.month_name(*month)
    today = snapshot.now.astimezone(snapshot.page.zone).date() if is_now else None
    before, after = [each for each in found.months if each < month], [each for each in found.months if each > month]
    return whole_page(
        snapshot,
        "maintenance",
        path,
        title=_("Maintenance, %(month)s") % {"month": name},
        description=str(context.get("sentence") or _("What was announced, day by day.")),
        month=name,
        grid=month_grid.grid(snapshot, month, found.in_month(month, snapshot.page.zone), today=today),
        before=_step(before[-1]) if before else None,
        after=_step(after[0]) if after else None,
        is_now=is_now,
        **context,
    )


def _step(month: Month) -> Step:
    return month_id(month), times.month_name(*month)


def _sentence(found: Maintenance, now: datetime) -> str:
    """One window is running, three are to come."""
    running, awaited = len(found.running), sum(each.is_awaited(now) for each in found.scheduled)
    coming = len(found.scheduled) - awaited
    if not running and not found.scheduled:
        return _("No maintenance is planned.")
    parts = []
    if running:
        parts.append(ngettext("%(n)s window is running", "%(n)s windows are running", running) % {"n": number(running)})
    if awaited:
        words = ngettext("%(n)s has not begun at its time", "%(n)s have not begun at their time", awaited)
        parts.append(words % {"n": number(awaited)})
    if coming:
        parts.append(ngettext("%(n)s is to come", "%(n)s are to come", coming) % {"n": number(coming)})
    sentence = _(", ").join(parts)
    return _("%(sentence)s.") % {"sentence": sentence[:1].upper() + sentence[1:]}
