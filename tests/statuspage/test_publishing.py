"""Publishing: nothing lost, nothing older over newer, the last good version stays, purged means purged."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from incidents import actions, signals
from incidents.choices import Audience, Level, Status
from incidents.models import Component
from incidents.scope import Affected
from statuspage import actions as page_actions, documents
from statuspage.checks.checks import store_can_be_opened
from statuspage.documents import api_v2, badges, feeds, html, state
from statuspage.models import DirtyPage, PublishState
from statuspage.publishing import publisher
from statuspage.snapshot.load import load
from statuspage.stores.directory import DirectoryStore, PageFolder
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def page(root, sms):
    page = make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    return page


def read(page, path="index.html", *, root):
    store = PageFolder(root, page.public_id)
    file = store.pointer / path
    return (file if file.exists() else store.permanent / path).read_text()


def state_of(page):
    return PublishState.objects.get(page=page)


def tell(page, sms, **facts):
    """An incident on the page, as *New incident* makes it."""
    facts = {"title": "SMS delayed", "status": Status.INVESTIGATING, "severity": make.severity("major")} | facts
    notice = {"body": "SMS is slow. We look for the cause.", "promised_at": timezone.now() + timedelta(minutes=30)}
    return page_actions.declare_and_publish(pages=[page], affected=[Affected(sms)], notice=notice, by=None, **facts)


def everything(root):
    """All bytes that a reader could find, the compressed ones aside (they are made from these)."""
    return b"".join(
        path.read_bytes() for path in root.rglob("*") if path.is_file() and path.suffix not in (".gz", ".br", ".woff2")
    )


def test_a_change_is_on_the_page_when_the_action_returns(page, sms, root):
    incident = tell(page, sms)

    assert "SMS delayed" in read(page, root=root)
    assert "SMS is slow" in read(page, f"incidents/{incident.public_id}/index.html", root=root)
    assert json.loads(read(page, "api/v2/status.json", root=root))["status"]["indicator"] == "major"
    state = state_of(page)
    assert (state.done, state.wanted_since, state.leased_until, state.last_error) == (state.wanted, None, None, "")
    assert not DirtyPage.objects.exists()


def test_a_deleted_component_leaves_no_page_that_says_what_was_taken_back(page, sms, root):
    below = make.component(name="SMS in Asia", parent=sms)
    publisher.want([page])
    publisher.publish(page.pk)
    incident = tell(page, sms, title="Zanzibar is slow")
    below.delete()
    signals.catalogue_changed.send(sender=Component, component=None)
    publisher.publish(page.pk)
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Names.", by=None)

    assert b"Zanzibar" not in everything(root)
    assert below.public_id not in " ".join(map(str, root.rglob("*")))


def test_the_months_of_a_former_time_zone_go(page, sms, root):
    began = datetime(2026, 11, 1, 2, tzinfo=UTC)
    make.backfilled(title="Zanzibar was slow", page=page, affected=[Affected(sms)], started_at=began,
                    resolved_at=began + timedelta(hours=1),
                    updates=[(Status.RESOLVED, "Over.", began + timedelta(hours=1))])  # fmt: skip
    publisher.want([page])
    publisher.publish(page.pk)
    assert "Zanzibar" in read(page, "history/2026-11/index.html", root=root)
    page.time_zone = "America/New_York"
    page.save()
    publisher.want([page])
    publisher.publish(page.pk)

    folder = PageFolder(root, page.public_id).permanent / "history"
    assert sorted(path.name for path in folder.iterdir()) == ["2026-10"]


def test_what_is_rolled_back_is_not_published(page, sms, root):
    before = read(page, root=root)
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(page, sms)
        raise RuntimeError

    assert read(page, root=root) == before
    assert state_of(page).done == state_of(page).wanted


def test_a_publisher_that_died_after_commit_is_made_good_by_the_sweep(page, sms, root, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(publisher, "publish", lambda pk: None)
        tell(page, sms)
    assert "SMS delayed" not in read(page, root=root)

    publisher.sweep()

    assert "SMS delayed" in read(page, root=root)


def test_a_held_lease_is_respected_until_it_ends(page, sms, root):
    PublishState.objects.filter(page=page).update(leased_until=timezone.now() + publisher.LEASE)
    tell(page, sms)
    publisher.sweep()
    assert "SMS delayed" not in read(page, root=root)

    PublishState.objects.filter(page=page).update(leased_until=timezone.now() - timedelta(milliseconds=1))
    publisher.sweep()

    assert "SMS delayed" in read(page, root=root)


def test_a_publisher_that_lost_its_lease_does_not_put_older_bytes_over_newer(page, sms, root, monkeypatch):
    """It froze after reading; meanwhile its lease ended and another one published what came later."""
    write, frozen = DirectoryStore.write, []

    def freeze_first(store, page_id, **work):
        if not frozen:
            frozen.append((store, page_id, work))
            PublishState.objects.filter(page=page).update(leased_until=timezone.now() - timedelta(seconds=1))
            publisher.publish(page.pk)
        write(store, page_id, **work)

    monkeypatch.setattr(DirectoryStore, "write", freeze_first)
    incident = tell(page, sms)
    newest = read(page, root=root)
    store, page_id, work = frozen[0]

    with pytest.raises(publisher.Fenced):
        write(store, page_id, **work)
    assert read(page, root=root) == newest
    assert incident.title in newest
    assert state_of(page).done == state_of(page).wanted


def test_a_failing_document_leaves_the_last_good_version_and_says_so(page, sms, root, monkeypatch):
    before = read(page, root=root)
    with monkeypatch.context() as broken:
        broken.setattr(html, "front", lambda *of: 1 / 0)
        tell(page, sms)

    state = state_of(page)
    because = "RenderError: The front page could not be rendered: ZeroDivisionError: division by zero"
    assert (read(page, root=root), state.last_error) == (before, because)
    assert "SMS delayed" not in read(page, "api/v2/summary.json", root=root)  # the set stays together
    assert state.done < state.wanted

    PublishState.objects.update(last_error_at=timezone.now() - publisher.RETRY)
    publisher.sweep()

    assert "SMS delayed" in read(page, root=root)
    assert state_of(page).last_error == ""


BREAKING = {
    "the front page": (html, "front"),
    "the history": (html, "history"),
    "the JSON": (api_v2, "_incident"),
    "the feeds": (feeds, "documents"),
    "the badge": (badges, "documents"),
    "the state": (state, "derive"),
    "the template of every page": (html, "render_to_string"),
}
TAKING_BACK = {
    "restricted": lambda incident: actions.set_audience(
        incident, audience=Audience.RESTRICTED, reason="Keys.", by=None
    ),
    "withdrawn": lambda incident: actions.withdraw_update(incident.updates.first(), reason="Keys.", by=None),
    "corrected": lambda incident: actions.correct_update(incident.updates.first(), body="It is slow.", by=None),
}


@pytest.mark.parametrize(
    ("broken", "act"),
    [*((each, "withdrawn") for each in BREAKING), *(("the front page", each) for each in TAKING_BACK)],
)
def test_what_was_taken_back_goes_whatever_cannot_be_drawn(page, sms, root, monkeypatch, broken, act):
    incident = tell(page, sms, title="SMS delayed")
    page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Kestrel keys are lost.")
    incident.refresh_from_db()
    with monkeypatch.context() as fault:
        fault.setattr(*BREAKING[broken], lambda *of, **more: 1 / 0)
        TAKING_BACK[act](incident)
        assert b"Kestrel" not in everything(root)
        assert state_of(page).done < state_of(page).wanted
        assert "could not be rendered: ZeroDivisionError" in state_of(page).last_error
        standing = read(page, root=root)
        PublishState.objects.update(last_error_at=timezone.now() - publisher.RETRY)
        publisher.sweep()  # and it stays so, however often it is tried
        assert b"Kestrel" not in everything(root)
        assert read(page, root=root) == standing

    PublishState.objects.update(last_error_at=timezone.now() - publisher.RETRY)
    publisher.sweep()
    assert (state_of(page).done, state_of(page).last_error) == (state_of(page).wanted, "")
    assert b"Kestrel" not in everything(root)
    assert "cannot be shown" not in read(page, root=root)


def test_the_rest_switches_and_a_page_for_people_has_a_stand_in(page, sms, root, monkeypatch):
    kept = tell(page, sms, title="Mail delayed")
    incident = tell(page, sms, title="Kestrel keys lost")
    monkeypatch.setattr(html, "front", lambda *of: 1 / 0)
    monkeypatch.setattr(feeds, "documents", lambda *of: 1 / 0)
    TAKING_BACK["restricted"](incident)

    front = read(page, root=root)
    assert ("This page cannot be shown at the moment." in front, "<h1>Plain Post</h1>" in front) == (True, True)
    assert not PageFolder(root, page.public_id).pointer.joinpath("history.atom").exists()
    listed = json.loads(read(page, "api/v2/incidents.json", root=root))["incidents"]
    assert [row["id"] for row in listed] == [kept.public_id]
    assert "Mail delayed" in read(page, "history/index.html", root=root)
    assert "The front page could not be rendered" in state_of(page).last_error


def test_a_new_page_that_cannot_be_drawn_does_not_keep_what_was_taken_back(page, sms, root, monkeypatch):
    """It waits for the same publishing; where nothing is taken back, nothing leads to it before it stands."""
    incident = tell(page, sms, title="Kestrel keys lost")
    with monkeypatch.context() as fault:
        fault.setattr(html, "incident", lambda *of: 1 / 0)
        tell(page, sms, title="Mail delayed")
        assert "Mail delayed" not in read(page, root=root)
        TAKING_BACK["restricted"](incident)
        assert b"Kestrel" not in everything(root)
        assert "Mail delayed" in read(page, root=root)


def test_one_permanent_page_that_cannot_be_drawn_leaves_the_others_to_be_written(page, sms, root, monkeypatch):
    incident = tell(page, sms)
    monkeypatch.setattr(html, "incident", lambda *of: 1 / 0)
    page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="A carrier dropped its line.")

    assert "A carrier dropped its line." in read(page, f"components/{sms.public_id}/history.atom", root=root)
    assert "SMS is slow." in read(page, f"incidents/{incident.public_id}/index.html", root=root)


def test_what_the_whole_page_no_longer_names_goes_though_the_front_cannot_be_drawn(page, sms, root, monkeypatch):
    below = make.component(name="Kestrel", parent=sms)
    publisher.want([page])
    publisher.publish(page.pk)
    assert b"Kestrel" in everything(root)
    below.delete()
    monkeypatch.setattr(html, "front", lambda *of: 1 / 0)
    signals.catalogue_changed.send(sender=Component, component=None)
    publisher.publish(page.pk)

    assert b"Kestrel" not in everything(root)
    assert "cannot be shown at the moment" in read(page, root=root)


def test_a_promise_that_passes_is_late_at_the_next_sweep(page, sms, root):
    incident = tell(page, sms)
    update = incident.updates.get()
    update.posted_at -= timedelta(hours=1)
    update.promised_at -= timedelta(minutes=31)
    update.save()
    publisher.sweep()
    early = read(page, root=root)

    PublishState.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    publisher.sweep()

    assert "e next late" not in early
    assert "e next late" in read(page, root=root)


def test_a_sweep_without_reason_writes_nothing(page, sms, root):
    tell(page, sms)
    before = (PageFolder(root, page.public_id).version(), state_of(page).wanted)
    publisher.sweep()

    assert (PageFolder(root, page.public_id).version(), state_of(page).wanted) == before


def test_a_lost_tree_is_written_anew_by_the_sweep(page, sms, root):
    incident = tell(page, sms)
    PageFolder(root, page.public_id).pointer.unlink()
    publisher.sweep()

    assert incident.title in read(page, root=root)


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.RESTRICTED])
def test_an_incident_that_is_closed_to_the_public_is_purged_from_every_file(page, sms, root, audience):
    incident = tell(page, sms, title="Kestrel keys lost")
    assert b"Kestrel" in everything(root)

    actions.set_audience(incident, audience=audience, by=None, reason="Not for customers.")

    assert b"Kestrel" not in everything(root)
    assert incident.public_id.encode() not in everything(root)
    assert (
        not PageFolder(root, page.public_id).permanent.joinpath("incidents", incident.public_id, "index.html").exists()
    )


def test_a_withdrawn_update_is_purged_and_a_corrected_one_shows_the_new_text_only(page, sms, root):
    incident = tell(page, sms)
    second = page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Carrier Osprey dropped us.")
    third = page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="Heron is fixed.")
    actions.withdraw_update(second, by=None, reason="Names a carrier.")
    actions.correct_update(third, body="A link is fixed.", by=None)

    found = everything(root)
    assert (b"Osprey" in found, b"Heron" in found, b"A link is fixed." in found) == (False, False, True)


def test_a_deleted_page_takes_its_folder_along(page, root, sms):
    folder = PageFolder(root, page.public_id).folder
    with transaction.atomic():
        publisher.forget(page)
        page.delete()

    assert not folder.exists()
    assert json.loads((root / "sites.json").read_text()) == {
        "default": None, "slugs": {}, "hosts": {}, "former_slugs": {}, "former_hosts": {}, "former_defaults": [],
    }  # fmt: skip


def root_says(root, page, incident_id):
    """Whether the front page leads to the incident."""
    return incident_id in (PageFolder(root, page.public_id).pointer / "index.html").read_text()


def test_only_touched_permanent_pages_are_rendered(page, sms, root, monkeypatch):
    for _n in range(3):
        page_actions.publish_update(
            tell(page, sms), by=None, status=Status.RESOLVED, body="Over.", override_reason="Over."
        )
    still_open = tell(page, sms)
    rendered = []
    draw = html.incident
    monkeypatch.setattr(
        html, "incident", lambda shot, each, now, path: rendered.append(each.id) or draw(shot, each, now, path)
    )

    incident = tell(page, sms)

    assert sorted(rendered) == sorted([incident.public_id, still_open.public_id])  # what it broke is not well there


def test_readers_see_the_update_before_its_permanent_pages_are_drawn(page, sms, root, monkeypatch):
    incident = tell(page, sms)
    fronts = []

    def draw(shot, each, now, path):
        fronts.append((PageFolder(root, page.public_id).pointer / "index.html").read_text())
        raise ValueError("It breaks.")

    monkeypatch.setattr(html, "incident", draw)
    page_actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="A carrier dropped its line.")

    assert "A carrier dropped its line." in fronts[0]
    state = PublishState.objects.get(page=page)
    assert (state.wanted > state.done, f"The page of incident {incident.public_id}" in state.last_error) == (True, True)


def test_what_the_front_page_leads_to_is_there_before_it(page, sms, root, monkeypatch):
    """A new incident's page, which did not stand yet, is written first."""
    known = []
    draw = html.incident
    monkeypatch.setattr(
        html,
        "incident",
        lambda shot, each, now, path: known.append(root_says(root, page, each.id)) or draw(shot, each, now, path),
    )

    incident = tell(page, sms)

    assert known == [False]
    assert root_says(root, page, incident.public_id)


def test_updates_from_many_threads_end_as_a_fresh_render(page, sms, root):
    incident = tell(page, sms)

    def post(number):
        try:
            page_actions.publish_update(incident, by=None, status=Status.INVESTIGATING, body=f"Word {number}.")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(post, range(20)))
    publisher.sweep()

    state = state_of(page)
    fresh = load(page.pk, touched={}, now=timezone.now(), due=state.next_at)
    wanted = {document.path: document.body for document in documents.hot(fresh)}
    found = {path: (PageFolder(root, page.public_id).pointer / path).read_bytes() for path in wanted}
    assert state.done == state.wanted
    assert found == wanted
    assert all(f"Word {number}.".encode() in found["api/v2/incidents.json"] for number in range(20))


def test_a_pin_and_a_changed_catalogue_are_published(page, sms, root):
    ends_at = timezone.now() + timedelta(hours=1)
    actions.pin(sms, level=Level.MAJOR, reason="Probes cannot see it.", ends_at=ends_at, by=None)

    assert json.loads(read(page, "api/v2/status.json", root=root))["status"]["indicator"] == "critical"
    midnight = ends_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)  # a day's bar begins
    at = ends_at if midnight <= timezone.now() else midnight
    assert abs(state_of(page).next_at - at) < timedelta(seconds=1)


def test_a_database_from_a_backup_goes_on_where_the_tree_is(page, sms, root):
    """Its tokens are older than those that have written; nobody else holds a newer one."""
    for _n in range(3):
        publisher.want([page])
    PublishState.objects.update(token=1, wanted=1, done=1, leased_until=None)
    incident = tell(page, sms)

    assert incident.title in read(page, root=root)
    state = state_of(page)
    assert (state.done, state.last_error) == (state.wanted, "")


def test_a_store_that_is_away_does_not_end_the_sweep(page, monkeypatch):
    """Pages that are due are tried all the same, and say what is wrong."""

    def away(*facts):
        raise OSError("no bucket")

    PublishState.objects.update(wanted=99)
    with monkeypatch.context() as broken:
        broken.setattr(DirectoryStore, "version", away)
        broken.setattr(DirectoryStore, "write_sites", away)
        publisher.sweep()
        assert state_of(page).last_error == "OSError: no bucket"
    PublishState.objects.update(last_error_at=timezone.now() - timedelta(seconds=3))
    publisher.sweep()

    assert (state_of(page).done, state_of(page).last_error) == (99, "")


def test_a_wrong_address_of_the_store_is_said_at_the_start(settings):
    settings.PUBLISH_STORAGE_URL = "ftp://somewhere"
    [error] = store_can_be_opened(None)

    assert (error.id, "PUBLISH_STORAGE_URL" in str(error)) == ("statuspage.E001", True)
