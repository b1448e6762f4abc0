"""Which way an incident takes when it is over, and why (3-43, 4-11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents import permissions
from incidents.choices import Audience, SeverityLevel
from incidents.models import Incident
from postmortems.choices import Way
from postmortems.models import Postmortem, ReviewPolicy

DEMANDS = [Way.NONE, Way.SHORT, Way.FULL]  # from the fewest on


@dataclass(frozen=True)
class Choice:
    """The way with its reason in a sentence; ``policy`` is the row that says so, where one does."""

    way: Way
    why: str
    policy: ReviewPolicy | None


@dataclass(frozen=True)
class Chosen:
    """Who gave a post-mortem its form, and why, where they said so."""

    who: str
    why: str
    may: bool  # choose less than is demanded


def chosen(postmortem: Postmortem) -> Chosen | None:
    """Of its present form, by its history; none where nobody had to say why."""
    found = None
    for row in postmortem.history.select_related("history_user"):
        if row.template_id != postmortem.template_id:
            break
        found = row
    why = (found.history_change_reason or "") if found else ""
    if found is None or not why or why == str(Way(postmortem.template.way).label):
        return None
    by = found.history_user
    return Chosen(str(by or _("the system")), why, permissions.may(by, "postmortems.sign_postmortem"))


def demanded(postmortem: Postmortem) -> Choice:
    """What its incident asks for now, or what it was begun as where that was more: no change of facts takes a review
    away, or leaves one out."""
    choice = way_of(postmortem.incident)
    began = postmortem.history.order_by("history_id").values_list("template__way", flat=True).first()
    if began is not None and is_less(choice.way, Way(began)):
        return Choice(Way(began), _("that is how it was begun"), choice.policy)
    return choice


def falls_short(postmortem: Postmortem, asked: Choice) -> bool:
    """Its form is less than what is ``asked`` for, and nobody who may sign chose that with a reason. A next version of
    what stands has the form of what stands."""
    if not is_less(Way(postmortem.template.way), asked.way) or postmortem.versions.standing().exists():
        return False
    found = chosen(postmortem)
    return found is None or not found.may


def is_less(way: Way, than: Way) -> bool:
    return DEMANDS.index(way) < DEMANDS.index(than)


def policy_of(incident: Incident) -> ReviewPolicy | None:
    return ReviewPolicy.objects.filter(origin=incident.origin, severity=incident.severity_id).first()


def way_of(incident: Incident, policy: ReviewPolicy | None = None) -> Choice:
    """Drills, what was recorded afterwards and what was merged owe none; else the policy decides."""
    if incident.audience == Audience.DRILL:
        return Choice(Way.NONE, _("it was a drill"), None)
    if incident.is_backfilled:
        return Choice(Way.NONE, _("it was recorded afterwards"), None)
    policy = policy or policy_of(incident)
    words = {
        "severity": SeverityLevel(incident.severity_id).label.lower(),
        "origin": incident.get_origin_display().lower(),
    }
    why = _("it was %(severity)s, and its origin is %(origin)s") % words
    return Choice(Way(policy.way) if policy else Way.NONE, why, policy)
