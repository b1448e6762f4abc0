"""Microsoft Teams: an Adaptive Card, as the webhooks of its workflows take it (less than 28 KB)."""

from __future__ import annotations

import json
from typing import Any

from notifications.messages.chat import Note, note
from notifications.messages.dialects import TEAMS, cut, uncalled
from notifications.messages.outgoing import Outgoing

LARGEST = 27_000  # bytes
FACTS = 20
COLORS = {"op": "good", "degraded": "warning", "partial": "warning", "major": "attention", "maint": "accent"}
Json = dict[str, Any]


def payload(outgoing: Outgoing) -> Json:
    said = note(outgoing)
    most = 10_000
    while True:
        message = _message(said, most)
        if most < 200 or len(json.dumps(message).encode()) <= LARGEST:
            return message
        most //= 2


def _message(said: Note, most: int) -> Json:
    """``most``: characters of each text."""
    body: list[Json] = []
    if said.flag:
        body.append(_text(TEAMS.literal(said.flag), weight="Bolder", color=COLORS.get(said.slug, "default")))
    body.append(_text(TEAMS.literal(said.title, 300), size="Large", weight="Bolder", spacing="None"))
    if said.at:
        body.append(_text(TEAMS.literal(said.at), isSubtle=True, size="Small", spacing="None"))
    body += [_text(TEAMS.render(text, most)) for text in said.texts]
    if said.step:
        body.append({"type": "Container", "style": "emphasis", "items": [_text(TEAMS.bold(said.step))]})
    if said.promise:
        body.append(_text(f"{TEAMS.literal(said.promise[0])} {TEAMS.bold(said.promise[1])}"))
    for fact in said.facts:
        if fact.is_markdown:
            body += [_text(TEAMS.bold(fact.label)), _text(TEAMS.render(fact.value, most), spacing="None")]
    if pairs := [fact for fact in said.facts if not fact.is_markdown][:FACTS]:
        facts = [
            {"title": cut(uncalled(each.label), 200), "value": TEAMS.literal(each.value, 500) or " "} for each in pairs
        ]
        body.append({"type": "FactSet", "facts": facts, "separator": True})
    small = " · ".join([TEAMS.literal(said.source), *(TEAMS.hyperlink(*each) for each in said.quiet)])
    body.append(_text(small, isSubtle=True, size="Small", separator=True))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(uncalled(said.fallback), 1_000),
        "msteams": {"width": "Full"},
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in said.links],
    }
    return {
        "type": "message",
        "summary": cut(uncalled(said.fallback), 200),
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _text(text: str, **more: Any) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True} | more
