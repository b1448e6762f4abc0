"""The addresses around an incident: who may, the list with its search, the history."""

import pytest

from incidents import actions
from incidents.choices import Status
from incidents.models import Incident
from tests import factories as make
from tests.incidents.around import GROUPS, LIST, acts, snapshot, where
from tests.walks.walking import draw

pytestmark = pytest.mark.django_db


INCIDENTS = [make.suspicion, make.dismissed, make.told, make.resolved, make.internal, make.drill]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("make_incident", INCIDENTS)
def test_who_lacks_the_right_is_refused_and_changes_nothing(client, group, make_incident):
    person = make.in_group(group)
    client.force_login(person)
    incident = make_incident()
    before = snapshot(incident)

    for act, data, permission in draw(acts(incident), 0.25, salt=f"{group} {incident.status}"):
        if not person.has_perm(f"incidents.{permission}"):
            assert client.get(where(incident, act)).status_code == 403, act
            response = client.post(where(incident, act), data)
            assert response.status_code == 403, act
            assert "Nothing was changed." in response.content.decode()

    assert snapshot(incident) == before


@pytest.mark.parametrize("group", GROUPS)
def test_everyone_reports_a_suspicion(client, group):
    """1-06."""
    client.force_login(make.in_group(group))
    facts = {"title": "Odd", "detection_source": "internal", "severity": "1"}

    assert client.get(f"{LIST}report/").status_code == 200
    assert client.post(f"{LIST}report/", facts).status_code == 302
    assert Incident.objects.get().title == "Odd"


def test_who_may_not_report_reads_so(client):
    client.force_login(make.user(permissions=["view_incident"]))

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
    assert client.post(where(incident, "delete"), {"post": "yes"}).status_code == 404
    client.post(LIST, {"action": "delete_selected", "_selected_action": [incident.pk], "post": "yes"})

    assert snapshot(incident) == before


@pytest.mark.parametrize("query", ["", "?q=SMS", "report/"])
def test_without_signing_in_there_is_only_the_door(client, query):
    assert client.get(LIST + query).status_code == 302


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


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(client, same_queries):
    client.force_login(make.in_group("Support"))
    make.told(owner=make.user())
    for more in (0, 49):
        for _number in range(more):
            make.told(owner=make.user())
        client.get(LIST)
        with same_queries(at_most=30):
            client.get(LIST)


def test_a_public_id_leads_to_the_workspace_too(client):
    client.force_login(make.in_group("Viewers"))
    incident = make.told()

    assert client.get(f"{LIST}{incident.public_id}/change/").context["incident"] == incident
    assert client.get(f"{LIST}inc_nothing/change/").status_code == 404
    assert client.get(f"{LIST}{10**30}/change/").status_code == 404


# History


def test_the_history_names_who_changed_which_field(client):
    person = make.in_group("Support", first_name="Mira")
    incident = make.told()
    actions.change_stage(incident, status=Status.IDENTIFIED, by=person)
    client.force_login(person)

    html = client.get(where(incident, "history")).content.decode()

    assert "Mira" in html
    assert "<del>Investigating</del>" in html
