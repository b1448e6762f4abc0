"""What staff hear of post-mortems and action items, when, and who: reminders, invitations, what was given to them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from incidents import actions as incident_actions
from incidents.choices import Audience
from incidents.models import Breach
from notifications.announcements import reminders
from notifications.choices import Event
from notifications.content import reasons
from notifications.messages.mail import prepare
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from postmortems import actions
from postmortems.models import Postmortem, Question
from tests import factories as make
from tests.notifications.sent import leave
from tests.postmortems.test_action_items import restricted_item

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


def at(moment):
    return time_machine.travel(moment, tick=False)


def remind(*moments):
    for moment in moments:
        with at(moment):
            reminders.remind(moment)
            leave()


def told(event=Event.STAFF_CLOCK, **about):
    """Line, and to whom: people by name and channels."""
    rows = Announcement.objects.filter(event=event, **about).exclude(state="silent").order_by("pk")
    found = []
    for row in rows:
        to = [str(each.person or each.channel.name) for each in row.deliveries.order_by("pk")]
        found.append((row.content["line"], sorted(to)))
    return found


@pytest.fixture
def people():
    return {
        "owner": make.in_group("Engineering", first_name="Owner"),
        "lead": make.in_group("Reliability", first_name="Lead"),
    }


@pytest.fixture
def item(people):
    """Due on Fri 13 November; given to its owner ten days before."""
    with at(START):
        postmortem = make.postmortem(make.resolved(title="SMS delayed"))
        actions.lead(postmortem, user=people["lead"], by=None)
        return make.action_item(postmortem, owner=people["owner"], due_in=11, text="Alert on queue age")


# Action items


def test_the_owner_is_reminded_before_on_and_after_the_day_and_then_the_lead(item):
    make.channel()
    due = datetime(2026, 11, 13, tzinfo=UTC)
    hours = range(-5 * 24, 5 * 24, 3)
    remind(*(due + n * HOUR for n in hours))
    assert told(kind="action_item") == [
        ("Action item: due in 3 days", ["Owner"]),
        ("Action item: due today", ["Owner"]),
        ("Action item: its day has passed", ["Owner"]),
        ("Action item: 2 days late; who leads the post-mortem is told as well", ["Lead", "Owner"]),
    ]
    sent = Announcement.objects.filter(kind="action_item").order_by("pk").values_list("created_at", flat=True)
    assert [each - due for each in sent] == [-2 * DAY - 15 * HOUR, 9 * HOUR, DAY, 2 * DAY + 9 * HOUR]
    assert Breach.objects.get().kind == "action_item"


def test_done_moved_or_dropped_nobody_is_reminded(item):
    due = datetime(2026, 11, 13, tzinfo=UTC)
    with at(due - 4 * DAY):
        actions.track(item, due_on=item.due_on + 10 * DAY, reason="Later.", by=None)
    remind(*(due + n * HOUR for n in range(-60, 60, 3)))
    assert told(kind="action_item") == []
    with at(due + 5 * DAY):
        actions.track(item, state="done", by=None)
    remind(*(due + 10 * DAY + n * HOUR for n in range(-60, 60, 3)))
    assert told(kind="action_item") == []
    assert not Breach.objects.exists()


def test_without_an_owner_the_lead_hears_of_it(item):
    with at(START):
        actions.track(item, owner=None, by=None)
    remind(datetime(2026, 11, 13, 10, tzinfo=UTC))
    assert told(kind="action_item") == [("Action item: due today", ["Lead"])]


def test_a_new_owner_hears_of_it_by_mail_and_who_takes_it_does_not(item, people):
    new, lead = make.in_group("Support", first_name="New"), people["lead"]
    actions.track(item, owner=new, by=lead)
    leave()
    assert told(Event.STAFF_ASSIGNED) == [("Lead gives you an action item", ["New"])]
    [mail] = Batch(Delivery.objects.values_list("pk", flat=True)).outgoing
    prepared = prepare(mail)
    assert b"Subject: [Action item for you] Alert on queue age" in prepared.head
    assert f"/admin/action-items/{item.key}/".encode() in b"".join(prepared.pieces)
    actions.track(item, owner=lead, by=lead)
    leave()
    assert len(told(Event.STAFF_ASSIGNED)) == 1
    assert Batch(Delivery.objects.values_list("pk", flat=True)).cancelled
    assert list(Batch(Delivery.objects.values_list("pk", flat=True)).cancelled.values()) == [reasons.IS_ANOTHERS]


def test_publishing_tells_each_owner_of_what_was_drafted_for_them_once(people):
    owner, lead = people["owner"], people["lead"]
    postmortem = make.ready_to_publish(make.resolved(title="SMS delayed"))
    mine = make.action_item(postmortem, owner=owner, text="Alert on queue age")
    own = make.action_item(postmortem, owner=lead, text="Of who publishes it")
    make.action_item(postmortem, owner=owner, text="")
    actions.publish(postmortem, by=lead)
    leave()
    line = "You own an action item of the post-mortem that was published"
    assert told(Event.STAFF_ASSIGNED, subject_id=mine.pk) == [(line, ["Owner"])]
    assert not told(Event.STAFF_ASSIGNED, subject_id=own.pk)
    count = len(told(Event.STAFF_ASSIGNED))
    new = make.in_group("Support", first_name="New")
    actions.track(mine, owner=new, by=lead)
    actions.revise(postmortem, reason="62 is wrong.", by=None)
    later = make.action_item(postmortem, owner=owner, text="Alert on retries")
    actions.publish(postmortem, by=lead)
    leave()
    assert told(Event.STAFF_ASSIGNED, subject_id=mine.pk)[1:] == [("Lead gives you an action item", ["New"])]
    assert told(Event.STAFF_ASSIGNED, subject_id=later.pk) == [(line, ["Owner"])]
    assert len(told(Event.STAFF_ASSIGNED)) == count + 2


# Review


def test_each_turn_of_a_review_is_told_to_those_whose_turn_it_is(people):
    lead = people["lead"]
    asker = make.in_group("Engineering Leads", first_name="Asker")
    manager = make.in_group("Managers", first_name="Manager")
    make.channel(name="#everybody")
    postmortem = make.ready_to_publish(make.resolved(title="SMS delayed", severity="major"), way="full")
    actions.lead(postmortem, user=lead, by=None)
    version = actions.ask_for_review(postmortem, by=asker)
    leave()
    assert told(Event.STAFF_REVIEW) == [("Asker asks you to read and sign version 1", ["Lead", "Manager"])]
    actions.send_back(postmortem, reason="Cause 1 is not it.", by=manager)
    leave()
    assert told(Event.STAFF_SENT_BACK) == [("Manager sends version 1 back", ["Asker", "Lead"])]
    [news] = Announcement.objects.filter(event=Event.STAFF_SENT_BACK)
    assert ["Why", "Cause 1 is not it."] in news.content["fields"]
    late = Batch(Delivery.objects.filter(announcement__event=Event.STAFF_REVIEW).values_list("pk", flat=True))
    assert set(late.cancelled.values()) == {reasons.IS_DONE}

    version = actions.ask_for_review(postmortem, by=asker, change="Nothing.")
    leave()
    [*_first, again] = Announcement.objects.filter(event=Event.STAFF_REVIEW).order_by("pk")
    assert ["Unchanged", "It reads as version 1, which was sent back: Cause 1 is not it."] in again.content["fields"]
    for role, person in (("Managers", manager), ("Reliability", lead), ("Engineering Leads", asker)):
        actions.sign(postmortem, role=role, by=person, digest=version.digest)
    leave()
    assert told(Event.STAFF_APPROVED) == [("Every role has signed version 2", ["Lead"])]
    [news] = Announcement.objects.filter(event=Event.STAFF_APPROVED)
    assert ["Signed by", "Manager, Lead and Asker"] in news.content["fields"]
    assert news.content["next_step"] == "Publish it"
    [mail] = Batch(news.deliveries.values_list("pk", flat=True)).outgoing
    prepared = prepare(mail)
    assert b"Subject: [Post-mortem approved] SMS delayed" in prepared.head
    assert f"/admin/post-mortems/{postmortem.public_id}/review/".encode() in b"".join(prepared.pieces)


def test_a_record_that_is_in_is_told_to_who_waits_for_it(people):
    owner, lead = people["owner"], people["lead"]
    boss = make.in_group("Engineering Leads", first_name="Boss")
    postmortem = make.postmortem(make.resolved(title="SMS delayed", severity="major"), way="full")
    actions.lead(postmortem, user=lead, by=None)
    first, second = actions.invite(postmortem, people=[owner, lead], by=boss)
    postmortem.template.questions.update(is_required=False)
    actions.submit_record(first, by=owner)
    leave()
    assert told(Event.STAFF_HANDED_IN) == [("Owner hands in their incident record", ["Boss", "Lead"])]
    [news] = Announcement.objects.filter(event=Event.STAFF_HANDED_IN)
    assert (news.content["fields"], news.content["next_step"]) == (
        [["Records", "1 of 2 in"]], "Fill in what is missing: Lead",
    )  # fmt: skip
    actions.take_back_record(first, by=owner)
    batch = Batch(news.deliveries.values_list("pk", flat=True))
    assert set(batch.cancelled.values()) == {reasons.IS_TAKEN_BACK}
    actions.submit_record(second, by=boss)
    leave()
    assert told(Event.STAFF_HANDED_IN)[1:] == [("Boss hands in the record of Lead", ["Lead"])]


# Records and publication


@pytest.fixture
def owed(people):
    """Records by the 3rd at 9, published by the 4th at 9."""
    with at(START):
        postmortem = make.postmortem(make.resolved(title="SMS delayed", severity="major"), way="full")
        actions.lead(postmortem, user=people["lead"], by=None)
        return postmortem


def test_records_are_asked_for_by_mail_and_in_the_channel_of_the_team(owed, people):
    team = make.team(name="Messaging core")
    make.in_group("Engineering", first_name="Mate", team=team)
    make.channel(name="#messaging", team=team)
    make.channel(name="#everybody")
    make.channel(name="#others", team=make.team())
    actions.invite(owed, people=[people["owner"], people["lead"]], teams=[team], by=people["lead"])
    leave()
    assert told(Event.STAFF_RECORD) == [
        ("Lead asks you for an incident record", ["Owner"]),
        ("Lead asks you for an incident record", []),
        ("Lead asks Messaging core for an incident record", ["#messaging", "Mate"]),
    ]


def test_asked_again_they_hear_of_it_again(owed, people):
    [record] = actions.invite(owed, people=[people["owner"]], by=people["lead"])
    boss = make.in_group("Engineering Leads", first_name="Boss")
    actions.remind(record, by=boss)
    leave()
    assert told(Event.STAFF_RECORD) == [
        ("Lead asks you for an incident record", ["Owner"]),
        ("Boss asks you for an incident record", ["Owner"]),
    ]


def test_what_was_handed_in_before_the_mail_left_is_not_asked_for(owed, people):
    [record] = actions.invite(owed, people=[people["owner"]], by=None)
    leave()
    type(record).objects.update(submitted_at=START)
    assert list(Batch(Delivery.objects.values_list("pk", flat=True)).cancelled.values()) == [reasons.IS_DONE]


def test_its_clocks_warn_break_and_escalate_in_hours(owed, people):
    make.channel(name="#everybody")
    boss = make.in_group("Engineering Leads", first_name="Boss")
    with at(START):
        actions.invite(owed, people=[people["owner"]], by=None)
    remind(*(START + n * HOUR for n in range(2, 82, 2)))
    both = sorted(["#everybody", "Lead", "Owner"])
    assert told(kind="postmortem") == [
        ("Incident records: due in 4 h", both),
        ("Incident records: the time has passed", both),
        ("Incident records: late by 12 h; leads are told as well", sorted([*both, "Boss"])),
        ("RCA: due in 8 h", both),
        ("RCA: the time has passed", both),
        ("RCA: late by 12 h; leads are told as well", sorted([*both, "Boss"])),
    ]
    first = Announcement.objects.filter(kind="postmortem", event=Event.STAFF_CLOCK).order_by("pk").first()
    assert first.content["next_step"] == "Fill in what is missing: Owner"
    assert ["Records", "0 of 1 in"] in first.content["fields"]
    assert {breach.clock for breach in Breach.objects.all()} == {"records", "published"}
    assert boss.is_active


def test_published_in_time_nobody_is_reminded():
    with at(START):
        postmortem = make.ready_to_publish()
        actions.publish(postmortem, by=None)
    remind(*(START + n * HOUR for n in range(0, 60, 4)))
    assert not Announcement.objects.filter(kind="postmortem", event=Event.STAFF_CLOCK).exists()
    assert not Breach.objects.filter(kind="postmortem").exists()


def test_looking_costs_the_same_whatever_is_owed(same_queries):
    def one_more():
        with at(START):
            postmortem = make.postmortem(make.resolved(severity="major"), way="full")
            make.action_item(postmortem, due_in=4)

    one_more()
    reminders.remind(START + HOUR)
    with same_queries(at_most=12):
        reminders.remind(START + 2 * HOUR)
    for _n in range(4):
        one_more()
    with same_queries(at_most=12):
        reminders.remind(START + 2 * HOUR)


# Restricted


def test_of_a_restricted_incident_members_hear_that_there_is_one_and_others_nothing(people):
    make.channel(name="#everybody")
    make.channel(name="#security", is_security=True)
    member, owner = make.in_group("Reliability", first_name="Member"), people["owner"]
    make.in_group("Engineering Leads", first_name="Boss")
    with at(START):
        item = restricted_item(member, due_in=4, owner=member)
        incident_actions.add_member(item.postmortem.incident, user=owner, by=None)
        actions.lead(item.postmortem, user=member, by=None)
        actions.choose_way(item.postmortem, way="full", by=None)
        Postmortem.objects.update(record_limit=60, publish_limit=24 * 60)
        actions.invite(item.postmortem, people=[owner], by=member)
        actions.track(item, owner=owner, by=member)
        leave()
    remind(*(START + n * HOUR for n in range(0, 8 * 24, 4)))
    Question.objects.update(is_required=False)
    with at(START + 8 * DAY):
        actions.submit_record(item.postmortem.records.get(), by=owner)
        leave()
    rows = Announcement.objects.filter(kind__in=["postmortem", "action_item"]).exclude(state="silent")
    assert rows.filter(event=Event.STAFF_HANDED_IN).exists()
    assert len(rows) > 6
    for row in rows:
        assert "Zanzibar" not in str(row.content)
        assert "Quokka" not in str(row.content)
        assert row.content["title"] == "A restricted incident"
    heard = {str(each.person or each.channel.name) for each in Delivery.objects.filter(announcement__in=rows)}
    assert heard == {"Member", "Owner"}


def test_restricted_after_it_was_written_nothing_of_it_leaves(item, people):
    actions.track(item, owner=make.in_group("Support"), by=people["lead"])
    leave()
    incident_actions.set_audience(item.postmortem.incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    batch = Batch(Delivery.objects.filter(announcement__event=Event.STAFF_ASSIGNED).values_list("pk", flat=True))
    assert batch.outgoing == []
