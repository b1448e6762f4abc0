"""Ordinary facts and times, changed with a trace: old, new, who, why."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, signals
from incidents.actions.base import locked, record, require_reason, save, save_audited
from incidents.choices import EntryKind, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, User
from incidents.permissions import require

TIMES = ("started_at", "detected_at", "mitigated_at", "caught_up_at")
STAMPED_TIMES = ("declared_at", "confirmed_at", "first_notice_at", "identified_at", "monitoring_at", "resolved_at")
FACTS = (
    "title", "summary", "severity", "type", "origin", "detection_source", "bridge_url", "volume", "volume_unit",
    "customers_affected", "customer_impact", "workflow_impact", "workflow_impact_note", "data_impact",
    "data_impact_note", "catch_up_eta",
)  # fmt: skip


@transaction.atomic
def change_facts(
    incident: Incident, *, by: User | None, reason: str = "", version: int | None = None, **changes
) -> Incident:
    """Change any of ``FACTS``, or correct any of the times; a time that was already set needs a reason (0-07).

    A changed severity sets the limits anew from the same start. What began or ended with the incident moves with it.
    """
    require(by, "incidents.work_incident")
    if unknown := set(changes) - {*FACTS, *TIMES, *STAMPED_TIMES}:
        raise TypeError(f"Not facts of an incident: {', '.join(sorted(unknown))}")
    incident = locked(incident, by=by, version=version)
    changes = _with_twins(incident, changes)
    old = {name: getattr(incident, name) for name in changes}
    changed = [name for name in changes if changes[name] != old[name]]
    if not changed:
        return incident
    for name in changed:
        setattr(incident, name, changes[name])
    _check(incident, changed, old, reason)
    if "severity" in changed:
        _renew_limits(incident, by=by)
    _move_impacts(incident, changed, old, by=by, reason=reason)
    if "resolved_at" in changed:
        incident.resolutions.filter(reopened_at__isnull=True).update(resolved_at=incident.resolved_at)
    save(incident, *changed, "first_notice_limit", "suspicion_limit", by=by, reason=reason)
    for name in changed:
        label = str(Incident._meta.get_field(name).verbose_name)
        record(
            incident, EntryKind.FACT, by=by, text=reason, field=name, label=label,
            old=_words(old[name]), new=_words(getattr(incident, name)),
        )  # fmt: skip
    signals.facts_changed.send(sender=Incident, incident=incident, changed=tuple(changed), by=by)
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
        if name in ("started_at", "detected_at") and value is None:
            raise DomainError(_("This time is needed; correct it instead of emptying it."), field=name)
        if name in (*TIMES, *STAMPED_TIMES) and value and value > now:
            raise DomainError(_("This lies in the future."), field=name)
        if name in (*TIMES, *STAMPED_TIMES) and old[name] is not None:
            require_reason(reason)
    _check_order(incident, changed)


def _check_order(incident: Incident, changed: list[str]) -> None:
    """Times tell a story that is possible; the field named is the one that was just changed."""
    rules = [
        ("started_at", "detected_at", _("It cannot be detected before it started.")),
        ("started_at", "mitigated_at", _("It cannot be mitigated before it started.")),
        ("started_at", "resolved_at", _("It cannot be resolved before it started.")),
        ("started_at", "first_notice_at", _("Nobody can be told before it started.")),
        ("started_at", "caught_up_at", _("It cannot be caught up before it started.")),
    ]
    if not incident.is_backfilled:
        rules.append(("declared_at", "confirmed_at", _("It cannot be confirmed before it was reported.")))
    for first, second, sentence in rules:
        earlier, later = getattr(incident, first), getattr(incident, second)
        if {first, second} & set(changed) and earlier and later and later < earlier:
            raise DomainError(sentence, field=second if second in changed else first)


def _with_twins(incident: Incident, changes: dict) -> dict:
    """An incident declared without a suspicion has one time for both: to correct one is to correct the other."""
    twins = {"declared_at": "confirmed_at", "confirmed_at": "declared_at"}
    if incident.declared_at != incident.confirmed_at:
        return changes
    implied = {twins[name]: value for name, value in changes.items() if name in twins}
    return changes | {name: value for name, value in implied.items() if name not in changes}


def _move_impacts(incident: Incident, changed: list[str], old: dict, *, by: User | None, reason: str) -> None:
    """Impacts that began with the incident move with its start, those that ended with it move with its end."""
    moved = []
    for impact in incident.impacts.all():
        fields = []
        if "started_at" in changed and impact.started_at == old["started_at"]:
            impact.started_at = incident.started_at
            fields.append("started_at")
        if "resolved_at" in changed and impact.ended_at == old["resolved_at"]:
            impact.ended_at = incident.resolved_at
            fields.append("ended_at")
        if impact.ended_at and impact.ended_at < impact.started_at:
            raise DomainError(
                _("An impact would end before it starts; correct that impact first."),
                field="started_at" if "started_at" in fields else "resolved_at",
            )
        if "started_at" in changed and impact.started_at < incident.started_at:
            raise DomainError(_("An impact began before that; correct that impact first."), field="started_at")
        if fields:
            moved.append((impact, fields))
    for impact, fields in moved:
        save_audited(impact, *fields, by=by, reason=reason)


def _renew_limits(incident: Incident, *, by: User | None) -> None:
    """The new severity's limits, from the same starts; what was promised stays promised."""
    incident.first_notice_limit = incident.severity.first_notice_minutes
    if incident.status == Status.SUSPECTED:
        incident.suspicion_limit = incident.severity.suspicion_minutes
    last = incident.updates.visible().first()
    if last and last.promised_at is None and last.status in choices.WORKING:
        last.limit_minutes = incident.severity.update_minutes
        last.due_at = last.posted_at + timedelta(minutes=last.limit_minutes)
        save_audited(last, "limit_minutes", "due_at", by=by)


def _words(value) -> str:
    """As the row keeps it; :mod:`incidents.timeline.sentences` makes it readable, in the reader's language and zone."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


@transaction.atomic
def assign(incident: Incident, *, owner: User | None, by: User | None, version: int | None = None) -> Incident:
    """Say who leads the incident. A restricted one needs an owner who may see it."""
    require(by, "incidents.work_incident")
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
