"""Slack: whatever is told stands within Block Kit's limits, and rings nobody."""

import json
import re

import pytest

from notifications.choices import Event, Transport
from notifications.messages import preview, slack
from notifications.messages.dialects import SLACK

LONG = "Ein **langer** Satz mit [Verweis](https://example.com/?a=1&b=2) & <Zeichen>. " * 400
CALLS = "@here @channel @everyone <!channel> <!here> <@U123> <!subteam^S1> <#C1> &lt;!channel&gt;"


def problems(payload):
    """What Slack would refuse, by its documented limits."""
    found = []

    def text(each, most, kinds=("mrkdwn", "plain_text")):
        if each["type"] not in kinds or not 1 <= len(each["text"]) <= most:
            found.append((each["type"], len(each["text"])))
        if each["type"] == "mrkdwn" and not each.get("verbatim"):
            found.append("mrkdwn that is parsed for mentions")

    blocks = payload["blocks"]
    if not 1 <= len(blocks) <= 50 or len(payload["text"]) > 40_000 or not payload["text"]:
        found.append("size")
    for block in blocks:
        if block["type"] == "header":
            text(block["text"], 150, ("plain_text",))
        elif block["type"] == "section":
            if "text" in block:
                text(block["text"], 3_000)
            if not 1 <= len(block.get("fields", [1])) <= 10 or not ("text" in block or "fields" in block):
                found.append("fields")
            for each in block.get("fields", []):
                text(each, 2_000)
        elif block["type"] == "context":
            if not 1 <= len(block["elements"]) <= 10:
                found.append("elements")
            for each in block["elements"]:
                text(each, 3_000)
        else:
            found.append(block["type"])
    return found


def of(event, **how):
    return slack.payload(preview.sample(event, transport=Transport.SLACK, **how))


def words(payload):
    return "\n".join(re.findall(r'"text": "((?:[^"\\]|\\.)*)"', json.dumps(payload, ensure_ascii=False)))


@pytest.mark.parametrize("event", list(Event))
def test_every_message_stands_within_the_limits(event):
    assert problems(of(event)) == []


@pytest.mark.parametrize("event", [e for e in Event if e.startswith(("incident.", "staff."))])
def test_so_does_the_longest(event):
    many = {"line": LONG, "next_step": LONG[:2_000], "fields": [[f"F{n} {LONG[:80]}", LONG] for n in range(40)]}
    payload = of(event, title=LONG[:400], body=LONG, **many)
    assert problems(payload) == []
    for block in payload["blocks"]:
        for each in [block.get("text"), *block.get("fields", []), *block.get("elements", [])]:
            if each and each["type"] == "mrkdwn":
                assert each["text"].count("<") == each["text"].count(">") - each["text"].count("\n> ") - each[
                    "text"
                ].startswith("> ")


@pytest.mark.parametrize("event", [e for e in Event if e.startswith(("incident.", "staff."))])
def test_nothing_that_people_typed_rings_anybody(event):
    payload = of(event, title=CALLS, body=CALLS, line=CALLS, fields=[[CALLS, CALLS]], next_step=CALLS)
    said = json.dumps(payload, ensure_ascii=False)
    assert not re.search(r"<[!@#]", said)
    assert not re.search(r"@(here|channel|everyone)", said)
    assert (payload["parse"], payload["link_names"]) == ("none", False)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("**a** *b* `c & d`", "*a* _b_ `c &amp; d`"),
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("- a\n- b\n  - c", "• a\n• b\n  • c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("[a<b](https://x.example/?a=1|2)", "<https://x.example/?a=1%7C2|a&lt;b>"),
        ("see https://x.example/y", "see <https://x.example/y>"),
        ("[a](javascript:b) [c](/d)", "[a](javascript:b) [c](/d)"),
        ("> a", "> a"),
        ("```\na < b\n```", "```\na &lt; b\n```"),
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
    ],
)
def test_markdown_as_slack_writes_it(source, written):
    assert SLACK.render(source) == written


def test_subscribers_can_open_change_mute_and_stop():
    said = words(of(Event.INCIDENT_UPDATED, time_zone="Europe/Zagreb"))
    for end in ("/", "/leave/", f"/mute/{preview.INCIDENT}/"):
        assert f"/subscriptions/sub_preview00000.cHJldmlldy1zaWduYXR1cmU{end}|" in said
    assert f"/incidents/{preview.INCIDENT}/|Open the incident>" in said
    assert re.search(r"Next update by \*(\w+ \d+ \w+, )?\d\d:\d\d CES?T\*", said)


def test_staff_reach_the_workspace_and_the_bridge_in_one_step():
    said = words(of(Event.STAFF_CONFIRMED))
    assert f"/admin/incidents/incident/{preview.INCIDENT}/change/|Open in the workspace>" in said
    assert "<https://meet.example.com/bridge-42|Join the bridge>" in said
    assert "subscriptions" not in said
