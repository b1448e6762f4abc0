"""The words of a story: what somebody did, and how many minutes after the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, DetectionSource, IncidentType, Level, Origin, Status
from incidents.models import Component, DeclareRule, Incident, Location, Severity, User
from incidents.scope import Affected, current

Place = tuple[str, str | None, Level]  # component key, location, level


@dataclass(frozen=True)
class Cast:
    """Who and what the stories name."""

    people: dict[str, User]
    components: dict[str, Component]
    locations: dict[str, Location]
    severities: dict[str, Severity]
    rules: dict[str, DeclareRule]

    def affected(self, places: tuple[Place, ...]) -> list[Affected]:
        return [
            Affected(self.components[key], self.locations[where] if where else None, level)
            for key, where, level in places
        ]


@dataclass(frozen=True)
class Step:
    minute: int

    def play(self, incident: Incident, cast: Cast) -> None:
        raise NotImplementedError


@dataclass(frozen=True)
class Confirm(Step):
    """``rule`` is the beginning of a rule's label, ``counts`` are affected and total."""

    rule: str
    severity: str
    counts: tuple[int, int] | None = None
    by: str = "lena"
    owner: str = "lena"
    note: str = ""

    def play(self, incident, cast):
        affected, total = self.counts or (None, None)
        actions.confirm(
            incident, rule=cast.rules[self.rule], severity=cast.severities[self.severity], affected_count=affected,
            total_count=total, note=self.note, owner=cast.people[self.owner], by=cast.people[self.by],
        )  # fmt: skip


@dataclass(frozen=True)
class Tell(Step):
    """A public update; ``promise`` is in minutes from it, ``heals`` ends every impact with it."""

    status: Status
    body: str
    promise: int | None = None
    states: tuple[Place, ...] = ()
    heals: bool = False
    tried: str = ""
    next_step: str = ""
    override: str = ""
    by: str = "amara"

    def play(self, incident, cast):
        states = cast.affected(self.states)
        if self.heals:
            states = [Affected(item.component, item.location, Level.OPERATIONAL) for item in current(incident)]
        promised_at = timezone.now() + timedelta(minutes=self.promise) if self.promise else None
        actions.post_update(
            incident, status=self.status, body=self.body, states=states, promised_at=promised_at, tried=self.tried,
            next_step=self.next_step, override_reason=self.override, by=cast.people[self.by],
        )  # fmt: skip


@dataclass(frozen=True)
class Note(Step):
    text: str
    by: str = "lena"

    def play(self, incident, cast):
        actions.add_note(incident, text=self.text, by=cast.people[self.by])


@dataclass(frozen=True)
class Stage(Step):
    status: Status
    text: str
    by: str = "lena"

    def play(self, incident, cast):
        actions.change_stage(incident, status=self.status, note=self.text, by=cast.people[self.by])


@dataclass(frozen=True)
class Impacts(Step):
    places: tuple[Place, ...]
    by: str = "lena"

    def play(self, incident, cast):
        actions.set_impacts(incident, cast.affected(self.places), by=cast.people[self.by])


@dataclass(frozen=True)
class Facts(Step):
    changes: dict
    reason: str = ""
    by: str = "lena"

    def play(self, incident, cast):
        actions.change_facts(incident, reason=self.reason, by=cast.people[self.by], **self.changes)


@dataclass(frozen=True)
class Gate(Step):
    """All that the closure gate asks a person. Empty notes mean that there was no such impact."""

    workflow: str = ""
    data: str = ""
    catch_up: int = 0  # minutes from here
    by: str = "lena"

    def play(self, incident, cast):
        by = cast.people[self.by]
        for condition in ("stable", "fix_time"):
            actions.attest(incident, condition=condition, by=by)
        eta = timezone.now() + timedelta(minutes=self.catch_up) if self.catch_up else None
        actions.change_facts(
            incident, workflow_impact=bool(self.workflow), workflow_impact_note=self.workflow,
            data_impact=bool(self.data), data_impact_note=self.data, catch_up_eta=eta, by=by,
        )  # fmt: skip


@dataclass(frozen=True)
class Watch(Step):
    """Before a minor one is over: everything works, it is watched for five minutes, and nothing else was hurt."""

    by: str = "lena"

    def play(self, incident, cast):
        by = cast.people[self.by]
        well = [Affected(item.component, item.location, Level.OPERATIONAL) for item in current(incident)]
        actions.set_impacts(incident, well, by=by)
        if incident.status != Status.MONITORING:
            actions.change_stage(incident, status=Status.MONITORING, by=by)
        actions.change_facts(incident, workflow_impact=False, data_impact=False, by=by)


@dataclass(frozen=True)
class Correct(Step):
    """The last update says something else."""

    body: str
    reason: str
    by: str = "amara"

    def play(self, incident, cast):
        update = incident.updates.visible().first()
        actions.correct_update(update, body=self.body, reason=self.reason, by=cast.people[self.by])


@dataclass(frozen=True)
class Withdraw(Step):
    """The last update is taken back."""

    reason: str
    by: str = "amara"

    def play(self, incident, cast):
        update = incident.updates.visible().first()
        actions.withdraw_update(update, reason=self.reason, by=cast.people[self.by])


@dataclass(frozen=True)
class Reopen(Step):
    reason: str
    by: str = "priya"

    def play(self, incident, cast):
        actions.reopen(incident, reason=self.reason, by=cast.people[self.by])


@dataclass(frozen=True)
class ComesIn(Step):
    """Another story has run beside this one until now, when somebody finds that both are the same."""

    story: Story
    reason: str
    by: str = "priya"

    def play(self, incident, cast):
        raise NotImplementedError("The stage plays the other story first.")


@dataclass(frozen=True)
class Dismiss(Step):
    reason: str
    by: str = "lena"

    def play(self, incident, cast):
        actions.dismiss(incident, reason=self.reason, by=cast.people[self.by])


@dataclass(frozen=True)
class Member(Step):
    who: str
    by: str = "sam"

    def play(self, incident, cast):
        actions.add_member(incident, user=cast.people[self.who], by=cast.people[self.by])


@dataclass(frozen=True)
class Story:
    """An incident from its start. ``detected`` and ``reported`` are minutes after it; ``suspected`` ones are confirmed
    by a step, the others are declared at once. ``day`` counts back from today, ``at`` is in UTC; without a day it is
    now that the last minute has come. ``recorded``: written down afterwards, that many days ago.
    """

    title: str
    affects: tuple[Place, ...]
    steps: tuple[Step, ...]
    severity: str = "minor"
    day: int | None = None
    at: str = "09:00"
    lasts: int = 0  # minutes to now, or to the end, beyond the last step
    detected: int = 2
    reported: int = 3
    suspected: bool = False
    recorded: int | None = None
    by: str = "lena"
    owner: str = "lena"
    audience: Audience = Audience.PUBLIC
    origin: Origin = Origin.PLATFORM
    source: DetectionSource = DetectionSource.MONITORING
    type: IncidentType = IncidentType.DISRUPTION
    summary: str = ""
    facts: dict = field(default_factory=dict)

    @property
    def played(self) -> tuple[Step, ...]:
        """Its steps, with what the closure gate asks of a minor one where nothing else says it."""
        severity = next((step.severity for step in self.steps if isinstance(step, Confirm)), self.severity)
        if severity != "minor":
            return self.steps
        found: list[Step] = []
        is_asked = False
        for step in self.steps:
            is_asked |= isinstance(step, Gate)
            if isinstance(step, Tell | Stage) and step.status == Status.RESOLVED:
                if not is_asked and not getattr(step, "override", ""):
                    found.append(Watch(step.minute - 6))
                is_asked = False
            found.append(step)
        return tuple(found)
