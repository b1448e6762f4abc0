"""An installation from before there were messages: its groups may do with them what goes with what they did."""

from importlib import import_module

import pytest
from django.apps import apps as registry
from django.contrib.auth.models import Group, Permission
from django.db import connection

from incidents.groups import ready
from tests import factories as make

pytestmark = pytest.mark.django_db


def rights(name):
    rows = Group.objects.get(name=name).permissions.filter(content_type__app_label="notifications")
    return set(rows.values_list("codename", flat=True))


def grant():
    """What the migrations do for groups that were there before, one after the other."""
    editor = type("", (), {"connection": connection})
    import_module("notifications.migrations.0005_who_may").grant(registry, editor)
    import_module("notifications.migrations.0010_names_of_the_field").forwards(registry, editor)


def test_the_ready_groups_of_before_come_to_hold_what_they_hold_in_a_new_installation():
    new = {name: rights(name) for name in ready()}
    assert new["Support"] > new["Viewers"] > set()
    person = make.user(permissions=["publish_incident"])
    Permission.objects.filter(content_type__app_label="notifications").delete()

    grant()

    assert {name: rights(name) for name in ready()} == new
    assert person.__class__.objects.get(pk=person.pk).has_perm("notifications.send_announcement")


def test_whoever_held_nothing_gets_nothing():
    group = Group.objects.create(name="Guests")

    grant()

    assert not group.permissions.exists()
