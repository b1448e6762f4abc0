"""What people found by eye: facts that hold together in the database, and say something untrue on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from incidents import choices, wording
from incidents.choices import Audience, Level, RuleKind, Status
from incidents.models import Impact, Incident, IncidentUpdate, Location, TimelineEntry
from statuspage.checks.naming import name

SILENT = timedelta(minutes=15)  # a stage may lag behind the facts for so long


def nothing_fails(now: datetime) -> Iterator[str]:
    """Customers read that it is looked into, and every impact has ended."""
    rows = Incident.objects.filter(status__in=[Status.INVESTIGATING, Status.IDENTIFIED], impacts__isnull=False)
    rows = rows.filter(~Exists(Impact.objects.open().filter(incident=OuterRef("pk"))))
    for incident in rows.annotate(worked_at=Max("impacts__ended_at")).filter(worked_at__lt=now - SILENT):
        yield _("%(incident)s is %(status)s, but everything that it affected works again.") % {
            "incident": name(incident),
            "status": incident.get_status_display().lower(),
        }


def without_component(now: datetime) -> Iterator[str]:
    rows = Incident.objects.filter(status__in=choices.WORKING, impacts__isnull=True)
    for incident in rows.exclude(audience=Audience.RESTRICTED):
        yield _("%(incident)s is confirmed, but nothing says what fails.") % {"incident": name(incident)}


def counts_of_another_rule(now: datetime) -> Iterator[str]:
    for incident in Incident.objects.filter(rule__kind=RuleKind.FACT, rule_total__isnull=False).select_related("rule"):
        yield _("%(incident)s keeps counts, but its rule “%(rule)s” counts nothing.") % {
            "incident": name(incident),
            "rule": incident.rule,
        }


def multiplied(now: datetime) -> Iterator[str]:
    """A text that says "SMS and Voice in Frankfurt and Singapore" where not each failed in both."""
    rows = IncidentUpdate.objects.visible().filter(states__isnull=False).exclude(status=Status.RESOLVED).distinct()
    for update in rows.select_related("incident").prefetch_related("states__component", "states__location"):
        told = [state for state in update.states.all() if state.level != Level.OPERATIONAL]
        groups = wording.what_where(_placed(told))
        if len(groups) < 2:
            continue
        names = wording.listing([each for its, _where in groups for each in its])
        places = wording.listing(list(dict.fromkeys(each for _its, where in groups for each in where)))
        if places and wording.placed(names, places) in update.body:
            yield _("%(incident)s: an update says “%(what)s”, which is more than it tells of.") % {
                "incident": name(update.incident),
                "what": wording.placed(names, places),
            }


def elsewhere(now: datetime) -> Iterator[str]:
    """A text as the template stood, with a place where nothing was told to fail."""
    places = set(Location.objects.values_list("name", flat=True))
    rows = IncidentUpdate.objects.visible().filter(template_unmodified=True)
    for update in rows.select_related("incident").prefetch_related("states__location"):
        told = {state.location.name if state.location else "" for state in update.states.all()}
        if "" in told or not told:
            continue
        for place in sorted(place for place in places - told if f" in {place}" in update.body):
            yield _("%(incident)s: an update names %(place)s, where nothing fails because of it.") % {
                "incident": name(update.incident),
                "place": place,
            }


def unreadable(now: datetime) -> Iterator[str]:
    """A line of a timeline that a person cannot read."""
    broken = Q(text__contains="(pk=None)") | Q(text="None") | Q(data__old="None") | Q(data__new="None")
    for entry in TimelineEntry.objects.filter(broken).select_related("incident"):
        yield _("%(incident)s: its timeline says “None” of something that has a name.") % {
            "incident": name(entry.incident)
        }


def _placed(told) -> list[tuple[str, str]]:
    return [(state.component.name, state.location.name if state.location else "") for state in told]


CHECKS = [nothing_fails, without_component, counts_of_another_rule, multiplied, elsewhere, unreadable]
