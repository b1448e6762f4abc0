"""One change that somebody typed into a record or a draft, as plain text: applied by a verb, or refused in a sentence.

The JSON door (:mod:`postmortems.views.saving`) and the forms that work without a script send the same changes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import numbers, refusing, veiled
from incidents.exceptions import DomainError
from incidents.models import Component, Location, User
from incidents.moments import wrong_year
from incidents.staff.middleware import UNSTORABLE
from postmortems import actions, answers
from postmortems.actions import parts as verbs
from postmortems.choices import Metric
from postmortems.exceptions import Removed, Together
from postmortems.forms import parts as fields
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Dispute,
    Mitigation,
    Paragraph,
    Part,
    Postmortem,
    Record,
    Section,
    Why,
)
from postmortems.offered_events import offered

KEY = re.compile(r"[a-z]{3}_[a-z0-9]{12,40}")
DISPUTE = "dispute-"  # before the name of a step: a key as that of a row, with one field, the note
PLACES: dict[str, type[Component] | type[Location]] = {"comp": Component, "loc": Location}
Change = dict[str, Any]


def apply(change: Change, postmortem: Postmortem, record: Record | None, *, by: User) -> Change:
    """One change in a transaction of its own: what cannot be done holds up nothing else.

    ``{"done": True}``, with what the field holds now; ``{"theirs": …, "who": …, "at": …}`` where somebody else changed
    the field meanwhile; or ``{"error": …}``: with ``removed`` and ``who`` where that row does not stand any more, with
    ``together`` where another field of the row is in the way.
    """
    result: Change = {"done": True}
    with refusing.kept() as tried:
        made = VERBS.get(_text(change, "do"), _unknown)(change, postmortem, record, by=by)
        if isinstance(made, dict):
            result |= made
    if isinstance(tried.refusal, verbs.Clash):
        return _theirs(change, postmortem, record, tried.refusal)
    if isinstance(tried.refusal, Removed):
        return {"error": str(tried.refusal), "removed": tried.refusal.key, "who": str(tried.refusal.who or "")}
    if isinstance(tried.refusal, Together):
        return {"error": str(tried.refusal), "together": True}
    return result if tried.is_done else {"error": str(tried.refusal)}


def _theirs(change: Change, postmortem: Postmortem, record: Record | None, clash: verbs.Clash) -> Change:
    if _text(change, "key").startswith(DISPUTE):
        return {"theirs": clash.theirs, "who": str(clash.who or ""), "at": ""}
    part, name = verbs.get(postmortem, _text(change, "key")), clash.field or ""
    who, at = _changed(part, name)
    return {"theirs": fields.typed(part, name), "who": str(who or ""), "at": at.isoformat() if at else ""}


def _changed(part: Part, name: str) -> tuple[User | None, datetime | None]:
    """Who wrote what the field holds now, and when: others may have written other fields of the row since."""
    column, found = part._meta.get_field(name).attname, None
    for row in part.history.select_related("history_user")[:50]:
        if getattr(row, column) != getattr(part, column):
            break
        found = row
    return (found.history_user, found.history_date) if found else (part.changed_by, part.changed_at)


def _set(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    if _text(change, "key").startswith(DISPUTE):
        return _dispute(change, record, by=by)
    part, name = _part(change, postmortem, record), _text(change, "field")
    kind, read = type(part), {}
    if "read" in change:
        held = fields.typed(part, name) == _text(change, "read")  # also a time that two hours of a night are called
        read = {name: getattr(part, name) if held else fields.clean(kind, name, _text(change, "read"))}
    value = fields.clean(kind, name, _text(change, "value"))
    if isinstance(part, ActionItem) and name == "due_on" and value != part.due_on:
        _check_due(ActionItem(due_on=value, state=part.state, owner=part.owner))
    part = verbs.change(part, by=by, read=read, **{name: value})
    return {"value": fields.typed(part, name)}


def _check_due(item: ActionItem) -> None:
    """Nobody promises for a day that is over where they are; what is done or dropped may have been due."""
    days = item.days_left(timezone.now())
    if item.is_open and days is not None and days < 0 and not wrong_year(item.due_on):
        raise DomainError(_("This day is over. Choose today or a later one."), field="due_on")


def _dispute(change: Change, record: Record | None, *, by: User):
    """Why the figure of a step is not right: a note of the record, written as a field is."""
    name = _text(change, "key").removeprefix(DISPUTE)
    if record is None or name not in Metric.values or _text(change, "field") != "note":
        raise DomainError(_("There is nothing of this name."))
    note = " ".join(_text(change, "value").split())[: Dispute._meta.get_field("note").max_length]
    now = record.disputes.select_related("by").filter(metric=name).first()
    if "read" in change and (now.note if now else "") not in (_text(change, "read"), note):
        raise verbs.Clash("note", now.note if now else "", now.by if now else None)
    row = actions.dispute(record, metric=Metric(name), note=note, by=by)
    return {"value": row.note if row else ""}


def _add(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    kind, key = verbs.kind_of(_text(change, "kind") + "_"), _text(change, "key")
    if not KEY.fullmatch(key) or not key.startswith(f"{_text(change, 'kind')}_"):
        raise DomainError(_("A new row needs a key of its kind."))
    values = change.get("values", {})
    if not isinstance(values, dict):
        raise DomainError(_("Values are names with texts."))
    facts = {name: fields.clean(kind, name, _text(values, name)) for name in values}
    if kind is ActionItem:
        _check_due(ActionItem(**facts))
    facts |= _under(kind, change, postmortem, record)
    verbs.add(kind, postmortem, by=by, record=record, key=key, **facts)


def _under(kind: type[Part], change: Change, postmortem: Postmortem, record: Record | None) -> Change:
    """What a new paragraph or a new why stands under."""
    under = _text(change, "under")
    if kind is Why:
        cause = verbs.get(postmortem, under)
        if not isinstance(cause, Cause) or cause.record_id != (record and record.pk):
            raise DomainError(_("A why leads to a cause of the same document."))
        return {"cause": cause}
    if kind is not Paragraph:
        return {}
    place, _dash, pk = under.partition("-")
    if not numbers.is_key(pk):
        raise DomainError(_("A paragraph stands in a section, or answers a question."))
    if place == answers.QUESTION and record is not None:
        question = postmortem.template.questions.filter(pk=pk).first()
        if question is None:
            raise DomainError(_("There is no such question."))
        if _text(change, "key") != answers.key_of(record, question):
            raise DomainError(_("A new row needs a key of its kind."))
        return {"question": question}
    section = Section.objects.filter(postmortem=postmortem, pk=pk).first()
    if section is None or record is not None:
        raise DomainError(_("There is no such section."))
    if answers.ANSWER.fullmatch(_text(change, "key")):  # nobody takes the key that an answer is going to have
        raise DomainError(_("A new row needs a key of its kind."))
    return {"section": section}


def _remove(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    verbs.remove(_part(change, postmortem, record), by=by)


def _restore(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    verbs.restore(_part(change, postmortem, record), by=by)


def _order(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    keys = change.get("keys")
    if not isinstance(keys, list):
        raise DomainError(_("An order is a list of keys."))
    parts = [_part({"key": key}, postmortem, record) for key in keys]
    if len({type(part) for part in parts}) > 1:
        raise DomainError(_("Only rows of one kind have an order."))
    verbs.reorder(parts, by=by)


def _link(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    """An action and what it works on; an assessment and a component or a location that was hit."""
    part, name, on = _part(change, postmortem, record), _text(change, "other"), bool(change.get("on"))
    if isinstance(part, Assessment):
        place = PLACES[prefix].objects.filter(public_id=name).first() if (prefix := _prefix(name)) in PLACES else None
        if place is None:
            raise DomainError(_("There is no such component or location."))
        verbs.place(part, place, on=on, by=by)
        return
    other = _part({"key": name}, postmortem, record)
    if not isinstance(part, ActionItem) or not isinstance(other, Cause | Mitigation):
        raise DomainError(_("An action works on a cause, or replaces a temporary measure."))
    actions.link(part, other, on=on, by=by)


def _take(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    """A line of the incident's own timeline, taken or not: by its veiled key."""
    pk = veiled.read(_text(change, "entry"))
    if not change.get("on"):
        for event in postmortem.events.standing().filter(record=record, entry=pk):
            event.postmortem = postmortem
            verbs.remove(event, by=by)
        return None
    line = next((line for line in offered(postmortem.incident, user=by) if line.pk == pk), None)
    if line is None:
        raise DomainError(_("This is no line of the incident’s timeline any more."))
    return {"key": actions.take_event(postmortem, line, by=by, record=record).key}


def _unknown(change: Change, postmortem: Postmortem, record: Record | None, *, by: User):
    raise DomainError(_("This is not something to do."))


VERBS = {
    "set": _set, "add": _add, "remove": _remove, "restore": _restore, "order": _order, "link": _link, "take": _take,
}  # fmt: skip


def _part(change: Change, postmortem: Postmortem, record: Record | None) -> Part:
    """Of this record, or of the document: what is written in one screen belongs to it."""
    part = verbs.get(postmortem, _text(change, "key"))
    if part.record_id != (record and record.pk):
        raise DomainError(_("It stands somewhere else."))
    return part


def _prefix(key: str) -> str:
    return key.partition("_")[0]


def _text(change: Change, name: str) -> str:
    value = change.get(name, "")
    if not isinstance(value, str):
        raise DomainError(_("Texts are expected."))
    if UNSTORABLE.search(value):
        raise DomainError(_("A character in it cannot be stored."))
    return value
