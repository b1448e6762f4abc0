"""Slack's Block Kit, within its limits. ``verbatim``: Slack shall make no mention of what merely looks like one."""

from __future__ import annotations

from typing import Any

from notifications.messages.chat import note
from notifications.messages.dialects import SLACK, cut, uncalled
from notifications.messages.outgoing import Outgoing

BLOCKS, TEXT, HEADER, FIELDS, FIELD, FALLBACK = 50, 3_000, 150, 10, 2_000, 4_000
Json = dict[str, Any]


def payload(outgoing: Outgoing) -> Json:
    said = note(outgoing)
    blocks: list[Json] = []
    if said.flag:
        blocks.append(_context(SLACK.bold(said.flag)))
    blocks.append(
        {"type": "header", "text": {"type": "plain_text", "text": cut(uncalled(said.title), HEADER), "emoji": False}}
    )
    if said.at:
        blocks.append(_context(SLACK.literal(said.at)))
    blocks += [_section(SLACK.render(text, TEXT)) for text in said.texts]
    if said.step:
        blocks.append(_section(f"> {SLACK.bold(said.step)}"))
    if said.promise:
        label, at = said.promise
        blocks.append(_section(f"{SLACK.literal(label)} {SLACK.bold(at)}"))
    for fact in said.facts:
        if fact.is_markdown:
            head = f"{SLACK.bold(fact.label)}\n"
            blocks.append(_section(head + SLACK.render(fact.value, TEXT - len(head))))
    if pairs := [fact for fact in said.facts if not fact.is_markdown][: FIELDS * 2]:
        rows = [_text(f"{SLACK.bold(each.label)}\n{SLACK.literal(each.value)}".strip(), FIELD) for each in pairs]
        blocks += [{"type": "section", "fields": rows[at : at + FIELDS]} for at in range(0, len(rows), FIELDS)]
    if said.links:
        first, *others = said.links
        links = [f"*{SLACK.hyperlink(*first)}*", *(SLACK.hyperlink(*each) for each in others)]
        blocks.append(_section("   ".join(links)))
    small = [SLACK.literal(said.source), *(SLACK.hyperlink(*each) for each in said.quiet)]
    blocks.append(_context(" · ".join(small)))
    return {
        "text": cut(SLACK.escaped(said.fallback), FALLBACK),
        "blocks": [block for block in blocks if block][:BLOCKS],
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
        "link_names": False,
    }


def _section(text: str) -> Json:
    return {"type": "section", "text": _text(text, TEXT)} if text.strip() else {}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_text(text, TEXT)]}


def _text(text: str, most: int) -> Json:
    return {"type": "mrkdwn", "text": _cut(text, most), "verbatim": True}


def _cut(text: str, most: int) -> str:
    """Not inside a link or an entity: what is left of one goes too."""
    if len(text) <= most:
        return text
    head = cut(text, most).removesuffix("…")
    if head.rfind("<") > head.rfind(">"):
        head = head[: head.rfind("<")]
    if head.rfind("&") > head.rfind(";"):
        head = head[: head.rfind("&")]
    if head.count("```") % 2:
        head = head[: most - 5].rstrip("`") + "\n```"
    return head.rstrip() + "…"
