"""A window's life at chosen times, and what a page then says of it."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from incidents.choices import Level
from incidents.maintenance import actions
from statuspage import documents
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
