"""The document as plain Markdown, as JSON, and as one file of HTML that word processors open.

Each is a pure function of the same values as the PDF, says the same in the same order, and holds nothing internal
unless the edition is.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.db.models import Choices
from django.template.loader import render_to_string
from django.utils import translation

from incidents.choices import Level
from postmortems.choices import (
    ActionKind,
    ActionState,
    Affects,
    CauseKind,
    EventKind,
    Lasts,
    Metric,
    Priority,
    SectionKind,
    Visibility,
)
from postmortems.document import frozen
from postmortems.document.edition import Dress, Edition
from postmortems.document.markdown import written
from postmortems.document.outline import outline, shown
from postmortems.document.values import Content

ENUMERATIONS: dict[str, type[Choices]] = {  # by the field that holds their words
    "action.kind": ActionKind,
    "action.priority": Priority,
    "action.state": ActionState,
    "cause.affects": Affects,
    "cause.kind": CauseKind,
    "event.kind": EventKind,
    "impact.level": Level,
    "mitigation.lasts": Lasts,
    "section.kind": SectionKind,
    "section.visibility": Visibility,
    "step.metric": Metric,
}
FORMAT = "bridgewatch-postmortem/1"


def as_markdown(content: Content, edition: Edition, dress: Dress) -> str:
    """CommonMark with tables (GitHub's), lines ended by a line feed, one at the end."""
    with translation.override(dress.language):
        return written(outline(content, edition, dress))


def as_json(content: Content, edition: Edition, dress: Dress) -> str:
    """The values themselves, not their words: a program makes of them what it likes.

    ``{"format", "language", "zone", "name", "address", "labels", "edition", "content"}``. ``content`` and ``edition``
    have the names of :mod:`postmortems.document.values`; times are ISO 8601 with their offset, days ``YYYY-MM-DD``,
    words of enumerations as they are stored, texts Markdown source. ``labels`` has what people read for each of those
    words, by the name of the enumeration. A field may be added in time; none changes its meaning without another
    ``format``.
    """
    held: dict[str, Any] = {
        "format": FORMAT,
        "language": dress.language,
        "zone": dress.zone,
        "name": dress.name,
        "address": dress.address,
        "labels": _labels(dress.language),
        "edition": frozen.dump(_unsigned(edition)),
        "content": frozen.dump(shown(content, edition)),
    }
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"


def _labels(language: str) -> dict[str, dict[str, str]]:
    with translation.override(language):
        return {name: {str(word): str(label) for word, label in each.choices} for name, each in ENUMERATIONS.items()}


def _unsigned(edition: Edition) -> Edition:
    """For customers, who signed is a role and a time."""
    if edition.is_internal:
        return edition
    return replace(edition, sign_offs=tuple(replace(each, name="") for each in edition.sign_offs))


def as_html(content: Content, edition: Edition, dress: Dress) -> str:
    """One file without script, picture or address of a stylesheet: headings, paragraphs, lists and tables with borders.

    Opens in LibreOffice and Word, where it can be saved as a document of theirs; the timeline is told in sentences.
    """
    o = outline(content, edition, dress)
    with translation.override(dress.language):
        return render_to_string("postmortems/export/document.html", {"o": o})
