"""A merged incident as the public reads it: its page stays and says where it continues, if readers may go there."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.models import Impact, Incident, TimelineEntry
from incidents.scope import Affected
from statuspage import documents, stores
from statuspage.checks.truth import findings
from statuspage.models import PageIncident
from statuspage.publishing import publisher
from statuspage.snapshot.load import load
from statuspage.snapshot.values import NEWEST
from tests import factories as make, parts as staff_parts

pytestmark = pytest.mark.django_db

STAGES = {"investigating", "identified", "monitoring", "resolved", "postmortem"}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def published_here(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path / "published"


@pytest.fixture
def parts():
    top = make.component(name="Messaging")
    return top, make.component(name="SMS", parent=top), make.component(name="Voice", parent=top)


@pytest.fixture
def page(parts):
    return make.page(parts[0], is_default=True)


@pytest.fixture
def pair(page, parts):
    """SMS is late, and goes on in the queue that is stuck, which affects Voice too."""
    _top, sms, voice = parts
    source = make.told(page=page, affects=[Affected(sms, None, Level.PARTIAL)], title="SMS is late")
    into = make.told(page=page, affects=[Affected(voice, None, Level.DEGRADED)], title="Queue <is> stuck")
    return actions.merge(source, into=into, by=None), into


def publish(page):
    publisher.want([page])
    assert publisher.publish(page.pk)


def read(page, path):
    return (stores.current().read(page.public_id, path) or b"").decode()


def api(page, name):
    return json.loads(read(page, f"api/v2/{name}.json"))


def drawn(page, path, *, touched=None):
    shot = load(page.pk, touched=touched, now=timezone.now())
    found = {d.path: d.body.decode() for d in [*documents.hot(shot), *documents.permanent(shot)]}
    return found.get(path)


def test_its_page_keeps_its_address_and_leads_on(page, pair):
    source, into = pair
    publish(page)
    html = read(page, f"incidents/{source.public_id}/index.html")
    assert f'Continued in <a href="../../incidents/{into.public_id}/">Queue &lt;is&gt; stuck</a>' in html
    assert "<b>Merged</b>" in html
    assert "We are looking into it." in html
    shown = html.partition("<h1")[2]
    assert "Next update" not in shown
    assert "lasted" not in html


def test_the_front_leads_with_the_other_and_lists_it_as_past(page, pair):
    source, into = pair
    publish(page)
    html = read(page, "index.html")
    lead, _rest, past = html.partition("Continued in")
    assert "Queue &lt;is&gt; stuck" in lead
    assert past
    month = timezone.now().strftime("%Y-%m")
    assert f'<a href="../../incidents/{into.public_id}/">' in read(page, f"history/{month}/index.html")
    assert f'href="../../incidents/{source.public_id}/"' in read(page, f"history/{month}/index.html")


def test_programs_read_it_as_resolved_with_a_last_word(page, pair):
    source, into = pair
    publish(page)
    rows = {row["id"]: row for row in api(page, "incidents")["incidents"]}
    body = rows[source.public_id]
    last, first = body["incident_updates"]
    assert body["status"] == last["status"] == "resolved"
    assert {row["status"] for row in rows.values()} <= STAGES
    assert last["body"] == f"Continued in “Queue <is> stuck”: {page.canonical_url}incidents/{into.public_id}/"
    assert (last["incident_id"], last["affected_components"]) == (source.public_id, None)
    assert last["id"].startswith("upd_")
    assert last["id"] != first["id"]
    assert body["resolved_at"] == last["created_at"] == body["updated_at"]
    assert [row["id"] for row in api(page, "incidents/unresolved")["incidents"]] == [into.public_id]
    again = last["id"]
    publish(page)
    rows = {row["id"]: row for row in api(page, "incidents")["incidents"]}
    assert rows[source.public_id]["incident_updates"][0]["id"] == again


def test_feeds_say_it_too(page, pair):
    source, _into = pair
    publish(page)
    entries = ET.fromstring(read(page, "history.atom")).findall(f"{ATOM}entry")
    entry = next(e for e in entries if source.public_id in e.findtext(f"{ATOM}id"))
    content = entry.findtext(f"{ATOM}content")
    assert content.index("<strong>Resolved</strong>") < content.index("<strong>Investigating</strong>")
    assert "Continued in" in content
    assert entry.findtext(f"{ATOM}updated")[:19] == source.merged_at.isoformat()[:19]


def test_the_states_follow_from_where_it_goes_on(page, parts, pair):
    _source, into = pair
    publish(page)
    states = {row["name"]: row["status"] for row in api(page, "components")["components"]}
    assert (states["SMS"], states["Voice"]) == ("partial_outage", "degraded_performance")
    make.update(into, status=Status.RESOLVED)
    publish(page)
    assert api(page, "status")["status"]["indicator"] == "none"
    assert list(findings(now=timezone.now())) == []


def test_the_other_comes_onto_the_pages_that_name_what_goes_on(parts):
    _top, sms, voice = parts
    both, only_sms, only_voice = make.page(sms, voice), make.page(sms), make.page(voice)
    source = make.told(page=both, affects=[sms])
    make.put_on(only_sms, source)
    into = make.told(page=only_voice, affects=[voice])
    actions.merge(source, into=into, by=None)
    assert set(PageIncident.objects.filter(incident=into).values_list("page", flat=True)) == {
        both.pk, only_sms.pk, only_voice.pk,
    }  # fmt: skip
    assert set(PageIncident.objects.filter(incident=source).values_list("page", flat=True)) == {both.pk, only_sms.pk}


def test_where_nothing_of_it_is_named_the_other_does_not_come(parts):
    _top, sms, voice = parts
    only_sms, only_voice = make.page(sms), make.page(voice)
    source = make.told(page=only_sms, affects=[sms])
    actions.set_impacts(source, [Affected(sms, None, Level.OPERATIONAL)], by=None)
    into = make.told(page=only_voice, affects=[voice], title="Voice is silent")
    actions.merge(source, into=into, by=None)
    html = drawn(only_sms, f"incidents/{source.public_id}/index.html")
    assert "<b>Closed</b>" in html
    assert "Nothing more follows here" in html
    assert into.title not in html
    assert into.public_id not in html


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_what_is_closed_later_is_named_no_more(page, pair, audience, django_capture_on_commit_callbacks):
    source, into = pair
    publish(page)
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_audience(into, audience=audience, reason="Names in it.", by=None)
    store = stores.current()
    for path in store.paths(page.public_id):
        body = store.read(page.public_id, path) or b""
        assert into.public_id.encode() not in body, path
        assert b"stuck" not in body, path
    assert "Nothing more follows here" in read(page, f"incidents/{source.public_id}/index.html")
    rows = {row["id"]: row for row in api(page, "incidents")["incidents"]}
    assert rows[source.public_id]["status"] == "resolved"
    assert list(findings(now=timezone.now())) == []


def test_a_new_title_of_the_other_reaches_what_came_in(page, pair, django_capture_on_commit_callbacks):
    source, into = pair
    publish(page)
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_facts(into, title="Gateway restarts", by=None)
    assert "Gateway restarts</a>" in read(page, f"incidents/{source.public_id}/index.html")


def test_old_ones_are_not_read_for_ever(page, parts):
    long_ago = timezone.now() - timedelta(days=200)
    source = make.merged(page=page, affects=[parts[1]])
    Incident.objects.filter(pk=source.pk).update(
        started_at=long_ago, detected_at=long_ago, declared_at=long_ago, merged_at=long_ago + timedelta(hours=1)
    )
    for _number in range(NEWEST):
        make.told(page=page, affects=[parts[1]])
    shot = load(page.pk, touched={}, now=timezone.now())
    assert source.pk not in {incident.pk for incident in shot.incidents}
    assert source.pk in {i.pk for i in load(page.pk, touched={"incident": {source.pk}}, now=timezone.now()).incidents}


def test_the_number_of_queries_does_not_grow(page, parts, same_queries):
    def ask():
        with same_queries(at_most=30):
            load(page.pk, touched=None, now=timezone.now())

    make.merged(page=page, affects=[parts[1]])
    ask()
    for _number in range(4):
        make.merged(page=page, affects=[parts[1]])
    ask()


# The screen that merges


def merging(person, incident, into):
    return staff_parts.drawn(
        "pages_of_merging incident into", staff_parts.request_of(person), incident=incident, into=into
    )


def test_the_screen_names_the_pages(page, parts):
    lead = make.in_group("Engineering Leads")
    source = make.told(page=page, affects=[parts[1]])
    other_page = make.page(parts[2], label="Voice")
    into = make.told(page=other_page, affects=[parts[2]], title="Voice is silent")
    text = merging(lead, source, into)
    assert str(page) in text
    assert "comes onto" in text
    unheard = make.suspicion()
    assert "no page changes" in merging(lead, unheard, into)


def test_the_pages_are_named_to_those_who_may_merge(page, parts):
    source, into = make.told(page=page, affects=[parts[1]]), make.told()
    assert merging(make.in_group("Support"), source, into) == ""
    assert merging(make.in_group("Engineering Leads"), source, make.restricted()) == ""


# What cannot be true


def test_contradictions_about_merging_are_found(page, pair):
    source, into = pair
    publish(page)
    assert list(findings(now=timezone.now())) == []
    TimelineEntry.objects.filter(incident=into, kind=EntryKind.CAME_IN)._raw_delete(using="default")
    assert any("a timeline does not say so" in each for each in findings(now=timezone.now()))
    Incident.objects.filter(pk=into.pk).update(status=Status.MERGED, merged_at=timezone.now(), merged_into=source)
    assert any("merged into one another" in each for each in findings(now=timezone.now()))


def test_an_impact_after_the_end_is_found(page, pair):
    source, _into = pair
    Impact.objects.filter(incident=source).update(ended_at=source.merged_at + timedelta(minutes=1))
    assert any("was not going on" in each for each in findings(now=timezone.now()))
    Impact.objects.filter(incident=source).update(ended_at=None)
    assert any("still fails because of it" in each for each in findings(now=timezone.now()))


def test_a_drill_among_others_is_found():
    one, two = make.told(), make.told()
    actions.merge(one, into=two, by=None)
    Incident.objects.filter(pk=one.pk).update(audience=Audience.DRILL)
    assert any("one of them is a drill" in each for each in findings(now=timezone.now()))
