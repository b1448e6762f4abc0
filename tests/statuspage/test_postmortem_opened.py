"""What was published before customers had anything is not theirs when the incident is opened to them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Audience
from incidents.models import Incident
from notifications.content import postmortem_version
from postmortems import actions
from postmortems.choices import Reader
from postmortems.editions import edition_of
from postmortems.models import Postmortem
from statuspage import documents
from statuspage.snapshot.load import load
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return make.page(make.component(name="SMS"), is_default=True)


@pytest.fixture
def made(page):
    return make.ready_to_publish(make.resolved(page=page, affects=[page.components.get()], severity="minor"))


def drawn(page):
    shot = load(page.pk, touched=None, now=timezone.now() + timedelta(minutes=1))
    return {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}


def said_in(page, word):
    return sorted(path for path, body in drawn(page).items() if word in body)


def turn(made, audience):
    incident = Incident.objects.get(pk=made.incident_id)
    incident_actions.set_audience(incident, audience=audience, by=None, reason="Decided.")


def publish(made, change=""):
    return actions.publish(Postmortem.objects.get(pk=made.pk), by=None, change=change)


def put_right(made, change):
    actions.revise(Postmortem.objects.get(pk=made.pk), reason="Wrong.", by=None)
    return publish(made, change)


def withdraw(made):
    actions.withdraw(Postmortem.objects.get(pk=made.pk), reason="Names Acme.", by=None)


def report_of(page):
    (report,) = load(page.pk, touched=None, now=timezone.now()).others["postmortem"].values
    return report


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_the_version_that_stands_when_it_is_opened_is_the_first_that_customers_get(page, made, audience):
    turn(made, audience)
    publish(made, "Acme is told.")
    last = put_right(made, "Acme is not named.")
    turn(made, Audience.PUBLIC)
    assert said_in(page, "Acme") == []
    assert said_in(page, "Corrected") == []
    report = report_of(page)
    assert (report.at, report.changed_at, report.change) == (last.published_at, last.published_at, "")
    assert (report.edition.number, [number for number, *_ in report.edition.versions]) == (1, [1])
    last.refresh_from_db()
    assert [number for number, *_ in edition_of(last, Reader.STAFF).versions] == [1, 2]


def test_what_is_put_right_after_that_is_a_correction(page, made):
    turn(made, Audience.INTERNAL)
    publish(made)
    put_right(made, "Acme is not named.")
    turn(made, Audience.PUBLIC)
    put_right(made, "63, not 62.")
    report = report_of(page)
    assert (report.change, report.changed_at > report.at, report.edition.number) == ("63, not 62.", True, 2)
    assert [(number, change) for number, _at, change in report.edition.versions] == [(1, ""), (2, "63, not 62.")]
    assert said_in(page, "Acme") == []


def test_what_is_put_right_while_customers_cannot_read_it_says_no_more_than_that_it_was(page, made):
    publish(made)
    turn(made, Audience.INTERNAL)
    last = put_right(made, "Acme is not named.")
    turn(made, Audience.PUBLIC)
    report = report_of(page)
    assert (report.change, report.changed_at > report.at, report.edition.number) == ("", True, 2)
    assert said_in(page, "Acme") == []
    last.refresh_from_db()
    assert postmortem_version.of_version(last, [page], is_correction=True)["change"] == ""


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_what_nobody_could_read_was_not_withdrawn_from_anybody(page, made, audience):
    turn(made, audience)
    publish(made)
    withdraw(made)
    turn(made, Audience.PUBLIC)
    assert said_in(page, "Acme") == []
    assert said_in(page, "This post-mortem was withdrawn") == []
    assert f"postmortems/{made.public_id}/index.html" not in drawn(page)


def test_what_customers_had_and_what_was_withdrawn_inside_says_that_and_not_why(page, made):
    publish(made)
    turn(made, Audience.INTERNAL)
    withdraw(made)
    turn(made, Audience.PUBLIC)
    there = drawn(page)[f"postmortems/{made.public_id}/index.html"]
    assert "This post-mortem was withdrawn." in there
    assert "Why" not in there
    assert said_in(page, "Acme") == []


def test_what_customers_had_was_withdrawn_from_them_for_a_reason(page, made):
    publish(made)
    withdraw(made)
    assert "Names Acme." in drawn(page)[f"postmortems/{made.public_id}/index.html"]
