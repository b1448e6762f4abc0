"""Two people at once: nothing is lost, and nothing is overwritten unseen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Level, Status
from tests import factories as make
from tests.incidents.around import snapshot, where
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db


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
    data = facts_form(client, incident) | {"started_at": f"{earlier:%Y-%m-%d %H:%M}"}

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
