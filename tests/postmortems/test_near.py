"""What was agreed on before and is not done, beside a new incident with the same components."""

import pytest
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Status
from postmortems import actions
from postmortems.near import open_actions
from tests import factories as make

pytestmark = pytest.mark.django_db


def item_on(component, **facts):
    return make.action_item(make.postmortem(make.resolved(affects=[make.affected(component)])), **facts)


def near(*components, user=None, **options):
    user = user or make.in_group("Engineering")
    rows = open_actions([each.pk for each in components], user=user, now=timezone.now(), **options)
    return [row.item for row in rows]


def test_open_ones_of_the_same_components_longest_overdue_first():
    sms, voice = make.component(), make.component()
    soon, late, none = item_on(sms), item_on(sms, due_in=-3), item_on(sms, due_in=None)
    done = item_on(sms)
    actions.track(done, state="done", by=None)
    item_on(voice)
    assert near(sms) == [late, soon, none]
    assert near() == []


def test_of_what_it_is_part_of_and_of_its_parts_but_not_of_siblings():
    messaging = make.component()
    sms, chat = make.component(parent=messaging), make.component(parent=messaging)
    one, two, three = item_on(messaging), item_on(sms), item_on(chat)
    assert set(near(sms)) == {one, two}
    assert set(near(messaging)) == {one, two, three}


def test_at_most_five_at_the_same_cost(same_queries):
    sms, user = make.component(), make.in_group("Engineering")
    item_on(sms)
    near(sms, user=user)
    with same_queries(at_most=5):
        assert len(near(sms, user=type(user).objects.get(pk=user.pk))) == 1
    for _n in range(7):
        item_on(sms)
    with same_queries(at_most=5):
        assert len(near(sms, user=type(user).objects.get(pk=user.pk))) == 5


def test_none_of_what_is_restricted():
    sms, member = make.component(), make.in_group("Reliability")
    item = item_on(sms)
    incident = incident_actions.set_audience(item.postmortem.incident, audience="restricted", reason="A leak.", by=None)
    incident_actions.add_member(incident, user=member, by=None)
    assert near(sms, user=member) == [item]
    assert near(sms) == []


def test_the_workspace_shows_them_while_the_incident_is_open(client):
    sms = make.component()
    item = item_on(sms, text="Alert on queue age")
    incident = make.told(affects=[make.affected(sms)])
    client.force_login(make.in_group("Engineering"))
    workspace = f"/admin/incidents/incident/{incident.public_id}/change/"
    assert "Alert on queue age" in client.get(workspace).content.decode()
    incident_actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    assert "Alert on queue age" not in client.get(workspace).content.decode()
    item.refresh_from_db()
    assert item.is_open


def test_the_form_of_a_suspicion_follows_its_components(client):
    sms = make.component()
    item = item_on(sms, text="Alert on queue age")
    client.force_login(make.in_group("Support"))
    opened = client.get("/admin/incidents/incident/report/").content.decode()
    assert 'data-open-actions="/admin/action-items/near/"' in opened
    assert "Alert on queue age" not in opened
    refused = client.post("/admin/incidents/incident/report/", {"components": [sms.pk]})
    assert "Alert on queue age" in refused.content.decode()
    rows = client.get(f"/admin/action-items/near/?component={sms.pk}&component=x&component={'9' * 40}")
    assert f"/admin/action-items/{item.key}/" in rows.content.decode()
    suspicion = make.suspicion()
    incident_actions.set_impacts(suspicion, [make.affected(sms)], by=None)
    confirming = client.get(f"/admin/incidents/{suspicion.public_id}/confirm/").content.decode()
    assert "Alert on queue age" in confirming
