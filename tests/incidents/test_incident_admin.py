"""Every address around an incident: who may, what is refused, what two people do at once, and what leaks nowhere."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.forms.fields import MINUTES
from incidents.models import Incident
from tests import factories as make
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db

LIST = "/admin/incidents/incident/"
SECRET = "Keys of one customer seen in a log"


def where(incident, act="change"):
    return f"{LIST}{incident.pk}/{act}/"


def snapshot(incident):
    """Everything that a refused act must leave as it was."""
    row = Incident.objects.filter(pk=incident.pk).values().get()
    return (
        row,
        incident.timeline.count(),
        list(incident.impacts.values()),
        sorted(incident.member_set.values_list("user", flat=True)),
    )


# Who may


def acts(incident):
    """Each POST around an incident, as a person would send it: (act, data, what is needed)."""
    impact = incident.impacts.first()
    person = make.user()
    found = [
        ("note", {"text": "Looking."}, "report_incident"),
        ("facts", {"version": incident.version, "title": "Another title"}, "work_incident"),
        ("owner", {"owner": person.pk}, "work_incident"),
        ("audience", {"audience": "restricted", "reason": "Names."}, "work_incident"),
        ("stage", {"status": "monitoring"}, "work_incident"),
        ("attest", {"condition": "stable", "given": "yes"}, "work_incident"),
        ("dismiss", {"reason": "Nothing."}, "work_incident"),
        ("reconsider", {"reason": ""}, "work_incident"),
        ("reopen", {"reason": "Again."}, "reopen_incident"),
        ("members", {"add": "1", "user": person.pk}, "report_incident"),
    ]
    if impact:
        place = f"level_{impact.component_id}_{impact.location_id or 0}"
        found += [
            ("impacts", {place: "3", f"initial-{place}": "1"}, "work_incident"),
            (
                f"impacts/{impact.pk}",
                {"started_at": timezone.now().strftime(MINUTES), "level": "3", "reason": "x"},
                "work_incident",
            ),
            (f"impacts/{impact.pk}", {"remove": "1", "removal-reason": "Never."}, "work_incident"),
        ]
    return found


GROUPS = ["Viewers", "Support", "Engineering", "Engineering Leads", "Reliability", "Managers", "Security"]
INCIDENTS = [make.suspicion, make.dismissed, make.told, make.resolved, make.internal, make.drill]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("make_incident", INCIDENTS)
def test_who_lacks_the_right_is_refused_and_changes_nothing(client, group, make_incident):
    person = make.in_group(group)
    client.force_login(person)
    incident = make_incident()
    before = snapshot(incident)

    for act, data, permission in acts(incident):
        if not person.has_perm(f"incidents.{permission}"):
            assert client.get(where(incident, act)).status_code == 403, act
            response = client.post(where(incident, act), data)
            assert response.status_code == 403, act
            assert "Nothing was changed." in response.content.decode()

    assert snapshot(incident) == before


def test_a_viewer_may_not_report_a_suspicion(client):
    client.force_login(make.in_group("Viewers"))

    assert client.get(f"{LIST}report/").status_code == 403
    assert client.post(f"{LIST}report/", {"title": "Odd"}).status_code == 403
    assert not Incident.objects.exists()


def test_nobody_writes_past_the_actions(client):
    """Django's own form, adding and deleting are closed, also to a superuser."""
    client.force_login(make.superuser())
    incident = make.told()
    before = snapshot(incident)

    assert client.get(f"{LIST}add/").url == f"{LIST}report/"
    assert client.post(where(incident), {"title": "Past the actions"}).status_code in (200, 405)
    assert client.post(where(incident, "delete"), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [incident.pk], "post": "yes"})

    assert snapshot(incident) == before


@pytest.mark.parametrize("query", ["", "?q=SMS", "report/"])
def test_without_signing_in_there_is_only_the_door(client, query):
    assert client.get(LIST + query).status_code == 302


# A restricted incident leaks nowhere


def addresses(incident):
    impact = incident.impacts.first()
    version = incident.history.first()
    return [
        *(where(incident, act) for act, _data, _permission in acts(incident)),
        where(incident), where(incident, "history"), f"{LIST}{incident.pk}/history/{version.pk}/",
        where(incident, "confirm"), where(incident, "delete"), f"{LIST}{incident.public_id}/change/",
        f"{LIST}{incident.pk}/", where(incident, f"impacts/{impact.pk}"),
    ]  # fmt: skip


@pytest.mark.parametrize("group", [*GROUPS, None])
def test_a_restricted_incident_is_known_to_its_members_and_security_only(client, group):
    stranger = make.superuser() if group is None else make.in_group(group)
    member = make.in_group("Viewers") if group is None else make.in_group(group)
    incident = make.restricted(title=SECRET, members=[member])
    make.suspicion(title="Something else")
    sees = group == "Security"

    client.force_login(stranger)
    for address in addresses(incident):
        response = client.get(address, follow=True)
        if not sees:
            assert SECRET not in response.content.decode(), address
            assert incident.public_id not in response.content.decode().replace(address, ""), address
    for act, data, _permission in acts(incident):
        if not sees:
            before = snapshot(incident)
            assert client.post(where(incident, act), data).status_code == 404, act
            assert snapshot(incident) == before

    for query in ["", "?open=1", f"?q={incident.public_id}", "?q=Keys", "?audience__exact=restricted", "?all="]:
        listed = client.get(LIST + query).content.decode()
        assert (SECRET in listed) is sees, query
    count = client.get(LIST).context["cl"].result_count
    assert count == (2 if sees else 1)
    assert (SECRET in client.get(f"{LIST}report/").content.decode()) is sees

    client.force_login(member)
    assert client.get(where(incident)).status_code == 200
    assert SECRET in client.get(LIST).content.decode()
    assert client.get(where(incident, "history")).status_code == 200


def test_autocomplete_finds_only_what_is_visible(client):
    """Whatever field of a later app points at an incident searches through the same queryset."""
    from django.contrib import admin

    make.restricted(title=SECRET)
    seen = make.told(title="Seen")

    class Request:
        user = make.in_group("Support")

    assert list(admin.site._registry[Incident].get_queryset(Request)) == [seen]


def test_a_removed_member_no_longer_finds_it(client):
    leaving, staying = make.in_group("Engineering"), make.in_group("Support")
    incident = make.restricted(members=[leaving, staying])
    client.force_login(leaving)

    response = client.post(where(incident, "members"), {"remove": leaving.pk})

    assert response.url == LIST
    assert client.get(where(incident)).status_code == 404


def test_the_last_member_stays(client):
    member = make.in_group("Engineering")
    incident = make.restricted(members=[member])
    client.force_login(member)

    client.post(where(incident, "members"), {"remove": member.pk})

    assert list(incident.members.all()) == [member]


# The list


def test_open_ones_come_first_and_the_search_reads_what_customers_read(client):
    over = make.resolved(title="Over")
    newer = make.told(title="Open", body="The carrier lost a cable.")
    client.force_login(make.in_group("Viewers"))

    assert list(client.get(LIST).context["cl"].result_list) == [newer, over]
    assert list(client.get(f"{LIST}?q=cable").context["cl"].result_list) == [newer]
    assert list(client.get(f"{LIST}?q={over.public_id}").context["cl"].result_list) == [over]
    assert list(client.get(f"{LIST}?open=0").context["cl"].result_list) == [over]
    assert client.get(f"{LIST}?q=nothing-like-it").status_code == 200


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(client):
    client.force_login(make.in_group("Support"))
    make.told(owner=make.user())
    counts = []
    for _round in range(2):
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        counts.append(len(queries))
        for _number in range(49):
            make.told(owner=make.user())

    assert counts[0] == counts[1]


def test_a_public_id_leads_to_the_workspace_too(client):
    client.force_login(make.in_group("Viewers"))
    incident = make.told()

    assert client.get(f"{LIST}{incident.public_id}/change/").context["incident"] == incident
    assert client.get(f"{LIST}inc_nothing/change/").status_code == 404
    assert client.get(f"{LIST}{10**30}/change/").status_code == 404


# Reporting


def test_one_answer_is_enough_to_report(client):
    person = make.in_group("Reliability")
    client.force_login(person)

    response = client.post(f"{LIST}report/", form(client.get(f"{LIST}report/")) | {"title": "SMS late"})

    incident = Incident.objects.get()
    assert response.url == where(incident)
    assert (incident.title, incident.status, incident.audience) == ("SMS late", Status.SUSPECTED, Audience.INTERNAL)
    assert incident.reported_by == person


def test_a_report_with_everything(client):
    client.force_login(make.in_group("Engineering"))
    sms, fra, sin = make.component(name="SMS"), make.location(name="Frankfurt"), make.location(name="Singapore")
    data = {
        "title": "Odd receipts", "components": [sms.pk], "locations": [fra.pk, sin.pk], "since": "15",
        "detection_source": "customer", "severity": 2, "summary": "Three tickets.", "is_drill": "on",
    }  # fmt: skip

    client.post(f"{LIST}report/", data)

    incident = Incident.objects.get()
    assert incident.audience == Audience.DRILL
    assert {str(impact.location) for impact in incident.impacts.all()} == {"Frankfurt", "Singapore"}
    assert incident.detected_at - incident.started_at == pytest.approx(timedelta(minutes=15), abs=timedelta(seconds=5))


def test_a_leak_is_restricted_at_once_and_open_to_who_reported_it(client):
    person = make.in_group("Reliability")
    client.force_login(person)

    client.post(
        f"{LIST}report/", {"title": SECRET, "severity": 3, "detection_source": "internal", "is_data_leak": "on"}
    )

    incident = Incident.objects.get()
    assert incident.audience == Audience.RESTRICTED
    assert client.get(where(incident)).status_code == 200


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "  "}, "title"),
        ({"since": "earlier"}, "started_at"),
        ({"since": "earlier", "started_at": "2999-01-01T10:00"}, "started_at"),
        ({"since": "earlier", "started_at": "yesterday"}, "started_at"),
        ({"severity": "9"}, "severity"),
        ({"components": ["99999"]}, "components"),
        ({"components": [str(10**30)]}, "components"),
        ({"severity": str(10**30)}, "severity"),
    ],
)
def test_a_bad_report_says_what_to_mend_and_keeps_what_was_typed(client, data, field):
    client.force_login(make.in_group("Support"))
    good = {"title": "SMS late", "severity": "1", "detection_source": "internal", "summary": "Typed by hand."}

    response = client.post(f"{LIST}report/", good | data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Typed by hand." in response.content.decode()
    assert not Incident.objects.exists()


# The acts do what they say


def test_dismiss_and_take_up_again(client):
    client.force_login(make.in_group("Support"))
    incident = make.suspicion()

    assert client.post(where(incident, "dismiss"), {"reason": " "}).status_code == 422
    client.post(where(incident, "dismiss"), {"reason": "A test account."})
    incident.refresh_from_db()
    assert incident.status == Status.DISMISSED
    client.post(where(incident, "reconsider"), {"reason": ""})
    incident.refresh_from_db()
    assert incident.status == Status.SUSPECTED


def test_an_illegal_transition_is_refused_in_words(client):
    client.force_login(make.in_group("Support"))
    incident = make.told()

    response = client.post(where(incident, "dismiss"), {"reason": "Nothing."})

    assert response.status_code == 422
    assert "cannot become dismissed" in response.content.decode()


def test_a_note_is_kept_and_an_empty_one_comes_back(client):
    client.force_login(make.in_group("Reliability"))
    incident = make.told()

    assert client.post(where(incident, "note"), {"text": "The link holds."}).status_code == 302
    response = client.post(where(incident, "note"), {"text": " "})

    assert [entry.text for entry in incident.timeline.filter(kind=EntryKind.NOTE)] == ["The link holds."]
    assert response.status_code == 422
    assert "Write something to keep." in response.content.decode()


def test_notes_never_collide(client):
    client.force_login(make.in_group("Reliability"))
    incident = make.told()
    for number in range(3):
        actions.change_facts(incident, title=f"Title {number}", by=None)
        client.post(where(incident, "note"), {"text": f"Note {number}"})

    assert incident.timeline.filter(kind=EntryKind.NOTE).count() == 3


def test_the_gate_is_answered_where_it_is_asked(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told()

    client.post(where(incident, "attest"), {"condition": "stable", "given": "yes"})
    for part, answer in [("data_impact", "no"), ("workflow_impact", "yes")]:
        action = where(incident, "facts") + f"?part={part}"
        asked = form(client.get(where(incident)), action)
        client.post(action, asked | {part: answer, f"{part}_note": "As far as we know."})

    incident.refresh_from_db()
    assert incident.stable_at is not None
    assert (incident.data_impact, incident.data_impact_note, incident.workflow_impact) == (
        False,
        "As far as we know.",
        True,
    )
    client.post(where(incident, "attest"), {"condition": "stable", "given": "no"})
    incident.refresh_from_db()
    assert incident.stable_at is None


def test_engineering_resolves_without_telling_once_the_gate_allows_it(client):
    incident = make.told(severity="major")
    client.force_login(make.in_group("Engineering"))

    response = client.post(where(incident, "stage"), {"status": "resolved", "override_reason": "I want to."})

    assert response.status_code == 422
    assert "Stable without hands" in response.content.decode()
    incident.refresh_from_db()
    assert incident.status == Status.INVESTIGATING

    client.force_login(make.in_group("Engineering Leads"))
    client.post(where(incident, "stage"), {"status": "resolved", "override_reason": "A false alarm, see the notes."})
    incident.refresh_from_db()
    assert incident.status == Status.RESOLVED
    assert incident.resolutions.get().override_reason == "A false alarm, see the notes."


def test_reopening_begins_what_the_resolution_had_ended(client):
    incident = make.resolved()
    client.force_login(make.in_group("Engineering Leads"))
    assert client.get(where(incident, "reopen")).status_code == 200

    client.post(where(incident, "reopen"), {"reason": "Back since 16:05.", "level_0": "3"})

    incident.refresh_from_db()
    assert incident.status == Status.INVESTIGATING
    assert [impact.level for impact in incident.impacts.open()] == [Level.MAJOR]


def test_the_audience_changes_with_a_reason(client):
    incident = make.told()
    person = make.in_group("Support")
    client.force_login(person)

    assert client.post(where(incident, "audience"), {"audience": "restricted", "reason": ""}).status_code == 422
    client.post(where(incident, "audience"), {"audience": "restricted", "reason": "Names in the logs."})

    incident.refresh_from_db()
    assert incident.audience == Audience.RESTRICTED
    assert list(incident.members.all()) == [person]


def test_impacts_change_and_widen_in_one_form(client):
    sms, voice, fra = make.component(name="SMS"), make.component(name="Voice"), make.location(name="Frankfurt")
    incident = make.told(affects=[make.affected(sms, fra, Level.DEGRADED)])
    client.force_login(make.in_group("Engineering"))
    row = f"level_{sms.pk}_{fra.pk}"
    data = {row: "3", f"initial-{row}": "1", "components": [voice.pk], "level": "2", "version": incident.version}

    assert client.post(where(incident, "impacts"), data).status_code == 302

    found = {(str(i.component), str(i.location), i.level) for i in incident.impacts.open()}
    assert found == {("SMS", "Frankfurt", 3), ("Voice", "None", 2)}


@pytest.mark.parametrize(
    ("data", "field"),
    [({"components": "voice"}, "level"), ({"level": "2"}, "components"), ({"at": "2999-01-01T00:00"}, "at")],
)
def test_a_bad_impact_says_what_to_mend(client, data, field):
    voice = make.component()
    incident = make.told()
    client.force_login(make.in_group("Engineering"))
    data = {name: voice.pk if value == "voice" else value for name, value in data.items()}
    if field == "at":
        data |= {"components": voice.pk, "level": "1"}

    response = client.post(where(incident, "impacts"), data)

    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_an_impact_is_corrected_and_removed_with_a_reason(client):
    incident = make.told(affects=[make.affected(level=Level.DEGRADED), make.affected(level=Level.MAJOR)])
    first, second = incident.impacts.order_by("pk")
    client.force_login(make.in_group("Engineering"))
    data = form(client.get(where(incident, f"impacts/{first.pk}"))) | {"level": "2"}
    data.pop("removal-reason", None)

    assert client.post(where(incident, f"impacts/{first.pk}"), data).status_code == 422
    assert client.post(where(incident, f"impacts/{first.pk}"), data | {"reason": "Worse."}).status_code == 302
    assert client.post(where(incident, f"impacts/{second.pk}"), {"remove": "1"}).status_code == 422
    client.post(where(incident, f"impacts/{second.pk}"), {"remove": "1", "removal-reason": "Never."})

    [left] = incident.impacts.all()
    assert (left.level, left.started_at) == (Level.PARTIAL, first.started_at)


# Two people at once


def facts_form(client, incident):
    return form(client.get(where(incident, "facts")))


def test_saving_the_form_as_it_was_read_changes_nothing(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.resolved()
    before = snapshot(incident)

    assert client.post(where(incident, "facts"), facts_form(client, incident)).status_code == 302
    assert snapshot(incident) == before


def test_different_fields_of_two_people_are_both_kept(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told()
    data = facts_form(client, incident)
    actions.change_facts(incident, summary="Theirs.", by=None)

    assert client.post(where(incident, "facts"), data | {"title": "Mine"}).status_code == 302

    incident.refresh_from_db()
    assert (incident.title, incident.summary) == ("Mine", "Theirs.")


def test_the_same_field_comes_back_as_a_choice(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told(title="As it was")
    data = facts_form(client, incident) | {"title": "Mine", "summary": "Also mine."}
    actions.change_facts(incident, title="Theirs", by=None)

    response = client.post(where(incident, "facts"), data)

    assert response.status_code == 412
    [clash] = response.context["clashes"]
    assert (clash.now, clash.yours) == ("Theirs", "Mine")
    html = response.content.decode()
    assert 'value="Mine"' in html
    assert "Also mine." in html
    incident.refresh_from_db()
    assert incident.title == "Theirs"


@pytest.mark.parametrize(("button", "title"), [({}, "Mine"), ({"keep_theirs": "title"}, "Theirs")])
def test_the_choice_is_clear(client, button, title):
    client.force_login(make.in_group("Engineering"))
    incident = make.told(title="As it was")
    data = facts_form(client, incident) | {"title": "Mine", "summary": "Also mine."}
    actions.change_facts(incident, title="Theirs", by=None)
    again = form(client.post(where(incident, "facts"), data))

    assert client.post(where(incident, "facts"), again | button).status_code == 302

    incident.refresh_from_db()
    assert (incident.title, incident.summary) == (title, "Also mine.")


def test_a_third_change_after_the_choice_was_shown_is_not_overwritten_unseen(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told(title="As it was")
    data = facts_form(client, incident) | {"title": "Mine"}
    actions.change_facts(incident, title="Theirs", by=None)
    again = form(client.post(where(incident, "facts"), data))
    actions.change_facts(incident, title="A third", by=None)

    response = client.post(where(incident, "facts"), again)

    assert response.status_code == 412
    assert response.context["clashes"][0].now == "A third"


def test_a_time_is_corrected_to_the_minute_with_a_reason(client):
    client.force_login(make.in_group("Engineering", time_zone="Asia/Singapore"))
    incident = make.told()
    earlier = timezone.localtime(incident.started_at - timedelta(minutes=30), timezone.get_fixed_timezone(8 * 60))
    data = facts_form(client, incident) | {"started_at": earlier.strftime(MINUTES)}

    response = client.post(where(incident, "facts"), data)
    assert response.status_code == 422
    assert "reason" in response.context["form"].errors
    assert client.post(where(incident, "facts"), data | {"reason": "The log says so."}).status_code == 302

    incident.refresh_from_db()
    assert incident.started_at == earlier.replace(second=0, microsecond=0)


def test_two_people_set_the_same_place(client):
    sms = make.component(name="SMS")
    incident = make.told(affects=[make.affected(sms, None, Level.DEGRADED)])
    row = f"level_{sms.pk}_0"
    data = {row: "3", f"initial-{row}": "1", "version": incident.version}
    actions.set_impacts(incident, [make.affected(sms, None, Level.PARTIAL)], by=None)
    client.force_login(make.in_group("Engineering"))

    response = client.post(where(incident, "impacts"), data)

    assert response.status_code == 412
    [clash] = response.context["clashes"]
    assert (clash.label, clash.now, clash.yours) == ("SMS", "Partial outage", "Major outage")
    again = form(response)
    assert client.post(where(incident, "impacts"), again).status_code == 302
    assert incident.impacts.open().get().level == Level.MAJOR


def test_a_place_that_somebody_ended_is_not_opened_again_unasked(client):
    sms = make.component()
    incident = make.told(affects=[make.affected(sms, None, Level.DEGRADED)])
    row = f"level_{sms.pk}_0"
    actions.set_impacts(incident, [make.affected(sms, None, Level.OPERATIONAL)], by=None)
    client.force_login(make.in_group("Engineering"))

    assert client.post(where(incident, "impacts"), {row: "1", f"initial-{row}": "1"}).status_code == 302
    assert not incident.impacts.open().exists()
    assert client.post(where(incident, "impacts"), {row: "3", f"initial-{row}": "1"}).status_code == 412


def test_a_place_that_came_since_is_not_lowered_unseen(client):
    sms, voice = make.component(), make.component()
    incident = make.told(affects=[make.affected(sms, None, Level.DEGRADED)])
    actions.set_impacts(incident, [make.affected(voice, None, Level.MAJOR)], by=None)
    client.force_login(make.in_group("Engineering"))

    response = client.post(where(incident, "impacts"), {"components": [voice.pk], "level": "1"})

    assert response.status_code == 412
    assert incident.impacts.open().get(component=voice).level == Level.MAJOR


def test_who_takes_it_second_learns_of_the_first(client):
    first, second = make.in_group("Support"), make.in_group("Support")
    incident = make.told()
    actions.assign(incident, owner=first, by=first)
    client.force_login(second)

    response = client.post(where(incident, "owner"), {"was": "", "owner": second.pk})

    assert response.status_code == 412
    incident.refresh_from_db()
    assert incident.owner == first
    client.post(where(incident, "owner"), {"was": first.pk, "owner": second.pk})
    incident.refresh_from_db()
    assert incident.owner == second


def test_a_stage_chosen_from_an_older_one_is_asked_again(client):
    incident = make.told()
    actions.change_stage(incident, status=Status.MONITORING, by=None)
    client.force_login(make.in_group("Engineering"))

    response = client.post(where(incident, "stage"), {"was": "investigating", "status": "identified"})

    assert response.status_code == 412
    incident.refresh_from_db()
    assert incident.status == Status.MONITORING


# History


def test_the_history_names_who_changed_which_field(client):
    person = make.in_group("Support", first_name="Mira")
    incident = make.told()
    actions.change_stage(incident, status=Status.IDENTIFIED, by=person)
    client.force_login(person)

    html = client.get(where(incident, "history")).content.decode()

    assert "Mira" in html
    assert "<del>Investigating</del>" in html
