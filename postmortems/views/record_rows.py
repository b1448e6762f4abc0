"""What a section of a record shows: its questions and rows with their forms, on top of what was typed and refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from incidents.models.public_id import new_public_id
from postmortems.actions.parts import KINDS
from postmortems.answers import Answer
from postmortems.forms import parts as fields
from postmortems.forms.changes import KEY
from postmortems.forms.rows import FORMS, SHAPES, RowForm
from postmortems.models import Event, Part

Typed = Mapping[str, Mapping[str, str]]  # by key and field
NEW = "__key__"  # stands for the key in the row that a script copies
PREFIXES = {kind: prefix for prefix, kind in KINDS.items()}


@dataclass(frozen=True)
class Posted:
    """What somebody sent without a script, and what was refused of it: by key and field, or by the key of a row."""

    typed: Typed = field(default_factory=dict)
    said: Typed = field(default_factory=dict)
    held: Typed = field(default_factory=dict)  # what the field holds by now, where somebody else changed it

    @property
    def problems(self) -> dict[str, str]:
        """What was refused, by the name of the control; of a whole row, without one."""
        found = {
            f"{key}-{name}" if name else "": text for key, said in self.said.items() for name, text in said.items()
        }
        return {name: str(text) for name, text in found.items()}

    def of(self, key: str, values: Mapping[str, str]) -> dict[str, str]:
        """The texts to show of a row, whose fields hold ``values``."""
        return {**values, **self.typed.get(key, {})}


@dataclass(frozen=True)
class Said:
    """How a chosen value reads in the line of a closed row."""

    name: str
    label: str
    shape: str


@dataclass(frozen=True)
class Row:
    """A row of a list: closed a sentence, open its own form."""

    key: str
    form: RowForm
    part: Any  # none while it is not there yet
    number: int = 0
    is_open: bool = False
    error: str = ""

    @property
    def error_list(self) -> list[str]:
        return [self.error] if self.error else []

    @property
    def text(self) -> str:
        return self.form.shown("text").strip()

    @property
    def read(self) -> dict[str, str]:
        return self.form.read

    @property
    def needs(self) -> str:
        return " ".join(self.form.needs)

    @property
    def chosen(self) -> dict[str, Said]:
        """By field: what stands in the line of a closed row."""
        found = {}
        for name, made in self.form.fields.items():
            if choices := getattr(made, "choices", None):
                value = self.form.shown(name)
                label = next((str(label) for each, label in choices if str(each) == value), "")
                found[name] = Said(name, label, SHAPES.get((name, value), ""))
        return found


def rows_of(
    kind: type[Part],
    parts: Iterable[Part],
    posted: Posted,
    *,
    opened: str = "",
    beginning: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> list[Row]:
    """Those that there are, and those that were begun and could not be added. ``beginning``: what a new row holds."""
    prefix, form = _prefix(kind), FORMS[kind]
    found = []
    for number, part in enumerate(parts, start=1):
        read = fields.shown(part)
        made = _form(form, part.key, read, posted, more)
        is_open = opened == part.key or bool(made.said)
        found.append(Row(part.key, made, part, number, is_open, posted.said.get(part.key, {}).get("", "")))
    there = {row.key for row in found}
    for key in posted.typed:
        if key.startswith(f"{prefix}_") and key not in there and KEY.fullmatch(key) and posted.said.get(key):
            made = _form(form, key, beginning or {}, posted, more)
            found.append(Row(key, made, None, len(found) + 1, True, posted.said[key].get("", "")))
    return found


def blank(
    kind: type[Part],
    *,
    beginning: Mapping[str, str] | None = None,
    key: str = "",
    number: int = 0,
    more: Mapping[str, Any] | None = None,
) -> Row:
    """One that is not there yet: to begin with (``key`` is drawn), or for a script to copy."""
    values = _defaults(kind) | dict(beginning or {})
    key = key or new_public_id(_prefix(kind))
    return Row(key, FORMS[kind](key, values, more=more), None, number, True)


def _form(form: type[RowForm], key: str, read: Mapping[str, str], posted: Posted, more) -> RowForm:
    made = form(key, posted.of(key, read), said={n: s for n, s in posted.said.get(key, {}).items() if n}, more=more)
    made.read = {name: read.get(name, "") for name in form.names} | dict(posted.held.get(key, {}))
    return made


def _defaults(kind: type[Part]) -> dict[str, str]:
    part = kind()
    return {name: fields.typed(part, name) for name in FORMS[kind].names}


def _prefix(kind: type[Part]) -> str:
    return PREFIXES[kind]


@dataclass(frozen=True)
class Question:
    """An answer as a field with its guidance in the margin."""

    answer: Answer
    text: str
    read: str
    error: str

    @property
    def key(self) -> str:
        return self.answer.key

    @property
    def id(self) -> str:
        return f"id_{self.key}-text"

    @property
    def error_list(self) -> list[str]:
        return [self.error] if self.error else []


def questions_of(answers: Iterable[Answer], posted: Posted) -> list[Question]:
    found = []
    for answer in answers:
        text = posted.typed.get(answer.key, {}).get("text", answer.text)
        read = posted.held.get(answer.key, {}).get("text", answer.text)
        error = posted.said.get(answer.key, {})
        found.append(Question(answer, text, read, error.get("text") or error.get("", "")))
    return found


def moment_of(at: datetime) -> str:
    """As it is typed into a field."""
    return fields.typed(Event(at=at), "at")
