"""What is deleted from the catalogue, by whom, and that no refusal tells of a restricted incident."""

import pytest
from django.contrib import admin
from django.urls import reverse

from incidents import signals
from incidents.admin.base import StaffModelAdmin, is_held_by_others
from incidents.models import Component, DeclareRule, Incident, Location, Team
from tests import factories as make, tokens

pytestmark = pytest.mark.django_db
LIST = "/admin/incidents/component/"


@pytest.fixture
def announced():
    heard = []

    def hear(sender, component, **kwargs):
        heard.append((sender, component))

    signals.catalogue_changed.connect(hear)
    yield heard
    signals.catalogue_changed.disconnect(hear)


@pytest.fixture
def insider(client):
    """Of Engineering, and sees every incident."""
    person = make.user(groups=["Engineering", "Security"])
    client.force_login(person)
    return person


def deletions(client, row):
    """What the two ways to delete it answer, with what says which row it is taken out."""
    name = row._meta.model_name
    delete, listed = reverse(f"admin:incidents_{name}_delete", args=[row.pk]), f"/admin/incidents/{name}/"
    many = {"action": "delete_selected", "_selected_action": [row.pk]}
    answers = [client.get(delete), client.post(delete, {"post": "yes"})]
    answers += [client.post(listed, many), client.post(listed, many | {"post": "yes"})]
    found = []
    for answer in answers:
        text = tokens.without(answer.content.decode())
        text = text.replace(str(row), "…").replace(f"/{row.pk}/", "/…/").replace(f'value="{row.pk}"', "")
        found.append((answer.status_code, answer.headers.get("Location"), text))
    return found


@pytest.mark.parametrize("group", ["Engineering", "Engineering Leads", "superuser"])
def test_nothing_tells_whether_something_restricted_uses_it(client, announced, group):
    client.force_login(make.superuser() if group == "superuser" else make.in_group(group))
    used, unused, shown = (make.component(name=name) for name in ("SMS", "RCS", "MMS"))
    here, there = make.location(name="Bonn"), make.location(name="Rome")
    rule, other = make.share_rule(label="Rule A"), make.share_rule(label="Rule B")
    hidden = make.restricted(title="A secret title", affects=[make.affected(used, here)])
    Incident.objects.filter(pk=hidden.pk).update(rule=rule)
    make.confirmed(affects=[shown])
    announced.clear()
    pairs = [(used, unused), (used, shown), (here, there)] + ([(rule, other)] if group != "Engineering" else [])

    for one, another in pairs:
        assert deletions(client, one) == deletions(client, another)
        assert type(one).objects.filter(pk__in=[one.pk, another.pk]).count() == 2

    assert (
        "SMS stays: what happened keeps its parts. Take it off the pages, or rename it."
        in client.get(reverse("admin:incidents_component_delete", args=[used.pk])).content.decode()
    )
    assert announced == []


def test_what_is_in_use_stays_for_those_too_who_see_it(client, insider, announced):
    component = make.component(name="SMS")
    make.restricted(title="A secret title", affects=[component])
    announced.clear()

    [page, *_rest] = deletions(client, component)

    assert "… stays: what happened keeps its parts." in page[2]
    assert "secret" not in page[2]
    assert Component.objects.filter(pk=component.pk).exists()
    assert announced == []


def test_what_was_never_in_use_goes_by_who_sees_that_and_it_is_announced(client, insider, announced):
    component, location, team = make.component(), make.location(), make.team()
    for row, name in ((component, "component"), (location, "location"), (team, "team")):
        response = client.post(reverse(f"admin:incidents_{name}_delete", args=[row.pk]), {"post": "yes"})
        assert response.status_code == 302

    assert not Component.objects.exists()
    assert announced == [(Component, None), (Location, None), (Team, None)]
    assert Component.history.filter(id=component.pk, history_type="-", history_user=insider).exists()


def test_deleting_many_is_one_act(client, insider, announced):
    rows = [make.component(), make.component()]
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}

    client.post(LIST, data)

    assert not Component.objects.exists()
    assert announced == [(Component, None)]
    assert Component.history.filter(history_type="-").count() == 2


def test_every_model_that_something_can_hold_says_so_in_the_same_words_or_is_never_deleted(rf):
    """A new table that protects a row of the catalogue makes no refusal that tells who uses it."""
    request = rf.get("/")
    request.user = make.superuser()
    asked = [
        each
        for model, each in admin.site._registry.items()
        if is_held_by_others(model) and each.has_delete_permission(request) and getattr(each, "held_by_incidents", True)
    ]

    assert {each.model for each in asked} == {Component, Location, DeclareRule}
    assert [each for each in asked if not isinstance(each, StaffModelAdmin) or "refusal" not in vars(type(each))] == []
