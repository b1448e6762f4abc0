"""The draft as a screen writes it: each section with the rows that stand in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from incidents.markdown import has_words
from postmortems.choices import ActionKind, ActionState, Lasts, SectionKind
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Section, Why
from postmortems.parts import Parts, of_document


@dataclass(frozen=True)
class CauseRow:
    """A cause with the whys that lead to it, whether an action works on it for good, and one that nobody wrote yet."""

    cause: Cause
    whys: list[Why]
    is_covered: bool
    begun: ActionItem | None


@dataclass(frozen=True)
class MitigationRow:
    """Something that was done, and whether an action replaces it for good: none where nothing has to."""

    mitigation: Mitigation
    is_replaced: bool | None


@dataclass(frozen=True)
class ActionRow:
    """An action with every cause and every temporary measure, and whether it is linked to each."""

    action: ActionItem
    causes: list[tuple[Cause, bool]]
    measures: list[tuple[Mitigation, bool]]


@dataclass(frozen=True)
class DraftSection:
    """One section. Only the rows of its kind are filled."""

    section: Section
    paragraphs: list[Paragraph]
    events: list[Event] = field(default_factory=list)
    mitigations: list[MitigationRow] = field(default_factory=list)
    causes: list[CauseRow] = field(default_factory=list)
    actions: list[ActionRow] = field(default_factory=list)
    assessment: Assessment | None = None

    @property
    def kind(self) -> str:
        return self.section.kind

    @property
    def anchor(self) -> str:
        return f"section-{self.section.pk}"


def sections(parts: Parts) -> list[DraftSection]:
    """All of them, in order. No query of its own."""
    paragraphs = defaultdict(list)
    for paragraph in parts.paragraphs:
        paragraphs[paragraph.section_id].append(paragraph)
    causes, actions = _causes(parts), _actions(parts)
    mitigations, events = _mitigations(parts), of_document(parts.events)
    has_log = any(section.kind == SectionKind.RESPONSE_LOG for section in parts.sections)
    rows: dict[SectionKind, dict[str, Any]] = {
        SectionKind.TIMELINE: {"events": events},
        SectionKind.ROOT_CAUSE: {"causes": [row for row in causes if row.cause.is_root]},
        SectionKind.FACTORS: {"causes": [row for row in causes if not row.cause.is_root]},
        SectionKind.MITIGATION: {"mitigations": [] if has_log else mitigations},
        SectionKind.RESPONSE_LOG: {"mitigations": mitigations},
        SectionKind.ACTIONS: {"actions": actions},
        SectionKind.IMPACT: {"assessment": parts.assessment},
    }
    return [
        DraftSection(section, paragraphs[section.pk], **rows.get(SectionKind(section.kind), {}))
        for section in parts.sections
    ]


def _causes(parts: Parts) -> list[CauseRow]:
    whys = defaultdict(list)
    for why in parts.whys:
        whys[why.cause_id].append(why)
    lasting = {cause.pk for action in _lasting(parts) for cause in action.causes.all()}
    unwritten = [action for action in of_document(parts.actions) if not has_words(action.text)]
    begun = {cause.pk: action for action in unwritten for cause in action.causes.all()}
    return [
        CauseRow(cause, whys[cause.pk], cause.pk in lasting, begun.get(cause.pk)) for cause in of_document(parts.causes)
    ]


def _mitigations(parts: Parts) -> list[MitigationRow]:
    replaced = {each.pk for action in _lasting(parts) for each in action.fixes.all()}
    return [
        MitigationRow(each, each.pk in replaced if each.lasts == Lasts.TEMPORARY and has_words(each.text) else None)
        for each in of_document(parts.mitigations)
    ]


def _lasting(parts: Parts) -> list[ActionItem]:
    """Written, not dropped, and more than a remedy for the moment: what the gates count."""
    return [
        action
        for action in of_document(parts.actions)
        if has_words(action.text) and action.kind != ActionKind.MITIGATE and action.state != ActionState.DROPPED
    ]


def _actions(parts: Parts) -> list[ActionRow]:
    causes = of_document(parts.causes)
    temporary = [each for each in of_document(parts.mitigations) if each.lasts == Lasts.TEMPORARY]
    found = []
    for action in of_document(parts.actions):
        on = {cause.pk for cause in action.causes.all()}
        fixes = {each.pk for each in action.fixes.all()}
        found.append(
            ActionRow(
                action,
                [(cause, cause.pk in on) for cause in causes],
                [(each, each.pk in fixes) for each in temporary],
            )
        )
    return found
