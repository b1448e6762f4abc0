"""What the incident's own timeline offers to a post-mortem: each thing that happened as a line, public ones marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from incidents import markdown
from incidents.choices import EntryKind, Status
from incidents.models import Incident, User
from incidents.timeline import timeline
from incidents.timeline.entries import Entry
from postmortems.choices import EventKind

LONGEST = 300  # characters of a line
LEFT_OUT = (EntryKind.CORRECTION, EntryKind.WITHDRAWAL, EntryKind.FACT, EntryKind.OWNER, EntryKind.MEMBER)
PUBLIC = (EntryKind.UPDATE, EntryKind.RESOLVED)  # a change of impact is none: it names what a page may not


@dataclass(frozen=True)
class OfferedEvent:
    """One line. ``pk``: of the entry. What customers read already is public, everything else is for staff first."""

    pk: int
    at: datetime
    text: str
    kind: EventKind
    who: str
    is_public: bool


def offered(incident: Incident, *, user: User | None = None) -> list[OfferedEvent]:
    """In order of time. The same number of queries whatever its length.

    The end that an update told is one line, with the words of the update.
    """
    entries = [entry for entry in reversed(timeline.read(incident, user=user)) if entry.kind not in LEFT_OUT]
    entries = [entry for entry in entries if not _is_withdrawn(entry)]
    ends = {entry.at for entry in entries if entry.kind == EntryKind.RESOLVED}
    told = {entry.at for entry in entries if entry.update and entry.update.status == Status.RESOLVED} & ends
    return [_line(entry, told) for entry in entries if entry.kind != EntryKind.RESOLVED or entry.at not in told]


def _is_withdrawn(entry: Entry) -> bool:
    return entry.update is not None and entry.update.withdrawn_at is not None


def _line(entry: Entry, told: set[datetime]) -> OfferedEvent:
    is_end = entry.kind == EntryKind.RESOLVED or (entry.kind == EntryKind.UPDATE and entry.at in told)
    kind = EventKind.RESOLVED if is_end else EventKind.OTHER
    is_public = entry.kind in PUBLIC
    return OfferedEvent(entry.pk, entry.at, _words(entry), kind, entry.by, is_public)


def _words(entry: Entry) -> str:
    if entry.kind == EntryKind.UPDATE and entry.update:
        words = {"status": Status(entry.update.status).label, "text": markdown.one_line(entry.update.body)}
        return _short(_("%(status)s: %(text)s") % words)
    if entry.kind == EntryKind.RESOLVED:
        return _("Resolved")
    if entry.kind == EntryKind.REOPENED:
        return _short(_("Reopened: %(why)s") % {"why": entry.text})
    if entry.changes:
        return _short("; ".join(f"{change.what}: {change.new}" for change in entry.changes))
    if entry.text:
        return _short(markdown.one_line(entry.text))
    return _short(strip_tags(entry.sentence))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
