"""A window's life at chosen times, and what a page then says of it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from incidents.choices import Level
from incidents.maintenance import actions
from incidents.maintenance.models import Window, WindowImpact, WindowUpdate
from statuspage import documents
from statuspage.models import PageWindow
from statuspage.snapshot.load import load
from tests import factories as make

NOW = datetime(2026, 11, 19, 14, 38, tzinfo=UTC)
START, END = datetime(2026, 12, 16, 0, 0, tzinfo=UTC), datetime(2026, 12, 16, 2, 0, tzinfo=UTC)
A_WEEK = timedelta(days=7)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def announced(page, *components, **facts):
    """For :data:`START` to :data:`END`, well in time."""
    return make.scheduled(*components, page=page, **{"starts_at": START, "ends_at": END} | facts)


def begun(clock, window, *, after=timedelta()):
    """It runs, since its start; the clock stands there, or so much after it."""
    clock.move_to(window.starts_at)
    actions.begin(window, by=None)
    clock.move_to(window.starts_at + after)
    window.refresh_from_db()
    return window


def ended(clock, window, *, after):
    begun(clock, window, after=after)
    actions.end(window, by=None)
    window.refresh_from_db()
    return window


def drawn(page, **how) -> dict[str, str]:
    """Every document of the page by its path, as text."""
    shot = load(page.pk, **{"touched": None, "now": timezone.now()} | how)
    return {each.path: each.body.decode() for each in (*documents.hot(shot), *documents.permanent(shot))}


def outage(item, *, start, end, location=None, page=None, level=Level.MAJOR):
    """An incident that is over, past every action."""
    return make.backfilled(
        page=page, started_at=start, resolved_at=end, affected=[make.affected(item, location, level)],
        updates=[("investigating", "We look.", start), ("resolved", "It works.", end)],
    )  # fmt: skip


def many(page, item, count, *, ago=timedelta(), every=timedelta(hours=3), place=None):
    """Rows past every action: over for so long and longer, or to come."""
    now = timezone.now().replace(microsecond=0)
    starts = [now - ago - n * every if ago else now + (n + 1) * every for n in range(count)]
    facts = {"kind": "software", "body": "We work.", "is_emergency": False, "arithmetic": {"counts": [{"given": 11}]}}
    windows = Window.objects.bulk_create(
        Window(
            title=f"Night {n}", starts_at=at, ends_at=at + timedelta(hours=1), announced_at=at - timedelta(days=20),
            state="completed" if ago else "scheduled", started_at=at if ago else None,
            ended_at=at + timedelta(hours=1) if ago else None, **facts,
        )
        for n, at in enumerate(starts)
    )  # fmt: skip
    WindowImpact.objects.bulk_create(
        WindowImpact(window=each, component=item, location=place, expected=2) for each in windows
    )
    WindowUpdate.objects.bulk_create(
        WindowUpdate(window=each, kind="posted", posted_at=each.announced_at, starts_at=each.starts_at,
                     ends_at=each.ends_at, sequence=0)
        for each in windows
    )  # fmt: skip
    PageWindow.objects.bulk_create(PageWindow(page=page, window=each) for each in windows)
    return windows
