"""Who may be asked for an incident record, and why: who acted in it, and whose components were hit (3-36).

Nobody is named who may not see the incident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _, ngettext

from incidents import tree
from incidents.models import Component, Incident, Team, User
from postmortems.models import Postmortem, Record
from postmortems.parts import Parts
from postmortems.progress import State, Step, steps_of

MANY = 3  # acts from which somebody is ticked in advance


@dataclass(frozen=True)
class Proposal:
    """A person or a team, with the reasons; ``is_ticked`` in advance."""

    name: str
    pk: int
    who: str
    reasons: tuple[str, ...]
    is_ticked: bool

    @property
    def why(self) -> str:
        return "; ".join(self.reasons)


@dataclass(frozen=True)
class Asked:
    """A record that was asked for: how far it is, and until when it is owed."""

    record: Record
    steps: tuple[Step, ...]
    due_at: datetime | None
    now: datetime

    @property
    def done(self) -> int:
        return sum(step.state == State.DONE for step in self.steps)

    @property
    def is_empty(self) -> bool:
        return all(step.state == State.NONE for step in self.steps)

    @property
    def is_late(self) -> bool:
        return not self.record.is_submitted and self.due_at is not None and self.now > self.due_at


@dataclass(frozen=True)
class Records:
    """All about the records of one post-mortem, for the part of its screen that asks for them."""

    asked: list[Asked]
    people: list[Proposal]
    teams: list[Proposal]
    others: list[User]
    other_teams: list[Team]
    own: Record | None
    due_at: datetime | None

    @property
    def late(self) -> int:
        return sum(each.is_late for each in self.asked)

    @property
    def is_in(self) -> int:
        return sum(each.record.is_submitted for each in self.asked)


def records_of(postmortem: Postmortem, *, user: User, now: datetime, parts: Parts | None = None) -> Records:
    """The same number of queries, whoever acted and however many records there are."""
    parts = parts or Parts(postmortem)
    questions, due = list(postmortem.template.questions.all()), postmortem.records_due_at
    asked = [Asked(row, tuple(steps_of(row, parts, questions)), due, now) for row in parts.records.values()]
    people = {row.person_id for row in parts.records.values()}
    teams = {row.team_id for row in parts.records.values()}
    open_to = [person for person in who_may_see(postmortem.incident) if person.pk not in people]
    open_teams = _open_teams(postmortem.incident, open_to, teams)
    found_teams = _teams(postmortem.incident, open_teams)
    proposed = {each.pk for each in found_teams}
    found_people = _people(postmortem.incident, open_to, proposed | teams)
    named = {each.pk for each in found_people}
    return Records(
        asked=asked,
        people=found_people,
        teams=found_teams,
        others=[person for person in open_to if person.pk not in named],
        other_teams=[team for team in open_teams if team.pk not in proposed],
        own=next((row for row in parts.records.values() if row.person_id == user.pk), None),
        due_at=due,
    )


def who_may_see(incident: Incident) -> QuerySet[User]:
    """Everybody who works here and may see it, by name. One query."""
    people = User.objects.filter(is_active=True, is_staff=True).select_related("team")
    if incident.is_restricted:
        sees_all = Permission.objects.filter(content_type__app_label="incidents", codename="view_restricted_incident")
        by_right = Q(user_permissions__in=sees_all) | Q(groups__permissions__in=sees_all)
        people = people.filter(Q(member_incidents=incident) | by_right).distinct()
    return people.order_by("first_name", "last_name", "username")


def _people(incident: Incident, open_to: list[User], asked_teams: set[int | None]) -> list[Proposal]:
    acts = dict(incident.timeline.filter(by__isnull=False).order_by().values_list("by").annotate(count=Count("pk")))
    found = []
    for person in open_to:
        count, reasons = acts.get(person.pk, 0), []
        if person.pk == incident.owner_id:
            reasons.append(_("leads the incident"))
        if person.pk == incident.reported_by_id:
            reasons.append(_("reported it"))
        if count:
            words = ngettext("acted %(n)d time in the timeline", "acted %(n)d times in the timeline", count)
            reasons.append(words % {"n": count})
        if not reasons:
            continue
        by_team = person.team_id is not None and person.team_id in asked_teams
        if by_team:
            reasons.append(_("%(team)s is asked too") % {"team": person.team})
        ticked = (count >= MANY or person.pk == incident.owner_id) and not by_team
        found.append((-count, Proposal(str(person), person.pk, "person", tuple(reasons), ticked)))
    return [proposal for _count, proposal in sorted(found, key=lambda each: each[0])]


def _open_teams(incident: Incident, open_to: list[User], asked: set[int | None]) -> list[Team]:
    """Teams without a record; of a restricted incident those in which somebody may see it."""
    teams = [team for team in Team.objects.all() if team.pk not in asked]
    if not incident.is_restricted:
        return teams
    seen = {person.team_id for person in open_to}
    return [team for team in teams if team.pk in seen]


def _teams(incident: Incident, teams: list[Team]) -> list[Proposal]:
    """Owners of what was hit, or of what it is part of."""
    rows, above = Component.objects.in_bulk(), tree.parents()
    hit: dict[int, list[str]] = {}
    for pk in incident.impacts.order_by("component__position", "component__name").values_list("component", flat=True):
        owner = next((rows[each].team_id for each in tree.line(pk, above) if each in rows and rows[each].team_id), None)
        if owner is not None and pk in rows and rows[pk].name not in hit.setdefault(owner, []):
            hit[owner].append(rows[pk].name)
    found = []
    for team in teams:
        if names := hit.get(team.pk):
            words = {"components": _and(names)}
            why = ngettext("owns %(components)s, which was hit", "owns %(components)s, which were hit", len(names))
            found.append(Proposal(team.name, team.pk, "team", (why % words,), True))
    return found


def _and(names: list[str]) -> str:
    shown = names[:3]
    if len(names) > 3:
        return _("%(names)s and %(n)d more") % {"names": ", ".join(shown), "n": len(names) - 3}
    return shown[0] if len(shown) == 1 else _("%(names)s and %(last)s") % {
        "names": ", ".join(shown[:-1]), "last": shown[-1],
    }  # fmt: skip
