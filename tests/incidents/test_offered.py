"""What the apps offer is gathered into one whole: the ready groups, the rights, the sidebar, as they are to stand.

``offered.json`` is the table. A new app adds its lines; nothing else in it may change by that.
"""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from incidents import groups, permissions
from incidents.forms.accounts import GroupForm
from incidents.staff import navigation
from tests import factories as make
from tests.incidents import paging

pytestmark = pytest.mark.django_db
STANDS = json.loads(Path(__file__).with_name("offered.json").read_text())


def test_the_ready_groups_may_what_the_table_says():
    found = {
        group.name: " ".join(
            sorted(f"{permission.content_type.app_label}.{permission.codename}" for permission in rows)
        )
        for group in Group.objects.order_by("pk")
        for rows in [group.permissions.select_related("content_type")]
    }

    assert list(found.items()) == list(STANDS["groups"].items())


def test_the_screen_of_a_group_offers_each_right_at_its_place():
    def line(key, sentence):
        return f"{key}: {sentence} = {' '.join(sorted(permissions.rights()[key].names))}"

    offered = GroupForm.base_fields["rights"].choices
    found = {str(title): [line(key, sentence) for key, sentence in rows] for title, rows in offered}

    assert list(found.items()) == list(STANDS["rights"].items())


@pytest.mark.parametrize("kind", STANDS["navigation"])
def test_the_sidebar_leads_each_kind_of_person_to_the_same_places(client, settings, kind):
    group, _comma, with_a_mailbox = kind.partition(", ")
    settings.MAILBOX = bool(with_a_mailbox)
    person = make.superuser() if group == "superuser" else make.user(groups=[group] if group != "nobody" else [])
    client.force_login(person)

    drawn = client.get("/admin/").context["sidebar_navigation"]

    assert [
        " | ".join([f"{each.get('title', '')}: {item['title']}", item["icon"], item["link"], *_more(item)])
        for each in drawn
        for item in each["items"]
    ] == STANDS["navigation"][kind]


def _more(item):
    """What is drawn beside it."""
    return sorted({"count", "template"} & set(item))


real = apps.get_app_configs
CACHED = [permissions.sections, permissions.rights, permissions.refusals, groups.ready, navigation._items]


class Paging:
    """An app as the registry knows it."""

    name = "tests.incidents.paging"
    module = paging


def test_an_app_brings_its_own_and_needs_no_line_anywhere_else(client, monkeypatch):
    """Modules of the four names, and it is on the screen of groups, in sidebar, ready groups and home."""
    monkeypatch.setattr(apps, "get_app_configs", lambda: [*real(), Paging()])
    for gathered in CACHED:
        gathered.cache_clear()
    try:
        sections = [str(section.title) for section in permissions.sections()]
        assert sections[sections.index("Catalogue and policy") + 1] == "Paging"
        assert permissions.rights()["page"].names == {"paging.page_person"}
        assert str(permissions.refusals()["paging.page_person"]) == "You may not page. Ask a lead."
        assert [item.title for item in navigation._items()][-1] == "Rota"
        assert groups.ready()["Support"][-1] == "paging.page_person"
        assert "paging.page_person" not in groups.ready()["Viewers"]
        client.force_login(make.in_group("Viewers", username="jun"))
        assert [step.detail for step in client.get("/admin/").context["mine"]] == ["jun is on call until six"]
    finally:
        for gathered in CACHED:
            gathered.cache_clear()
