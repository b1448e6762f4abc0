"""How a part of a record reads, so that one can tell whether it reads otherwise since it was taken over."""

from __future__ import annotations

from collections.abc import Mapping

from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Part

COPIED: Mapping[type[Part], tuple[str, ...]] = {  # what a part of a record hands on to the document; words come first
    Paragraph: ("text",),
    Event: ("text", "at", "kind", "entry", "link", "evidence"),
    Mitigation: ("text", "at", "ended_at", "role", "who", "lasts", "effect", "faster"),
    Cause: ("text", "kind", "is_root", "affects"),
    ActionItem: ("text", "kind", "priority", "state", "owner", "due_on", "proof", "ticket", "closed_at"),
    Assessment: ("customers", "customers_total", "volume", "volume_unit", "lasting", "data"),
}
BETWEEN = "\x1f"  # no text that people type holds it
INTERNAL = "internal"


def as_read(part: Part) -> str:
    """Everything that it hands on, as one text; that it is internal, too: whoever took it over hears of that."""
    said = [str(getattr(part, _column(name))) for name in COPIED[type(part)]]
    return BETWEEN.join([*said, INTERNAL] if part.is_internal else said)


def read_text(as_read: str) -> str:
    """Its words alone, out of :func:`as_read`."""
    return " ".join(as_read.partition(BETWEEN)[0].split())


def entry_key(pk: int) -> str:
    """What an entry of the incident's timeline is called where a part rests on it."""
    return f"entry_{pk}"


def _column(name: str) -> str:
    """Of another row its key: no query is made."""
    return f"{name}_id" if name in ("entry", "evidence", "owner") else name
