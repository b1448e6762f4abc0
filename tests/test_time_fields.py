"""Every form of the product with a time in it: opened and saved without touching it, it changes nothing, ever."""

import importlib
import pkgutil
import re
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import example, given, settings, strategies as st

from incidents import wall_times, zones
from incidents.choices import Hours
from incidents.forms.fields import ClashingForm
from incidents.forms.moments import ClockField, DayField, MomentField, WallClockField, WallField
from tests import factories as make

APPS = ("incidents", "postmortems", "statuspage", "notifications")
OURS = (MomentField, WallField, ClockField, DayField)
FOR_SCREENS_ONLY = {"read_at"}  # hidden: an instant that the screen sent out, and no person types
FIRST = datetime(2026, 10, 25, 0, 30, 12, 345, tzinfo=UTC)  # half past two in Berlin, as an hour later
DAYS = [datetime.fromisoformat(day) for day in ("1971-01-01", "2098-12-30")]
AT = st.datetimes(*DAYS).map(lambda at: at.replace(tzinfo=UTC))
PEOPLE = st.tuples(st.sampled_from(zones.names()), st.sampled_from(Hours))


def forms_of_the_product() -> list[type[BaseForm]]:
    """Every form class there is; tomorrow's too."""
    for app in APPS:
        for found in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if not {"migrations", "commands", "pdf"} & set(
                found.name.split(".")
            ):  # no form; and weasyprint reads any image
                importlib.import_module(found.name)
    every, waiting = {}, [BaseForm]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.partition(".")[0] in APPS:
                every[f"{each.__module__}.{each.__qualname__}"] = each
    return [every[name] for name in sorted(every)]


def time_fields() -> list[tuple[str, forms.Field]]:
    kinds = (forms.DateTimeField, forms.TimeField, forms.SplitDateTimeField, forms.DateField, *OURS)
    return [
        (f"{form.__qualname__}.{name}", field)
        for form in forms_of_the_product()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, kinds) and name not in FOR_SCREENS_ONLY
    ]


FIELDS = time_fields()
KINDS = {(type(field), type(field.widget)): field for _name, field in FIELDS if not isinstance(field, forms.DateField)}
TIMES = [pytest.param(field, id=f"{kind.__name__} {widget.__name__}") for (kind, widget), field in KINDS.items()]


class _Inputs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.data = QueryDict(mutable=True)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.data[given["name"]] = given.get("value", "")


def sent(html: str) -> QueryDict:
    """What a browser sends of it, untouched."""
    parser = _Inputs()
    parser.feed(html)
    return parser.data


def test_forms_with_times_are_found_and_have_the_one_field_of_time():
    assert {"FactsForm.started_at", "WindowForm.time", "MeetingForm.at", "CalendarForm.cut_off"} <= dict(FIELDS).keys()
    assert [name for name, field in FIELDS if isinstance(field, forms.DateTimeField | forms.TimeField)] == []


@pytest.mark.django_db
def test_admin_forms_of_tables_have_it_too():
    request = RequestFactory().get("/")
    request.user = make.user(is_superuser=True)
    others = []
    for model, screen in admin.site._registry.items():
        if not (screen.has_change_permission(request) or screen.has_add_permission(request)):
            continue
        form = screen.get_form(request, change=False)
        columns = {f.name for f in model._meta.fields if isinstance(f, models.DateTimeField | models.TimeField)}
        others += [f"{model.__name__}.{n}" for n in columns & form.base_fields.keys()
                   if not isinstance(form.base_fields[n], OURS)]  # fmt: skip
    assert others == ["Pin.ends_at"]  # whose screen asks for hours from now, in a form of its own (PinForm)


@pytest.mark.parametrize("field", TIMES)
@settings(deadline=None, max_examples=40)
@given(at=AT, drawn_by=PEOPLE, posted_by=PEOPLE)
@example(at=FIRST, drawn_by=("Europe/Berlin", Hours.TWELVE), posted_by=("Europe/Berlin", Hours.TWELVE))
@example(at=FIRST + timedelta(hours=1), drawn_by=("Europe/Berlin", Hours.TWENTY_FOUR), posted_by=("UTC", Hours.TWELVE))
def test_untouched_it_is_what_it_was(field, at, drawn_by, posted_by):
    """To the microsecond, at times that clocks show twice, and where another zone and other hours were chosen since."""
    held, meant = at, at
    if isinstance(field, WallField | WallClockField):
        held = wall_times.wall(at, ZoneInfo(drawn_by[0]))
        meant = held if isinstance(field, WallField) else (held.local.time(), held.name)
    elif isinstance(field, ClockField):
        held = meant = at.time()
    with timezone.override(drawn_by[0]), wall_times.override(drawn_by[1]):
        data = sent(field.widget.render("x", field.prepare_value(held)))
    with timezone.override(posted_by[0]), wall_times.override(posted_by[1]):
        assert field.clean(field.widget.value_from_datadict(data, {}, "x")) == meant


class Facts(ClashingForm):
    at = MomentField(required=False)


@settings(deadline=None, max_examples=40)
@given(at=AT | st.none(), drawn_by=PEOPLE, posted_by=PEOPLE)
@example(at=FIRST, drawn_by=("Europe/Berlin", Hours.TWELVE), posted_by=("Asia/Tokyo", Hours.TWELVE))
def test_a_form_that_notices_clashes_sees_nothing_typed(at, drawn_by, posted_by):
    with timezone.override(drawn_by[0]), wall_times.override(drawn_by[1]):
        drawn = Facts(current={"at": at}, version=1)
        data = sent(f"{drawn['at']}{drawn['at'].as_hidden(only_initial=True)}{drawn['version']}")
    with timezone.override(posted_by[0]), wall_times.override(posted_by[1]):
        form = Facts(data, current={"at": at}, version=2)
        assert form.is_valid()
        assert (form.typed(), form.clashes()) == ({}, [])


@settings(deadline=None, max_examples=40)
@given(at=AT, drawn_by=PEOPLE, typed=AT, hours=st.sampled_from(Hours))
def test_a_changed_text_is_read_in_the_zone_in_which_it_was_drawn(at, drawn_by, typed, hours):
    field, zone = MomentField(), ZoneInfo(drawn_by[0])
    with timezone.override(zone), wall_times.override(drawn_by[1]):
        data = sent(field.widget.render("x", at))
    minute = typed.replace(second=0, microsecond=0)
    data["x"] = wall_times.written(minute, zone, chosen=hours)
    if data["x"] in {wall_times.written(at, zone, chosen=each) for each in Hours}:
        return
    found = field.clean(field.widget.value_from_datadict(data, {}, "x"))
    assert abs(found - minute) < timedelta(minutes=1)  # a few zones were apart by seconds, half a century ago


def test_what_was_refused_is_drawn_as_it_was_typed_and_still_knows_what_it_was():
    with timezone.override("Europe/Berlin"):
        field = MomentField()
        data = sent(field.widget.render("x", FIRST))
        data["x"] = "2026-10-25 02:30"
        value = field.widget.value_from_datadict(data, {}, "x")
        with pytest.raises(forms.ValidationError, match="Write 02:30 CEST or 02:30 CET"):
            field.clean(value)
        html = field.widget.render("x", value)
    assert sent(html).dict() == data.dict()
    assert re.findall('data-write="(.*?)"', html) == ["2026-10-25 02:30 CEST", "2026-10-25 02:30 CET"]


def test_a_day_is_a_day():
    assert DayField().clean("2026-12-09") == date(2026, 12, 9)
    assert ClockField().clean("2:30 PM") == time(14, 30)
