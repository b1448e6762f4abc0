"""Who is asked for a record: proposed with a reason, invited, reminded, and never named where they may not see it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.actions import add_note, change_facts, change_stage
from incidents.choices import Level
from incidents.models import Incident
from postmortems import actions, signals
from postmortems.models import Cause, Postmortem, Record
from postmortems.proposals import records_of, who_may_see
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def reliability(client):
    person = make.in_group("Reliability", first_name="Rita", last_name="Moreau")
    client.force_login(person)
    return person


def resolved(**facts):
    return make.postmortem(make.resolved(severity="major", **facts), way="full")


def found(postmortem, user):
    return records_of(postmortem, user=user, now=timezone.now())


def test_who_acted_and_whose_components_were_hit_is_proposed_with_the_reason(reliability):
    core, idle = make.team(name="Messaging core"), make.team(name="Idle")
    group = make.component(name="Messaging", team=core)
    sms, voice = make.component(name="SMS", parent=group), make.component(name="Voice", parent=group)
    leader, helper = make.in_group("Engineering", first_name="Ada"), make.in_group("Support", first_name="Bo")
    once = make.in_group("Support", first_name="Cy")
    incident = make.resolved(severity="major", affects=[make.affected(sms, level=Level.MAJOR), make.affected(voice)])
    change_facts(incident, by=None, title="SMS late")
    incident.owner = leader
    incident.save()
    for person, times in ((helper, 4), (once, 1)):
        for number in range(times):
            add_note(incident, text=f"Note {number}", by=person)
    records = found(make.postmortem(incident, way="full"), reliability)
    assert [(each.name, each.why, each.is_ticked) for each in records.teams] == [
        ("Messaging core", "owns SMS and Voice, which were hit", True)
    ]
    assert [(each.name, each.why, each.is_ticked) for each in records.people] == [
        ("Bo", "acted 4 times in the timeline", True),
        ("Cy", "acted 1 time in the timeline", False),
        ("Ada", "leads the incident", True),
    ]
    assert reliability in records.others
    assert [str(team) for team in records.other_teams] == [str(idle)]


def test_whose_team_is_asked_is_not_ticked_too(reliability):
    core = make.team(name="Core")
    sms = make.component(name="SMS", team=core)
    person = make.in_group("Engineering", first_name="Ada", team=core)
    incident = make.resolved(severity="major", affects=[make.affected(sms)])
    for number in range(3):
        add_note(incident, text=f"Note {number}", by=person)
    [proposal] = found(make.postmortem(incident, way="full"), reliability).people
    assert (proposal.is_ticked, proposal.why) == (False, "acted 3 times in the timeline; Core is asked too")


def test_of_a_restricted_incident_only_those_are_named_who_may_see_it(client, reliability):
    seeing, blind = make.team(name="Seeing"), make.team(name="Blind")
    member = make.in_group("Engineering", first_name="Mia", team=seeing)
    acted = make.in_group("Engineering", first_name="Gone", team=blind)
    security = make.in_group("Security", first_name="Sid")
    incident = make.restricted(
        members=[member, reliability, acted], severity="major",
        affects=[make.affected(make.component(name="Keys", team=blind))],
    )  # fmt: skip
    add_note(incident, text="Mine", by=acted)
    incident.members.remove(acted)
    incident = change_stage(incident, status="resolved", by=None, override_reason="Over.")
    postmortem = make.postmortem(incident, way="full")
    records = found(postmortem, reliability)
    named = {each.name for each in [*records.people, *records.teams]}
    named |= {str(each) for each in [*records.others, *records.other_teams]}
    assert named == {"Mia", "Rita Moreau", "Sid", "Seeing"}
    assert set(who_may_see(incident)) == {member, reliability, security}
    seen = client.get(reverse("postmortems_staff:records", args=[postmortem.public_id])).content.decode()
    assert ("Gone" in seen, "Blind" in seen) == (False, False)
    invite = reverse("postmortems_staff:invite", args=[postmortem.public_id])
    client.post(invite, {"person": [acted.pk]})
    assert not Record.objects.exists()
    client.force_login(acted)
    assert client.get(reverse("postmortems_staff:records", args=[postmortem.public_id])).status_code == 404


def test_they_are_invited_reminded_and_taken_off(client, reliability):
    postmortem, team, person = resolved(), make.team(name="Core"), make.in_group("Engineering", first_name="Ada")
    heard = []

    def hear(record, signal, **kwargs):
        heard.append(("reminded" if signal is signals.reminded else "invited", record.name))

    signals.invited.connect(hear, weak=False)
    signals.reminded.connect(hear, weak=False)
    try:
        invite = reverse("postmortems_staff:invite", args=[postmortem.public_id])
        odd = {"person": [person.pk, "9" * 30, "x"], "team": [team.pk, ""], "next": "https://evil.example.com/"}
        response = client.post(invite, odd)
        assert response.headers["Location"] == reverse("postmortems_staff:records", args=[postmortem.public_id]) + (
            "#records"
        )
        assert sorted(Record.objects.values_list("name", flat=True)) == ["Ada", "Core"]
        record = Record.objects.get(name="Ada")
        remind = reverse("postmortems_staff:remind_record", args=[record.public_id])
        client.post(remind)
        assert "within the last hour" in client.post(remind, follow=True).content.decode()
    finally:
        signals.invited.disconnect(hear)
        signals.reminded.disconnect(hear)
    assert heard == [("invited", "Ada"), ("invited", "Core"), ("reminded", "Ada")]
    remove = reverse("postmortems_staff:remove_record", args=[record.public_id])
    actions.add(Cause, postmortem, record=record, by=None, text="A lock")
    assert "has written in it" in client.post(remove, follow=True).content.decode()
    client.post(reverse("postmortems_staff:remove_record", args=[Record.objects.get(name="Core").public_id]))
    assert [row.name for row in Record.objects.all()] == ["Ada"]


def test_one_writes_ones_own(client):
    postmortem, person = resolved(), make.in_group("Engineering")
    client.force_login(person)
    path = reverse("postmortems_staff:start_record", args=[postmortem.public_id])
    for _turn in range(2):
        response = client.post(path)
    assert response.headers["Location"] == reverse(
        "postmortems_staff:record", args=[postmortem.records.get().public_id]
    )
    text = client.get(reverse("postmortems_staff:records", args=[postmortem.public_id])).content.decode()
    assert ("Write one of my own" in text, "Ask for their records" in text) == (False, False)


def test_it_is_said_who_is_in_and_who_is_late(client, reliability):
    postmortem = resolved()
    early, late = actions.invite(postmortem, people=[make.in_group("Engineering") for _one in range(2)], by=None)
    Record.objects.filter(pk=early.pk).update(submitted_at=timezone.now())
    long_ago = timezone.now() - timedelta(hours=30)
    times = dict.fromkeys(
        ["started_at", "detected_at", "declared_at", "confirmed_at", "first_notice_at", "resolved_at"], long_ago
    )
    Incident.objects.filter(pk=postmortem.incident_id).update(**times)
    records = found(Postmortem.objects.get(pk=postmortem.pk), reliability)
    assert (records.is_in, records.late) == (1, 1)
    text = client.get(reverse("postmortems_staff:records", args=[postmortem.public_id])).content.decode()
    assert " ".join(text.split()).count("late by 6 h") == 1
    assert late.name in text


def test_whoever_acted_and_however_many_are_asked_it_costs_the_same(client, reliability, same_queries):
    postmortem = resolved()
    path = reverse("postmortems_staff:records", args=[postmortem.public_id])
    for count in (1, 20):
        for number in range(count):
            person = make.in_group("Engineering", team=make.team())
            add_note(postmortem.incident, text=f"Note {number}", by=person)
            actions.invite(postmortem, people=[make.in_group("Engineering")], by=None)
        client.get(path)
        with same_queries(at_most=40):
            client.get(path)
