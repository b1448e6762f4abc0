"""Discord's embeds, within their limits; nobody is mentioned whatever the text says."""

from __future__ import annotations

from typing import Any

from notifications.messages import styles
from notifications.messages.chat import Note, note
from notifications.messages.dialects import DISCORD, cut, uncalled
from notifications.messages.outgoing import Outgoing
from statuspage.documents.times import stamp

TITLE, DESCRIPTION, FIELDS, NAME, VALUE, FOOTER, ALL = 256, 4_096, 25, 256, 1_024, 2_048, 6_000
Json = dict[str, Any]


def payload(outgoing: Outgoing) -> Json:
    said = note(outgoing)
    title = cut(uncalled(said.title), TITLE)
    footer = cut(uncalled(" · ".join(filter(None, (said.source, said.at)))), 200)
    fields = [
        {"name": cut(uncalled(label), NAME), "value": cut(DISCORD.escaped(value), VALUE) or "\u200b", "inline": True}
        for label, value in said.facts[: FIELDS - 1]
    ]
    links = " · ".join(DISCORD.link(*each) for each in (*said.links, *said.quiet))
    spent = len(title) + len(footer) + len(links) + 2
    while fields and spent + _length(fields) > ALL // 2:
        fields.pop()
    text = cut(_description(said), min(DESCRIPTION, ALL - spent - _length(fields)) - len(links) - 2)
    embed: Json = {
        "title": title,
        "description": f"{text}\n\n{links}" if links else text,
        "color": _color(said.slug),
        "fields": fields,
        "footer": {"text": footer},
    }
    if said.url:
        embed["url"] = said.url
    if said.posted_at:
        embed["timestamp"] = stamp(said.posted_at)
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _description(said: Note) -> str:
    parts = [DISCORD.bold(said.flag), *(DISCORD.render(text) for text in said.texts)]
    if said.step:
        parts.append(f"> {DISCORD.bold(said.step)}")
    if said.promise:
        parts.append(f"{DISCORD.escaped(said.promise[0])} {DISCORD.bold(said.promise[1])}")
    return "\n\n".join(filter(None, parts))


def _length(fields: list[Json]) -> int:
    return sum(len(each["name"]) + len(each["value"]) for each in fields)


def _color(slug: str) -> int:
    return int(styles.tokens()[0][f"--{slug}" if slug else "--ink"].lstrip("#"), 16)
