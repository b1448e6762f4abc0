"""Ordinary facts and times, changed with a trace: old, new, who, why."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, signals
from incidents.actions.base import locked, record, require, require_reason, save, save_audited
from incidents.choices import EntryKind
from incidents.exceptions import DomainError
from incidents.models import Incident, User

TIMES = ("started_at", "detected_at", "mitigated_at", "caught_up_at")
STAMPED_TIMES = ("confirmed_at", "first_notice_at", "identified_at", "resolved_at")
FACTS = (
    "title", "summary", "severity", "type", "origin", "detection_source", "bridge_url", "volume", "volume_unit",
    "customers_affected", "customer_impact", "workflow_impact", "workflow_impact_note", "data_impact", "data_impact_note",
    "catch_up_eta",
)  # fmt: skip


@transaction.atomic
def change_facts(
    incident: Incident, *, by: User | None, reason: str = "", version: int | None = None, **changes
) -> Incident:
    """Change any of ``FACTS``, or correct any of the times; a time that was already set needs a reason (0-07).

    A changed severity sets the limits anew from the same start. Impacts that began with the incident move with its start.
    """
    require(by, "work_incident")
    if unknown := set(changes) - {*FACTS, *TIMES, *STAMPED_TIMES}:
        raise TypeError(f"Not facts of an incident: {', '.join(sorted(unknown))}")
    incident = locked(incident, by=by, version=version)
    old = {name: getattr(incident, name) for name in changes}
    changed = [name for name in changes if changes[name] != old[name]]
    if not changed:
        return incident
    for name in changed:
        setattr(incident, name, changes[name])
    _check(incident, changed, old, reason)
    if "severity" in changed:
        incident.first_notice_limit = incident.severity.first_notice_minutes
        _renew_default_due(incident, by=by)
    if "started_at" in changed:
        for impact in incident.impacts.filter(started_at=old["started_at"]):
            impact.started_at = incident.started_at
            save_audited(impact, "started_at", by=by, reason=reason)
    save(incident, *changed, "first_notice_limit", by=by, reason=reason)
    for name in changed:
        label = str(Incident._meta.get_field(name).verbose_name)
        record(
            incident, EntryKind.FACT, by=by, text=reason, field=name, label=label,
            old=_words(old[name]), new=_words(getattr(incident, name)),
        )  # fmt: skip
    signals.facts_changed.send(sender=Incident, incident=incident)
    return incident


def _check(incident: Incident, changed: list[str], old: dict, reason: str) -> None:
    now = timezone.now()
    if not incident.title.strip():
        raise DomainError(_("Say in a few words what fails."), field="title")
    for name in changed:
        value = getattr(incident, name)
        if name in STAMPED_TIMES and (value is None or old[name] is None):
            raise DomainError(
                _("This time is stamped when it happens; it can be corrected, not set or emptied."), field=name
            )
        if name in (*TIMES, *STAMPED_TIMES) and value and value > now:
            raise DomainError(_("This lies in the future."), field=name)
        if name in (*TIMES, *STAMPED_TIMES) and old[name] is not None:
            require_reason(reason)
    if incident.detected_at < incident.started_at:
        field = "detected_at" if "detected_at" in changed else "started_at"
        raise DomainError(_("It cannot be detected before it started."), field=field)
    if incident.resolved_at and incident.resolved_at < incident.started_at:
        field = "resolved_at" if "resolved_at" in changed else "started_at"
        raise DomainError(_("It cannot be resolved before it started."), field=field)
    if "started_at" in changed:
        ends = incident.impacts.filter(started_at=old["started_at"], ended_at__lt=incident.started_at)
        if ends.exists():
            raise DomainError(_("An impact would end before it starts; correct that impact first."), field="started_at")


def _renew_default_due(incident: Incident, *, by: User | None) -> None:
    """Where nothing was promised, the new severity's limit counts from the same update."""
    last = incident.updates.visible().first()
    if last and last.promised_at is None and last.status in choices.WORKING:
        last.limit_minutes = incident.severity.update_minutes
        last.due_at = last.posted_at + timedelta(minutes=last.limit_minutes)
        save_audited(last, "limit_minutes", "due_at", by=by)


def _words(value) -> str:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def assign(incident: Incident, *, owner: User | None, by: User | None, version: int | None = None) -> Incident:
    """Say who leads the incident. A restricted one needs an owner who may see it."""
    require(by, "work_incident")
    incident = locked(incident, by=by, version=version)
    if owner == incident.owner:
        return incident
    if owner and incident.is_restricted and not Incident.objects.visible_to(owner).filter(pk=incident.pk).exists():
        raise DomainError(
            _("%(who)s may not see this incident; add them as a member first.") % {"who": owner}, field="owner"
        )
    old, incident.owner = incident.owner, owner
    save(incident, "owner", by=by)
    record(incident, EntryKind.OWNER, by=by, old=str(old or ""), new=str(owner or ""))
    return incident
