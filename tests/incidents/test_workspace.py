"""The workspace: what each person sees and may do there, and the timeline in words."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import actions
from incidents.choices import EntryKind, Level, Status
from incidents.models import Incident, TimelineEntry
from incidents.scope import Affected
from incidents.staff import workspace
from incidents.timeline import timeline
from incidents.timeline.difference import difference
from tests import factories as make

pytestmark = pytest.mark.django_db


def where(incident, act="change"):
    return f"/admin/incidents/incident/{incident.public_id}/{act}/"


def read(client, person, incident, query=""):
    client.force_login(person)
    return client.get(where(incident) + query)


def told(incident):
    return Incident.objects.with_told().get(pk=incident.pk)


# What leads the column of action


@pytest.mark.parametrize(
    ("make_incident", "group", "part"),
    [
        (make.suspicion, "Support", "suspected"),
        (make.suspicion, "Viewers", "suspected"),
        (make.dismissed, "Support", "dismissed"),
        (make.told, "Support", "compose"),
        (make.told, "Engineering Leads", "compose"),
        (make.told, "Engineering", "stage"),
        (make.told, "Viewers", "stage"),
        (make.internal, "Support", "stage"),
        (make.drill, "Support", "compose"),
        (make.resolved, "Engineering", "stage"),
    ],
)
def test_what_a_person_can_do_next_comes_first(client, make_incident, group, part):
    response = read(client, make.in_group(group), make_incident())

    assert response.status_code == 200
    assert response.context["part"] == part


def test_the_composer_is_embedded_filled_in_and_posts_to_its_own_address(client):
    incident = make.told(page=make.page())

    html = read(client, make.in_group("Support"), incident).content.decode()

    assert f'action="/admin/incidents/{incident.public_id}/update/"' in html
    assert html.count("<textarea") >= 2


def test_another_screen_may_stand_in_the_place_of_the_composer(rf):
    request = rf.get("/")
    request.user = make.in_group("Support")

    response = workspace.render(request, make.told(), compose="<p>mine</p>", status=412)

    assert response.status_code == 412
    assert response.context_data["compose"] == "<p>mine</p>"


def test_a_suspicion_is_confirmed_or_dismissed_right_there(client):
    incident = make.suspicion()

    html = read(client, make.in_group("Engineering"), incident).content.decode()

    assert where(incident, "confirm") in html
    assert where(incident, "dismiss") in html


def test_a_viewer_reads_everything_and_finds_nothing_to_send(client):
    incident = make.told()
    actions.add_note(incident, text="The second link holds.", by=None)

    html = read(client, make.in_group("Viewers"), incident).content.decode()
    main = html[html.index("<main") : html.index("</main")]

    assert "The second link holds." in main
    assert "<form" not in main


@pytest.mark.parametrize(
    ("group", "has_override"), [("Engineering", False), ("Support", False), ("Engineering Leads", True)]
)
def test_only_who_may_is_told_of_the_override(client, group, has_override):
    incident = make.told(severity="major")

    html = read(client, make.in_group(group), incident).content.decode()

    assert ("As a lead you may override" in html) is has_override


def test_the_next_step_of_support_stands_on_top(client):
    untold, moved = make.confirmed(), make.told()
    actions.change_stage(moved, status=Status.IDENTIFIED, by=None)
    person = make.in_group("Engineering")

    assert "Customers have not been told yet." in read(client, person, untold).content.decode()
    assert "customers still read Investigating" in read(client, person, moved).content.decode()


def test_members_stand_there_where_it_is_restricted(client):
    member = make.in_group("Engineering", first_name="Dana", last_name="Kovač")
    incident = make.restricted(members=[member])

    assert [str(row) for row in read(client, member, incident).context["members"]] == ["Dana Kovač"]


def test_times_stand_in_the_persons_own_zone(client):
    with time_machine.travel("2026-11-21T08:30:00Z", tick=False):
        incident = make.told()
        html = read(client, make.in_group("Support", time_zone="Asia/Singapore"), incident).content.decode()

    assert ">16:30</time>" in html


def test_clocks_stand_in_the_header_the_next_one_large(client):
    incident = make.told()

    html = read(client, make.in_group("Support"), incident).content.decode()

    assert html.count("bw-clock-lead") == 1
    assert 'data-clock="next_update"' in html
    assert 'data-clock="first_notice"' in html


def test_single_keys_can_be_switched_off(client):
    person = make.in_group("Support")
    incident = make.told()
    assert "data-no-keys" not in read(client, person, incident).content.decode()

    person.single_key_shortcuts = False
    person.save()

    assert "data-no-keys" in read(client, person, incident).content.decode()


# The timeline


def test_the_filter_works_without_a_script(client):
    incident = make.told()
    actions.add_note(incident, text="Only for us.", by=None)
    person = make.in_group("Support")

    public = read(client, person, incident, "?show=public").context["entries"]
    private = read(client, person, incident, "?show=private").context["entries"]

    assert [entry.kind for entry in public] == [EntryKind.UPDATE]
    assert [entry.text for entry in private] == ["Only for us."]


def test_what_was_written_by_hand_is_escaped(client):
    incident = make.told(title="<script>a</script>", body="<img src=x onerror=a>")
    actions.add_note(incident, text="<script>b</script>", by=None)

    html = read(client, make.in_group("Support"), incident).content.decode()

    assert "<script>a" not in html
    assert "<script>b" not in html
    assert "<img src=x" not in html


def test_impacts_of_one_act_stand_in_one_entry():
    sms, voice = make.component(name="SMS"), make.component(name="Voice")
    incident = make.confirmed(affects=[Affected(sms, None, Level.MAJOR), Affected(voice, None, Level.DEGRADED)])

    [entry] = [entry for entry in timeline.read(told(incident)) if entry.look == "impact"]

    assert [(change.what, change.new) for change in entry.changes] == [("SMS", "Major outage"), ("Voice", "Degraded")]
    assert all(change.begins for change in entry.changes)


def test_facts_are_told_in_words():
    incident = make.confirmed()
    actions.change_facts(incident, by=None, data_impact=False, volume=1900000, severity=make.severity("major"))

    [entry] = [entry for entry in timeline.read(told(incident)) if entry.look == "fact"]

    assert {(change.what, change.old, change.new) for change in entry.changes} == {
        ("Data impact", "", "no"),
        ("Volume", "", "1,900,000"),
        ("Severity", "Minor", "Major"),
    }


def test_kept_and_broken_promises_stand_beside_the_update_that_made_them():
    start = timezone.now() - timedelta(hours=3)
    with time_machine.travel(start, tick=False):
        incident = make.confirmed()
    with time_machine.travel(start + timedelta(minutes=20), tick=False):
        make.update(incident, promised_at=timezone.now() + timedelta(minutes=30))
    with time_machine.travel(start + timedelta(minutes=60), tick=False):
        make.update(incident, promised_at=timezone.now() + timedelta(minutes=30))
    with time_machine.travel(start + timedelta(minutes=80), tick=False):
        make.update(incident)

    entries = [entry for entry in timeline.read(told(incident)) if entry.kind == EntryKind.UPDATE]

    assert [[tone for tone, _words in entry.remarks] for entry in entries] == [["open"], ["kept"], ["broken", "broken"]]
    assert entries[2].remarks[0][1] == "First public notice, 20 min after detection"
    assert entries[2].remarks[1][1].endswith(": 10 min late")


def test_a_withdrawn_update_makes_no_promise_and_says_so(client):
    incident = make.told()
    actions.withdraw_update(incident.updates.get(), reason="Wrong incident.", by=None)

    entries = timeline.read(told(incident))
    html = read(client, make.in_group("Support"), incident).content.decode()

    assert [entry.remarks for entry in entries if entry.kind == EntryKind.UPDATE] == [[]]
    assert "nobody outside reads it any more" in html


def test_a_correction_shows_what_was_changed():
    pieces = difference("All routes in Asia are slow.", "Some routes in Asia are slow.")

    assert pieces == [("gone", "All "), ("new", "Some "), ("same", "routes in Asia are slow.")]
    assert difference("a " * 50 + "b", "a " * 50 + "c")[0] == ("same", "… " + "a " * 6)


def test_every_kind_of_entry_has_its_sentence(gate_only_warns):
    person = make.in_group("Engineering Leads", first_name="Dana")
    security = make.in_group("Security")
    incident = make.suspicion(by=person)
    actions.dismiss(incident, reason="Nothing.", by=person)
    actions.reconsider(incident, reason="It is.", by=person)
    actions.confirm(incident, rule=make.rule("flow"), severity=make.severity(), by=person)
    actions.set_impacts(incident, [make.affected(level=Level.MAJOR)], by=person)
    actions.assign(incident, owner=person, by=person)
    actions.add_note(incident, text="A note.", by=person)
    update = make.update(incident, by=person)
    actions.correct_update(update, body="Put right.", by=person)
    actions.withdraw_update(update, reason="Too early.", by=person)
    actions.set_audience(incident, audience="restricted", reason="Names in logs.", by=person)
    actions.add_member(incident, user=security, by=person)
    actions.remove_member(incident, user=security, by=person)
    actions.attest(incident, condition="stable", by=person)
    actions.change_stage(incident, status=Status.MONITORING, by=person, note="Holds.")
    actions.change_stage(incident, status=Status.RESOLVED, by=person)
    actions.reopen(incident, reason="Again.", by=person)
    actions.change_facts(incident, title="Another title", by=person)
    past = make.backfilled()

    gone = make.merged()

    entries = [entry for one in (incident, past, gone, gone.merged_into) for entry in timeline.read(told(one))]

    assert {entry.kind for entry in entries} == set(EntryKind)
    assert [entry.kind for entry in entries if not (entry.sentence or entry.look in ("public", "private"))] == []


def test_an_update_that_is_posted_while_the_timeline_is_read_breaks_nothing():
    incident = told(make.told())
    posted = []

    def after(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not posted:
            posted.append(sql)
            make.update(Incident.objects.get(pk=incident.pk))
        return result

    with connection.execute_wrapper(after):
        entries = timeline.read(incident)

    assert posted
    assert [entry for entry in entries if entry.kind == EntryKind.UPDATE and not entry.update] == []


# Constant numbers of queries


def statements(client, incident):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(where(incident)).status_code == 200
    return [query["sql"] for query in queries]


def test_the_number_of_queries_does_not_grow_with_what_happened(client):
    person = make.in_group("Engineering Leads")
    locations = [make.location() for _number in range(5)]
    small, large = (make.told(affects=[make.affected(None, locations[0])]) for _number in range(2))
    actions.assign(small, owner=person, by=person)
    for number in range(50):
        make.impact(large, location=locations[number % 5], ended_at=timezone.now() if number % 2 else None)
    notes = [
        TimelineEntry(incident=large, kind=EntryKind.NOTE, by=make.user(), text="Looking.") for _number in range(50)
    ]
    TimelineEntry.objects.bulk_create(notes)
    for _number in range(5):
        make.update(large, by=person)
    client.force_login(person)
    statements(client, small)  # warms what is cached for the process

    assert len(statements(client, large)) == len(statements(client, small))


def test_the_timeline_itself_takes_few_queries(same_queries):
    incident = told(make.told(affects=[make.affected(None, make.location())]))
    for entries in (1, 50):
        for _number in range(entries):
            make.update(incident, by=make.in_group("Support"))
        with same_queries(at_most=5):  # entries with people, updates, states, their components, their locations
            timeline.read(incident)
