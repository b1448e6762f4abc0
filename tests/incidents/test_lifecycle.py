"""Whatever people do, in whatever order: an incident lives as the design says (DESIGN section 3, 4-05).

Hypothesis tries every verb with every kind of person and argument. :mod:`tests.incidents.life` says what must come out:
whether it is refused (then nothing has changed), and how things stand after it.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from incidents import actions
from incidents.choices import Audience, Status
from tests import factories as make
from tests.incidents.life import RIGHTS, TELLABLE, WORKING, Life
from tests.incidents.lives import Machine, World
from tests.walks.walking import WHOLE


def mostly(*usual, but):
    """What leads on far more often than what is refused, so that lives get somewhere."""
    return st.sampled_from([*usual] * max(1, 4 * len(but) // len(usual)) + [*but])


actors = mostly("lead", "lead", "system", but=list(RIGHTS))
reasons = mostly("So", but=[" "])
places = st.dictionaries(st.integers(0, 3), st.sampled_from([0, 1, 2, 3]), max_size=3)
BEGINNINGS = [
    "suspected", "suspected", "suspected leak", "suspected drill", "public", "public", "internal", "restricted",
    "drill", "over", "past",
]  # fmt: skip


OTHERS = {  # what an incident may be merged into, or not
    "told": lambda affects, members: make.told(affects=affects),
    "untold": lambda affects, members: make.confirmed(affects=affects),
    "internal": lambda affects, members: make.internal(affects=affects),
    "restricted": lambda affects, members: make.restricted(affects=affects, members=members),
    "drill": lambda affects, members: make.drill(affects=affects),
    "suspected": lambda affects, members: make.suspicion(affected=affects),
    "over": lambda affects, members: make.resolved(affects=affects),
}


class Lives(Machine):
    # How it begins

    @initialize(beginning=st.sampled_from(BEGINNINGS), severity=st.integers(1, 3), chosen=places)
    def begin(self, beginning, severity, chosen):
        facts = {"severity": self.world.severities[severity]}
        failing = {number: level for number, level in chosen.items() if level}
        if beginning.startswith("suspected"):
            leak, drill = "leak" in beginning, "drill" in beginning
            make.suspicion(affected=self.affected(chosen), is_data_leak=leak, is_drill=drill, **facts)
            self.life = Life("suspected", "restricted" if leak else "drill" if drill else "internal", severity)
            self.life.failing = failing
        elif beginning == "past":
            failing = failing or {0: 2}
            make.backfilled(affected=self.affected(failing), **facts)
            end = self.row.resolved_at
            self.life = Life("resolved", "public", severity, backfilled=True, resolved_at=end, ends=1)
            self.life.ended = {number: (end, level) for number, level in failing.items()}
            self.life.told = [[u.status, u.posted_at, False, u.body] for u in self.row.updates.order_by("posted_at")]
        else:
            over = beginning == "over"
            audience = "public" if over else beginning
            failing = failing or {0: 2}
            make.confirmed(affects=self.affected(failing), audience=Audience(audience), is_resolved=over, **facts)
            self.life = Life("investigating", audience, severity, over_when_declared=over, failing=failing)

    @rule(minutes=st.sampled_from([1, 10, 20]))
    def wait(self, minutes):
        self.traveller.shift(timedelta(minutes=minutes))

    # From suspicion to incident

    @precondition(lambda self: self.life and self.life.status in ("suspected", "dismissed", "investigating"))
    @rule(
        who=actors, reason=mostly("fact", "share", but=["leak", "share too small"]), severity=st.integers(1, 3),
        audience=mostly(Audience.PUBLIC, but=[*Audience]),
    )  # fmt: skip
    def confirm(self, who, reason, severity, audience):
        life, rule_, counts = self.life, self.world.rules[reason.split()[0]], {}
        if reason.startswith("share"):
            counts = {"affected_count": 25 if "small" in reason else 26, "total_count": 100}
        becomes_drill = audience == "drill" and life.audience != "drill"
        possible = life.may(who, "work") and life.status == "suspected" and "small" not in reason and not becomes_drill
        closes = reason == "leak" or audience == "restricted"
        is_closed = life.audience == "restricted" or (life.audience != "drill" and closes)
        possible = possible and (life.failing or is_closed)

        def act():
            actions.confirm(
                self.row, rule=rule_, severity=self.world.severities[severity], audience=audience,
                by=self.world.people[who], **counts,
            )  # fmt: skip

        if self.expect(possible, act):
            life.version += 1
            life.status, life.severity = "investigating", severity
            if life.audience not in ("restricted", "drill"):
                life.audience = "restricted" if reason == "leak" else str(audience)
            if life.audience == "restricted":
                life.restrict(who)

    @precondition(lambda self: self.life and self.life.status in ("suspected", "dismissed"))
    @rule(who=actors, reason=reasons)
    def dismiss(self, who, reason):
        life = self.life
        possible = life.may(who, "work") and life.status == "suspected" and reason.strip()
        if self.expect(possible, lambda: actions.dismiss(self.row, reason=reason, by=self.world.people[who])):
            life.version += 1
            life.status, life.dismissed = "dismissed", dict(life.failing)
            life.heal(self.now)

    @precondition(lambda self: self.life and self.life.status in ("suspected", "dismissed"))
    @rule(who=actors)
    def reconsider(self, who):
        possible = self.life.may(who, "work") and self.life.status == "dismissed"
        if self.expect(possible, lambda: actions.reconsider(self.row, by=self.world.people[who])):
            self.life.version += 1
            self.life.status, self.life.failing = "suspected", dict(self.life.dismissed)

    # Telling

    @precondition(lambda self: self.life)
    @rule(
        who=actors, status=mostly(*TELLABLE, but=[*Status]), chosen=places, promise=mostly(None, 25, but=[-5]),
        override=st.sampled_from(["", "So"]), text=mostly("We look.", but=[" "]),
        stale=mostly(None, 0, but=[1]),
    )  # fmt: skip
    def post_update(self, who, status, chosen, promise, override, text, stale):
        self.traveller.shift(timedelta(seconds=1))  # an impact that the end finds open began before it
        life, now = self.life, self.now
        is_end, was_over = status == "resolved", life.status == "resolved"
        possible = (
            life.may(who, "publish")
            and not stale
            and life.audience in ("public", "drill")
            and life.status in TELLABLE
            and (status in TELLABLE if not was_over else is_end)
            and text.strip()
            and (promise is None or promise > 0 or is_end)
        )
        if possible and is_end and not was_over:
            after = Life(**vars(life) | {"failing": dict(life.failing), "ended": dict(life.ended)})
            after.fail(chosen, now)
            possible = after.may_resolve(who, now, override=override)

        def act():
            actions.post_update(
                self.row, status=status, body=text, states=self.affected(chosen), override_reason=override,
                promised_at=now + timedelta(minutes=promise) if promise else None, by=self.world.people[who],
                version=None if stale is None else life.version - stale,
            )  # fmt: skip

        if self.expect(possible, act):
            life.version += 1
            if is_end and not was_over:
                life.remember_end(who, now, told=True)
            if not was_over:
                life.fail(chosen, now)
                life.resolve(now) if is_end else life.move(str(status), now)
            life.tell(str(status), text, now)

    @precondition(lambda self: self.life and self.life.told)
    @rule(who=actors, data=st.data(), text=mostly("Better.", "Best.", but=[""]))
    def correct(self, who, data, text):
        number = data.draw(st.integers(0, len(self.life.told) - 1))
        told = self.life.told[number]
        update = self.row.updates.order_by("posted_at", "pk")[number]
        possible = self.life.may(who, "publish") and not told[2] and text and text != told[3]
        if self.expect(possible, lambda: actions.correct_update(update, body=text, by=self.world.people[who])):
            self.life.version += 1
            told[3] = text

    @precondition(lambda self: self.life and self.life.told)
    @rule(who=actors, data=st.data(), reason=reasons)
    def withdraw(self, who, data, reason):
        number = data.draw(st.integers(0, len(self.life.told) - 1))
        update = self.row.updates.order_by("posted_at", "pk")[number]
        possible = self.life.may(who, "publish") and not self.life.told[number][2] and reason.strip()
        if self.expect(possible, lambda: actions.withdraw_update(update, reason=reason, by=self.world.people[who])):
            self.life.version += 1
            self.life.withdraw(number)

    @precondition(lambda self: self.life and self.life.version > 3)
    @rule(who=actors)
    def note(self, who):
        possible = self.life.may(who, "note")
        self.expect(possible, lambda: actions.add_note(self.row, text="Hm.", by=self.world.people[who]))

    # Working

    @precondition(lambda self: self.life)
    @rule(who=actors, status=mostly(*TELLABLE, but=[*Status]), override=st.sampled_from(["", "So"]))
    def change_stage(self, who, status, override):
        self.traveller.shift(timedelta(seconds=1))
        life = self.life
        possible = (
            life.may(who, "work") and life.status in WORKING and status in TELLABLE and status != life.status
            and (status != "resolved" or life.may_resolve(who, self.now, override=override))
        )  # fmt: skip

        def act():
            actions.change_stage(self.row, status=status, override_reason=override, by=self.world.people[who])

        if self.expect(possible, act):
            life.version += 1
            if status == "resolved":
                life.remember_end(who, self.now, told=False)
            life.resolve(self.now) if status == "resolved" else life.move(str(status), self.now)

    @precondition(lambda self: self.life)
    @rule(who=actors, condition=st.sampled_from(["stable", "fix_time"]), given=st.sampled_from([True, True, False]))
    def attest(self, who, condition, given):
        possible = self.life.may(who, "work") and self.life.status in WORKING

        def act():
            actions.attest(self.row, condition=condition, given=given, by=self.world.people[who])

        if self.expect(possible, act):
            self.life.version += 1
            (self.life.attested.add if given else self.life.attested.discard)(condition)

    @precondition(lambda self: self.life and not self.life.answered)
    @rule(who=actors)
    def answer(self, who):
        def act():
            actions.change_facts(self.row, workflow_impact=False, data_impact=False, by=self.world.people[who])

        if self.expect(self.life.may(who, "work"), act):
            self.life.version += not self.life.answered
            self.life.answered = True

    @precondition(lambda self: self.life)
    @rule(who=actors, chosen=places)
    def set_impacts(self, who, chosen):
        life = self.life
        possible = life.may(who, "work") and life.status in ("suspected", *WORKING)

        def act():
            actions.set_impacts(self.row, self.affected(chosen), by=self.world.people[who])

        if self.expect(possible, act):
            life.version += life.fail(chosen, self.now)

    @precondition(lambda self: self.life and self.life.status in ("resolved", "monitoring"))
    @rule(who=actors, reason=reasons)
    def reopen(self, who, reason):
        possible = self.life.may(who, "reopen") and self.life.status == "resolved" and reason.strip()
        if self.expect(possible, lambda: actions.reopen(self.row, reason=reason, by=self.world.people[who])):
            self.life.version += 1
            self.life.reopen(self.now)

    @precondition(lambda self: self.life and self.life.status in ("resolved", "monitoring"))
    @rule(who=actors, same=st.booleans(), reason=reasons)
    def unresolve(self, who, same, reason):
        who = self.life.end.get("who", who) if same else who
        possible = self.life.may_unresolve(who, self.now) and reason.strip()
        if self.expect(possible, lambda: actions.unresolve(self.row, reason=reason, by=self.world.people[who])):
            self.life.version += 1
            self.life.unresolve()

    @precondition(lambda self: self.life and (self.life.version > 6 or self.life.status == "merged"))
    @rule(who=actors, into=st.sampled_from(["told", "told", *OTHERS]), failing=places)
    def merge(self, who, into, failing):
        self.traveller.shift(timedelta(seconds=1))
        life, by = self.life, self.world.people[who]
        failing = {number: level for number, level in failing.items() if level} or {0: 2}
        other = OTHERS[into](affects=self.affected(failing), members=[by] if by else [])
        possible = life.may_merge(who, into)
        if self.expect(possible, lambda: actions.merge(self.row, into=other, by=by)):
            known = {number: max(failing.get(number, 0), failing.get(number - number % 2, 0)) for number in range(4)}
            worse = {number: level for number, level in life.failing.items() if level > known[number]}
            expected = {self.world.places[number]: level for number, level in (failing | worse).items()}
            assert {(i.component, i.location): i.level for i in other.impacts.open()} == expected
            life.version += 1
            life.heal(self.now)
            life.status = "merged"

    # Sharing

    @precondition(lambda self: self.life and self.life.told)
    @rule(who=actors, audience=mostly(Audience.PUBLIC, but=[*Audience]), reason=reasons)
    def set_audience(self, who, audience, reason):
        life = self.life
        if audience == life.audience:
            possible = life.sees(who)
        else:
            right = "restrict" if life.audience == "restricted" else "work" if audience == "restricted" else "publish"
            drill = "drill" in (audience, life.audience)
            possible = life.may(who, right) and not drill and reason.strip()

        def act():
            actions.set_audience(self.row, audience=audience, reason=reason, by=self.world.people[who])

        if self.expect(possible, act) and audience != life.audience:
            life.version += 1
            life.restrict(who) if audience == "restricted" else setattr(life, "audience", str(audience))

    @precondition(lambda self: self.life)
    @rule(who=actors, whom=st.sampled_from(["support", "engineer", "viewer"]), join=st.booleans())
    def change_members(self, who, whom, join):
        life = self.life
        possible = life.may(who, "note")
        if join:
            possible = possible and life.audience == "restricted"
        else:
            possible = possible and life.members - {whom} and life.owner != whom
        verb = actions.add_member if join else actions.remove_member

        def act():
            verb(self.row, user=self.world.people[whom], by=self.world.people[who])

        if self.expect(possible, act):
            life.version += (whom in life.members) is not join
            (life.members.add if join else life.members.discard)(whom)

    @precondition(lambda self: self.life and not self.life.owner)
    @rule(who=actors, owner=st.sampled_from(["support", "engineer", "security"]))
    def assign(self, who, owner):
        life = self.life
        possible = life.may(who, "work") and (owner == life.owner or life.sees(owner))

        def act():
            actions.assign(self.row, owner=self.world.people[owner], by=self.world.people[who])

        if self.expect(possible, act):
            life.version += owner != life.owner
            life.owner = owner


@pytest.mark.django_db
def test_any_life_of_an_incident():
    Lives.world = World()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=100 if WHOLE else 6,  # on each database
            stateful_step_count=40,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
