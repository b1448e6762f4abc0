"""Facts are said once: whatever happens to an incident, every surface says the same of it.

Hypothesis lives an incident's life at random, and after each step what :mod:`tests.surfaces` reads of pages, feeds,
programs' files, mails, chats, webhooks and the staff side is held against what was done, and against one another.
"""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from incidents import actions, moments
from incidents.choices import Level, Status
from incidents.models import Incident, Pin
from notifications.choices import Transport
from notifications.models import MessageSettings
from statuspage.actions import publish_update, reopen_and_publish
from tests import factories as make, surfaces
from tests.walks.walking import WHOLE

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CHATS = ("slack", "teams", "discord")
WORKING = ("investigating", "identified", "monitoring")


class World:
    def __init__(self, client):
        client.force_login(make.superuser(time_zone="Europe/Berlin"))
        self.client = client
        self.sms, self.voice = make.component(name="SMS"), make.component(name="Voice")
        self.frankfurt, self.singapore = make.location(name="Frankfurt"), make.location(name="Singapore")
        self.places = [(c, place) for c in (self.sms, self.voice) for place in (self.frankfurt, self.singapore, None)]
        self.email = make.component(name="Email")
        self.page = make.page(
            self.sms, self.voice, self.email, name="Larkwire", is_default=True, time_zone="Europe/Berlin"
        )
        MessageSettings.objects.create(page=self.page, storm_limit=100)  # a life is told in an hour
        for transport in Transport:
            make.subscriber(self.page, transport=transport)


def level_at(impacts, at):
    return max((i.level for i in impacts if i.started_at <= at and (i.ended_at is None or i.ended_at > at)), default=0)


def hurting(impacts, now, *, least, unbroken=False):
    """How long it was as bad as that, or how long it has been without a break, moment by moment."""
    turns = sorted({at for i in impacts for at in (i.started_at, i.ended_at or now) if at <= now} | {now})
    length = timedelta()
    for start, end in reversed(list(pairwise(turns))):
        if level_at(impacts, start) >= least:
            length += end - start
        elif unbroken:
            break
    return length


class Update:
    def __init__(self, row, body, *, reopens=False):
        self.id, self.status, self.body, self.at = row.public_id, row.status, body, row.posted_at
        self.promised_at, self.reopens, self.is_withdrawn = row.promised_at, reopens, False


class Told(RuleBasedStateMachine):
    world: World
    lives = looks = 0

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.updates, self.into, self.number, self.title = [], None, 0, "Messages late"
        self.incident = make.confirmed(title=self.title, affects=[make.affected(self.world.sms, self.world.frankfurt)])
        Told.lives += 1

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.clock.stop()

    @property
    def row(self):
        return Incident.objects.get(pk=self.incident.pk)

    @property
    def standing(self):
        return [each for each in self.updates if not each.is_withdrawn]

    def words(self):
        self.number += 1
        return f"Word number {self.number} of it."

    def told(self, row, body):
        before = self.standing[-1] if self.standing else None
        reopens = before is not None and before.status == "resolved" and row.status != "resolved"
        self.updates.append(Update(row, body, reopens=reopens))

    # What happens

    @precondition(lambda self: self.row.status in WORKING)
    @rule(
        status=st.sampled_from([*WORKING, *WORKING, "resolved"]), minutes=st.sampled_from([None, 15, 30]),
        chosen=st.dictionaries(st.integers(0, 5), st.sampled_from([0, 1, 2, 3]), max_size=3),
    )  # fmt: skip
    def post(self, status, minutes, chosen):
        self.traveller.shift(timedelta(seconds=61))
        body = self.words()
        promise = (datetime.now(UTC) + timedelta(minutes=minutes)).replace(second=0) if minutes else None
        states = [make.affected(*self.world.places[at], Level(level)) for at, level in chosen.items()]
        row = publish_update(
            self.row, pages=[self.world.page], status=Status(status), body=body, promised_at=promise, states=states,
            override_reason="Over.", by=None,
        )  # fmt: skip
        self.told(row, body)
        self.look(row)

    @precondition(lambda self: self.standing and not self.into)
    @rule(data=st.data(), again=st.booleans())
    def correct(self, data, again):
        self.traveller.shift(timedelta(seconds=61))
        each, body = data.draw(st.sampled_from(self.standing)), self.words()
        actions.correct_update(self.row.updates.get(public_id=each.id), body=body, tell_again=again, by=None)
        each.body = body
        self.look()

    @precondition(lambda self: len(self.standing) > 1 and not self.into)
    @rule(data=st.data())
    def withdraw(self, data):
        self.traveller.shift(timedelta(seconds=61))
        each = data.draw(st.sampled_from(self.standing))
        actions.withdraw_update(self.row.updates.get(public_id=each.id), reason="Wrong.", by=None)
        each.is_withdrawn = True
        before = None
        for one in self.standing:
            one.reopens = before == "resolved" and one.status != "resolved"
            before = one.status
        self.look()

    @precondition(lambda self: self.row.status == "resolved")
    @rule(tells=st.booleans())
    def reopen(self, tells):
        self.traveller.shift(timedelta(seconds=61))
        body = self.words()
        promise = (datetime.now(UTC) + timedelta(minutes=30)).replace(second=0)
        reopen_and_publish(
            self.row, reason="Again.", affected=[make.affected(self.world.voice, None, Level.MAJOR)],
            notice={"body": body, "promised_at": promise} if tells else None, pages=[self.world.page], by=None,
        )  # fmt: skip
        if tells:
            row = self.row.updates.first()
            self.told(row, body)
            self.look(row)
        else:
            self.look()

    @precondition(lambda self: self.row.status in WORKING)
    @rule(status=st.sampled_from([*WORKING, "resolved"]))
    def stage(self, status):
        if status != self.row.status:
            actions.change_stage(self.row, status=Status(status), override_reason="Over.", by=None)
            self.look()

    @precondition(lambda self: not self.into)
    @rule()
    def retitle(self):
        self.number += 1
        self.title = f"Messages late & lost {self.number}"
        actions.change_facts(self.row, title=self.title, by=None)
        self.look()

    @rule(minutes=st.sampled_from([2, 30]))
    def pin(self, minutes):
        now = datetime.now(UTC)
        Pin.objects.create(
            component=self.world.email, level=Level.PARTIAL, reason="Seen.", started_at=now,
            ends_at=now + timedelta(minutes=minutes),
        )  # fmt: skip
        self.look()

    @rule(minutes=st.sampled_from([7, 16, 45]))
    def wait(self, minutes):
        self.traveller.shift(timedelta(minutes=minutes, seconds=20))
        self.look()

    @precondition(lambda self: len(self.standing) > 2 and self.row.status in WORKING)
    @rule()
    def merge(self):
        self.traveller.shift(timedelta(seconds=61))
        self.into = make.told(page=self.world.page, title="Carrier down", affects=[self.world.sms, self.world.voice])
        actions.merge(self.row, into=self.into, by=None)
        self.look()

    # What is said

    def look(self, newest=None):
        Told.looks += 1
        self.of_staff(surfaces.staff(self.world.client, self.incident))
        if not self.standing:
            return
        page = surfaces.published(self.world.page, self.incident)
        self.of_page(page)
        row, out = surfaces.sent()
        for words in (*page.values(), *out.values()):
            for each in self.updates:
                assert not (each.is_withdrawn and each.body in str(words))
        if newest is not None:
            assert row.update_id == newest.pk
            self.of_messages(page, out)

    def of_page(self, page):
        last, row = self.standing[-1], self.row
        is_over = last.status == "resolved" or bool(self.into)
        stage = f"Reopened, {last.status}" if last.reopens else last.status.capitalize()
        its = next(each for each in page["incidents.json"]["incidents"] if each["id"] == row.public_id)
        assert its["name"] == self.title
        assert its["status"] == ("resolved" if is_over else last.status)
        ours = [each for each in its["incident_updates"] if each["id"].startswith("upd_")]
        bodies = [each["body"] for each in ours]
        if self.into:
            continued = f"Continued in “Carrier down”: {self.world.page.canonical_url}incidents/{self.into.public_id}/"
            assert bodies.pop(0) == continued
            assert surfaces.flat(continued) in page["atom"]
            assert surfaces.flat(continued) in page["rss"]
            assert "Carrier down" in page["incident"]
        assert bodies == [each.body for each in reversed(self.standing)]
        for each in self.standing:
            assert each.body in page["incident"]
            assert each.body in page["atom"]
            assert each.body in page["rss"]
        for name in ("summary.json", "unresolved.json"):
            found = [each for each in page[name]["incidents"] if each["id"] == row.public_id]
            assert found == ([] if is_over else [its])
        assert self.title in page["incident"]
        assert self.title in page["front"]
        self.of_standing(page, is_over=is_over)
        in_head = page["stands"]["incident"][0].startswith("Reopened, ")
        in_title = page["incident"].startswith("Reopened, ")
        reopenings = sum(each.reopens for each in self.standing)
        assert page["incident"].count("Reopened, ") == reopenings + in_head + in_title
        assert in_head == in_title == (bool(reopenings) and not is_over)
        assert page["atom"].count("Reopened.") == sum(each.reopens for each in self.standing)
        if not is_over:
            assert stage in page["front"]
            assert last.body in page["front"]
            if last.promised_at:
                at = f"{last.promised_at.astimezone(BERLIN):%H:%M} CET"
                assert at in page["front"]
                assert at in page["incident"]

    def of_standing(self, page, *, is_over):
        """Level, since and scope are those of the impacts, on each surface alike."""
        said, now, impacts = page["stands"], datetime.now(UTC), list(self.row.impacts.all())
        head, scope = said["incident"]
        if is_over:
            assert (said["front"], said["past"]) == (None, said["history"])
            assert set(scope) <= {"Was affected", "Not affected by it"}
            if not self.into and self.row.resolved_at:
                length = moments.lasting(hurting(impacts, now, least=1))
                assert f", {length}" in said["history"]
                lasted = moments.lasting(self.row.resolved_at - self.row.started_at)
                assert head.endswith(f"lasted {lasted}")
                took = lasted if length == lasted else f"{lasted}, affected for {length} of it"
                assert said["took"] in (took, "")  # drawn where it lasted
            return
        assert said["front"] == said["incident"]
        assert said["history"].replace(",", "").startswith(head.replace(",", ""))
        level = level_at(impacts, now)
        assert ("Affected" in scope, "Was affected" in scope) == (level > 0, level == 0)
        word = Level(level).label if level else self.standing[-1].status.capitalize()
        since = now - hurting(impacts, now, least=level, unbroken=True) if level else self.at_stage_since()
        word = f"Reopened, {word.lower()}" if head.startswith("Reopened, ") else word
        assert head.startswith(f"{word} since {since.astimezone(BERLIN):%H:%M} CET")
        assert ("began" in head) == (f"{since:%d %H:%M}" != f"{self.row.started_at:%d %H:%M}")
        peak = max(each.level for each in impacts)
        assert head.partition(" up to ")[2] == (Level(peak).label.lower() if peak > level else "")
        email = next(each for each in page["summary.json"]["components"] if each["name"] == "Email")
        assert ("Email" in scope.get("Not affected", "")) == (email["status"] == "operational")

    def at_stage_since(self):
        stage, since = self.standing[-1].status, None
        for each in reversed(self.standing):
            if each.status != stage:
                break
            since = each.at
        return since

    def of_messages(self, page, out):
        last = self.standing[-1]
        read = [out["mail"], out["mail.html"], *(out[chat] for chat in CHATS)]
        hook, shape = out["webhook"]["data"], out["statuspage"]["incident"]
        is_over = last.status == "resolved"
        word = "Reopened" if last.reopens else last.status.capitalize()
        assert out["subject"] == f"[Larkwire: {word}] {self.title}"
        for words in read:
            assert self.title in words
            assert last.body in words
            assert (word if is_over else last.status.capitalize()) in words
        assert (hook["incident"]["name"], shape["name"]) == (self.title, self.title)
        assert (hook["incident"]["status"], shape["status"]) == (last.status, last.status)
        assert hook["update"]["reopens"] is last.reopens
        ids = [each.id for each in reversed(self.standing)][:20]
        assert [each["id"] for each in hook["updates"]] == ids
        assert [each["id"] for each in shape["incident_updates"]] == ids
        assert hook["incident"]["url"] == shape["shortlink"]
        if is_over:
            assert re.findall(r"affected for .*? of it", out["mail"]) == re.findall(
                r"affected for .*? of it", page["stands"]["took"]
            )
        states = {state["status"] for state in hook["components"]}
        assert not (is_over and states - {"operational"})
        if last.promised_at and not is_over:
            at = f"{last.promised_at.astimezone(BERLIN):%H:%M} CET"
            assert all(at in words for words in read)
            assert datetime.fromisoformat(hook["incident"]["next_update_at"]) == last.promised_at
        if not is_over and hook["incident"]["scope"]:
            assert surfaces.flat(hook["incident"]["scope"]) in page["front"]
            assert surfaces.flat(hook["incident"]["scope"]) in page["incident"]

    def of_staff(self, read):
        """Late is late everywhere, by the same time, and each late clock is counted once."""
        row, header = self.row, read["workspace"]
        late = len(re.findall(r'class="bw-clock[^"]*" data-state="late"', header))
        words = {0: "Nothing is late.", 1: "One clock is late.", 2: "Two clocks are late."}
        others = sum(1 for _ in re.finditer("data-nothing", header))
        home = surfaces.text(read["home"])
        if not self.into and others == 0:
            said = words[late] if row.is_open or late else None
            assert said is None or said in home or "No incident is open." in home
        lateness = {
            f"{each['promise']} {each['due_at']}": float(each["late_minutes"])
            for each in csv.DictReader(io.StringIO(read["promises.csv"]))
            if each["kept"] == "no"
        }
        for minutes in lateness.values():
            whole = int(minutes)
            span = f"{whole} min late" if 0 < whole < 60 else "less than 1 min late" if whole == 0 else "h"
            assert span in read["promises"]
        for span in re.findall(r"([\w ]+ min) late\s*<", header):
            assert f"{surfaces.flat(span).strip()} late" in read["promises"]


@pytest.mark.django_db
def test_every_surface_says_the_same_of_any_life(client):
    Told.world = World(client)
    run_state_machine_as_test(
        Told,
        settings=settings(
            max_examples=60 if WHOLE else 4,
            stateful_step_count=14,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Told.looks > Told.lives
