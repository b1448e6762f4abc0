"""Publishing into a bucket from end to end: the same promises as in a directory, read over HTTP."""

import gzip
import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Status
from incidents.scope import Affected
from statuspage import actions as page_actions, documents, health, stores
from statuspage.actions import pages
from statuspage.checks.truth_published import published
from statuspage.documents import html
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.snapshot.load import load
from statuspage.stores.bucket import store as module
from statuspage.stores.bucket.objects import Objects
from tests import factories as make
from tests.statuspage import build, s3

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(monkeypatch):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3.running()


@pytest.fixture
def bucket(server, settings, monkeypatch):
    """Nothing is asked of it while a transaction is open."""
    bucket = server.bucket()
    settings.PUBLISH_STORAGE_URL = bucket.url
    monkeypatch.setattr(module, "GLANCE", 0.0)
    asking = Objects._asking

    def outside_of_transactions(objects, verb, key):
        assert not connection.in_atomic_block
        return asking(objects, verb, key)

    monkeypatch.setattr(Objects, "_asking", outside_of_transactions)
    return bucket


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def page(bucket, sms):
    page = make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    publisher.sweep()
    return page


def tell(page, sms, **facts):
    facts = {"title": "SMS delayed", "status": Status.INVESTIGATING, "severity": make.severity("major")} | facts
    notice = {"body": "SMS is slow. We look for the cause.", "promised_at": timezone.now() + timedelta(minutes=30)}
    return page_actions.declare_and_publish(pages=[page], affected=[Affected(sms)], notice=notice, by=None, **facts)


def shown(bucket, key="index.html"):
    status, headers, body = bucket.get(key)
    return (
        (gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body).decode() if status == 200 else None
    )


def test_a_change_is_in_the_bucket_when_the_action_returns(page, sms, bucket):
    incident = tell(page, sms)

    for prefix in ("", "p/platform/"):
        assert "SMS delayed" in shown(bucket, f"{prefix}index.html")
        assert "SMS is slow" in shown(bucket, f"{prefix}incidents/{incident.public_id}/index.html")
        assert json.loads(shown(bucket, f"{prefix}api/v2/status.json"))["status"]["indicator"] == "major"
    state = PublishState.objects.get(page=page)
    assert (state.done, state.leased_until, state.last_error) == (state.wanted, None, "")
    assert bucket.get("heartbeat.json")[0] == 200


def test_everything_that_a_page_refers_to_is_there(page, bucket):
    front = shown(bucket)

    for document in documents.assets():
        assert bucket.get(document.path)[0] == 200
    assert any(f"/{document.path}" in front for document in documents.assets())


def test_what_stands_there_is_a_fresh_render_and_true(page, sms, bucket):
    incident = tell(page, sms)
    page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="A carrier dropped us.")
    publisher.sweep()

    state = PublishState.objects.get(page=page)
    fresh = load(page.pk, touched={}, now=timezone.now(), due=state.next_at)
    store = stores.current()
    for document in documents.hot(fresh):
        assert store.read(page.public_id, document.path) == document.body
    assert list(published(timezone.now())) == []


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_an_incident_that_is_closed_to_the_public_is_purged_from_every_key(page, sms, bucket, audience):
    incident = tell(page, sms, title="Kestrel keys lost")
    assert b"Kestrel" in bucket.everything()

    actions.set_audience(incident, audience=audience, by=None, reason="Not for customers.")

    found = bucket.everything()
    assert (b"Kestrel" in found, incident.public_id.encode() in found) == (False, False)


def test_a_withdrawn_update_is_purged_and_a_corrected_one_shows_the_new_text_only(page, sms, bucket):
    incident = tell(page, sms)
    second = page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Carrier Osprey dropped us.")
    third = page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Heron is fixed.")
    actions.withdraw_update(second, by=None, reason="Names a carrier.")
    actions.correct_update(third, body="A link is fixed.", by=None)

    found = bucket.everything()
    assert (b"Osprey" in found, b"Heron" in found, b"A link is fixed." in found) == (False, False, True)


@pytest.mark.parametrize("broken", ["front", "incident", "component", "render_to_string"])
def test_what_was_taken_back_goes_from_every_key_whatever_cannot_be_drawn(page, sms, bucket, monkeypatch, broken):
    incident = tell(page, sms)
    kestrel = page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Kestrel keys are lost.")
    assert b"Kestrel" in bucket.everything()
    with monkeypatch.context() as fault:
        fault.setattr(html, broken, lambda *of, **more: 1 / 0)
        actions.withdraw_update(kestrel, by=None, reason="Names keys.")
        assert b"Kestrel" not in bucket.everything()
        state = PublishState.objects.get(page=page)
        assert (state.done < state.wanted, "could not be rendered" in state.last_error) == (True, True)
        assert shown(bucket) is not None  # a stand-in, where it is the front that breaks
    PublishState.objects.update(last_error_at=timezone.now() - publisher.RETRY)
    publisher.sweep()

    assert "SMS is slow" in shown(bucket)
    assert "SMS is slow" in shown(bucket, f"incidents/{incident.public_id}/index.html")
    assert b"Kestrel" not in bucket.everything()


def test_a_permanent_page_that_cannot_be_drawn_holds_up_no_other(page, sms, bucket, monkeypatch):
    incident = tell(page, sms)
    own = f"incidents/{incident.public_id}/index.html"
    before = shown(bucket, own)
    monkeypatch.setattr(html, "incident", lambda *of: 1 / 0)
    page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="A carrier dropped us.")

    assert ("A carrier dropped us." in shown(bucket), shown(bucket, own)) == (True, before)
    assert f"The page of incident {incident.public_id}" in PublishState.objects.get(page=page).last_error
    tell(page, sms, title="Mail delayed")
    assert "Mail delayed" not in shown(bucket)  # it would lead to where nothing stands


def test_another_slug_and_another_host_move_the_page_which_stays_where_it_was(page, sms, bucket):
    """A bucket leads nobody on. What is taken back later goes from there as well."""
    incident = tell(page, sms)
    page.slug, page.host = "larkwire", "status.example.com"
    pages.save_page(page, by=None)
    for _time in range(2):
        publisher.sweep()

    keys = bucket.listed()
    path = f"incidents/{incident.public_id}/index.html"
    assert {path, f"p/larkwire/{path}", f"hosts/status.example.com/{path}", f"p/platform/{path}"} <= set(keys)

    actions.set_audience(incident, audience=Audience.RESTRICTED, by=None, reason="A leak.")
    assert bucket.get(f"p/platform/{path}")[0] == 404
    assert "SMS delayed" not in shown(bucket, "p/platform/index.html")


def test_a_deleted_page_is_gone_from_every_key(page, sms, bucket):
    other = make.page(sms, name="Kestrel", slug="kestrel")
    publisher.want([other])
    publisher.sweep()
    assert b"Kestrel" in bucket.everything()

    with transaction.atomic():
        publisher.forget(other)
        other.delete()

    assert b"Kestrel" not in bucket.everything()
    assert "p/kestrel/index.html" not in bucket.listed()


def _asked_for_one_update(server, incident):
    with server.counted() as asked:
        page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body=f"A carrier, {incident.pk}.")
    return asked


def _past(page, sms, count):
    began = timezone.now() - timedelta(days=400)
    for _n in range(count):
        began -= timedelta(days=1)
        ended = began + timedelta(hours=1)
        word = [(ended, Status.RESOLVED, "It is over.")]
        build.incident("Past", page=page, began=began, ended=ended, impacts=[(sms, None, 2)], updates=word)


def test_one_update_asks_the_bucket_as_often_with_200_incidents_as_with_5(page, sms, server):
    first, second = tell(page, sms), tell(page, sms)  # what is open names what the others have broken
    _past(page, sms, 5)
    few = _asked_for_one_update(server, first)
    _past(page, sms, 195)
    many = _asked_for_one_update(server, second)

    print(f"One update asks the bucket {few.total()} times: {dict(few)}.")
    assert few == many
    assert few.total() < 80


def test_a_database_from_a_backup_publishes_on(page, sms, bucket):
    for _n in range(3):
        tell(page, sms)
    PublishState.objects.update(token=1)
    incident = tell(page, sms, title="After the restore")
    publisher.sweep()

    assert incident.title in shown(bucket)


def test_a_bucket_that_is_away_leaves_words_and_everything_is_made_good(page, sms, server, bucket):
    before = shown(bucket)
    with server.failing(lambda method, key: 503):
        incident = tell(page, sms)
        publisher.sweep()
    said = " ".join(health._publishing_problems())
    assert f"Page platform could not be published: BucketError: Bucket {bucket.name} at {server.endpoint}" in said
    assert "503" in said
    assert shown(bucket) == before

    PublishState.objects.update(last_error_at=timezone.now() - publisher.RETRY)
    publisher.sweep()

    assert incident.title in shown(bucket)
    assert list(health._publishing_problems()) == []
