"""The clocks of incidents, derived from facts: nothing here is stored, and nothing writes (DESIGN section 4)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from incidents import choices
from incidents.choices import Audience, EntryKind, Status
from incidents.clocks import covers
from incidents.clocks.clock import Clock
from incidents.models import Incident, TimelineEntry
from incidents.models.incident import IncidentQuerySet


def annotated(incidents: IncidentQuerySet) -> IncidentQuerySet:
    """With all that clocks are derived from: what was published, when a dismissed suspicion was taken up again, and
    whether customers had read of it beforehand (``is_covered``)."""
    taken_up = TimelineEntry.objects.filter(
        incident=OuterRef("pk"), kind=EntryKind.STAGE, data__old=Status.DISMISSED.value
    )
    taken_up_at = Subquery(taken_up.order_by("-at", "-pk").values("at")[:1])
    return incidents.with_told().annotate(reconsidered_at=taken_up_at, is_covered=covers.is_covered())


def clocks_of(incident: Incident) -> list[Clock]:
    """The clocks of one incident, the one that runs out next first.

    The incident comes through :func:`annotated`: no query is made here.
    """
    clocks = [clock for make in (_suspicion, _first_notice, _reopening, _next_update) if (clock := make(incident))]
    return sorted(clocks, key=lambda clock: (not clock.is_running, clock.due_at))


def _suspicion(incident: Incident) -> Clock | None:
    """Confirm or dismiss within the limit; only while it is suspected, or as a record of how it went.

    Taken up again, it starts anew. Merged before anybody judged it, it is no promise of its own any more.
    """
    if incident.is_backfilled or incident.audience == Audience.DRILL:
        return None
    met_at = incident.confirmed_at or incident.dismissed_at
    if incident.is_merged and met_at is None:
        return None
    started_at = max(filter(None, (incident.declared_at, incident.reconsidered_at)))
    if met_at and met_at <= started_at:  # declared at once, or recorded afterwards: there was no suspicion
        return None
    due_at = started_at + timedelta(minutes=incident.suspicion_limit)
    return Clock("suspicion", _("Confirm or dismiss"), started_at, due_at, met_at)


def _first_notice(incident: Incident) -> Clock | None:
    """First public notice, from detection (2-11, 3-22). A suspicion that may turn public has it running already.

    One that was merged keeps how it went, if it had come to that. Where all of it lies within maintenance that
    customers were told of, none is owed.
    """
    if incident.is_covered:
        return None
    applies = incident.has_public_clocks and incident.is_confirmed
    applies |= incident.had_public_clocks and incident.is_merged and incident.first_notice_at is not None
    may_apply = incident.status == Status.SUSPECTED and incident.audience in (Audience.INTERNAL, Audience.PUBLIC)
    if not applies and not may_apply:
        return None
    due_at = incident.detected_at + timedelta(minutes=incident.first_notice_limit)
    return Clock("first_notice", _("First notice"), incident.detected_at, due_at, incident.first_notice_at)


def _reopening(incident: Incident) -> Clock | None:
    """Reopened, and the page still says resolved: as urgent as a first notice."""
    if not incident.has_public_clocks or incident.told_status != Status.RESOLVED or incident.reopened_at is None:
        return None
    due_at = incident.reopened_at + timedelta(minutes=incident.first_notice_limit)
    return Clock("reopening", _("Say it is back"), incident.reopened_at, due_at)


def _next_update(incident: Incident) -> Clock | None:
    """The promised time of the next update, else the limit after the last (0-16, 2-17)."""
    due_at = incident.next_update_due_at
    if not incident.has_public_clocks or due_at is None or incident.told_status not in choices.WORKING:
        return None
    promised = incident.next_update_promised_at is not None
    return Clock("next_update", _("Next update"), incident.told_at, due_at, is_promise=promised)
