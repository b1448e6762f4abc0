"""No post-mortem is approved or published with a gate unmet, whoever does what in which order and through which door
(DESIGN section 7, 3-32, 3-42).

Hypothesis writes, links, marks, removes and restores; asks, signs, sends back, publishes, puts right and withdraws,
through the actions and through the screens. The gates are judged anew here, from the rows.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from incidents import actions as incident_actions
from incidents.choices import Status
from incidents.exceptions import DomainError
from postmortems import actions, gates
from postmortems.choices import ActionKind, SectionKind, Stage, Way
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Postmortem, Version
from postmortems.reading import content_of
from tests import factories as make
from tests.walks.walking import WHOLE

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROWS = (Cause, ActionItem, Mitigation, Event)
BLANK = ("", "  ", "\u200b", "[](https://a.example)")
WORDS = ("A query held a lock.", *BLANK)
GROUPS = ("Reliability", "Engineering Leads", "Managers", "Viewers")


class World:
    """People and their browsers; they stay for every life."""

    def __init__(self):
        self.people = {name: make.in_group(name) for name in GROUPS}
        self.clients = {}
        for name, person in self.people.items():
            self.clients[name] = Client()
            self.clients[name].force_login(person)


who = st.sampled_from(GROUPS)
doors = st.sampled_from(["action", "screen"])
which = st.integers(0, 5)


class Gates(RuleBasedStateMachine):
    world: World

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.frozen: dict[int, tuple] = {}  # by the key of a version: what never changes
        self.published: set[int] = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.clock.stop()

    @initialize(way=st.sampled_from(["short", "full"]), ready=st.booleans())
    def begin(self, way, ready):
        incident = make.resolved(severity="major")
        self.key = (make.ready_to_publish if ready else make.postmortem)(incident, way=way).pk

    @property
    def row(self) -> Postmortem:
        return Postmortem.objects.select_related("template", "incident").get(pk=self.key)

    def tried(self, act, *arguments, **options):
        """Done or refused in words; what was done is looked at by the invariants."""
        try:
            with transaction.atomic():
                return act(*arguments, **options)
        except DomainError:
            return None

    def posted(self, who, name, **data):
        """Sent by a browser: answered by a screen, never by a fault."""
        answer = self.world.clients[who].post(reverse(f"postmortems_staff:{name}", args=[self.row.public_id]), data)
        assert answer.status_code in (302, 403, 409, 422), (name, answer.status_code)

    def chosen(self, table, number):
        rows = list(table.objects.filter(postmortem=self.key, record__isnull=True).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    # Writing

    @rule(text=st.sampled_from(WORDS), is_root=st.booleans())
    def add_cause(self, text, is_root):
        self.tried(actions.add, Cause, self.row, by=None, text=text, is_root=is_root)

    @rule(
        text=st.sampled_from(WORDS), owned=st.booleans(), dated=st.booleans(),
        kind=st.sampled_from(["prevent", "mitigate"]), state=st.sampled_from(["todo", "dropped", "done"]),
    )  # fmt: skip
    def add_action(self, text, owned, dated, kind, state):
        facts = {"text": text, "kind": kind, "due_on": START.date() if dated else None}
        facts["owner"] = self.world.people["Reliability"] if owned else None
        made = self.tried(actions.add, ActionItem, self.row, by=None, **facts)
        if made is not None:
            self.tried(actions.change, made, by=None, state=state)

    @rule(lasts=st.sampled_from(["temporary", "permanent"]))
    def add_measure(self, lasts):
        self.tried(actions.add, Mitigation, self.row, by=None, at=START, text="Restarted it.", lasts=lasts)

    @rule(section=which, text=st.sampled_from(WORDS), is_internal=st.booleans())
    def write(self, section, text, is_internal):
        sections = list(self.row.sections.all())
        facts = {"section": sections[section % len(sections)], "text": text, "is_internal": is_internal}
        self.tried(actions.add, Paragraph, self.row, by=None, **facts)

    @rule(action=which, other=which, table=st.sampled_from([Cause, Mitigation]), on=st.booleans())
    def link(self, action, other, table, on):
        found, target = self.chosen(ActionItem, action), self.chosen(table, other)
        if found and target:
            self.tried(actions.link, found, target, on=on, by=None)

    @rule(number=which, facts=st.sampled_from([{"owner": None}, {"due_on": None}, {"state": "dropped"}]))
    def take_from_action(self, number, facts):
        if found := self.chosen(ActionItem, number):
            self.tried(actions.change, found, by=None, **facts)

    @rule(number=which, facts=st.sampled_from([{"owner": None}, {"due_on": None}, {"state": "dropped"}]))
    def track_action(self, number, facts):
        if found := self.chosen(ActionItem, number):
            self.tried(actions.track, found, by=None, **facts)

    @rule(table=st.sampled_from([*ROWS, Paragraph, Assessment]), number=which, away=st.booleans())
    def remove_or_restore(self, table, number, away):
        if found := self.chosen(table, number):
            self.tried(actions.remove if away else actions.restore, found, by=None)

    @rule(number=which, visibility=st.sampled_from(["customers", "internal"]))
    def mark(self, number, visibility):
        sections = list(self.row.sections.all())
        self.tried(actions.mark_section, sections[number % len(sections)], visibility=visibility, by=None)

    @rule(way=st.sampled_from([Way.SHORT, Way.FULL]))
    def choose_way(self, way):
        self.tried(actions.choose_way, self.row, way=way, by=None, reason="It is enough.")

    # Review and publishing, through both doors

    @rule(who=who, door=doors)
    def ask(self, who, door):
        if door == "action":
            self.tried(actions.ask_for_review, self.row, by=self.world.people[who])
        else:
            self.posted(who, "ask", version=self.row.version, change="")

    @rule(who=who, role=st.sampled_from(GROUPS), door=doors, old=st.booleans())
    def sign(self, who, role, door, old):
        versions = list(self.row.versions.order_by("number"))
        digest = (versions[0 if old else -1].digest) if versions else ""
        if door == "action":
            self.tried(actions.sign, self.row, role=role, by=self.world.people[who], digest=digest)
        else:
            self.posted(who, "sign", role=role, digest=digest)

    @rule(door=doors)
    def go_on(self, door):
        """Whoever's turn it is does what comes next."""
        row = self.row
        if row.stage == Stage.DRAFT and row.template.way == Way.FULL:
            self.ask("Reliability", door)
        elif row.stage == Stage.IN_REVIEW:
            for role in GROUPS[:3]:
                self.sign(role, role, door, old=False)
        else:
            self.publish("Reliability", door)

    @rule(who=who, door=doors, act=st.sampled_from(["send_back", "revise", "withdraw"]))
    def undo(self, who, door, act):
        if door == "action":
            self.tried(getattr(actions, act), self.row, reason="Not yet.", by=self.world.people[who])
        else:
            self.posted(who, act, reason="Not yet.", version=self.row.version)

    @rule(who=who, door=doors)
    def publish(self, who, door):
        if door == "action":
            self.tried(actions.publish, self.row, by=self.world.people[who])
        else:
            self.posted(who, "publish", version=self.row.version, notify="on", change="")

    @rule()
    def it_comes_back_or_is_over(self):
        incident = self.row.incident
        if incident.status == Status.RESOLVED:
            incident_actions.reopen(incident, reason="It is back.", by=None)
        else:
            incident_actions.change_stage(incident, status=Status.RESOLVED, by=None, override_reason="Over.")

    @rule()
    def wait(self):
        self.traveller.shift(timedelta(minutes=7))

    # What always holds

    @invariant()
    def no_version_was_made_with_a_gate_unmet(self):
        if not hasattr(self, "key"):
            return
        row = self.row
        for version in Version.objects.filter(postmortem=row):
            if version.pk not in self.frozen:  # made by the step before, of rows that stand as they were
                assert holes(row) == []
                self.frozen[version.pk] = (version.content, version.digest, version.customers_digest)
            assert self.frozen[version.pk] == (version.content, version.digest, version.customers_digest)

    @invariant()
    def nothing_is_published_of_an_incident_that_is_open(self):
        if not hasattr(self, "key"):
            return
        for version in Version.objects.published().filter(postmortem=self.key):
            if version.pk not in self.published:
                assert self.row.incident.status == Status.RESOLVED
                self.published.add(version.pk)

    @invariant()
    def what_is_approved_was_signed_by_everybody_asked(self):
        if not hasattr(self, "key"):
            return
        for version in Version.objects.filter(postmortem=self.key, approved_at__isnull=False):
            assert version.published_at is None or version.sent_back_at is None
            signed = dict(version.sign_offs.values_list("role", "by"))
            if version.content["is_full"]:
                assert signed == {role: self.world.people[role].pk for role in GROUPS[:3]}

    @invariant()
    def stage_and_versions_agree(self):
        if not hasattr(self, "key"):
            return
        row, last = self.row, Version.objects.filter(postmortem=self.key).first()
        if row.stage != Stage.DRAFT:
            assert last is not None
            assert last.sent_back_at is None
        if row.stage == Stage.PUBLISHED:
            assert row.standing == last
        assert row.standing is not None or row.published_at is None


def holes(row: Postmortem) -> list[str]:
    """What is missing for a reader of the rows as they stand."""
    found = []
    actions_ = row.actionitems.of_document().exclude(state="dropped")
    lasting = [each for each in actions_ if each.text not in BLANK and each.kind != ActionKind.MITIGATE]
    causes = [each for each in row.causes.of_document() if each.text not in BLANK]
    for cause in causes:
        if not any(cause in each.causes.all() for each in lasting):
            found.append(f"cause {cause}")
    for measure in row.mitigations.of_document().filter(lasts="temporary"):
        if not any(measure in each.fixes.all() for each in lasting):
            found.append(f"measure {measure}")
    for action in actions_:
        if action.text not in BLANK and (action.owner is None or action.due_on is None):
            found.append(f"action {action}")
    for section in row.sections.filter(is_required=True):
        words = any(each.text not in BLANK for each in section.paragraphs.of_document())
        if section.kind == SectionKind.SUMMARY and not words:
            found.append("summary")
    if row.template.way == Way.FULL and not any(each.is_root for each in causes):
        found.append("root cause")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("blank", BLANK)
def test_what_only_looks_written_fills_nothing(blank):
    made = make.ready_to_publish(severity="major", way="full")
    asked = gates.missing(frozen_blank(content_of(made), blank))
    for part in (*made.paragraphs.all(), *made.causes.all(), *made.actionitems.all()):
        actions.change(part, by=None, text=blank)
    found = gates.missing(content_of(Postmortem.objects.get(pk=made.pk)))
    assert {"sections", "root"} <= {each.gate for each in found}
    assert {"sections", "root", "causes"} <= {each.gate for each in asked}  # of versions of before, too
    with pytest.raises(DomainError):
        actions.ask_for_review(Postmortem.objects.get(pk=made.pk), by=None)


@pytest.mark.django_db
def test_what_stands_in_the_log_alone_fills_no_other_section():
    made = make.postmortem(severity="major", way="full")
    actions.add(Mitigation, made, by=None, at=made.incident.started_at, text="Went back a version.", lasts="permanent")
    content = content_of(Postmortem.objects.get(pk=made.pk))
    kinds = (SectionKind.MITIGATION, SectionKind.RESPONSE_LOG)
    assert [gates.is_filled(content, content.section(kind)) for kind in kinds] == [False, True]


def frozen_blank(content, text):
    """The same with this in place of every text."""
    sections = tuple(
        replace(each, paragraphs=tuple(replace(paragraph, text=text) for paragraph in each.paragraphs))
        for each in content.sections
    )
    blank = {name: tuple(replace(row, text=text) for row in getattr(content, name)) for name in ("causes", "actions")}
    return replace(content, sections=sections, **blank)


@pytest.fixture
def machine(db):
    Gates.world = World()
    return Gates


@pytest.mark.django_db
def test_no_door_leads_past_a_gate(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200 if WHOLE else 8,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate, Phase.shrink] if WHOLE else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
