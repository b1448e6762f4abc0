"""Histories in our words: who, when and what changed, as people know the values; each kind of change of each field."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.db import models
from django.urls import reverse

from incidents import actions, history
from incidents.actions import people
from incidents.choices import Audience, Hours
from incidents.models import Component, Incident, Team
from tests import factories as make

pytestmark = pytest.mark.django_db

NOBODY = 987_654_321  # no row has it
AT = datetime(2026, 11, 19, 14, 38, tzinfo=UTC)
CODES = {  # lists of codes, and what they are called
    ("channel", "topics"): (["suspected", "sending"], "Suspicions; Messages held back or failing"),
    ("messagesettings", "maintenance_reminders"): ([1440, 60], "1 d and 1 h"),
    ("businesscalendar", "weekend"): ([4, 5], "Friday and Saturday"),
}
TRACKED = sorted(
    (model for model in apps.get_models() if isinstance(getattr(model, "history", None), models.Manager)),
    key=lambda model: model._meta.label,
)


def fields(model):
    return [each for each in model.history.model.tracked_fields if not each.primary_key]


EACH = [(model, each.name) for model in TRACKED for each in fields(model)]


def sample(model, each):
    """A value, and how it is to be told where that is not as it is written."""
    if code := CODES.get((model._meta.model_name, each.name)):
        return code
    if each.is_relation:
        return NOBODY, None
    if each.choices:
        value, label = next((value, label) for value, label in each.flatchoices if value not in ("", None))
        return value, str(label)
    kind = each.get_internal_type()
    if "Char" in kind or "Text" in kind or kind in ("SlugField", "FileField"):
        return "Straight on", "Straight on"
    return {
        "BooleanField": (True, "yes"),
        "DateTimeField": (AT, "Thu 19 Nov, 14:38 UTC"),
        "DateField": (date(2026, 11, 19), "Thu 19 Nov 2026"),
        "TimeField": (time(22, 30), "22:30"),
        "DecimalField": (Decimal("12.50"), "12.50"),
        "FloatField": (12.5, "12.5"),
        "JSONField": (["mon_4711", "mon_4712"], "mon_4711 and mon_4712"),
    }.get(kind, (4_321, "4321"))


def filled(model):
    """What a record must have, whatever it means."""
    values = {}
    for each in fields(model):
        if each.has_default():
            values[each.attname] = each.get_default()
        elif not each.null:
            values[each.attname] = "" if each.empty_strings_allowed and not each.choices else sample(model, each)[0]
    return values | {"history_date": AT, "id": 1} if hasattr(model, "id") else values | {"history_date": AT}


def record(model, values, *, at=AT, kind="~"):
    return model.history.model(**values | {"history_date": at, "history_type": kind})


@pytest.mark.parametrize(("model", "name"), EACH, ids=[f"{model._meta.model_name}-{name}" for model, name in EACH])
def test_each_kind_of_change_of_each_field(model, name, time_machine):
    """Set, changed and emptied: no number of a row, no None, no code, no name of a column."""
    time_machine.move_to(datetime(2026, 11, 30, tzinfo=UTC))
    each = model.history.model._meta.get_field(name)
    value, told = sample(model, each)
    base = filled(model)
    empty = None if each.null else {"JSONField": []}.get(each.get_internal_type(), "")
    has_empty = each.null or (each.empty_strings_allowed and not each.choices)
    other = empty if has_empty else another(each, value)
    if other is None and not each.null:
        pytest.skip("It has one value only.")

    for before, after in ((other, value), (value, other)):
        newer = record(model, base | {each.attname: after}, at=AT + timedelta(minutes=1))
        older = record(model, base | {each.attname: before})
        pairs = [(newer, older)]
        names = history.Names.of(pairs, user=make.superuser(), silent=many(model))
        found = list(history.changes(newer, older, names, silent=many(model)))

        assert len(found) == 1
        shown = found[0].new if after == value else found[0].old
        if told is not None:
            assert shown == told
        for text in (found[0].what, found[0].old, found[0].new):
            assert str(NOBODY) not in text
            assert str(NOBODY - 1) not in text
            assert "None" not in text
            assert "pk=" not in text
            assert "object (" not in text
        assert found[0].what[:1].isupper()
        assert "_" not in found[0].what


def many(model):
    """Fields that lead to many are read from saved records; see below."""
    return [each.name for each in model.history.model._history_m2m_fields]


def another(each, value):
    """A second value of a field that is never empty."""
    if each.choices:
        return next((other for other, _label in each.flatchoices if other not in ("", None, value)), None)
    if each.is_relation:
        return NOBODY - 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, time):
        return time(1, 15)
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, Decimal | float | int) else f"{value} again" if isinstance(value, str) else []


def screen(client, row):
    meta = row._meta
    answer = client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk]))
    assert answer.status_code == 200
    html = re.sub(r"\s+", " ", answer.content.decode())
    return re.sub(r"<[^>]*>", "", html[html.index('id="content"') if 'id="content"' in html else 0 :])


@pytest.fixture
def boss(client):
    person = make.superuser(first_name="Lena")
    client.force_login(person)
    return person


def test_a_field_that_was_emptied_says_what_stood_there(client, boss):
    team = make.team(name="Core crew")
    row = make.component(name="SMS", team=team)
    row.team = None
    row.save()

    assert re.search(r"Team was Core crew ?, and is empty now", screen(client, row))


def test_a_team_that_was_deleted_keeps_the_name_that_it_had(client, boss):
    team = make.team(name="Kept crew")
    row = make.component(name="SMS")
    row.team = team
    row.save()
    team.name = "Core crew"
    team.save()
    row.team = make.team(name="Platform crew")
    row.save()
    team.delete()

    text = screen(client, row)
    assert "Team Kept crew" in text
    assert "Core crew → became Platform crew" in text.replace("→became", "→ became")
    assert "Deleted team" not in text


def test_a_row_of_before_histories_says_that_it_stands_as_it_was_made(client, boss):
    team = make.team(name="Core crew")
    Team.history.all().delete()

    text = screen(client, team)
    assert "It has stood as it is since it was made." in text
    assert "admin site" not in text


@pytest.mark.parametrize("admin", site._registry.values(), ids=lambda admin: admin.opts.label_lower)
def test_no_screen_of_ours_is_django_s(client, boss, admin):
    answer = client.get(reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_history", args=["1"]))

    assert "admin/object_history.html" not in [each.name for each in answer.templates or ()]
    assert "simple_history/object_history.html" not in [each.name for each in answer.templates or ()]


def test_a_person_s_history_is_that_of_the_account(client, boss):
    person = make.user()
    people.set_active(person, is_active=False, by=boss)

    text = screen(client, person)
    assert "Deactivated." in text
    assert "Lena" in text
    assert "admin site" not in text


def test_a_long_reason_stands_whole():
    reason = " ".join(f"word{number}" for number in range(60))
    incident = actions.dismiss(make.suspicion(), reason=reason, by=None)

    (newest, *_rest) = history.versions(list(incident.history.all()), user=make.superuser())
    assert newest.reason == reason


def test_times_are_told_in_the_hours_of_whoever_reads(client):
    row = make.location(off_peak_from=time(22, 30), off_peak_until=time(4))
    row.off_peak_from = time(23, 30)
    row.save()
    client.force_login(make.superuser(hours=Hours.TWELVE))

    text = screen(client, row)
    assert "11:30 PM" in text
    assert "23:30" not in text


def test_of_a_long_text_what_differs_is_shown_in_whole_words(client, boss):
    before = " ".join(f"paragraph{number}" for number in range(20))
    row = make.component(name="SMS", description=before)
    row.description = before.replace("paragraph10", "chapter10")
    row.save()

    text = screen(client, row)
    assert "chapter10" in text
    assert "paragraph10" in text
    assert set(re.findall(r"paragraph\w*", text)) <= {f"paragraph{number}" for number in range(20)}


def test_an_incident_that_one_may_not_see_is_not_named(client):
    viewer = make.in_group("Viewers")
    into = make.told(title="A leak")
    incident = make.merged(into=into)
    actions.set_audience(Incident.objects.get(pk=into.pk), audience=Audience.RESTRICTED, by=None, reason="So.")
    client.force_login(viewer)

    text = client.get(reverse("admin:incidents_incident_history", args=[incident.public_id])).content.decode()
    assert "A leak" not in text
    assert "another incident" in text


def test_what_leads_to_many_names_what_came_and_went(boss):
    calendar, other = make.calendar(name="Germany"), make.calendar(name="Croatia")
    freeze = apps.get_model("incidents.ChangeFreeze")(
        name="Year end", first_day=date(2026, 12, 20), last_day=date(2026, 12, 31)
    )
    freeze.save()
    freeze.calendars.add(calendar)
    freeze.calendars.set([calendar, other])

    (newest, *_rest) = history.versions(list(freeze.history.all()), user=boss)
    assert [(change.old, change.new) for change in newest.changes][-1][1] == "Croatia and Germany"


def test_a_history_costs_the_same_however_long_it_is(boss, same_queries):
    row = make.component(name="SMS")
    for number in range(40):
        row.team = make.team(name=f"Crew {number}")
        row.save()
        if number in (1, 39):
            with same_queries(at_most=5):
                assert len(history.paged(Component.history.filter(id=row.pk), "1", user=boss)[0]) == number + 2


def test_pages_of_a_long_history_miss_nothing(boss):
    row = make.component(name="SMS")
    for number in range(history.PER_PAGE + 20):
        row.name = f"SMS {number}"
        row.save()

    rows = Component.history.filter(id=row.pk)
    first, page = history.paged(rows, None, user=boss)
    second, _page = history.paged(rows, "2", user=boss)
    assert page.has_next()
    assert (len(first), len(second)) == (history.PER_PAGE, 21)
    assert [change.old for version in (first[-1], second[0]) for change in version.changes] == ["SMS 19", "SMS 18"]
