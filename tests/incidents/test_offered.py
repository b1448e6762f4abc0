"""What the apps offer is gathered into one whole: the ready groups, the rights, the sidebar, as they are to stand.

``offered.json`` is the table. A new app adds its lines; nothing else in it may change by that.
"""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from incidents import permissions
from incidents.forms.accounts import GroupForm
from tests import factories as make

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

    groups = client.get("/admin/").context["sidebar_navigation"]

    assert [
        " | ".join([f"{each.get('title', '')}: {item['title']}", item["icon"], item["link"], *_more(item)])
        for each in groups
        for item in each["items"]
    ] == STANDS["navigation"][kind]


def _more(item):
    """What is drawn beside it."""
    return sorted({"count", "embedded"} & set(item))
