"""Each act around an incident does what its screen says, or says what to mend."""

import pytest

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.veiled import veil
from tests import factories as make
from tests.incidents.around import where
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db


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
    data = form(client.get(where(incident, f"impacts/{veil(first.pk)}"))) | {"level": "2"}
    data.pop("removal-reason", None)

    assert client.post(where(incident, f"impacts/{veil(first.pk)}"), data).status_code == 422
    assert client.post(where(incident, f"impacts/{veil(first.pk)}"), data | {"reason": "Worse."}).status_code == 302
    assert client.post(where(incident, f"impacts/{veil(second.pk)}"), {"remove": "1"}).status_code == 422
    client.post(where(incident, f"impacts/{veil(second.pk)}"), {"remove": "1", "removal-reason": "Never."})

    [left] = incident.impacts.all()
    assert (left.level, left.started_at) == (Level.PARTIAL, first.started_at)


def test_refused_at_the_gate_one_reads_what_is_missing_and_who_may_override(client):
    incident = make.told(severity="major")
    stage, workspace = where(incident, "stage"), where(incident)

    for group, may in [("Engineering", "A lead may override"), ("Engineering Leads", "As a lead you may override")]:
        client.force_login(make.in_group(group))
        response = client.post(stage, {"status": "resolved"})
        html = response.content.decode()
        assert response.status_code == 422
        assert may in html
        assert "Stable without hands" in html
        assert "not attested yet" in html
    incident.refresh_from_db()
    assert incident.status == Status.INVESTIGATING

    client.force_login(make.in_group("Support"))
    assert "choose Resolved above" not in client.get(workspace).content.decode()
    client.force_login(make.in_group("Engineering Leads"))
    html = client.get(workspace).content.decode()
    assert "Resolve without telling customers</a>." in html


def test_a_gate_that_only_warns_sends_to_resolved_above(client, gate_only_warns):
    client.force_login(make.in_group("Support"))
    assert "choose Resolved above" in client.get(where(make.told())).content.decode()


def test_radios_that_are_wrong_say_so_to_everyone(client):
    client.force_login(make.in_group("Engineering"))
    html = client.post("/admin/incidents/incident/report/", {"title": "x", "severity": "9"}).content.decode()
    attributes = 'role="radiogroup" aria-invalid="true" aria-describedby="id_severity_error id_severity_helptext"'
    assert attributes in " ".join(html.split())
    assert 'id="id_severity_error"' in html


def test_entering_monitoring_offers_to_end_the_impacts(client):
    client.force_login(make.in_group("Engineering"))
    incident = make.told()
    moved = client.post(where(incident, "stage"), {"status": "monitoring"}, follow=True).content.decode()
    assert "End the impacts" in moved
    assert where(incident, "impacts") in moved

    actions.set_impacts(incident, [make.affected(incident.impacts.get().component, level=Level.OPERATIONAL)], by=None)
    client.post(where(incident, "stage"), {"status": "identified"})
    again = client.post(where(incident, "stage"), {"status": "monitoring"}, follow=True).content.decode()
    assert "End the impacts" not in again


def test_a_number_that_no_column_holds_is_refused_beside_its_field(client):
    incident = make.confirmed()
    client.force_login(make.in_group("Engineering"))
    response = client.post(where(incident, "facts"), {"version": incident.version, "customers_affected": "9" * 20})
    assert response.status_code == 422
    assert "customers_affected" in response.context["form"].errors


def test_a_limit_that_no_column_holds_is_refused_beside_its_field(client):
    client.force_login(make.in_group("Engineering Leads"))
    address = f"/admin/incidents/severity/{make.severity().pk}/change/"
    response = client.post(address, {"meaning": "x", "first_notice_minutes": "9" * 20})
    assert "first_notice_minutes" in response.context["adminform"].form.errors
