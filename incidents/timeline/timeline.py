"""The timeline as people read it: one line or card for each thing that happened, newest first.

A constant number of queries, whatever its length: entries, updates, published states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import EntryKind, Status
from incidents.models import Incident, IncidentUpdate, TimelineEntry, User
from incidents.moments import moment, span
from incidents.timeline.entries import Entry
from incidents.timeline.sentences import READERS

OTHERS = (EntryKind.MERGED, EntryKind.CAME_IN)  # kinds that speak of another incident
TOGETHER = timedelta(seconds=2)  # impacts and facts written by one act stand in one entry


def read(incident: Incident, *, user: User | None = None) -> list[Entry]:
    """Every entry of the incident, newest first. Other incidents are named to ``user`` where they are open to them."""
    rows = list(incident.timeline.select_related("by__team").order_by("-at", "-pk"))
    updates = _updates(incident)  # after the rows: what is posted in between must not be a row without its update
    others = _others(rows, user)
    entries = list(_together(_entry(row, updates, others) for row in rows))
    today = timezone.localdate()
    for above, entry in zip([None, *entries], entries, strict=False):
        day = timezone.localdate(entry.at)
        entry.new_day = day != (timezone.localdate(above.at) if above else today)
    _judge_promises(incident, entries)
    return entries


def _updates(incident: Incident) -> dict[int, IncidentUpdate]:
    rows = incident.updates.select_related("author", "withdrawn_by").prefetch_related(
        "states__component", "states__location"
    )
    return {update.pk: update for update in rows}


def _others(rows: Iterable[TimelineEntry], user: User | None) -> dict[str, Incident]:
    """Where it went and what came in, by public id: only what ``user`` may see."""
    named = {row.data.get("into") or row.data.get("source") for row in rows if row.kind in OTHERS}
    if not named:
        return {}
    return {other.public_id: other for other in Incident.objects.visible_to(user).filter(public_id__in=named)}


def _entry(row: TimelineEntry, updates: dict[int, IncidentUpdate], others: dict[str, Incident]) -> Entry:
    entry = Entry(
        pk=row.pk,
        kind=row.kind,
        look="line",
        at=row.at,
        by=str(row.by) if row.by else _("the system"),
        team=str(row.by.team) if row.by and row.by.team else "",
        text=row.text,
        update=updates.get(row.update_id or 0),
        other=others.get(row.data.get("into") or row.data.get("source") or "") if row.kind in OTHERS else None,
    )
    READERS[EntryKind(row.kind)](entry, row.data)
    return entry


def _together(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Changes of impact, or of facts, that one person made in one act become one entry."""
    last: Entry | None = None
    for entry in entries:
        joins = (
            last is not None
            and entry.look in ("impact", "fact")
            and (entry.look, entry.by, entry.text) == (last.look, last.by, last.text)
            and abs(last.at - entry.at) <= TOGETHER
        )
        if joins and last is not None:
            last.changes[:0] = entry.changes
            continue
        if last is not None:
            yield last
        last = entry
    if last is not None:
        yield last


def _judge_promises(incident: Incident, entries: list[Entry]) -> None:
    """Beside each update: were the first notice and the promise of the next kept, and by how much (0-16, 2-11)?"""
    standing = [e for e in entries if e.kind == EntryKind.UPDATE and e.update and not e.update.withdrawn_at]
    if not standing or not incident.had_public_clocks:
        return
    first = standing[-1]
    limit = incident.detected_at + timedelta(minutes=incident.first_notice_limit)
    after = span(first.at - incident.detected_at)
    tone = "kept" if first.at <= limit else "broken"
    first.remarks.append((tone, _("First public notice, %(after)s after detection") % {"after": after}))
    for newer, entry in pairwise(standing):
        due = entry.update.due_at
        if due is None or entry.update.status == Status.RESOLVED:
            continue
        late = newer.at - due
        kept = _("kept") if late <= timedelta() else _("%(late)s late") % {"late": span(late)}
        entry.remarks.append(("kept" if late <= timedelta() else "broken", _next_sentence(entry.update, kept)))
    last = standing[0].update
    if last.due_at and last.status != Status.RESOLVED and incident.has_public_clocks:
        standing[0].remarks.append(("open", _next_sentence(last, "")))


def _next_sentence(update: IncidentUpdate, kept: str) -> str:
    sentence = _("Promised the next by %(time)s") if update.promised_at else _("Next due by %(time)s")
    sentence %= {"time": moment(update.due_at)}
    return f"{sentence}: {kept}" if kept else sentence
