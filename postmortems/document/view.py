"""The document as a screen of HTML shows it: each section with its paragraphs rendered, under an anchor of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from incidents import markdown
from incidents.wording import label
from postmortems.choices import SectionKind
from postmortems.document.facts import Impact
from postmortems.document.values import Action, Cause, Content, Paragraph, Section


@dataclass(frozen=True)
class Shown:
    """A paragraph in HTML that is safe to publish."""

    html: SafeString
    paragraph: Paragraph


@dataclass(frozen=True)
class ShownSection:
    """``number`` counts from one; ``anchor`` leads to it."""

    number: int
    section: Section
    paragraphs: tuple[Shown, ...]

    @property
    def kind(self) -> SectionKind:
        return self.section.kind

    @property
    def anchor(self) -> str:
        return self.section.key or f"section-{self.number}"


@dataclass(frozen=True)
class Row:
    """A cause with the mark of each action in its column: ``good``, ``temporary`` or none."""

    cause: Cause
    marks: tuple[tuple[Action, str], ...]

    @property
    def is_covered(self) -> bool:
        return any(mark == "good" for _action, mark in self.marks)


def sections(content: Content) -> list[ShownSection]:
    return [
        ShownSection(number, section, tuple(Shown(markdown.render(each.text), each) for each in section.paragraphs))
        for number, section in enumerate(content.sections, start=1)
    ]


def matrix(content: Content) -> list[Row]:
    """Which action works on which cause: the holes show (3-42)."""
    return [Row(cause, tuple((action, _mark(action, cause)) for action in content.working)) for cause in content.causes]


def _mark(action: Action, cause: Cause) -> str:
    if cause.number not in action.causes:
        return ""
    return "temporary" if action.is_temporary else "good"


def impacts(content: Content) -> list[tuple[str, list[Impact]]]:
    """By component and location, in order."""
    found: dict[str, list[Impact]] = {}
    for impact in content.impacts:
        found.setdefault(label(impact.component, impact.location), []).append(impact)
    return list(found.items())
