"""The all-clear promises a post-mortem: ticked where a policy asks for one, and the text follows (4-07, 4-08)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Status
from postmortems.models import Postmortem, ReviewPolicy
from statuspage.composer import texts
from statuspage.models import Page, StageTemplate
from tests import factories as make
from tests.statuspage.staff import fields, scene, url
from tests.statuspage.test_documents import publish, words

pytestmark = pytest.mark.django_db
NOW = "2026-11-20T14:00:00+00:00"
BY = "Sun 22 Nov, 14:00 UTC"


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def opened(client, incident, **chosen):
    """The form with Resolved chosen, as a browser without a script fills it in."""
    given = fields(client.get(url("composer", incident)))
    return fields(client.post(url("composer", incident), given | {"do": "fill", "status": "resolved"} | chosen))


def post(client, incident, given, **changes):
    how = {"do": "post", "status": "resolved", "override_reason": "Over for the sake of a test."}
    return client.post(url("composer", incident), given | how | changes)


def without(given, *names):
    return {name: value for name, value in given.items() if name not in names}


def test_where_the_policy_asks_for_one_it_is_ticked_and_in_the_text(client, lead, clock):
    page, incident = scene(severity="major")
    given = opened(client, incident)
    assert (given["report"], given["report_by"]) == ("on", "2026-11-22 14:00")
    assert f"by {BY}" in given["body"]

    assert post(client, incident, given).status_code == 302

    made = Postmortem.objects.get()
    assert (made.is_promised, made.publish_limit) == (True, 48 * 60)
    assert f"by {BY}" in incident.updates.first().body
    shown = words(publish(page, timezone.now())[f"incidents/{incident.public_id}/index.html"])
    assert f"A post-mortem is promised by {BY}" in shown


def test_where_none_is_asked_for_it_is_off_and_the_text_is_silent(client, lead, clock):
    ReviewPolicy.objects.update(way="none", record_minutes=None, publish_minutes=None)
    _page, incident = scene()
    given = opened(client, incident)
    assert "report" not in given
    assert "what happened and why" not in given["body"]
    assert post(client, incident, given).status_code == 302
    assert not Postmortem.objects.filter(is_promised=True).exists()


def test_ticked_by_hand_the_text_that_nobody_changed_names_it(client, lead, clock):
    ReviewPolicy.objects.update(way="none", record_minutes=None, publish_minutes=None)
    _page, incident = scene()
    given = opened(client, incident)
    assert post(client, incident, given, report="on", report_by="2026-11-23 09:30").status_code == 302
    assert "by Mon 23 Nov, 09:30 UTC" in incident.updates.first().body
    assert Postmortem.objects.get().due_at == incident_at(2026, 11, 23, 9, 30)


def incident_at(*moment):
    return timezone.datetime(*moment, tzinfo=timezone.get_default_timezone())


def test_the_promised_time_reads_as_it_was_said_whatever_the_seconds(client, lead):
    with time_machine.travel("2026-11-20T14:00:31+00:00", tick=False):
        page, incident = scene(severity="major")
        given = opened(client, incident)
        assert post(client, incident, given).status_code == 302
        shown = words(publish(page, timezone.now())[f"incidents/{incident.public_id}/index.html"])
    assert given["report_by"] == "2026-11-22 14:00"
    assert f"A post-mortem is promised by {BY}" in shown


def test_in_a_text_of_ones_own_the_time_follows(client, lead, clock):
    _page, incident = scene(severity="major")
    given = opened(client, incident)
    given["body"] = f"It is over. {given['body']}"
    assert post(client, incident, given, report_by="2026-11-21 10:00").status_code == 302
    assert "by Sat 21 Nov, 10:00 UTC" in incident.updates.first().body


def test_a_text_of_ones_own_promises_nothing_that_is_not_ticked(client, lead, clock):
    _page, incident = scene(severity="major")
    given = opened(client, incident)
    given["body"] = f"It is over. {given['body']}"
    answer = post(client, incident, without(given, "report"))
    assert answer.status_code == 422
    assert f"The text still names {BY}." in answer.content.decode()
    incident.refresh_from_db()
    assert incident.status == Status.INVESTIGATING


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Choose until when the post-mortem is promised."),
        ("2026-11-20T13:00", "This time has passed. Choose a later one."),
        ("soon", "Write a date and a time, such as 2026-11-22 14:30."),
    ],
)
def test_a_promise_without_a_time_to_come_is_refused_at_its_field(client, lead, clock, typed, sentence):
    _page, incident = scene(severity="major")
    answer = post(client, incident, opened(client, incident), report_by=typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_all_clear_after_engineering_resolved_counts_from_the_resolution(client, lead, clock):
    _page, incident = scene(severity="major")
    incident_actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    clock.shift(timedelta(hours=3))
    given = opened(client, incident) | {"body": "It is over."}
    assert given["report_by"] == "2026-11-22 14:00"
    assert post(client, incident, given).status_code == 302
    assert Postmortem.objects.get().publish_limit == 48 * 60


@pytest.mark.parametrize("facts", [{"audience": "drill"}, {"audience": "internal"}])
def test_of_what_nobody_outside_reads_nothing_is_promised(client, lead, facts):
    _page, incident = scene(severity="major", told=False, **facts)
    assert 'name="report"' not in client.get(url("composer", incident)).content.decode()


def test_after_the_all_clear_it_is_not_offered_again(client, lead, clock):
    _page, incident = scene(severity="major")
    post(client, incident, opened(client, incident))
    assert 'name="report"' not in client.get(url("composer", incident)).content.decode()


def test_a_draft_that_was_put_aside_keeps_it(client, lead, clock):
    _page, incident = scene(severity="major")
    given = opened(client, incident) | {"report_by": "2026-11-25T08:00"}
    client.post(url("composer", incident), given | {"do": "aside"})
    kept = fields(client.get(f"{url('composer', incident)}?draft=1"))
    assert (kept["report"], kept["report_by"]) == ("on", "2026-11-25T08:00")


def test_the_preview_follows_the_tick(client, lead, clock):
    _page, incident = scene(severity="major")
    given = opened(client, incident)
    ticked = client.post(url("preview", incident), given).content.decode()
    assert f"A post-mortem is promised by {BY}" in " ".join(ticked.split())
    off = client.post(url("preview", incident), without(given, "report")).content.decode()
    assert BY not in off


def test_the_template_of_a_new_installation_has_the_variable():
    body = StageTemplate.objects.get(status=Status.RESOLVED).body
    page = Page(name="Larkwire")
    now = timezone.now()
    silent = texts.render(body, texts.Facts("SMS late", page, [], None, now))
    assert "post-mortem" not in silent
    assert "what happened" not in silent
    assert "what happened and why by" in texts.render(
        body, texts.Facts("SMS late", page, [], None, now, now + timedelta(hours=48))
    )
