"""The migrations lead there and back, and an empty database gets what a new installation begins with."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection

from incidents.groups import ready
from incidents.models import DeclareRule, Severity
from statuspage.models import StageTemplate


@pytest.mark.django_db(transaction=True)
def test_there_and_back_again():
    tables = set(connection.introspection.table_names())
    try:
        call_command("migrate", "incidents", "zero", verbosity=0)  # and all that stands on it
        left = set(connection.introspection.table_names())
        assert not {name for name in left if name.startswith(("incidents_", "statuspage_", "notifications_"))}
    finally:
        call_command("migrate", verbosity=0)
    assert set(connection.introspection.table_names()) == tables
    assert Severity.objects.count() == 3


@pytest.mark.django_db
def test_a_new_installation_is_ready():
    assert [severity.name for severity in Severity.objects.all()] == ["minor", "major", "critical"]
    assert [severity.gate for severity in Severity.objects.all()] == ["basic", "all", "all"]
    assert set(Group.objects.values_list("name", flat=True)) == set(ready())
    assert [float(r.threshold_percent) for r in DeclareRule.objects.exclude(threshold_percent=None)] == [25, 25]
    assert DeclareRule.objects.get(is_data_leak=True).label == "Any data leak"
    assert set(StageTemplate.objects.values_list("status", flat=True)) == {
        "investigating", "identified", "monitoring", "resolved",
    }  # fmt: skip


@pytest.mark.django_db
def test_what_people_changed_stays_changed():
    Severity.objects.update(healthy_minutes=5)
    Group.objects.get(name="Viewers").delete()
    DeclareRule.objects.exclude(is_data_leak=True).delete()
    StageTemplate.objects.exclude(status="resolved").delete()
    call_command("migrate", verbosity=0)
    assert {severity.healthy_minutes for severity in Severity.objects.all()} == {5}
    assert not Group.objects.filter(name="Viewers").exists()
    assert DeclareRule.objects.count() == 1
    assert set(StageTemplate.objects.values_list("status", flat=True)) == {"resolved"}


@pytest.mark.django_db
def test_the_models_and_the_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
