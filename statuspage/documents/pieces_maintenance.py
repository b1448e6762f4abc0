"""Which documents of maintenance there are to draw, as :mod:`statuspage.documents.pieces` says of all others."""

from __future__ import annotations

from statuspage.documents import html_maintenance
from statuspage.documents.calendar_files import CalendarFiles
from statuspage.documents.kind import Kind
from statuspage.documents.pieces import Now, Pieces, one, touched_components
from statuspage.snapshot import windows
from statuspage.snapshot.values import Snapshot, month_id


def calendar(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """Not in the set that switches: with thousands of windows ahead nobody waits for it."""
    found = windows.of(snapshot)
    if found.lists_change:
        loses_text = bool(found.loses_text)
        yield one("The maintenance calendar", kind.path, html_maintenance.calendar, snapshot, loses_text=loses_text)


def file(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    found = windows.of(snapshot)
    if found.lists_change:
        loses_text = bool(found.loses_text)
        yield one("The calendar file of the page", kind.path, CalendarFiles(snapshot).of_page, loses_text=loses_text)


def pages(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """A window's, and those of the months that windows stand in: their addresses are alike, 2026-12 and mnt_…"""
    found = windows.of(snapshot)
    for window in found.values:
        if window.pk in found.touched:
            what, loses_text = f"The page of maintenance {window.id}", window.pk in found.loses_text
            yield one(what, kind.at(window.id), html_maintenance.window, snapshot, window, loses_text=loses_text)
    for month in found.touched_months:
        name, loses_text = month_id(month), month in found.lost_months
        what = f"The maintenance of {name}"
        yield one(what, kind.at(name), html_maintenance.month, snapshot, month, loses_text=loses_text)


def events(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    found, files = windows.of(snapshot), CalendarFiles(snapshot)
    for window in found.values:
        if window.pk in found.touched:
            what, loses_text = f"The calendar file of maintenance {window.id}", window.pk in found.loses_text
            yield one(what, kind.at(window.id), files.of_window, window, loses_text=loses_text)


def of_components(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """Of those that a touched window affects; at midnight of all."""
    found, files, tree = windows.of(snapshot), CalendarFiles(snapshot), snapshot.tree
    near = {pk for seed in found.components for pk in tree.around(seed)}
    for pk in touched_components(snapshot):
        if pk not in near and not found.is_new_day:
            continue
        id, loses_text = snapshot[pk].id, pk in snapshot.taken_back.components
        what = f"The calendar file of component {id}"
        yield one(what, kind.at(id), files.of_component, pk, loses_text=loses_text)


def of_places(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    found, files = windows.of(snapshot), CalendarFiles(snapshot)
    for place in found.places:
        if place.pk in found.touched_places:
            what, loses_text = f"The calendar file of location {place.id}", bool(found.loses_text)
            yield one(what, kind.at(place.id), files.of_place, place, loses_text=loses_text)
