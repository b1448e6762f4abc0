"""What readers were shown last of a page, as its publisher kept it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from statuspage.models import Page as PageRow, ShownSubject
from statuspage.snapshot.changes import ENTRY, FEED, NEWS, PAGE, UPDATE, Shown, Subject
from statuspage.snapshot.values import COMPONENT, INCIDENT, WINDOW, Incident, Loaded


def of(row: PageRow, recent: Collection[Incident], windows: Loaded | None) -> dict[Subject, Shown]:
    """Of all whose times documents tell. One query."""
    ids = [each.id for each in recent]
    ids += [update.id for each in recent for update in each.said]
    ids += [each.report.update_id for each in recent if each.report]
    for window in windows.values if windows else ():
        ids += [window.id, *(update.id for update in getattr(window, "updates", ()))]
    listed = Q(kind__in=(INCIDENT, WINDOW, UPDATE, NEWS, ENTRY), key__in=ids)
    rows = ShownSubject.objects.filter(listed | Q(kind__in=(PAGE, FEED, COMPONENT)), page=row)
    return {(each.kind, each.key): Shown(each.form, each.digest, each.changed_at) for each in rows}
