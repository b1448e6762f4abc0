"""Fields are saved while people write: the door that a record and a draft share.

A browser sends what was typed since the last time, as JSON, and keeps it until this answers that it is written::

    {"changes": [
        {"do": "set", "key": "cau_…", "field": "text", "read": "as it was", "value": "as it is to be"},
        {"do": "add", "kind": "cau", "key": "cau_chosen00000", "values": {"text": "…"}, "under": "section-7"},
        {"do": "remove", "key": "cau_…"}, {"do": "restore", "key": "cau_…"},
        {"do": "order", "keys": ["cau_…", "cau_…"]},
        {"do": "link", "key": "act_…", "other": "cau_…", "on": true}
     ],
     "where": {"section": "causes", "part": "cau_…"}, "since": "2026-11-20T14:02:11+00:00"}

The answer has a result for each change, in order: ``{"done": true}``, ``{"theirs": "…", "who": "…"}`` where somebody
else changed the field, or ``{"error": "…"}``; what others changed ``since``; and who else is here.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from incidents import numbers, refusing
from incidents.exceptions import DomainError
from incidents.models import User
from postmortems import actions, presence
from postmortems.actions import parts as verbs
from postmortems.forms import parts as fields
from postmortems.models import ActionItem, Cause, Mitigation, Paragraph, Part, Postmortem, Record, Section, Why
from postmortems.views.base import of_postmortem, of_record

LARGEST, MOST = 1_000_000, 200  # bytes, changes
KEY = re.compile(r"[a-z]{3}_[a-z0-9]{12,40}")
Change = dict[str, Any]


@require_POST
@of_postmortem()
def save_document(request: HttpRequest, postmortem: Postmortem) -> JsonResponse:
    return _answer(request, postmortem, None)


@require_POST
@of_record()
def save_record(request: HttpRequest, record: Record) -> JsonResponse:
    return _answer(request, record.postmortem, record)


def _answer(request: HttpRequest, postmortem: Postmortem, record: Record | None) -> JsonResponse:
    asked = _read(request)
    started, user = timezone.now(), cast(User, request.user)
    results = [_one(change, postmortem, record, by=user) for change in asked["changes"]]
    where = asked.get("where")
    where = where if isinstance(where, dict) else {}
    section, part = str(where.get("section", "")), str(where.get("part", ""))
    presence.seen(postmortem, record, user, section=section, part=part)
    since = _moment(asked.get("since"))
    changed = presence.changed_by_others(postmortem, record, user, since=since) if since else []
    return JsonResponse(
        {
            "at": started.isoformat(),
            "results": results,
            "changed": {part.key: _as_shown(part) for part in changed},
            "here": [
                {"who": str(each.user), "section": each.section, "part": each.part}
                for each in presence.others(postmortem, record, user)
            ],
        }
    )


def _as_shown(part: Part) -> dict[str, Any]:
    gone = {"removed": True} if part.removed_at else {}
    return {"fields": fields.shown(part), "who": str(part.changed_by or "")} | gone


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("JSON is expected.")
    if len(request.body) > LARGEST:
        raise BadRequest("At most 1 MB at a time.")
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("This is not JSON.") from error
    changes = asked.get("changes") if isinstance(asked, dict) else None
    if not isinstance(changes, list) or len(changes) > MOST or not all(isinstance(each, dict) for each in changes):
        raise BadRequest(f"A list of at most {MOST} changes is expected.")
    return asked


def _moment(text: Any):
    at = parse_datetime(text) if isinstance(text, str) else None
    return at if at is not None and timezone.is_aware(at) else None


def _one(change: Change, postmortem: Postmortem, record: Record | None, *, by) -> Change:
    """One change in a transaction of its own: what cannot be done holds up nothing else."""
    result: Change = {"done": True}
    with refusing.kept() as tried:
        made = VERBS.get(_text(change, "do"), _unknown)(change, postmortem, record, by=by)
        if isinstance(made, dict):
            result |= made
    if isinstance(tried.refusal, verbs.Clash):
        part = verbs.get(postmortem, _text(change, "key"))
        return {"theirs": fields.typed(part, tried.refusal.field), "who": str(tried.refusal.who or "")}
    return result if tried.is_done else {"error": str(tried.refusal)}


def _set(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    part, name = _part(change, postmortem, record), _text(change, "field")
    kind = type(part)
    read = {name: fields.clean(kind, name, _text(change, "read"))} if "read" in change else None
    part = verbs.change(part, by=by, read=read, **{name: fields.clean(kind, name, _text(change, "value"))})
    return {"value": fields.typed(part, name)}


def _add(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    kind, key = verbs.kind_of(_text(change, "kind") + "_"), _text(change, "key")
    if not KEY.fullmatch(key) or not key.startswith(f"{_text(change, 'kind')}_"):
        raise DomainError("A new row needs a key of its kind.")
    values = change.get("values", {})
    if not isinstance(values, dict):
        raise DomainError("Values are names with texts.")
    facts = {name: fields.clean(kind, name, str(value)) for name, value in values.items()}
    facts |= _under(kind, change, postmortem, record)
    verbs.add(kind, postmortem, by=by, record=record, key=key, **facts)


def _under(kind: type[Part], change: Change, postmortem: Postmortem, record: Record | None) -> Change:
    """What a new paragraph or a new why stands under."""
    under = _text(change, "under")
    if kind is Why:
        cause = verbs.get(postmortem, under)
        if not isinstance(cause, Cause) or cause.record_id != (record and record.pk):
            raise DomainError("A why leads to a cause of the same document.")
        return {"cause": cause}
    if kind is not Paragraph:
        return {}
    place, _dash, pk = under.partition("-")
    if not numbers.is_key(pk):
        raise DomainError("A paragraph stands in a section, or answers a question.")
    if place == "question" and record is not None:
        question = postmortem.template.questions.filter(pk=pk).first()
        if question is None:
            raise DomainError("There is no such question.")
        return {"question": question}
    section = Section.objects.filter(postmortem=postmortem, pk=pk).first()
    if section is None or record is not None:
        raise DomainError("There is no such section.")
    return {"section": section}


def _remove(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    verbs.remove(_part(change, postmortem, record), by=by)


def _restore(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    verbs.restore(_part(change, postmortem, record), by=by)


def _order(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    keys = change.get("keys")
    if not isinstance(keys, list):
        raise DomainError("An order is a list of keys.")
    parts = [_part({"key": key}, postmortem, record) for key in keys]
    if len({type(part) for part in parts}) > 1:
        raise DomainError("Only rows of one kind have an order.")
    verbs.reorder(parts, by=by)


def _link(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    action = _part(change, postmortem, record)
    other = _part({"key": change.get("other")}, postmortem, record)
    if not isinstance(action, ActionItem) or not isinstance(other, Cause | Mitigation):
        raise DomainError("An action works on a cause, or replaces a temporary measure.")
    actions.link(action, other, on=bool(change.get("on")), by=by)


def _unknown(change: Change, postmortem: Postmortem, record: Record | None, *, by):
    raise DomainError("This is not something to do.")


VERBS = {"set": _set, "add": _add, "remove": _remove, "restore": _restore, "order": _order, "link": _link}


def _part(change: Change, postmortem: Postmortem, record: Record | None) -> Part:
    """Of this record, or of the document: what is written in one screen belongs to it."""
    part = verbs.get(postmortem, _text(change, "key"))
    if part.record_id != (record and record.pk):
        raise DomainError("It stands somewhere else.")
    return part


def _text(change: Change, name: str) -> str:
    value = change.get(name, "")
    if not isinstance(value, str):
        raise DomainError("Texts are expected.")
    return value
