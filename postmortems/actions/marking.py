"""What customers read is marked by a person, and never follows from something else: what comes to stand elsewhere is
internal where customers did not read it before, until somebody says otherwise.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from incidents.models import User
from postmortems.actions.base import save_audited, to_write, touch
from postmortems.choices import SectionKind
from postmortems.document.redaction import HOMES, LOGS, printed
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Part, Postmortem, Section


@transaction.atomic
def mark_section(section: Section, *, visibility: str, by: User | None) -> Section:
    """Whether customers read it."""
    postmortem = to_write(section.postmortem, None, by=by)
    if section.visibility != visibility:
        section.visibility = visibility
        save_audited(section, "visibility", by=by)
        touch(postmortem)
    return section


def read_by_customers(postmortem: Postmortem) -> frozenset[SectionKind]:
    """The kinds of the sections of the document whose rows customers read, as long as no row is internal by itself."""
    return printed(postmortem.sections.all())


def move(cause: Cause, *, is_root: bool) -> list[str]:
    """Set whether it is a root cause; the caller holds the lock, and saves the fields that are returned.

    In the document that is another section: what customers did not read in the one stays with staff in the other.
    """
    was, cause.is_root = cause.is_root, is_root
    if cause.record_id is not None or cause.is_internal or was == is_root:
        return ["is_root"]
    read = read_by_customers(cause.postmortem)
    cause.is_internal = HOMES[is_root] in read and HOMES[was] not in read
    return ["is_root", "is_internal"] if cause.is_internal else ["is_root"]


def keep_from_customers(postmortem: Postmortem, *, before: Collection[SectionKind], by: User | None) -> None:
    """The sections changed: rows that customers would read now, and did not ``before``, become internal; removed ones
    too, which somebody may bring back. The caller holds the lock."""
    now = read_by_customers(postmortem)
    for table in (Event, Mitigation, Cause, ActionItem, Assessment):
        rows = table._default_manager.filter(postmortem=postmortem, record__isnull=True, is_internal=False)
        for part in rows:
            homes = _homes(part)
            if homes & now and not homes & set(before):
                part.is_internal, part.changed_by, part.changed_at = True, by, timezone.now()
                save_audited(part, "is_internal", "changed_by", "changed_at", by=by)


def _homes(part: Part) -> set[SectionKind]:
    """The kinds of the sections that print a row of the document. Words stand in a section of their own."""
    if isinstance(part, Cause):
        return {HOMES[part.is_root]}
    return OF_TABLE[type(part)]


OF_TABLE: dict[type[Part], set[SectionKind]] = {
    Event: {SectionKind.TIMELINE},
    Mitigation: LOGS,
    ActionItem: {SectionKind.ACTIONS},
    Assessment: {SectionKind.IMPACT},
}
