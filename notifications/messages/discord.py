"""Discord's embeds, within their limits; nobody is mentioned whatever the text says."""

from __future__ import annotations

from typing import Any

from notifications.messages import styles
from notifications.messages.chat import Note, note
from notifications.messages.dialects import DISCORD, cut, uncalled
from notifications.messages.fact import Fact
from notifications.messages.outgoing import Outgoing
from statuspage.documents.times import stamp

TITLE, DESCRIPTION, FIELDS, NAME, VALUE, FOOTER, ALL = 256, 4_096, 25, 256, 1_024, 2_048, 6_000
GAP, STEP, SHORTEST = "\n\n", 600, 40  # with less room than that a text is left out
Json = dict[str, Any]


def payload(outgoing: Outgoing) -> Json:
    said = note(outgoing)
    title = cut(uncalled(said.title), TITLE)
    footer = cut(uncalled(" · ".join(filter(None, (said.source, said.at)))), 200)
    fields = [_field(fact) for fact in said.facts[: FIELDS - 1]]
    links = " · ".join(DISCORD.hyperlink(*each) for each in (*said.links, *said.quiet))
    spent = len(title) + len(footer) + len(links) + 2
    while fields and spent + _length(fields) > ALL // 2:
        fields.pop()
    text = _description(said, min(DESCRIPTION, ALL - spent - _length(fields)) - len(links) - 2)
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


def _field(fact: Fact) -> Json:
    value = DISCORD.render(fact.value, VALUE) if fact.is_markdown else DISCORD.literal(fact.value, VALUE)
    return {"name": cut(uncalled(fact.label), NAME), "value": value or "\u200b", "inline": not fact.is_markdown}


def _description(said: Note, most: int) -> str:
    """What is due stands, however long the texts before it are."""
    first, last = [DISCORD.bold(said.flag)], []
    if said.step:
        last.append(f"> {DISCORD.bold(cut(said.step, STEP))}")
    if said.promise:
        last.append(f"{DISCORD.literal(said.promise[0])} {DISCORD.bold(said.promise[1])}")
    most -= sum(len(each) + len(GAP) for each in (*first, *last))
    for text in said.texts:
        written = DISCORD.render(text, most - len(GAP)) if most > SHORTEST else ""
        first.append(written)
        most -= len(written) + len(GAP)
    return GAP.join(filter(None, (*first, *last)))


def _length(fields: list[Json]) -> int:
    return sum(len(each["name"]) + len(each["value"]) for each in fields)


def _color(slug: str) -> int:
    return int(styles.tokens()[0][f"--{slug}" if slug else "--ink"].lstrip("#"), 16)
