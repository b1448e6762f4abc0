"""Incidents of the past that are like this one: which, why, and what is said of each."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Status
from postmortems import actions as pm
from postmortems.choices import CauseKind, Lasts
from postmortems.learning import similar
from postmortems.models import Cause, Mitigation, Paragraph
from tests import factories as make
from tests.postmortems.learning import past

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.in_group("Support")


@pytest.fixture
def tree():
    root = make.component(name="Messaging")
    sms = make.component(name="SMS", parent=root)
    return {"root": root, "sms": sms, "receipts": make.component(name="Receipts", parent=sms),
            "voice": make.component(name="Voice")}  # fmt: skip


def over(title, item, *, days=1, **facts):
    at = timezone.now() - timedelta(days=days)
    return make.resolved(title=title, affects=[item], started_at=at, **facts)


def like(person, title="", *components):
    past.read()
    return similar.to_typed(person, title, [each.pk for each in components], now=timezone.now())


def titles(found):
    return [each.incident.title for each in found]


def test_the_same_components_and_those_of_the_line_are_similar(person, tree):
    over("Root", tree["root"], days=1)
    over("Same", tree["sms"], days=2)
    over("Below", tree["receipts"], days=3)
    over("Elsewhere", tree["voice"], days=4)
    found = like(person, "Anything", tree["sms"])
    assert titles(found) == ["Root", "Same", "Below"]
    assert [each.reasons for each in found] == [
        ["near in the tree: Messaging"], ["same component: SMS"], ["near in the tree: Receipts"],
    ]  # fmt: skip


def test_half_of_the_words_of_the_title_are_similar(person, tree):
    over("Receipts delayed in Frankfurt", tree["voice"], days=2)
    over("Störung in Frankfurt", tree["voice"], days=1)
    found = like(person, "Delayed RECEIPTS, in the dashboard and in the portal")
    assert titles(found) == ["Receipts delayed in Frankfurt"]
    assert found[0].reasons == ["same words: delayed, receipts"]
    assert titles(like(person, "stÖrung")) == ["Störung in Frankfurt"]
    assert like(person, "in the and und der") == like(person, "") == []


def test_at_most_five_the_best_of_them_and_the_newest_first(person, tree):
    for days in range(1, 9):
        over(f"Near {days}", tree["root"], days=days)
    over("Same", tree["sms"], days=20)
    assert titles(like(person, "", tree["sms"])) == ["Near 1", "Near 2", "Near 3", "Near 4", "Same"]


def test_what_is_over_is_compared_and_nothing_else(person, tree):
    open_one = make.told(title="SMS slow", affects=[tree["sms"]])
    make.drill(title="SMS slow", affects=[tree["sms"]])
    make.merged(title="SMS slow", into=open_one, affects=[tree["sms"]])
    assert like(person, "SMS slow", tree["sms"]) == []
    actions.dismiss(make.suspicion(title="SMS slow, again"), by=None, reason="A test account of ours.")
    found = like(person, "SMS slow")
    assert [(each.incident.title, each.ended, each.nothing) for each in found] == [
        ("SMS slow, again", "", "A test account of ours.")
    ]


def test_the_line_of_each_is_its_root_cause_and_what_ended_it(person, tree):
    plain = over("Plain", tree["sms"], days=3)
    first = make.postmortem(over("Sections", tree["sms"], days=2))
    pm.remove(make.section(first, "mitigation").paragraphs.get(), by=None)  # what the last update said
    for kind, text in (("root_cause", "A certificate **ran out**."), ("mitigation", "It was renewed.")):
        pm.add(Paragraph, first, by=None, section=make.section(first, kind), text=text)
    second = make.postmortem(over("Rows", tree["sms"], days=1))
    pm.add(Cause, second, by=None, text="It was slow to see.", kind=CauseKind.MONITORING)
    pm.add(Cause, second, by=None, text="A query held a lock.", is_root=True, kind=CauseKind.SOFTWARE)
    for text, lasts in (("Ended the query.", Lasts.TEMPORARY), ("Restarted.", Lasts.NO_EFFECT)):
        pm.add(Mitigation, second, by=None, at=second.incident.resolved_at, text=text, lasts=lasts)
    later = second.incident.resolved_at + timedelta(days=2)  # put right for good, when it was over already
    pm.add(Mitigation, second, by=None, at=later, text="Reports read from a copy.", lasts=Lasts.PERMANENT)
    found = like(person, "", tree["sms"])
    assert [(each.cause, each.ended) for each in found] == [
        ("A query held a lock.", "Ended the query."),
        ("A certificate ran out.", "It was renewed."),
        ("", ""),
    ]
    assert [each.told for each in found] == ["", "", "It works again."]
    assert [each.postmortem for each in found[:2]] == [second, first]
    assert found[2].lasted == plain.resolved_at - plain.started_at


def test_the_all_clear_that_a_draft_begins_with_is_not_called_what_ended_it(person, tree):
    make.postmortem(over("Drafted", tree["sms"]))
    [found] = like(person, "", tree["sms"])
    assert (found.ended, found.told) == ("", "It works again.")


def test_the_same_kind_of_cause_is_said_and_weighs(person, tree):
    one, other = (make.postmortem(over(title, tree["root"])) for title in ("One", "Other"))
    mine = make.postmortem(over("Mine", tree["sms"]))
    for postmortem, kind in ((one, CauseKind.CAPACITY), (other, CauseKind.DATA), (mine, CauseKind.CAPACITY)):
        pm.add(Cause, postmortem, by=None, text="So it was.", kind=kind)
    past.read()
    found = similar.to_incident(person, mine.incident, now=timezone.now())
    assert {each.incident.title: each.reasons[1:] for each in found} == {
        "One": ["same kind of cause: capacity"], "Other": [],
    }  # fmt: skip


def test_nothing_of_what_is_restricted(tree):
    member, stranger = make.in_group("Engineering"), make.in_group("Engineering")
    secret = make.restricted(title="Zanzibar keys", members=[member], affects=[tree["sms"]])
    actions.change_stage(secret, status=Status.RESOLVED, by=None, override_reason="Over.")
    assert titles(like(member, "zanzibar keys")) == titles(like(member, "", tree["sms"])) == ["Zanzibar keys"]
    assert like(stranger, "zanzibar keys") == like(stranger, "", tree["sms"], tree["root"]) == []
    assert like(make.superuser(), "zanzibar keys", tree["sms"]) == []


def test_it_takes_as_many_queries_for_one_and_for_fifty(person, tree, same_queries):
    mine = make.told(title="SMS delayed in Frankfurt", affects=[tree["sms"]])
    like(person)  # what they may is read once
    for count in (1, 49):
        past.fill(count, [tree["sms"]], every=1)
        past.read()
        with same_queries(at_most=15):
            assert len(similar.to_incident(person, mine, now=timezone.now())) == min(count, 5)
