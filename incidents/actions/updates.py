"""What is published: posted, corrected, withdrawn; and the private note beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import choices, signals
from incidents.actions import closing, impacts
from incidents.actions.base import check_transition, locked, record, require_reason, save, save_audited
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.exceptions import DomainError
from incidents.models import Incident, IncidentUpdate, TimelineEntry, UpdateComponentState, User
from incidents.permissions import require
from incidents.scope import Affected, current, one_for_each_place

LONGEST_REASON = 255  # of a withdrawal


@transaction.atomic
def post_update(
    incident: Incident,
    *,
    status: Status,
    body: str,
    by: User | None,
    promised_at: datetime | None = None,
    states: Iterable[Affected] = (),
    tried: str = "",
    next_step: str = "",
    deliver_notifications: bool = True,
    template_unmodified: bool = False,
    override_reason: str = "",
    by_itself: bool = False,
    version: int | None = None,
) -> IncidentUpdate:
    """Tell the public where things stand and when they hear next; the incident moves to ``status`` with it (4-06).

    ``states`` sets impacts in the same act; what they do not name is published as it is. Resolving ends every impact
    and passes the closure gate, or ``override_reason`` is on the record. Where Engineering resolved it before, the
    update tells what works again. ``by_itself``: a setting of the page posts the first notice, in the name of ``by``,
    who need not be allowed to publish (2-14).
    """
    if not by_itself:
        require(by, "incidents.publish_incident")
    incident = locked(incident, by=by, version=version)
    now = timezone.now()
    status = Status(status)
    _check_tellable(incident, status, body, promised_at, now)
    if by_itself and incident.updates.exists():
        raise DomainError(_("Customers have read of it already: Support writes what comes next."))
    was_resolved = incident.status == Status.RESOLVED
    if was_resolved:
        healed = [replace(item, level=Level.OPERATIONAL) for item in impacts.last_ended(incident)]
    else:
        states = one_for_each_place(states)
        healed = [item for item in states if item.level == Level.OPERATIONAL]
        impacts.apply(incident, states, by=by, at=now)
    if status == Status.RESOLVED and not was_resolved:
        healed += closing.close(incident, by=by, at=now, override_reason=override_reason, told=True)
    else:
        closing.move(incident, status, at=now)
    is_last = status == Status.RESOLVED
    if incident.first_notice_at is None and incident.has_public_clocks:
        incident.first_notice_at = now
    save(incident, *closing.LIFE_FIELDS, "first_notice_at", by=by)
    update = IncidentUpdate(
        incident=incident, status=status, body=body.strip(), tried=tried.strip(), next_step=next_step.strip(),
        author=by, posted_at=now, promised_at=None if is_last else promised_at,
        limit_minutes=incident.severity.update_minutes,
        due_at=None if is_last else promised_at or now + timedelta(minutes=incident.severity.update_minutes),
        deliver_notifications=deliver_notifications, template_unmodified=template_unmodified,
    )  # fmt: skip
    save_audited(update, by=by)
    tell_states(update, one_for_each_place([*healed, *current(incident)]))
    record(incident, EntryKind.UPDATE, by=by, at=now, update=update)
    signals.update_posted.send(sender=Incident, incident=incident, update=update)
    if is_last and not was_resolved:
        signals.resolved.send(sender=Incident, incident=incident)
    return update


def tell_states(update: IncidentUpdate, told: Iterable[Affected]) -> None:
    """Keep what this update said of each place, whatever is found out later."""
    UpdateComponentState.objects.bulk_create(
        UpdateComponentState(update=update, component=item.component, location=item.location, level=item.level)
        for item in told
    )


def _check_tellable(incident: Incident, status: Status, body: str, promised_at: datetime | None, now: datetime) -> None:
    if incident.audience not in (Audience.PUBLIC, Audience.DRILL):
        raise DomainError(
            _("This incident is %(audience)s. Open it to the public before you write to customers.")
            % {"audience": incident.get_audience_display().lower()}
        )
    if incident.is_merged:
        raise DomainError(_("This incident was merged. Write to customers where it goes on."))
    if not incident.is_confirmed:
        raise DomainError(_("Confirm the suspicion before you write to customers."))
    if status not in choices.PUBLIC:
        raise DomainError(
            _("Customers know four stages: investigating, identified, monitoring, resolved."), field="status"
        )
    if incident.status == Status.RESOLVED and status != Status.RESOLVED:
        raise DomainError(_("The incident is resolved. Reopen it first, with a reason."), field="status")
    if status != incident.status:
        check_transition(incident, status)
    if not body.strip():
        raise DomainError(_("Write what customers should read."), field="body")
    if promised_at is not None and promised_at <= now and status != Status.RESOLVED:
        raise DomainError(_("The promised time has passed; choose a later one."), field="promised_at")


@transaction.atomic
def correct_update(
    update: IncidentUpdate,
    *,
    body: str,
    by: User | None,
    tried: str | None = None,
    next_step: str | None = None,
    promised_at: datetime | None = None,
    reason: str = "",
    tell_again: bool = False,
    version: int | None = None,
) -> IncidentUpdate:
    """Put a text right, or the promise of the next that still runs (:func:`promise_is_open`), with the reason.

    The page then says "edited"; no message goes out again unless the author asks for it.
    """
    require(by, "incidents.publish_incident")
    incident = locked(update.incident, by=by, version=version)
    update = IncidentUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if update.withdrawn_at:
        raise DomainError(_("This update was withdrawn; post a new one."))
    if not body.strip():
        raise DomainError(_("Write what customers should read, or withdraw the update."), field="body")
    old = update.text
    update.body = body.strip()
    update.tried = update.tried if tried is None else tried.strip()
    update.next_step = update.next_step if next_step is None else next_step.strip()
    now = timezone.now()
    promise = _move_promise(incident, update, promised_at, reason, now) if promised_at else {}
    if update.text == old and not promise:
        raise DomainError(_("The text is the same as before."), field="body")
    update.corrected_at, update.tell_again = now, tell_again
    update.template_unmodified &= update.text == old
    save_audited(
        update, "body", "tried", "next_step", "promised_at", "due_at", "corrected_at", "tell_again",
        "template_unmodified", by=by, reason=reason,
    )  # fmt: skip
    save(incident, by=by)
    record(
        incident, EntryKind.CORRECTION, by=by, at=now, update=update,
        old=old, new=update.text, reason=reason, told_again=tell_again, **promise,
    )  # fmt: skip
    signals.update_corrected.send(sender=Incident, incident=incident, update=update)
    return update


def promise_is_open(update: IncidentUpdate, *, now: datetime) -> bool:
    """Whether customers still wait for the time that this update named: a promise that was broken stays broken."""
    last = update.incident.updates.visible().first() if not update.incident.is_merged else None
    return last is not None and last.pk == update.pk and update.due_at is not None and now < update.due_at


def _move_promise(incident, update, promised_at: datetime, reason: str, now: datetime) -> dict[str, str]:
    """The new promise in place of the old; what the timeline keeps of both."""
    if promised_at == update.promised_at:
        return {}
    if not promise_is_open(update, now=now):
        raise DomainError(_("Customers no longer wait for this promise; post a new update."), field="promised_at")
    if promised_at <= now:
        raise DomainError(_("The promised time has passed; choose a later one."), field="promised_at")
    require_reason(reason)
    kept = {"old_promise": update.due_at.isoformat(), "new_promise": promised_at.isoformat()}
    update.promised_at = update.due_at = promised_at
    return kept


@transaction.atomic
def withdraw_update(
    update: IncidentUpdate, *, by: User | None, reason: str, tell: bool = True, version: int | None = None
) -> IncidentUpdate:
    """Take an update off every page. If it was the first notice, the next one that stands counts as first.

    ``tell``: whoever was told of it hears that it does not stand.
    """
    require(by, "incidents.publish_incident")
    incident = locked(update.incident, by=by, version=version)
    update = IncidentUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    if update.withdrawn_at:
        raise DomainError(_("This update is already withdrawn."))
    require_reason(reason, most=LONGEST_REASON)
    take_off(incident, update, by=by, reason=reason, tell=tell)
    save(incident, "first_notice_at", by=by, reason=reason)
    signals.update_withdrawn.send(sender=Incident, incident=incident, update=update)
    return update


def take_off(incident: Incident, update: IncidentUpdate, *, by: User | None, reason: str, tell: bool = True) -> None:
    """Withdraw under the incident's lock; the caller saves ``first_notice_at`` and sends the signal."""
    update.withdrawn_at, update.withdrawn_by, update.withdrawal_reason = (timezone.now(), by, reason)
    update.tell_withdrawal = tell
    save_audited(update, "withdrawn_at", "withdrawn_by", "withdrawal_reason", "tell_withdrawal", by=by, reason=reason)
    first = incident.updates.visible().order_by("posted_at", "pk").first()
    was_first = first is None or (first.posted_at, first.pk) > (update.posted_at, update.pk)
    if was_first and incident.first_notice_at is not None:
        incident.first_notice_at = first.posted_at if first else None
    record(incident, EntryKind.WITHDRAWAL, by=by, at=update.withdrawn_at, update=update, reason=reason)


@transaction.atomic
def add_note(incident: Incident, *, text: str, by: User | None) -> TimelineEntry:
    """A private note. It needs no version: notes never collide."""
    require(by, "incidents.note_incident")
    incident = locked(incident, by=by)
    if not text.strip():
        raise DomainError(_("Write something to keep."), field="text")
    return record(incident, EntryKind.NOTE, by=by, text=text.strip())
