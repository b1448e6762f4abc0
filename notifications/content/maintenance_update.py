"""What a message on a maintenance window says, frozen when it is released, and made anew where the window moved on.

Plain JSON, with ``places``, and what each of ``pages`` may name of it. Why it could not wait, who approved it and how
it went inside is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from incidents import calendars, tree
from incidents.maintenance.choices import RUNNING, State, UpdateKind
from incidents.maintenance.judging import Affects, current
from incidents.maintenance.models import Window, WindowUpdate
from notifications.audience.reach import Place
from notifications.content import on_page
from notifications.content.incident_update import UPDATES
from statuspage.documents import api_v2, state, words
from statuspage.documents.calendar_files import CalendarFiles
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot import window_rows
from statuspage.snapshot.load import load
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import Window as Seen

BECOMES = {  # what a window is from an update on
    UpdateKind.POSTED: State.SCHEDULED,
    UpdateKind.BEGUN: State.IN_PROGRESS,
    UpdateKind.VERIFYING: State.VERIFYING,
    UpdateKind.ENDED: State.COMPLETED,
    UpdateKind.CANCELLED: State.CANCELLED,
}
Json = dict[str, Any]


def of_window(
    window: Window, pages: Iterable[Page], *, update: WindowUpdate | None, old: tuple[datetime, datetime] | None = None
) -> Json:
    """An update of a window as subscribers of ``pages`` get it, or, without one, a reminder. Five queries, and for each
    page those of a snapshot and three. ``old``: the times that readers know of, where it has others now."""
    affects = current(window)
    past = list(_past(window))
    return {
        "title": window.title,
        "maintenance": window.public_id,
        "kind": window.kind,
        "status": window.state,
        "is_emergency": bool(window.is_emergency),
        "is_automatic": window.is_automatic,
        "body": window.body,
        "advice": window.advice,
        "starts_at": stamp(window.starts_at),
        "ends_at": stamp(window.ends_at),
        "old_starts_at": stamp(old[0]) if old else None,
        "old_ends_at": stamp(old[1]) if old else None,
        "announced_at": stamp(window.announced_at or window.created_at),
        "started_at": _stamp(window.started_at),
        "verifying_at": _stamp(window.verifying_at),
        "planned_end": stamp(window.planned_end),
        "ended_at": _stamp(window.ended_at or window.cancelled_at),
        "changed_at": stamp(window.changed_at),
        "sequence": window.sequence,
        "update": _said(update) if update else None,
        "posted_at": stamp(update.posted_at if update else timezone.now()),
        "updates": past[:UPDATES],
        "places": sorted(places(affects), key=lambda place: (place[0], place[1] or 0)),
        "pages": {page.public_id: of_page(page, window) for page in pages},
    }


def places(affects: Iterable[Affects]) -> set[Place]:
    """Each affected component with all below it, at its location: whoever follows a part is told of the whole. One
    query."""
    children = tree.children()
    return {
        (pk, each.location.pk if each.location else None)
        for each in affects
        for pk in tree.below({each.component.pk: True}, children)
    }


def of_page(page: Page, window: Window) -> Json:
    """What this page names of it, its event in the calendars of the page, and how the page as a whole stands."""
    with translation.override(page.language):
        shot = load(page.pk, touched={}, now=timezone.now())
        [seen] = window_rows.windows(Window.objects.filter(pk=window.pk), shot.tree)
        level = state.derive(shot)
        return {
            **on_page.whole(shot, level),
            "maintenance_url": f"{shot.page.url}maintenance/{window.public_id}/",
            "states": list(_on_page(shot, seen)),
            "v2": on_page.as_v2(api_v2.of_window(shot, level, seen)),
            "event": list(calendars.lines(CalendarFiles(shot).event(seen))),
        }


def _on_page(shot: Snapshot, seen: Seen) -> Iterator[Json]:
    """Each affected place by name, worst first; of a part that is not named, what is named below it."""
    order = {pk: at for at, pk in enumerate(shot.tree.components)}
    for hit in sorted(seen.affects, key=lambda hit: (-hit.expected, order[hit.component])):
        yield {
            "id": shot.tree.components[hit.component].id,
            "name": words.name_on_page(shot.tree, hit.component),
            "location": shot.places.get(hit.location) if hit.location is not None else None,
            "expected": int(hit.expected),
        }


def _past(window: Window) -> Iterator[Json]:
    """Every update, newest first, each with what the window was from then on."""
    now, found = State.SCHEDULED, []
    for row in window.updates.order_by("posted_at", "pk"):
        if row.kind == UpdateKind.UPDATE and now == State.VERIFYING and window.state in RUNNING:
            now = State(window.state)  # it goes on where there was more to do
        now = BECOMES.get(UpdateKind(row.kind), now)
        found.append(_said(row) | {"status": now})
    return reversed(found)


def _said(update: WindowUpdate) -> Json:
    return {
        "id": update.public_id,
        "kind": update.kind,
        "body": update.body,
        "posted_at": stamp(update.posted_at),
        "starts_at": stamp(update.starts_at),
        "ends_at": stamp(update.ends_at),
    }


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
