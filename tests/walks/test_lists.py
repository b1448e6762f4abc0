"""Every list of the staff side × whatever its address may ask: each field and relation of each model, each lookup."""

from random import Random

import pytest
from django.contrib import admin
from django.contrib.admin.filters import SimpleListFilter
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse

from incidents.staff.model_admin import StrictModelAdmin, is_beyond
from tests.walks import walking
from tests.walks.walking import ask, client_of

LOOKED_UP = 0.01  # the share that each run of the suite asks for
KINDS = ["Viewers", "Engineering Leads", "superuser"]
VALUES = ["1", "True", "^(([A-Za-z ])+)+$", "(", "x", "9" * 20, "9" * 5000, "²", "\0", "2026-01-01 00:00:00+00:00"]
NUMBERS = ["p", "o", "all", "e", "_popup", "_to_field", "_facets", "_changelist_filters"]


def lists():
    for model in admin.site._registry:
        yield model, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def lookups(model, *, depth=2, before=""):
    """Every path that Django would look along: fields, relations both ways, and from there once more, × lookups."""
    for field in model._meta.get_fields(include_hidden=True):
        name = field.name if field.concrete or not hasattr(field, "get_accessor_name") else _query_name(field)
        if not name or name.endswith("+"):
            continue
        path = f"{before}{name}"
        yield path
        for lookup in getattr(field, "get_lookups", dict)():
            yield f"{path}__{lookup}"
        if field.is_relation and field.related_model and depth > 1:
            yield from lookups(field.related_model, depth=depth - 1, before=f"{path}__")


def _query_name(field):
    return field.field.related_query_name()


def test_every_screen_of_a_model_is_built_on_the_strict_base():
    assert len(admin.site._registry) > 10
    assert [each for each in admin.site._registry.values() if not isinstance(each, StrictModelAdmin)] == []


def test_no_filter_names_what_may_be_restricted():
    """A filter lists all that it offers: rows that have to be asked for with ``visible_to`` are none to list."""
    listed = []
    for model, model_admin in admin.site._registry.items():
        for item in model_admin.list_filter:
            if isinstance(item, str):
                assert "__" not in item, f"{model_admin}: {item} is a field of another table"
                related = model._meta.get_field(item).related_model
                listed.append((model_admin, item, hasattr(related and related._default_manager, "visible_to")))
            else:
                assert issubclass(item, SimpleListFilter)
    assert len(listed) > 5
    assert [each for each in listed if each[2]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_only_its_own_filters_narrow_a_list(world, kind):
    client, found, asked = client_of(world, kind), [], 0
    for model, path in lists():
        allowed = admin.site._registry[model].lookups(_Request(world.people[kind]))
        names = sorted(set(lookups(model)))
        assert len(names) > 50
        for name in walking.draw(names, LOOKED_UP, salt=f"{kind}{path}"):
            value = Random(f"{walking.SEED}{name}").choice(VALUES[:5])
            outcome, asked = ask(client, "get", path, {name: value}), asked + 1
            expected = (200, 302, 403) if name in allowed else (400, 403)
            if outcome.status not in expected:
                found.append(f"{path}?{name}={value}: {outcome.status}")
    walking.judge(found, kind)
    assert asked > 100 or not walking.WHOLE


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_breaks_a_list_or_shows_all(world, kind):
    """A number out of range, a text for a date: nothing is found, or the list says that it was not understood."""
    client, found = client_of(world, kind), []
    for model, path in lists():
        model_admin = admin.site._registry[model]
        names = [*sorted(model_admin.lookups(_Request(world.people[kind]))), *NUMBERS, "q"]
        steps = [(name, value) for name in names for value in VALUES]
        for name, value in walking.draw(steps, 0.04, salt=f"{kind}{path}values"):
            outcome = ask(client, "get", path, {name: value})
            if outcome.status >= 500:
                found.append(f"{path}?{name}={value[:30]}: {outcome.status}")
            if is_beyond(value) and name not in (*NUMBERS, "q") and outcome.status == 200 and _rows(outcome.body):
                found.append(f"{path}?{name}={value[:30]} shows rows")
    walking.judge(found, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picker_answers_for_the_fields_of_forms_only(world, kind):
    client, found = client_of(world, kind), []
    asked = {(model, field.name) for model in _models() for field in model._meta.get_fields() if field.is_relation}
    person = _Request(world.people[kind])
    offered = {
        (form.model, name)
        for each in admin.site._registry.values()
        if each.has_add_permission(person) or each.has_change_permission(person)
        for form in (each, *each.get_inline_instances(person))
        for name in form.autocomplete_fields
    }
    for model, name in sorted(asked, key=str):
        query = {
            "app_label": model._meta.app_label,
            "model_name": model._meta.model_name,
            "field_name": name,
            "term": "",
        }
        outcome = ask(client, "get", reverse("admin:autocomplete"), query)
        if (outcome.status == 200) != ((model, name) in offered) or outcome.status >= 500:
            found.append(f"{model.__name__}.{name}: {outcome.status}")
    walking.judge(found, kind)


def _models():
    return {model for each in admin.site._registry for model in (each, *_related(each))}


def _related(model):
    found = set()
    for field in model._meta.get_fields(include_hidden=True):
        try:
            found.add(field.related_model)
        except FieldDoesNotExist:
            continue
    return {each for each in found if isinstance(each, type)}


def _rows(body):
    return "result_list" in body and '<tr class="' in body


class _Request:
    """What admin classes ask of a request to say what they offer."""

    def __init__(self, user):
        self.user, self.GET, self.method = user, {}, "GET"
