"""Teams: an Adaptive Card below 28 KB."""

import json

import pytest

from notifications.choices import Event, Transport
from notifications.messages import preview, teams
from notifications.messages.dialects import TEAMS
from tests.notifications.test_slack import LONG


def of(event, **how):
    return teams.payload(preview.sample(event, transport=Transport.TEAMS, **how))


def card(payload):
    assert payload["type"] == "message"
    [attachment] = payload["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    return attachment["content"]


@pytest.mark.parametrize("event", list(Event))
def test_every_message_is_a_card(event):
    content = card(of(event))
    assert all(element.get("text") or element["type"] != "TextBlock" for element in content["body"])
    assert all(action["url"].startswith("http") for action in content["actions"])


@pytest.mark.parametrize("event", [e for e in Event if e.startswith(("incident.", "staff."))])
def test_the_longest_is_small_enough(event):
    many = {"line": LONG, "next_step": LONG[:3_000], "fields": [[f"F{n} {LONG[:300]}", LONG] for n in range(40)]}
    payload = of(event, title=LONG[:400], body=LONG, **many)
    assert len(json.dumps(payload).encode()) < 28_000
    card(payload)


def test_the_facts_and_the_way_out_stand_in_it():
    content = card(of(Event.INCIDENT_UPDATED))
    facts = next(element["facts"] for element in content["body"] if element["type"] == "FactSet")
    assert facts[0] == {"title": "SMS in Frankfurt", "value": "◆ Partial outage (was: Operational)"}
    assert [action["title"] for action in content["actions"]] == ["Open the incident"]
    assert "[Stop all of it](" in content["body"][-1]["text"]


def test_markdown_as_teams_writes_it():
    assert TEAMS.render("**a** *b* [c](https://x.example/)\n\n- d\n- e_f") == (
        "**a** _b_ [c](https://x.example/)\n\n- d\n- e\\_f"
    )
