"""Whatever is called updated never turns back, and moves with each change that readers can see."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import given, settings as hypothesis_settings, strategies as st
from hypothesis.extra.django import TestCase

from incidents import actions
from incidents.choices import Audience, Level, Status
from incidents.exceptions import DomainError
from incidents.maintenance import actions as maintenance
from incidents.models import Component, Incident, IncidentUpdate
from incidents.scope import Affected
from notifications.content.incident_update import of_page
from postmortems import actions as postmortems
from postmortems.models import Postmortem
from statuspage import stores
from statuspage.actions import publish_update
from statuspage.models import Page, PageComponent, PageIncident
from statuspage.publishing import publisher
from statuspage.snapshot.changes import Changes, Shown
from statuspage.stores.directory import DirectoryStore
from tests import factories as make

ATOM = "{http://www.w3.org/2005/Atom}"
BESIDE = ("components", "affected_components")  # what is told of others, by their own times


def said_in(body, *but):
    """What it says, but when that changed."""
    if isinstance(body, dict):
        return {name: said_in(value, *but) for name, value in body.items() if name not in ("updated_at", *but)}
    return [said_in(each, *but) for each in body] if isinstance(body, list) else body


def read(page):
    """By what it is called, when it was updated and what it says beside that."""

    def document(path):
        return stores.current().read(page.public_id, path).decode()

    found = {}
    bodies = {name: json.loads(document(f"api/v2/{name}.json")) for name in (
        "summary", "components", "incidents", "scheduled-maintenances")}  # fmt: skip
    found["page"] = (bodies["summary"]["page"]["updated_at"], said_in(bodies))
    for body in bodies["components"]["components"]:
        found[body["id"]] = (body["updated_at"], said_in(body))
    for body in bodies["incidents"]["incidents"] + bodies["scheduled-maintenances"]["scheduled_maintenances"]:
        found[body["id"]] = (body["updated_at"], said_in(body, *BESIDE))
        for update in body["incident_updates"]:
            found[update["id"]] = (update["updated_at"], said_in(update, *BESIDE))
    for path in ("history.atom", *(f"components/{row.public_id}/history.atom" for row in Component.objects.all())):
        if (body := stores.current().read(page.public_id, path)) is None:
            continue
        feed = ET.fromstring(body)
        entries = feed.findall(f"{ATOM}entry")
        # A silent correction is no news: an entry moves with news only (tests/statuspage/test_feeds.py)
        found[path] = (feed.findtext(f"{ATOM}updated"), [entry.findtext(f"{ATOM}id") for entry in entries])
        found |= {f"{path} {e.findtext(f'{ATOM}id')}": (e.findtext(f"{ATOM}updated"), None) for e in entries}
    return found


def never_back(before, after):
    for name, (at, said) in after.items():
        then, said_then = before.get(name, (at, said))
        assert at >= then, f"{name} went back from {then} to {at}"
        if said != said_then and not name.endswith("history.atom"):  # whose times have whole seconds
            assert at > then, f"{name} says {said}, not {said_then}, and still {at}"
    return before | after  # what has gone may come back


class NothingLeft(DomainError):
    """There is no update to act on."""


class World:
    """A page with a group, two incidents, a window and a post-mortem; and what can happen to them."""

    def __init__(self):
        self.group = make.component(name="Messaging")
        self.sms = make.component(name="SMS", parent=self.group)
        self.voice = make.component(name="Voice")
        self.page = make.page(self.group, self.voice, is_default=True)
        self.other = make.page(self.voice)
        self.first = self.told("SMS delayed", self.sms)
        self.second = self.told("Voice calls fail", self.voice)
        self.resolved = make.resolved(page=self.page)
        self.window = make.scheduled(self.sms, page=self.page)
        self.publish()

    def told(self, title, item):
        incident = make.confirmed(title=title, severity="minor", affects=[Affected(item, None, Level.DEGRADED)])
        publish_update(incident, by=None, pages=[self.page], status=Status.INVESTIGATING, body="We look into it.")
        return incident

    def publish(self):
        publisher.want([self.page])
        assert publisher.publish(self.page.pk)

    def fresh(self, incident):
        return Incident.objects.get(pk=incident.pk)

    def newest(self, incident=None):
        rows = IncidentUpdate.objects.visible().filter(incident=incident or self.first)
        if not (found := rows.order_by("-posted_at", "-pk").first()):
            raise NothingLeft("Every update was withdrawn.")
        return found

    # What can happen

    def post(self):
        publish_update(self.fresh(self.first), by=None, pages=[self.page], status=Status.IDENTIFIED, body="Found it.")

    def resolve(self):
        actions.set_impacts(self.fresh(self.first), affected=[], by=None)
        publish_update(
            self.fresh(self.first),
            by=None,
            pages=[self.page],
            status=Status.RESOLVED,
            override_reason="Over.",
            body="It is over.",
        )

    def correct(self, tell_again=False):
        body = f"{self.newest().body} Put right."
        actions.correct_update(self.newest(), body=body, by=None, reason="A slip.", tell_again=tell_again)

    def correct_aloud(self):
        self.correct(tell_again=True)

    def withdraw(self):
        actions.withdraw_update(self.newest(), by=None, reason="Not true.")

    def withdraw_of_the_second(self):
        actions.withdraw_update(self.newest(self.second), by=None, reason="Not true.")

    def reopen(self):
        affected = [Affected(self.sms, None, Level.DEGRADED)]
        actions.reopen(self.fresh(self.first), reason="It came back.", by=None, affected=affected)

    def unresolve(self):
        actions.unresolve(self.fresh(self.first), reason="Too early.", by=None)

    def merge(self):
        actions.merge(self.fresh(self.second), into=self.fresh(self.first), by=None, reason="The same.")

    def restrict(self):
        actions.set_audience(self.fresh(self.first), audience=Audience.RESTRICTED, by=None, reason="A leak.")

    def unrestrict(self):
        actions.set_audience(self.fresh(self.first), audience=Audience.PUBLIC, by=None, reason="None after all.")

    def rename(self):
        title = f"{self.fresh(self.first).title}."
        actions.change_facts(self.fresh(self.first), title=title, by=None, reason="Clearer.")

    def begin_earlier(self):
        at = self.fresh(self.first).started_at - timedelta(minutes=5)
        actions.change_facts(self.fresh(self.first), started_at=at, by=None, reason="Seen in the log.")

    def worse(self):
        actions.set_impacts(self.fresh(self.first), affected=[Affected(self.sms, None, Level.MAJOR)], by=None)

    def take_off_the_page(self):
        PageIncident.objects.filter(page=self.page, incident=self.second).delete()

    def group_leaves(self):
        PageComponent.objects.filter(page=self.page, component=self.group).delete()

    def group_comes_back(self):
        PageComponent.objects.get_or_create(page=self.page, component=self.group)

    def rename_component(self):
        row = Component.objects.get(pk=self.sms.pk)
        row.name += "s"
        row.save()

    def pin(self):
        actions.pin(
            self.voice, level=Level.PARTIAL, reason="An operator.", by=None,
            ends_at=timezone.now() + timedelta(minutes=30),
        )  # fmt: skip

    def unpin(self):
        if pin := self.voice.pins.order_by("-pk").first():
            actions.unpin(pin, by=None)

    def amend_window(self):
        self.window.refresh_from_db()
        maintenance.amend(self.window, by=None, body=f"{self.window.body} More.")

    def move_window(self):
        self.window.refresh_from_db()
        later = {
            "starts_at": self.window.starts_at + timedelta(days=1),
            "ends_at": self.window.ends_at + timedelta(days=1),
        }
        maintenance.reschedule(self.window, by=None, **later)

    def cancel_window(self):
        self.window.refresh_from_db()
        maintenance.cancel(self.window, by=None, reason="Not needed.")

    def publish_postmortem(self):
        make.published(self.fresh(self.resolved))

    def withdraw_postmortem(self):
        if found := Postmortem.objects.filter(incident=self.resolved).first():
            postmortems.withdraw(found, reason="Not true.", by=None)

    def name_the_page(self):
        row = Page.objects.get(pk=self.page.pk)
        row.name += "."
        row.save()

    def nothing(self):
        pass


ACTS = sorted(name for name, act in vars(World).items() if callable(act) and not name.startswith("_")
              if name not in ("told", "publish", "fresh", "newest"))  # fmt: skip


@pytest.fixture
def world(settings, tmp_path, db):
    settings.PUBLISH_ROOT = tmp_path
    return World()


def lived(world, names):
    """The life, and how often something came of an act."""
    seen, came = read(world.page), 0
    for name in names:
        try:
            getattr(world, name)()
            came += 1
        except DomainError:
            continue
        world.publish()
        seen = never_back(seen, read(world.page))
    return came


@pytest.mark.parametrize("name", ACTS)
def test_each_act_alone(world, name):
    came = {"reopen": ["resolve"], "unresolve": ["resolve"], "unrestrict": ["restrict"], "unpin": ["pin"],
            "group_comes_back": ["group_leaves"], "withdraw_postmortem": ["publish_postmortem"]}  # fmt: skip

    assert lived(world, [*came.get(name, ()), name]) >= 1


@pytest.mark.parametrize(
    "names",
    [
        ["post", "withdraw"],
        ["post", "correct_aloud", "correct", "withdraw"],
        ["correct_aloud", "correct"],
        ["restrict", "unrestrict", "restrict"],
        ["merge", "restrict"],
        ["withdraw_of_the_second"],
        ["pin", "unpin"],
        ["worse", "restrict", "unrestrict"],
        ["group_leaves", "group_comes_back"],
        ["publish_postmortem", "withdraw_postmortem"],
        ["begin_earlier", "rename", "withdraw"],
    ],
    ids=" ".join,
)
def test_lives_in_which_something_is_taken_back(world, names):
    assert lived(world, names) == len(names)


class Lives(TestCase):
    @hypothesis_settings(max_examples=8, deadline=None)
    @given(st.lists(st.sampled_from(ACTS), min_size=2, max_size=6))
    def test_whatever_happens(self, names):
        with self.settings(PUBLISH_ROOT=self.root):
            lived(World(), names)

    @pytest.fixture(autouse=True)
    def _root(self, tmp_path):
        self.root = tmp_path


def test_nothing_moves_where_nothing_is_seen(world):
    before = read(world.page)
    actions.add_note(world.fresh(world.first), text="Called the operator.", by=None)
    actions.assign(world.fresh(world.first), owner=make.user(), by=None)
    world.publish()

    assert read(world.page) == before


def test_a_new_release_is_no_news(world, monkeypatch):
    """What is compared has another form; what readers see is the same."""
    before = read(world.page)
    monkeypatch.setattr("statuspage.snapshot.changes.FORM", "another")
    world.page.shown.update(digest="of another form")
    world.publish()

    assert read(world.page) == before


def test_webhooks_say_what_the_page_says(world):
    world.rename()
    world.publish()
    body = next(each for name, each in read(world.page).items() if name == world.first.public_id)

    assert of_page(world.page, world.newest())["times"]["changed_at"] == body[0]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abc")), max_size=20))
def test_a_time_never_turns_back_and_moves_with_what_is_shown(steps):
    start = timezone.now()
    kept, last, digest = {}, None, None
    for number, (moment, shown) in enumerate(steps):
        changes = Changes(start + timedelta(seconds=number), kept)
        at = changes.at("incident", 1, start + timedelta(seconds=moment), shown)
        assert last is None or at >= last
        if last is not None and shown != digest:
            assert at > last
        assert at == changes.at("incident", 1, start, "asked again")
        kept = kept | dict(changes.fresh())
        assert isinstance(kept["incident", 1], Shown)
        last, digest = at, shown


def test_the_store_is_a_directory(world):
    assert isinstance(stores.current(), DirectoryStore)
