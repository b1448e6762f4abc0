"""A machine that holds one incident against the life it should have: people and places, and what always holds."""

import copy
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from incidents.choices import EntryKind, Level
from incidents.clocks import clocks
from incidents.exceptions import DomainError
from incidents.models import Incident, TimelineEntry
from incidents.scope import Affected
from statuspage.checks import truth
from tests import factories as make
from tests.incidents.life import TELLABLE

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ALWAYS_TRUE = [
    truth._over_and_failing, truth._outside_its_incident, truth._never_first, truth._resolutions, truth._untold_updates,
    truth._nobody_sees, truth._merged,
]  # fmt: skip
GROUPS = {"support": "Support", "engineer": "Engineering", "lead": "Engineering Leads", "security": "Security"}


class World:
    """People, places and agreements; they stay the same for every life."""

    def __init__(self):
        self.people = {name: make.in_group(group) for name, group in GROUPS.items()}
        self.people |= {"viewer": make.in_group("Viewers"), "superuser": make.superuser(), "system": None}
        one, two, here = make.component(), make.component(), make.location()
        self.places = [(one, None), (one, here), (two, None), (two, here)]
        self.severities = {level: make.severity(name) for level, name in enumerate(("minor", "major", "critical"), 1)}
        self.rules = {"fact": make.rule("flow"), "leak": make.rule("leak"), "share": make.share_rule(25)}
        self.rules["share"].refresh_from_db()


class Machine(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.life, self.entries, self.looked_at = None, [], None

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.clock.stop()

    # Helpers

    @property
    def now(self):
        return datetime.now(UTC)

    @property
    def row(self):
        """The one whose life it is; others are only there for it to be merged into."""
        return Incident.objects.earliest("pk")

    def own(self, incidents):
        return incidents.filter(pk=self.row.pk)

    def affected(self, chosen):
        return [Affected(*self.world.places[number], Level(level)) for number, level in chosen.items()]

    def fingerprint(self):
        row = self.row
        return (
            {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields},
            list(row.timeline.values_list("pk", flat=True)),
            list(row.impacts.values_list("pk", "level", "started_at", "ended_at")),
            list(row.updates.values_list("pk", "body", "withdrawn_at", "due_at")),
            list(row.resolutions.values_list("pk", "reopened_at")),
            set(row.members.values_list("pk", flat=True)),
        )

    def expect(self, possible, act):
        """Do it; where it is not possible it must be refused in words and leave no trace. Whether it was done."""
        if possible:
            act()
            return True
        before = self.fingerprint()
        with pytest.raises(DomainError):
            act()
        assert self.fingerprint() == before
        return False

    # What always holds

    @invariant()
    def it_is_as_it_must_be(self):
        if self.life and self.looked_at != (vars(self.life), self.now):
            self.it_stands_as_the_design_says()
            self.it_is_seen_by_those_who_may()
            self.the_timeline_only_grows_and_misses_nothing()
            self.looked_at = copy.deepcopy((vars(self.life), self.now))

    def it_stands_as_the_design_says(self):
        life, row = self.life, self.own(clocks.annotated(Incident.objects.all())).get()
        assert (row.status, row.audience, row.severity_id) == (life.status, life.audience, life.severity)
        assert row.version == life.version
        assert (row.first_notice_at, row.told_status) == (life.first_notice_at, life.told_status)
        open_now = {(i.component, i.location): i.level for i in row.impacts.open()}
        assert open_now == {self.world.places[number]: level for number, level in life.failing.items()}
        assert not (open_now and row.status in ("resolved", "dismissed", "merged"))
        assert (row.merged_at is not None) == (row.merged_into is not None) == (row.status == "merged")
        assert (row.resolved_at is not None) == (row.status == "resolved")
        standing = row.resolutions.filter(reopened_at=None).count()
        assert (standing, row.resolutions.count()) == (int(row.status == "resolved"), life.ends)
        for check in ALWAYS_TRUE:
            assert list(check(self.now)) == []
        for clock in clocks.clocks_of(row):
            assert row.audience in ("public", "internal", "restricted")
            assert clock.due_at > clock.started_at
            assert not (clock.is_running and row.status == "merged")

    def it_is_seen_by_those_who_may(self):
        assert self.own(Incident.objects.public()).exists() is self.life.is_public
        for who, person in self.world.people.items():
            if person is not None:
                assert self.own(Incident.objects.visible_to(person)).exists() is self.life.sees(who), who
        waits = self.life.audience == "public" and self.life.status in TELLABLE
        first = waits and self.life.first_notice_at is None and not self.life.backfilled
        assert self.own(Incident.objects.awaiting_first_notice()).exists() is first
        behind = self.life.audience == "public" and self.life.told_status not in (None, self.life.status)
        assert self.own(Incident.objects.awaiting_telling()).exists() is (behind and self.life.status != "merged")

    def the_timeline_only_grows_and_misses_nothing(self):
        now = list(
            TimelineEntry.objects.filter(incident=self.row)
            .order_by("pk")
            .values_list("pk", "kind", "at", "text", "data")
        )
        assert now[: len(self.entries)] == self.entries
        self.entries = now
        kinds = [kind for _, kind, *_ in now]
        assert kinds.count(EntryKind.UPDATE) == len(self.life.told)
        assert kinds.count(EntryKind.WITHDRAWAL) == len(self.life.told) - len(self.life.standing)
        assert kinds.count(EntryKind.RESOLVED) == self.life.ends - kinds.count(EntryKind.BACKFILLED)
        assert kinds.count(EntryKind.REOPENED) == self.life.ends - (self.life.status == "resolved")
