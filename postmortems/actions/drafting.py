"""The document is drafted: from what the facts tell, and from what the incident records say (3-34, 3-36).

What is taken over from a record is a part of its own, which keeps where it came from and how that read then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.choices import Status
from incidents.exceptions import DomainError
from incidents.models import TimelineEntry, User
from postmortems.actions import parts as verbs
from postmortems.actions.base import save, save_audited, to_write, touch
from postmortems.actions.counting import fill_in, take_agreed
from postmortems.actions.owning import may_own
from postmortems.actions.rows import add_action, add_cause
from postmortems.choices import SectionKind, Visibility
from postmortems.contradictions import ROOT, root_value
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Citation,
    Event,
    Mitigation,
    Paragraph,
    Part,
    Postmortem,
    Section,
)
from postmortems.offered_events import OfferedEvent, offered
from postmortems.parts import Parts
from postmortems.provenance import COPIED, as_read as reads, entry_key


@transaction.atomic
def draft_from_facts(postmortem: Postmortem, *, by: User | None) -> Postmortem:
    """What the facts tell, once: the timeline that customers read, how it was resolved, how many and how long.

    What was only ever written for staff, such as what became of data, is not made public by it.
    """
    postmortem = to_write(postmortem, None, by=by)
    if postmortem.drafted_at:
        return postmortem
    incident = postmortem.incident
    postmortem.drafted_at = timezone.now()
    save(postmortem, "drafted_at", by=by, reason=_("Drafted from the facts"))
    facts: dict[str, Any] = {
        "customers": incident.customers_affected,
        "customers_total": incident.rule_total,
        "volume": incident.volume,
        "volume_unit": incident.volume_unit,
    }
    if facts["customers"] is None and incident.rule_total:
        facts["customers"] = incident.rule_affected
    if facts["customers"] is None:
        facts["customers_total"] = None
    if facts["customers"] is not None and (facts["customers_total"] or 0) < facts["customers"]:
        facts["customers_total"] = None
    fill_in(postmortem, by=by, **facts)
    if postmortem.template.has_records:
        return postmortem
    public = [line for line in offered(incident) if line.is_public]
    for line in public[: verbs.MOST]:
        take_event(postmortem, line, by=by)
    add_cause(postmortem, is_root=True, by=by)  # to be written: nobody but its author knows
    add_action(postmortem, by=by)
    last = incident.updates.visible().filter(status=Status.RESOLVED).order_by("-posted_at", "-pk").first()
    if last is not None and (section := _section(postmortem, SectionKind.MITIGATION)):
        verbs.add(Paragraph, postmortem, by=by, section=section, text=last.body)
    if incident.customer_impact and (section := _section(postmortem, SectionKind.IMPACT)):
        verbs.add(Paragraph, postmortem, by=by, section=section, text=incident.customer_impact, is_internal=True)
    return postmortem


@transaction.atomic
def take_event(postmortem: Postmortem, line: OfferedEvent, *, by: User | None, record=None) -> Event:
    """A line of the incident's timeline, into a record or into the document: once, and back where it was removed."""
    there = postmortem.events.filter(record=record, entry=line.pk).order_by("-pk").first()
    if there is not None:
        return there if there.removed_at is None else verbs.restore(there, by=by)
    event = verbs.add(
        Event, postmortem, by=by, record=record, at=line.at, text=line.text, kind=line.kind,
        entry=TimelineEntry.objects.get(pk=line.pk, incident=postmortem.incident), is_internal=not line.is_public,
    )  # fmt: skip
    if record is None:
        _cite(postmortem, event, entry_key(line.pk), by=by)
    return event


@transaction.atomic
def take_over(source: Part, *, by: User | None, into: Section | None = None) -> Part:
    """A part of a record, into the document; the part that it was taken over into, if it was already.

    ``into``: for words, another section than the one that answers to the question go to.
    """
    postmortem = to_write(source.postmortem, None, by=by)
    if source.record_id is None or source.removed_at is not None:
        raise DomainError(_("Only what stands in a record is taken over."))
    if there := taken(postmortem, source):
        return there
    part = _taken_over(postmortem, source, by=by, into=into)
    touch(postmortem)
    return part


def _taken_over(postmortem: Postmortem, source: Part, *, by: User | None, into: Section | None = None) -> Part:
    """Under the lock of the post-mortem, which the caller holds."""
    facts = _copied(postmortem, source)
    part: Part
    is_lost = is_new = False
    if isinstance(source, Assessment):
        part = fill_in(postmortem, by=by, is_internal=source.is_internal, **facts)
    elif isinstance(source, Event) and source.entry_id and (same := _same_entry(postmortem, source)):
        part = same
    else:
        if isinstance(source, Paragraph):
            section = into or _section(postmortem, source.question.goes_to)
            is_lost = section is None  # this form has none for it: wherever it stands now, staff read it first
            facts["section"] = section or postmortem.sections.order_by("position", "pk").first()
        part = verbs.put(type(source), postmortem, by=by, is_internal=source.is_internal or is_lost, **facts)
        is_new = True
    if isinstance(source, ActionItem) and isinstance(part, ActionItem):
        _take_links(source, part, postmortem, by=by)
    if is_new or not postmortem.citations.filter(part=part.key, source=source.key).exists():
        _cite(postmortem, part, source.key, as_read=reads(source), by=by)
    return part


@transaction.atomic
def draft_from_records(postmortem: Postmortem, *, by: User | None) -> int:
    """Everything that records which are in say, and that was not taken over yet. How many parts that was."""
    postmortem = to_write(postmortem, None, by=by)
    draft_from_facts(postmortem, by=by)
    found = Parts(postmortem)
    there = {citation.source for citation in found.citations}
    count = 0
    for table in (found.paragraphs, found.events, found.mitigations, found.causes, found.actions):
        for part in sorted(table, key=lambda part: found.letters[part.record_id]):
            record = found.records.get(part.record_id or 0)
            if record is None or not record.is_submitted or part.key in there or not part.text.strip():
                continue
            part.postmortem = postmortem
            _taken_over(postmortem, part, by=by)
            count += 1
    touch(postmortem)
    return count + bool(take_agreed(found, by=by))


@transaction.atomic
def take_change(citation: Citation, *, by: User | None, with_words: bool = True) -> Part:
    """The source reads otherwise since it was taken over: its words of now, or (without) only that it was seen.

    What is internal there by now becomes internal here. Nothing becomes public by it: that is said by hand.
    """
    postmortem = to_write(citation.postmortem, None, by=by)
    source, part = verbs.get(postmortem, citation.source), verbs.get(postmortem, citation.part)
    if with_words:
        facts = _copied(postmortem, source)
        if source.is_internal:
            facts["is_internal"] = True
        part = verbs.change(part, by=by, **{name: facts[name] for name in facts if name not in ("entry", "closed_at")})
    citation.as_read, citation.by, citation.at = reads(source), by, timezone.now()
    save_audited(citation, by=by)
    touch(postmortem)
    return part


def _cite(postmortem: Postmortem, part: Part, source: str, *, by: User | None, as_read: str = "") -> None:
    """The part rests on this too: a part of a record by its key, or an entry of the timeline (:func:`entry_key`)."""
    save_audited(Citation(postmortem=postmortem, part=part.key, source=source, as_read=as_read, by=by), by=by)


def taken(postmortem: Postmortem, source: Part) -> Part | None:
    """The part of the document that the source was taken over into, if it stands."""
    for key in postmortem.citations.filter(source=source.key).values_list("part", flat=True):
        part = verbs.kind_of(key).objects.of_document().filter(postmortem=postmortem, key=key).first()
        if part is not None:
            part.postmortem = postmortem
            return part
    return None


def _copied(postmortem: Postmortem, source: Part) -> dict[str, Any]:
    """What a part hands on. Nobody owns an action who could not work on it by now: the gates ask who does."""
    facts: dict[str, Any] = {name: getattr(source, name) for name in COPIED[type(source)]}
    if isinstance(source, Cause) and _is_outvoted(postmortem, source):
        facts["is_root"] = False
    if not may_own(postmortem, facts.get("owner")):
        facts["owner"] = None
    return facts


def _is_outvoted(postmortem: Postmortem, source: Cause) -> bool:
    """Whether it was settled, and still is, that another cause is the root."""
    if not source.is_root or not postmortem.settlements.filter(question=ROOT).exclude(chosen="").exists():
        return False
    row = next((each for each in Parts(postmortem).contradictions if each.question == ROOT), None)
    chosen = row.settlement.chosen if row is not None and row.settlement is not None and row.is_settled else ""
    return chosen not in ("", root_value(source))


def _section(postmortem: Postmortem, kind: str) -> Section | None:
    """Of several texts of their own, one that is internal before one that customers read."""
    found = sorted(postmortem.sections.filter(kind=kind), key=lambda each: each.visibility != Visibility.INTERNAL)
    return found[0] if found else None


def _same_entry(postmortem: Postmortem, source: Event) -> Event | None:
    return postmortem.events.of_document().filter(entry=source.entry_id).first()


def _take_links(source: ActionItem, action: ActionItem, postmortem: Postmortem, *, by: User | None) -> None:
    """What it works on in the record, where that was taken over too."""
    others: Iterable[Part] = [*source.causes.all(), *source.fixes.all()]
    for other in others:
        there = taken(postmortem, other)
        if isinstance(there, Cause | Mitigation):
            verbs.put_link(action, there, on=True, by=by)
