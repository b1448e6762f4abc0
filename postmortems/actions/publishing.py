"""What was approved is published, once and for all; taken back, or put right by a next version."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import locked as locked_incident
from incidents.choices import Status
from incidents.exceptions import DomainError
from incidents.models import Incident, User
from incidents.permissions import require
from postmortems import signals
from postmortems.actions import reviewing
from postmortems.actions.base import locked, move, require_reason, save
from postmortems.actions.choosing import check_form
from postmortems.choices import Stage
from postmortems.models import Postmortem, Version


@transaction.atomic
def publish(
    postmortem: Postmortem, *, by: User | None, notify: bool = True, change: str = "", version: int | None = None
) -> Version:
    """For good: the version stays as it is. A short form that nobody is asked to sign is published in one act.

    ``notify``: whether subscribers hear of it.
    """
    require(by, "postmortems.publish_postmortem")
    incident = locked_incident(postmortem.incident, by=by)
    postmortem = locked(postmortem, by=by, version=version)
    if incident.status != Status.RESOLVED:
        raise DomainError(_("The incident is not resolved: its post-mortem is published when it is over."))
    postmortem.incident = incident
    check_form(postmortem)
    if postmortem.stage == Stage.DRAFT and not postmortem.template.is_signed:
        made = reviewing.freeze(postmortem, by=by, change=change)
        move(postmortem, Stage.IN_REVIEW)
        reviewing.approve(postmortem, made, by=by)
    last = reviewing.latest(postmortem)
    if postmortem.stage == Stage.PUBLISHED:
        raise DomainError(_("It is published already. What is wrong in it is put right by a next version."))
    if postmortem.stage != Stage.APPROVED or last is None:
        raise DomainError(_("It is not approved yet: every role has to sign it first."))
    move(postmortem, Stage.PUBLISHED)
    now = timezone.now()
    last.published_at, last.published_by, last.notify = now, by, notify
    last.public_at = now if Incident.objects.public().contains(incident) else None
    last.save(update_fields=["published_at", "published_by", "notify", "public_at"])
    postmortem.published_at = postmortem.published_at or now
    save(postmortem, "stage", "published_at", by=by, reason=change)
    signals.published.send(sender=Postmortem, postmortem=postmortem, version=last)
    return last


@transaction.atomic
def revise(postmortem: Postmortem, *, reason: str, by: User | None, version: int | None = None) -> Postmortem:
    """To be put right: a draft again. What is published stands until the next version is."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by, version=version)
    require_reason(reason)
    if postmortem.stage != Stage.PUBLISHED:
        raise DomainError(_("Only what is published is put right this way."))
    move(postmortem, Stage.DRAFT)
    save(postmortem, "stage", by=by, reason=reason)
    return postmortem


@transaction.atomic
def withdraw(
    postmortem: Postmortem, *, reason: str, by: User | None, tell: bool = True, version: int | None = None
) -> Postmortem:
    """No reader finds it any more, in any version; staff keep them. A draft again. ``tell``: whoever was told of it
    hears that it was withdrawn."""
    require(by, "postmortems.publish_postmortem")
    postmortem = locked(postmortem, by=by, version=version)
    require_reason(reason)
    standing = list(postmortem.versions.standing())
    if not standing:
        raise DomainError(_("Nothing of it is published."))
    for row in standing:
        row.withdrawn_at, row.withdrawn_by, row.withdrawal_reason = timezone.now(), by, reason[:255]
        row.withdrawn_in_public = row.public_at is not None and Incident.objects.public().contains(postmortem.incident)
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawn_in_public"])
    if postmortem.stage == Stage.PUBLISHED:
        move(postmortem, Stage.DRAFT)
    postmortem.published_at = None
    save(postmortem, "stage", "published_at", by=by, reason=reason)
    signals.withdrawn.send(sender=Postmortem, postmortem=postmortem, version=standing[0], by=by, tell=tell)
    return postmortem
