"""The screens of what was learned: what is asked of them, by whom, and what they never say."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.choices import Audience
from incidents.models import Incident
from postmortems import actions as pm
from postmortems.learning import search as finding
from postmortems.models import Cause
from tests import factories as make
from tests.postmortems.learning import past

pytestmark = pytest.mark.django_db
SEARCH, SIMILAR, CAUSES, RECOVERY = (
    reverse(f"postmortems_staff:{name}") for name in ("search", "similar", "causes", "recovery")
)
EXPORTS = [reverse("postmortems_staff:causes_export"), reverse("postmortems_staff:recovery_export")]
REPORT = reverse("admin:incidents_incident_report")


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def page(client, address, **data):
    response = client.get(address, data)
    assert response.status_code == 200
    return response.content.decode()


def rows(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def found(title="Reports slow", **facts):
    postmortem = make.ready_to_publish(title=title, **facts)
    past.read()
    return postmortem


def test_a_hit_is_marked_and_escaped(client, lead):
    found(title="Reports <slow> & locked", summary="A lock <script>alert(1)</script> was held.")
    html = page(client, SEARCH, q="lock")
    assert "Reports &lt;slow&gt; &amp; <mark>locked</mark>" in html
    assert "A <mark>lock</mark> &lt;script&gt;" in html
    assert "A query held a <mark>lock</mark>." in html
    assert "1 incident</h2>" in html
    assert "<script>alert" not in html


def test_nothing_is_listed_until_somebody_asks(client, lead):
    found()
    assert "Reports slow" not in page(client, SEARCH)
    assert "Reports slow" in page(client, SEARCH, postmortem="on")
    assert "Nothing was found." in page(client, SEARCH, q="zzz")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"q": "x" * 201}, "Write up to 200 characters; these are 201."),
        ({"q": "9" * 400}, "Write up to 200 characters"),
        ({"q": "a " * 13}, "Write up to 12 words."),
        ({"q": "& | ! '"}, "There is no word in it."),
        ({"q": "reports", "first": "2030-12", "last": "2030-01"}, "The first month comes after the last"),
        ({"q": "reports", "first": "0000-99"}, "Write a year and a month"),
        ({"q": "reports", "component": "9" * 400}, "This can not be chosen; choose one of those shown."),
        ({"q": "reports", "severity": "²"}, "This can not be chosen; choose one of those shown."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, lead, data, words):
    found()
    response = client.get(SEARCH, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert bool(response.context["hits"]) == (data["q"] == "reports")


@pytest.mark.parametrize("number", ["0", "-1", "²", "9" * 400, "x", "2"])
def test_any_page_may_be_asked_for(client, lead, number):
    found()
    assert "Reports slow</a>" in page(client, SEARCH, q="slow", p=number).replace("<mark>", "").replace("</mark>", "")


def test_a_null_is_a_bad_request(client, lead):
    assert client.get(SEARCH, {"q": "a\0b"}).status_code == 400


def test_more_than_the_most_are_counted_as_more(client, lead, monkeypatch):
    for number in range(3):
        make.told(title=f"Slow {number}")
    past.read()
    monkeypatch.setattr(finding, "MOST", 2)
    assert "More than 2 incidents; these are the best 2." in page(client, SEARCH, q="slow")


def test_what_narrows_it_stands_in_the_address(client, lead):
    sms, voice = make.component(name="SMS"), make.component(name="Voice")
    found(title="Slow one", affects=[sms])
    found(title="Slow two", affects=[voice])
    html = page(client, SEARCH, q="slow", component=sms.public_id, severity="1", first="2020-01", kind="change")
    assert "<mark>Slow</mark> one" in html
    assert "<mark>Slow</mark> two" not in html
    assert "4 chosen" in html


def test_the_form_that_reports_shows_what_is_similar(client, lead):
    sms = make.component(name="SMS")
    found(title="SMS slow in Paris", affects=[sms])
    html = client.post(SIMILAR, {"title": "Paris slow", "components": ["x", "9" * 400]}).content.decode()
    assert "SMS slow in Paris" in html
    assert "A query held a lock." in html
    assert "SMS slow in Paris" in client.post(SIMILAR, {"components": [sms.pk]}).content.decode()
    assert "<li>" not in client.post(SIMILAR, {"title": "Nothing like it"}).content.decode()
    assert client.get(SIMILAR).url == "/admin/incident-search/"  # whoever signs in again comes with a GET


def test_without_a_script_one_has_a_look_and_loses_nothing(client, lead):
    sms, paris = make.component(name="SMS"), make.location(name="Paris")
    found(title="SMS slow in Paris", affects=[sms])
    before = Incident.objects.count()
    sent = {
        "title": "", "components": [sms.pk], "locations": [paris.pk], "since": "earlier", "look": "1",
        "started_at": "2026-11-20T10:00", "detection_source": "customer", "severity": "3", "is_drill": "on",
        "summary": "14 <tickets>",
    }  # fmt: skip
    response = client.post(REPORT, sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert "SMS slow in Paris" in html
    assert "Nothing was reported yet" not in html
    assert "Say in a few words" not in html
    assert Incident.objects.count() == before
    kept = response.context["form"]
    assert {name: str(kept[name].value()) for name in ("since", "started_at", "detection_source", "severity")} == {
        "since": "earlier", "started_at": "2026-11-20T10:00", "detection_source": "customer", "severity": "3",
    }  # fmt: skip
    assert kept["is_drill"].value() is True
    assert "14 &lt;tickets&gt;" in html
    assert html.count(" checked") == 6  # component, location, since, source, severity, drill
    del sent["look"]
    assert client.post(REPORT, sent | {"title": "SMS slow"}).status_code == 302


def test_causes_are_shown_with_what_is_done(client, lead):
    postmortem = found(affects=[make.component(name="SMS")])
    pm.add(Cause, postmortem, by=None, text="=Nobody <saw> it", kind="monitoring")
    html = page(client, CAUSES)
    assert "2 causes, and none came again." in html
    assert "About 1 cause nothing is done." in html
    assert "=Nobody &lt;saw&gt; it" in html
    listed = rows(client.get(EXPORTS[0]))
    assert [(row["kind"], row["cause"], row["actions_open"], row["components"]) for row in listed] == [
        ("change", "A query held a lock.", "1", "SMS"), ("monitoring", "'=Nobody <saw> it", "0", "SMS"),
    ]  # fmt: skip
    assert "No cause yet" in page(client, CAUSES, first="2020-01", last="2020-02")


def test_recovery_is_drawn_and_listed(client, lead):
    make.resolved(title="Over", severity="major")
    html = page(client, RECOVERY)
    assert "Half of the incidents were resolved within" in html
    assert "bw-chart-bar" in html
    listed = rows(client.get(EXPORTS[1]))
    assert {(row["month"], row["severity"], row["step"], row["incidents"]) for row in listed} >= {
        (f"{timezone.localdate():%Y-%m}", "major", "resolve", "1")
    }
    assert (
        "Choose five years at most." in client.get(RECOVERY, {"first": "0001-01", "last": "9998-12"}).content.decode()
    )
    assert "No incident in this period" in page(client, RECOVERY, first="2020-01", last="2020-02")


def test_nothing_anywhere_says_a_word_of_what_is_restricted(client):
    shown = found(title="Zanzibar delayed", affects=[make.component(name="SMS")])
    ago = timezone.now() - timedelta(hours=3)
    hidden = found(title="Zanzibar keys of Acme", affects=[make.component(name="Vault")], started_at=ago)
    pm.add(Cause, hidden, by=None, text="Zanzibar secret", kind="security")
    past.read()
    addresses = [f"{SEARCH}?q=zanzibar", f"{SEARCH}?postmortem=on", CAUSES, RECOVERY, *EXPORTS]
    typed = {"title": "Zanzibar keys", "components": [hidden.incident.impacts.get().component_id]}

    def said(person):
        client.force_login(person)
        answers = [client.get(address).getvalue().decode() for address in addresses]
        workspace = client.get(reverse("admin:incidents_incident_change", args=[shown.incident.public_id]))
        return [*answers, client.post(SIMILAR, typed).content.decode(), workspace.content.decode()]

    person, security = make.in_group("Engineering Leads"), make.in_group("Security")
    assert sum("keys of Acme" in html for html in said(person)) == 5
    assert sum(hidden.incident.public_id in html for html in said(person)) == 5
    Incident.objects.filter(pk=hidden.incident_id).update(audience=Audience.RESTRICTED)
    for each in (person, make.superuser()):
        told = said(each)
        for word in ("keys of Acme", "Zanzibar secret", "Zanzibar keys", hidden.incident.public_id):
            assert not [html for html in told if word in html], word
        assert "1 incident</h2>" in told[0]
        assert "1 incident</h2>" in told[1]
        assert "in 1 incident" in told[2]
        assert "of 1 incident" in told[3]
    assert sum("keys of Acme" in html for html in said(security)) == 5


@pytest.mark.parametrize("address", [SEARCH, CAUSES, RECOVERY, *EXPORTS])
def test_it_is_for_those_who_see_incidents_and_post_mortems(client, address):
    for codenames, status in (
        ((), 403), (("view_incident",), 403), (("view_postmortem",), 403), (("view_incident", "view_postmortem"), 200),
    ):  # fmt: skip
        client.force_login(make.user(permissions=codenames))
        assert client.get(address).status_code == status, codenames
        assert (client.post(SIMILAR).status_code == 200) == (status == 200)
        assert client.post(address).status_code in (403, 405)


def test_who_may_not_see_post_mortems_reads_nothing_of_them_around_incidents(client):
    shown = found(title="Zanzibar delayed")
    other = make.told(title="Zanzibar delayed")
    past.read()
    client.force_login(make.user(permissions=["view_incident", "report_incident"]))
    for address in (REPORT, reverse("admin:incidents_incident_change", args=[other.public_id])):
        html = page(client, address)
        assert shown.incident.public_id not in html
        assert "imilar" not in html
