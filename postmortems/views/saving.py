"""Fields are saved while people write: the door that a record and a draft share.

A browser sends what was typed since the last time, as JSON, and keeps it until this answers that it is written::

    {"changes": [
        {"do": "set", "key": "cau_…", "field": "text", "read": "as it was", "value": "as it is to be"},
        {"do": "add", "kind": "cau", "key": "cau_chosen00000", "values": {"text": "…"}, "under": "section-7"},
        {"do": "remove", "key": "cau_…"}, {"do": "restore", "key": "cau_…"},
        {"do": "order", "keys": ["cau_…", "cau_…"]},
        {"do": "link", "key": "act_…", "other": "cau_…", "on": true}
     ],
     "where": {"section": "causes", "part": "cau_…"}, "since": "2026-11-20T14:02:11+00:00", "person": "7"}

The answer has a result for each change, in order: ``{"done": true}``, ``{"theirs": "…", "who": "…"}`` where somebody
else changed the field, or ``{"error": "…"}``, with the key of the row where that was ``removed`` (see
:mod:`postmortems.forms.changes`, which also knows ``take`` and the notes of disputes); what others changed ``since``;
who else is here; and how far the sections of a record are. Where somebody else than ``person`` is signed in by now,
nothing is written (409).
"""

from __future__ import annotations

import json
from typing import Any, cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents import moments
from incidents.models import User
from incidents.plain_text import unturned
from postmortems import presence, progress
from postmortems.forms import changes, parts as fields
from postmortems.models import Part, Postmortem, Record
from postmortems.parts import Parts
from postmortems.views.base import of_postmortem, of_record

LARGEST, MOST = 1_000_000, 200  # bytes, changes


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
    if asked.get("person", str(user.pk)) != str(user.pk):
        return JsonResponse({"person": str(user)}, status=409)
    results = [changes.apply(change, postmortem, record, by=user) for change in asked["changes"]]
    where = asked.get("where")
    where = where if isinstance(where, dict) else {}
    section, part = str(where.get("section", "")), str(where.get("part", ""))
    presence.seen(postmortem, record, user, section=section, part=part if changes.KEY.fullmatch(part) else "")
    since = moments.read(asked.get("since"))
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
            "progress": _progress(record) if record is not None and results else {},
        }
    )


def _progress(record: Record) -> dict[str, Any]:
    """How far each section is, as the rail of the record says."""
    steps = progress.steps_of(record, Parts(record.postmortem))
    return {step.section.value: {"state": step.state.value, "words": step.words} for step in steps}


def _as_shown(part: Part) -> dict[str, Any]:
    gone = {"removed": True} if part.removed_at else {}
    return {"fields": fields.shown(part), "who": str(part.changed_by or "")} | gone


def _unturned(found: dict[str, Any]) -> dict[str, Any]:
    """As a form is read (:class:`incidents.staff.middleware.StorableText`)."""
    return {name: unturned(value) if isinstance(value, str) else value for name, value in found.items()}


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise BadRequest("JSON is expected.")
    if len(request.body) > LARGEST:
        raise BadRequest("At most 1 MB at a time.")
    try:
        asked = json.loads(request.body, object_hook=_unturned)
    except (ValueError, RecursionError) as error:
        raise BadRequest("This is not JSON.") from error
    changes = asked.get("changes") if isinstance(asked, dict) else None
    if not isinstance(changes, list) or len(changes) > MOST or not all(isinstance(each, dict) for each in changes):
        raise BadRequest(f"A list of at most {MOST} changes is expected.")
    return asked
