"""What waits for somebody on the home, and the number in the sidebar."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from postmortems import actions, home
from postmortems.models import SignOff
from tests import factories as make
from tests.postmortems.test_action_items import restricted_item

pytestmark = pytest.mark.django_db


def waiting(person):
    person = type(person).objects.get(pk=person.pk)
    return [(step.title, step.detail) for step in home.steps(person, timezone.now()).mine]


def test_action_items_that_are_late_or_due_within_a_week():
    person = make.in_group("Engineering")
    postmortem = make.postmortem(make.resolved(title="SMS delayed"))
    for text, days in (("Late", -5), ("Soon", 7), ("Later", 8), ("Whenever", None)):
        make.action_item(postmortem, text=text, due_in=days, owner=person)
    make.action_item(postmortem, text="Of somebody else", due_in=-1)
    assert waiting(person) == [("Late", "Action item of: SMS delayed"), ("Soon", "Action item of: SMS delayed")]


def test_records_of_mine_and_of_my_team_that_are_not_in():
    team = make.team(name="Messaging core")
    person, colleague = make.in_group("Engineering"), make.in_group("Engineering", team=team)
    postmortem = make.postmortem(make.resolved(title="SMS delayed", severity="major"), way="full")
    actions.invite(postmortem, people=[person], teams=[team], by=None)
    assert waiting(person) == [("SMS delayed", "Incident record: yours is not in")]
    assert waiting(colleague) == [("SMS delayed", "Incident record: that of Messaging core is not in")]
    [step] = home.steps(person, timezone.now()).mine
    assert step.due_at == postmortem.records_due_at


def test_signatures_until_they_are_given():
    reliability, manager = make.in_group("Reliability"), make.in_group("Managers")
    postmortem = make.ready_to_publish(make.resolved(title="SMS delayed", severity="major"), way="full")
    version = actions.ask_for_review(postmortem, by=None)
    asked = [("SMS delayed", "Post-mortem: read it, and sign or send it back")]
    assert waiting(reliability) == waiting(manager) == asked
    actions.sign(postmortem, role="Managers", by=manager, digest=version.digest)
    assert waiting(manager) == []
    actions.send_back(postmortem, reason="Cause 1 is not it.", by=reliability)
    assert waiting(reliability) == []
    actions.ask_for_review(postmortem, by=None)
    assert waiting(manager) == waiting(reliability) == asked
    assert waiting(make.in_group("Engineering")) == []


def test_what_somebody_signed_elsewhere_hides_nothing():
    manager = make.in_group("Managers")
    one, two = (make.ready_to_publish(make.resolved(title=title, severity="major"), way="full") for title in "AB")
    actions.sign(one, role="Managers", by=manager, digest=actions.ask_for_review(one, by=None).digest)
    SignOff.objects.update(id=one.pk)  # keys of two tables that happen to be equal
    actions.ask_for_review(two, by=None)

    assert [title for title, _detail in waiting(manager)] == ["B"]


def test_what_i_lead_and_is_owed():
    lead = make.in_group("Reliability")
    postmortem = make.ready_to_publish(make.resolved(title="SMS delayed"))
    actions.lead(postmortem, user=lead, by=None)
    assert waiting(lead) == [("SMS delayed", "Post-mortem: write it, and ask for review")]
    actions.publish(postmortem, by=None)
    assert waiting(lead) == []
    actions.revise(postmortem, reason="62 is wrong.", by=None)
    assert waiting(lead) == [("SMS delayed", "Post-mortem: put it right, and publish the next version")]
    actions.withdraw(postmortem, reason="It names a customer.", by=None)
    assert waiting(lead) == [("SMS delayed", "Post-mortem: withdrawn; put it right, and publish it again")]


def test_what_nobody_waits_for_stands_there_too():
    lead = make.in_group("Reliability")
    postmortem = make.postmortem(make.resolved(title="SMS delayed", severity="minor", origin="external"))
    assert not postmortem.is_owed
    actions.lead(postmortem, user=lead, by=None)
    assert waiting(lead) == [("SMS delayed", "Post-mortem: write it, and ask for review")]


def test_whose_turn_it_is_round_by_round():
    lead, asker, manager = make.in_group("Reliability"), make.in_group("Engineering Leads"), make.in_group("Managers")
    postmortem = make.ready_to_publish(make.resolved(title="SMS delayed", severity="major"), way="full")
    actions.lead(postmortem, user=lead, by=None)
    actions.ask_for_review(postmortem, by=asker)
    asked = ("SMS delayed", "Post-mortem: read it, and sign or send it back")
    assert (waiting(lead), waiting(manager)) == (
        [asked, ("SMS delayed", "Post-mortem: signatures are missing")],
        [asked],
    )
    actions.send_back(postmortem, reason="Cause 1 is not it.", by=manager)
    sent_back = [("SMS delayed", f"Post-mortem: sent back by {manager}: Cause 1 is not it.")]
    assert (waiting(lead), waiting(asker), waiting(manager)) == (sent_back, sent_back, [])
    version = actions.ask_for_review(postmortem, by=asker)
    for role, person in (("Reliability", lead), ("Engineering Leads", asker), ("Managers", manager)):
        actions.sign(postmortem, role=role, by=person, digest=version.digest)
    publish = "Post-mortem: approved, to be published"
    assert waiting(lead) == [("SMS delayed", publish)]
    groups = home.steps(type(asker).objects.get(pk=asker.pk), timezone.now()).group
    assert [(step.detail, step.url) for step in groups] == [
        (publish, f"/admin/post-mortems/{postmortem.public_id}/publish/")
    ]


@time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=UTC))
def test_home_says_what_is_late_whosever_it_is(client):
    person = make.in_group("Managers")
    client.force_login(person)
    assert client.get("/admin/").context["summary"]["state"] == "All is calm."
    postmortem = make.postmortem(make.resolved(severity="major"), way="full")
    make.action_item(postmortem, due_in=-6)
    make.action_item(postmortem, due_in=-2)
    make.action_item(postmortem, due_in=0)
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        summary = client.get("/admin/").context["summary"]
        assert (summary["state"], summary["time"]) == ("No incident is open.", "Two action items are late.")
        assert [late.url for late in summary["late"]] == ["/admin/action-items/?show=overdue"]
        make.told()
        assert client.get("/admin/").context["summary"]["time"] == "Two action items are late."
    type(postmortem).objects.update(publish_limit=1)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        words = client.get("/admin/").context["summary"]["time"]
        assert words == "One post-mortem and two action items are late."
    hidden = restricted_item(make.in_group("Reliability"), due_in=-3)
    assert hidden.is_open
    assert "two action items" in client.get("/admin/").context["summary"]["time"].lower()


def test_nothing_that_is_restricted_meanwhile(client):
    member, other = make.in_group("Reliability"), make.in_group("Reliability")
    item = restricted_item(member, owner=member, due_in=-2)
    type(item).objects.filter(pk=item.pk).update(owner=other)
    type(item.postmortem).objects.filter(pk=item.postmortem.pk).update(lead=other)
    assert waiting(other) == []
    client.force_login(other)
    assert "Quokka" not in client.get("/admin/").content.decode()
    assert "count" not in place(client, "Actions")


def place(client, title):
    groups = client.get("/admin/action-items/").context["sidebar_navigation"]
    return next(item for group in groups for item in group["items"] if item["title"] == title)


def test_the_sidebar_counts_what_is_mine_and_overdue(client):
    person = make.in_group("Engineering")
    for days in (-1, -2, 0, 4):
        make.action_item(owner=person, due_in=days)
    make.action_item(due_in=-1)
    client.force_login(person)
    found = place(client, "Actions")
    assert (found["count"], found["count_word"]) == (2, "overdue")


def test_home_costs_the_same(same_queries):
    person = make.in_group("Reliability")

    def one_of_each():
        make.action_item(owner=person, due_in=-1)
        postmortem = make.postmortem(make.resolved(severity="major"), way="full")
        actions.invite(postmortem, people=[person], by=None)
        actions.lead(postmortem, user=person, by=None)
        actions.ask_for_review(make.ready_to_publish(make.resolved(severity="major"), way="full"), by=None)

    one_of_each()
    with same_queries(at_most=16):
        assert len(waiting(person)) == 4
    for _n in range(3):
        one_of_each()
    with same_queries(at_most=16):
        assert len(waiting(person)) == 16
