"""The ready groups: what a new installation shares its work out by. Each app says in ``defaults.py`` what they may.

Nobody's group is changed afterwards. What an app that comes later adds for the groups of an installation that stands
is written by a migration of its own.
"""

from __future__ import annotations

from functools import cache

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from incidents import offers, permissions


@cache
def ready() -> dict[str, list[str]]:
    """The permissions of each, by name, from what every app offers (``GROUPS``). The order is that of ``incidents``."""
    found: dict[str, dict[str, None]] = {}
    offered = sorted(offers.by_app("defaults", "GROUPS"), key=lambda each: each[0].name != "incidents")
    for _app, groups in offered:
        for group, names in groups.items():
            found.setdefault(group, {}).update(dict.fromkeys(names))
    return {group: list(names) for group, names in found.items()}


def offering() -> list[AppConfig]:
    """The apps with something for them."""
    return [app for app, _groups in offers.by_app("defaults", "GROUPS")]


def install(*, using: str) -> None:
    """The ready groups with their permissions, once the tables of all the apps stand. Only an empty table is filled."""
    if Group.objects.using(using).exists():
        return
    for app in offering():
        create_permissions(app, verbosity=0, using=using)
    rows = Permission.objects.using(using).select_related("content_type")
    there = {permissions.name(row): row for row in rows}
    for name, names in ready().items():
        group = Group.objects.using(using).create(name=name)
        group.permissions.set([there[each] for each in names if each in there])
