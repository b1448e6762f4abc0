"""From a suspicion to an incident, and the shorter way: declared at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import signals
from incidents.actions import impacts
from incidents.actions.base import check_transition, locked, record, require_reason, save
from incidents.actions.sharing import first_members
from incidents.choices import Audience, Category, ComponentKind, DetectionSource, EntryKind, Origin, Status
from incidents.exceptions import DomainError
from incidents.models import DeclareRule, Incident, Severity, User
from incidents.permissions import require
from incidents.scope import Affected


def create(
    *, title: str, severity: Severity, by: User | None, affected: Iterable[Affected], now: datetime, **facts
) -> Incident:
    if not title.strip():
        raise DomainError(_("Say in a few words what fails."), field="title")
    if facts.get("detected_at") and facts.get("started_at") and facts["detected_at"] < facts["started_at"]:
        raise DomainError(_("It cannot be detected before it started."), field="detected_at")
    for name in ("started_at", "detected_at"):
        if facts.get(name) and facts[name] > now:
            raise DomainError(_("This lies in the future."), field=name)
    facts["detected_at"] = facts.get("detected_at") or now
    facts["started_at"] = facts.get("started_at") or facts["detected_at"]
    incident = Incident(
        title=title.strip(),
        severity=severity,
        declared_at=now,
        reported_by=by,
        first_notice_limit=severity.first_notice_minutes,
        suspicion_limit=severity.suspicion_minutes,
        **facts,
    )
    incident._history_user = by
    incident.save()
    if incident.is_restricted:
        first_members(incident, by=by)
    impacts.begin(incident, affected, by=by, at=incident.started_at)
    return incident


@transaction.atomic
def suspect(
    *,
    title: str,
    severity: Severity,
    by: User | None,
    summary: str = "",
    affected: Iterable[Affected] = (),
    origin: Origin = Origin.PLATFORM,
    detection_source: DetectionSource = DetectionSource.INTERNAL,
    started_at: datetime | None = None,
    detected_at: datetime | None = None,
    is_data_leak: bool = False,
    is_drill: bool = False,
) -> Incident:
    """Say that something looks wrong (1-06). Internal until somebody confirms; a data leak is restricted at once."""
    require(by, "incidents.report_incident")
    incident = create(
        title=title,
        severity=severity,
        by=by,
        affected=affected,
        now=timezone.now(),
        summary=summary,
        status=Status.SUSPECTED,
        audience=Audience.RESTRICTED if is_data_leak else Audience.DRILL if is_drill else Audience.INTERNAL,
        category=Category.SECURITY if is_data_leak else Category.OPERATIONS,
        origin=origin,
        detection_source=detection_source,
        started_at=started_at,
        detected_at=detected_at,
    )
    record(incident, EntryKind.SUSPECTED, by=by, at=incident.declared_at, text=summary, source=detection_source)
    signals.suspected.send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def dismiss(incident: Incident, *, reason: str, by: User | None, version: int | None = None) -> Incident:
    """It was nothing. Its impacts end; it can be taken up again."""
    require(by, "incidents.work_incident")
    incident = locked(incident, by=by, version=version)
    check_transition(incident, Status.DISMISSED)
    require_reason(reason)
    incident.status, incident.dismissed_at = Status.DISMISSED, timezone.now()
    save(incident, "status", "dismissed_at", by=by, reason=reason)
    impacts.end_all(incident, by=by, at=incident.dismissed_at)
    record(incident, EntryKind.DISMISSED, by=by, at=incident.dismissed_at, text=reason)
    signals.dismissed.send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def reconsider(incident: Incident, *, by: User | None, reason: str = "", version: int | None = None) -> Incident:
    """Take a dismissed suspicion up again: the clock to confirm or dismiss it starts anew, with the limit of now, and
    what dismissing ended goes on.

    The first notice still counts from detection (2-11), which can be corrected where it was something else then.
    """
    require(by, "incidents.work_incident")
    incident = locked(incident, by=by, version=version)
    check_transition(incident, Status.SUSPECTED)
    going_on = list(incident.impacts.filter(ended_at=incident.dismissed_at).select_related("component", "location"))
    incident.status, incident.dismissed_at = Status.SUSPECTED, None
    incident.suspicion_limit = incident.severity.suspicion_minutes
    save(incident, "status", "dismissed_at", "suspicion_limit", by=by, reason=reason)
    impacts.go_on(incident, going_on, by=by, at=timezone.now(), reason=reason)
    record(incident, EntryKind.STAGE, by=by, text=reason, old=Status.DISMISSED, new=Status.SUSPECTED)
    signals.suspected.send(sender=Incident, incident=incident)
    return incident


@transaction.atomic
def confirm(
    incident: Incident,
    *,
    rule: DeclareRule,
    severity: Severity,
    by: User | None,
    affected_count: int | None = None,
    total_count: int | None = None,
    note: str = "",
    judged_by: User | None = None,
    audience: Audience = Audience.PUBLIC,
    owner: User | None = None,
    affected: Sequence[Affected] = (),
    version: int | None = None,
) -> Incident:
    """The suspicion is an incident, by this rule, with these counts, judged by this person (1-01 to 1-05, 1-08).

    ``affected`` is added to what its reporter named: at least one component, and of the kind that the rule counts by.
    What leaks may have no component. Counts belong to a rule that counts, and are kept of no other.
    """
    require(by, "incidents.work_incident")
    incident = locked(incident, by=by, version=version)
    if incident.status != Status.SUSPECTED:
        raise DomainError(
            _("Only a suspicion can be confirmed; this is %(status)s.")
            % {"status": incident.get_status_display().lower()}
        )
    if Audience(audience) == Audience.DRILL and incident.audience != Audience.DRILL:
        raise DomainError(_("A drill stays a drill, and nothing else becomes one."), field="audience")
    _judge(incident, rule, affected_count, total_count, note, judged_by or by)
    incident.severity = severity
    incident.first_notice_limit = severity.first_notice_minutes
    incident.status, incident.confirmed_at = Status.INVESTIGATING, timezone.now()
    if rule.is_data_leak:
        incident.category, audience = Category.SECURITY, Audience.RESTRICTED
    if incident.audience not in (Audience.RESTRICTED, Audience.DRILL):
        incident.audience = audience
    incident.owner = owner or incident.owner
    if incident.is_restricted:
        first_members(incident, by=by)
    _name(incident, rule, affected, by=by)
    save(
        incident, "severity", "first_notice_limit", "status", "confirmed_at", "category", "audience", "owner",
        "rule", "rule_affected", "rule_total", "rule_note", "judged_by", by=by, reason=str(rule),
    )  # fmt: skip
    record(
        incident, EntryKind.CONFIRMED, by=by, at=incident.confirmed_at, text=note, rule=rule.label,
        affected=incident.rule_affected, total=incident.rule_total, unit=rule.unit, percent=incident.rule_percent,
        judged_by=str(incident.judged_by or ""),
    )  # fmt: skip
    signals.confirmed.send(sender=Incident, incident=incident)
    return incident


def _judge(incident, rule, affected_count, total_count, note, judged_by) -> None:
    """Write the judgement, or say what is wrong with it."""
    if not rule.counts:
        affected_count = total_count = None
    if (affected_count is None) != (total_count is None):
        raise DomainError(_("Give both numbers: how many are affected, and of how many."), field="rule_affected")
    if affected_count is not None and (not total_count or not 0 <= affected_count <= total_count):
        raise DomainError(_("More are affected than there are; check both numbers."), field="rule_affected")
    if not rule.is_met(affected=affected_count, total=total_count):
        if total_count is None:
            raise DomainError(
                _("This rule needs the counts: how many %(unit)s, of how many.") % {"unit": rule.unit},
                field="rule_affected",
            )
        raise DomainError(
            _(
                "%(affected)s of %(total)s is %(percent).1f %%; this rule asks for more than %(limit)s %%. "
                "Choose another rule, or dismiss."
            )
            % {"affected": affected_count, "total": total_count, "percent": 100 * affected_count / total_count,
               "limit": f"{rule.threshold_percent.normalize():f}"},
            field="rule_affected",
        )  # fmt: skip
    incident.rule, incident.rule_note, incident.judged_by = rule, note, judged_by
    incident.rule_affected, incident.rule_total = affected_count, total_count


def _name(incident: Incident, rule: DeclareRule, affected: Sequence[Affected], *, by: User | None) -> None:
    """What fails, from the start of the incident where nobody had named anything yet."""
    at = incident.confirmed_at if incident.impacts.exists() else incident.started_at
    impacts.apply(incident, affected, by=by, at=at)
    kinds = set(incident.impacts.open().values_list("component__kind", flat=True))
    if not kinds and not incident.is_restricted:
        raise DomainError(_("Choose at least one component: it says what fails, and for whom."), field="components")
    if rule.component_kind and rule.component_kind not in kinds and not incident.is_restricted:
        kind = ComponentKind(rule.component_kind).label.lower()
        raise DomainError(
            _("This rule counts by one %(kind)s: choose which one is affected.") % {"kind": kind}, field="components"
        )


@transaction.atomic
def declare(
    *,
    title: str,
    severity: Severity,
    by: User | None,
    affected: Sequence[Affected],
    audience: Audience = Audience.PUBLIC,
    is_resolved: bool = False,
    **facts,
) -> Incident:
    """An incident without a suspicion first (4-01): investigating from the first moment; its first update follows.

    ``is_resolved``: it is already over, so the closure gate only warns. ``facts`` are fields such as ``origin``,
    ``owner``, ``started_at`` and ``detected_at``.
    """
    require(by, "incidents.work_incident")
    if not affected:
        raise DomainError(_("Choose at least one component: customers read what is affected."), field="components")
    now = timezone.now()
    incident = create(
        title=title, severity=severity, by=by, affected=affected, now=now, status=Status.INVESTIGATING,
        audience=audience, confirmed_at=now, declared_resolved=is_resolved, **facts,
    )  # fmt: skip
    record(incident, EntryKind.CONFIRMED, by=by, at=now)
    signals.confirmed.send(sender=Incident, incident=incident)
    return incident
