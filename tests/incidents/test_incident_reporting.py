"""Reporting a suspicion, dismissing it, taking it up again."""

from datetime import timedelta

import pytest

from incidents.choices import Audience, Status
from incidents.models import Incident
from tests import factories as make
from tests.incidents.around import LIST, where
from tests.incidents.browser import form

pytestmark = pytest.mark.django_db

SECRET = "Keys of one customer seen in a log"


def test_one_answer_is_enough_to_report(client):
    person = make.in_group("Reliability")
    client.force_login(person)

    response = client.post(f"{LIST}report/", form(client.get(f"{LIST}report/")) | {"title": "SMS late"})

    incident = Incident.objects.get()
    assert response.url == where(incident)
    assert (incident.title, incident.status, incident.audience) == ("SMS late", Status.SUSPECTED, Audience.INTERNAL)
    assert incident.reported_by == person


def test_a_report_with_everything(client):
    client.force_login(make.in_group("Engineering"))
    sms, fra, sin = make.component(name="SMS"), make.location(name="Frankfurt"), make.location(name="Singapore")
    data = {
        "title": "Odd receipts", "components": [sms.pk], "locations": [fra.pk, sin.pk], "since": "15",
        "detection_source": "customer", "severity": 2, "summary": "Three tickets.", "is_drill": "on",
    }  # fmt: skip

    client.post(f"{LIST}report/", data)

    incident = Incident.objects.get()
    assert incident.audience == Audience.DRILL
    assert {str(impact.location) for impact in incident.impacts.all()} == {"Frankfurt", "Singapore"}
    assert incident.detected_at - incident.started_at == pytest.approx(timedelta(minutes=15), abs=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("ticked", "said", "category"),
    [
        ({}, "Reported. The clock to confirm or dismiss it runs.", "Operations"),
        ({"is_drill": "on"}, "Reported as a drill: no clock runs, and nobody outside is told.", "Operations"),
        (
            {"is_data_leak": "on"},
            "Reported. Only you and Security see it. The clock to confirm or dismiss it runs.",
            "Security",
        ),
    ],
)
def test_who_sees_a_report_and_whether_a_clock_runs_is_said(client, ticked, said, category):
    client.force_login(make.in_group("Support"))
    values = form(client.get(f"{LIST}report/")) | {"title": "SMS late"} | ticked
    shown = client.post(f"{LIST}report/", values, follow=True).content.decode()

    assert said in shown
    assert f"<dt>Category</dt><dd>{category}</dd>" in shown


def test_a_leak_is_restricted_at_once_and_open_to_who_reported_it(client):
    person = make.in_group("Reliability")
    client.force_login(person)

    client.post(
        f"{LIST}report/", {"title": SECRET, "severity": 3, "detection_source": "internal", "is_data_leak": "on"}
    )

    incident = Incident.objects.get()
    assert incident.audience == Audience.RESTRICTED
    assert client.get(where(incident)).status_code == 200


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "  "}, "title"),
        ({"since": "earlier"}, "started_at"),
        ({"since": "earlier", "started_at": "2999-01-01T10:00"}, "started_at"),
        ({"since": "earlier", "started_at": "yesterday"}, "started_at"),
        ({"severity": "9"}, "severity"),
        ({"components": ["99999"]}, "components"),
        ({"components": [str(10**30)]}, "components"),
        ({"severity": str(10**30)}, "severity"),
    ],
)
def test_a_bad_report_says_what_to_mend_and_keeps_what_was_typed(client, data, field):
    client.force_login(make.in_group("Support"))
    good = {"title": "SMS late", "severity": "1", "detection_source": "internal", "summary": "Typed by hand."}

    response = client.post(f"{LIST}report/", good | data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Typed by hand." in response.content.decode()
    assert not Incident.objects.exists()


def test_dismiss_and_take_up_again(client):
    client.force_login(make.in_group("Support"))
    incident = make.suspicion()

    assert client.post(where(incident, "dismiss"), {"reason": " "}).status_code == 422
    client.post(where(incident, "dismiss"), {"reason": "A test account."})
    incident.refresh_from_db()
    assert incident.status == Status.DISMISSED
    client.post(where(incident, "reconsider"), {"reason": ""})
    incident.refresh_from_db()
    assert incident.status == Status.SUSPECTED


def test_an_illegal_transition_is_refused_in_words(client):
    client.force_login(make.in_group("Support"))
    incident = make.told()

    response = client.post(where(incident, "dismiss"), {"reason": "Nothing."})

    assert response.status_code == 422
    assert "cannot become dismissed" in response.content.decode()
