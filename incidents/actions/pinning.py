"""A component held at a worse state than the facts give, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import signals, tree
from incidents.actions.base import require_reason, save_audited
from incidents.choices import Level
from incidents.exceptions import DomainError
from incidents.models import Component, Impact, Incident, Location, Pin, User
from incidents.permissions import require

LONGEST = timedelta(hours=24)


@transaction.atomic
def pin(
    component: Component,
    *,
    level: Level,
    reason: str,
    ends_at: datetime,
    by: User | None,
    location: Location | None = None,
) -> Pin:
    """Show ``component`` as ``level`` until ``ends_at``, at most 24 hours; only worse than what is derived."""
    require(by, "incidents.publish_incident")
    require_reason(reason)
    now = timezone.now()
    if not now < ends_at <= now + LONGEST:
        raise DomainError(_("A pin ends within 24 hours; nothing stays red by itself."), field="ends_at")
    if level <= _derived(component, location, now=now):
        raise DomainError(
            _("The component is already shown like this or worse; a pin can only make it worse."), field="level"
        )
    row = Pin(
        component=component,
        location=location,
        level=level,
        reason=reason.strip(),
        started_at=now,
        ends_at=ends_at,
        by=by,
    )
    save_audited(row, by=by, reason=reason)
    signals.catalogue_changed.send(sender=Component, component=component)
    return row


@transaction.atomic
def unpin(row: Pin, *, by: User | None) -> Pin:
    """End a pin now; the time it held stays counted."""
    require(by, "incidents.publish_incident")
    row = Pin.objects.select_for_update(of=("self",)).get(pk=row.pk)
    now = timezone.now()
    if row.ends_at > now:
        row.ends_at = now
        save_audited(row, "ends_at", by=by)
        signals.catalogue_changed.send(sender=Component, component=row.component)
    return row


def _derived(component: Component, location: Location | None, *, now: datetime) -> int:
    """The worst that is known of the component: its own impacts and pins, those that cover it, those below it."""
    parents = tree.parents()
    family = {pk for pk in parents if component.pk in tree.line(pk, parents)}
    family |= set(tree.line(component.pk, parents))
    impacts = Impact.objects.open().filter(component__in=family, incident__in=Incident.objects.public())
    pins = Pin.objects.running(now).filter(component__in=family)
    if location is not None:
        here = Q(location=None) | Q(location=location)
        impacts, pins = impacts.filter(here), pins.filter(here)
    levels = [*impacts.values_list("level", flat=True), *pins.values_list("level", flat=True)]
    return max(levels, default=Level.OPERATIONAL)
