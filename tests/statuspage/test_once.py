"""The same form posted twice at once, by a double click, a reload or a network that tries again, does one thing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.choices import EntryKind
from incidents.maintenance.models import Window
from incidents.models import Incident, IncidentUpdate, Pin, Submission, TimelineEntry
from incidents.staff import once
from notifications.models import Announcement
from postmortems.models import Comment
from tests import factories as make
from tests.incidents.test_concurrency import at_once
from tests.statuspage.staff import scene, url
from tests.walks import forms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person(client):
    found = make.user(groups=["Support", "Engineering Leads", "Reliability"])
    client.force_login(found)
    return found


def form_at(client, address, action=None):
    """Where the form on a screen goes, and what it holds, its one-time token among it."""
    found = forms.read(client.get(address).content.decode(), address)
    form = next(each for each in found if each.action == (action or address))
    assert len(form.data["once"]) == 1
    return form.action, dict(form.data)


def twice(person, action, data):
    """Both of them in two connections, released together."""
    clients = [Client(raise_request_exception=False) for _n in range(2)]
    for each in clients:
        each.force_login(person)
    return at_once(*[lambda each=each: each.post(action, data) for each in clients])


def report(person):
    return reverse("admin:incidents_incident_report"), {"title": "SMS late", "severity": "1", "since": "0"}, Incident


def new_incident(person):
    top = make.component(name="Messaging", public_id="comp_top")
    page = make.page(top, is_default=True)
    data = {
        "title": "Late",
        "status": "investigating",
        "components": ["comp_top"],
        "severity": "2",
        "body": "It is late.",
    }
    return url("new_incident", page), data, Incident


def update(person):
    _page, incident = scene()
    return url("composer", incident), {"status": "identified", "body": "A full disk."}, IncidentUpdate


def note(person):
    _page, incident = scene()
    address = reverse("admin:incidents_incident_change", args=[incident.public_id])
    return address, {"text": "Called the carrier."}, TimelineEntry, url_of(incident, "note")


def confirm(person):
    incident = make.suspicion(affected=[make.affected(make.component(name="SMS"))])
    data = {"rule": str(make.rule("flow").pk), "rule_affected": "30", "rule_total": "100", "severity": "2"}
    return url("confirm", incident), data, TimelineEntry


def reopen(person):
    page = make.page(make.component(name="SMS"), is_default=True)
    incident = make.resolved(page=page, affects=list(page.components.all()))
    return url("reopen", incident), {"reason": "It is back."}, TimelineEntry


def window(person):
    page = make.page(make.component(name="SMS", public_id="comp_sms"), is_default=True)
    day = f"{timezone.now() + timedelta(days=40):%Y-%m-%d}"
    data = {
        "title": "Router", "kind": "infrastructure", "pages": [page.public_id], "date": day, "body": "We replace it.",
        "rows-TOTAL_FORMS": "1", "rows-0-component": "comp_sms", "rows-0-expected": "2", "act": "post",
        "read_as": "planned",
    }  # fmt: skip
    return reverse("statuspage_staff:plan_window"), data, Window


def comment(person):
    postmortem = make.postmortem()
    section = postmortem.sections.first()
    address = reverse("postmortems_staff:document", args=[postmortem.public_id])
    action = reverse("postmortems_staff:comment", args=[postmortem.public_id])
    return address, {"text": "Which carrier?", "section": str(section.pk)}, Comment, action


def pin(person):
    data = {"component": str(make.component().pk), "level": "1", "ends_in": "1", "reason": "Seen by a supplier."}
    return reverse("admin:incidents_pin_add"), data, Pin


def url_of(incident, act):
    return reverse(f"admin:incidents_incident_{act}", args=[incident.public_id])


FORMS = [report, new_incident, update, note, confirm, reopen, window, comment, pin]


@pytest.mark.parametrize("begin", FORMS, ids=lambda begin: begin.__name__)
def test_posted_twice_at_once_it_does_one_thing_and_both_are_led_there(client, person, begin):
    address, changes, made, *action = begin(person)
    action, data = form_at(client, address, *action)
    before, told = made.objects.count(), Announcement.objects.count()
    answers = twice(person, action, data | changes)
    assert [getattr(each, "status_code", each) for each in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    after = made.objects.count(), Announcement.objects.count()
    again = client.post(action, data | changes)  # a reload, later
    assert (again.status_code, again.headers["Location"]) == (302, answers[0].headers["Location"])
    assert (made.objects.count(), Announcement.objects.count()) == after
    if made is TimelineEntry:
        kinds = list(made.objects.order_by("-pk").values_list("kind", flat=True)[: after[0] - before])
        assert len(kinds) == len(set(kinds)) > 0
    else:
        assert after[0] - before == 1
    events = list(Announcement.objects.order_by("-pk").values_list("event", flat=True)[: after[1] - told])
    assert len(events) == len(set(events))  # each told once


def test_with_something_else_in_it_it_is_another_post(client, person):
    """After going back the form has the old token, and what is written then is not lost."""
    address, _changes, _made, action = note(person)
    action, data = form_at(client, address, action)
    for text in ("Called the carrier.", "Called again."):
        assert client.post(action, data | {"text": text}).status_code == 302
    assert TimelineEntry.objects.filter(kind=EntryKind.NOTE).count() == 2


def test_what_was_refused_may_be_posted_again(client, person):
    address, changes, _made = report(person)
    action, data = form_at(client, address)
    assert client.post(action, data | changes | {"title": ""}).status_code == 422
    assert Submission.objects.count() == 0
    assert client.post(action, data | changes).status_code == 302
    assert Incident.objects.count() == Submission.objects.count() == 1


def test_of_somebody_else_it_is_another_post(client, person):
    address, changes, _made = report(person)
    action, data = form_at(client, address)
    other = Client()
    other.force_login(make.in_group("Support"))
    for each in (client, other):
        assert each.post(action, data | changes).status_code == 302
    assert Incident.objects.count() == 2


def test_after_a_day_it_is_forgotten(client, person):
    Submission.objects.create(digest="x", led_to="/", at=timezone.now() - once.KEPT_FOR - timedelta(seconds=1))
    address, changes, _made = report(person)
    action, data = form_at(client, address)
    client.post(action, data | changes)
    assert list(Submission.objects.exclude(digest="x").values_list("led_to", flat=True)) != []
    assert not Submission.objects.filter(digest="x").exists()
