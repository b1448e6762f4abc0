"""Discord: embeds within their limits, and nobody mentioned."""

import json
import re

import pytest

from notifications.choices import Event, Transport
from notifications.messages import discord, preview
from notifications.messages.dialects import DISCORD
from tests.notifications.test_slack import CALLS, LONG


def problems(payload):
    found = []
    [embed] = payload["embeds"]
    sizes = [(embed["title"], 256), (embed["description"], 4_096), (embed["footer"]["text"], 2_048)]
    for field in embed["fields"]:
        sizes += [(field["name"], 256), (field["value"], 1_024)]
    found += [(len(text), most) for text, most in sizes if not 1 <= len(text) <= most]
    if len(embed["fields"]) > 25 or sum(len(text) for text, _most in sizes) > 6_000:
        found.append("all")
    if not 0 <= embed["color"] <= 0xFFFFFF:
        found.append("color")
    return found


def of(event, **how):
    return discord.payload(preview.sample(event, transport=Transport.DISCORD, **how))


@pytest.mark.parametrize("event", list(Event))
def test_every_message_stands_within_the_limits(event):
    assert problems(of(event)) == []


@pytest.mark.parametrize("event", [e for e in Event if e.startswith(("incident.", "staff."))])
def test_so_does_the_longest(event):
    many = {"line": LONG, "next_step": LONG[:3_000], "fields": [[f"F{n} {LONG[:300]}", LONG] for n in range(40)]}
    assert problems(of(event, title=LONG[:400], body=LONG, **many)) == []


def test_nobody_is_mentioned():
    payload = of(Event.INCIDENT_UPDATED, title=CALLS, body=CALLS)
    assert payload["allowed_mentions"] == {"parse": []}
    assert not re.search(r"@(here|everyone)", json.dumps(payload, ensure_ascii=False))


def test_the_bar_has_the_colour_of_the_tokens():
    assert of(Event.INCIDENT_UPDATED)["embeds"][0]["color"] == 0xB5480B
    assert of(Event.INCIDENT_RESOLVED)["embeds"][0]["color"] == 0x1B7A4D


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("**a** *b*", "**a** *b*"),
        ("a_b_c * d", "a\\_b\\_c \\* d"),
        ("\\# no heading", "\\# no heading"),
        ("[a](https://x.example/(y))", "[a](<https://x.example/%28y%29>)"),
        ("- a\n- b", "- a\n- b"),
        ("||spoiler|| ~~gone~~", "\\|\\|spoiler\\|\\| ~~gone~~"),
    ],
)
def test_markdown_as_discord_writes_it(source, written):
    assert DISCORD.render(source) == written


def test_links_are_all_there():
    text = of(Event.INCIDENT_UPDATED, body=LONG)["embeds"][0]["description"]
    for label in ("Open the incident", "Change what you hear", "No more about this incident", "Stop all of it"):
        assert f"[{label}](<" in text
