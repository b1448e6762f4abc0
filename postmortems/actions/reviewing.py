"""Review: asked for when the gates are met, sent back with a reason, signed by role until it is approved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError, NotAllowed
from incidents.models import User
from incidents.permissions import require
from postmortems import gates, signals, signing
from postmortems.actions.base import locked, move, require_reason, save, save_audited
from postmortems.choices import Stage
from postmortems.document import frozen
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.exceptions import PublicationGateNotMet
from postmortems.models import Postmortem, ReviewMeeting, SignOff, Version
from postmortems.parts import Parts
from postmortems.reading import content_of


@transaction.atomic
def ask_for_review(postmortem: Postmortem, *, by: User | None, change: str = "", version: int | None = None) -> Version:
    """A numbered version of the document as it stands, to be signed. Refuses while a gate misses something."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by, version=version)
    made = freeze(postmortem, by=by, change=change)
    move(postmortem, Stage.IN_REVIEW)
    save(postmortem, "stage", by=by, reason=change)
    signals.sent_to_review.send(sender=Postmortem, postmortem=postmortem, version=made)
    return made


@transaction.atomic
def send_back(postmortem: Postmortem, *, reason: str, by: User | None, version: int | None = None) -> Postmortem:
    """It needs work: a draft again, and what was signed counts no more."""
    postmortem = locked(postmortem, by=by, version=version)
    if by is not None and not by.has_perm("postmortems.draft_postmortem"):
        require(by, "postmortems.sign_postmortem")
    require_reason(reason)
    last = latest(postmortem)
    move(postmortem, Stage.DRAFT)
    if last is None or last.published_at is not None:
        raise DomainError(_("What was published is corrected by a new version."))
    last.sent_back_at, last.sent_back_by, last.sent_back_reason = timezone.now(), by, reason[:255]
    last.save(update_fields=["sent_back_at", "sent_back_by", "sent_back_reason"])
    save(postmortem, "stage", by=by, reason=reason)
    signals.sent_back.send(sender=Postmortem, postmortem=postmortem, version=last)
    return postmortem


@transaction.atomic
def sign(postmortem: Postmortem, *, role: str, by: User, digest: str, version: int | None = None) -> SignOff:
    """For a role, by a member of its group who has read what ``digest`` stands for: one role for each person.

    The last one approves it.
    """
    require(by, "postmortems.sign_postmortem")
    postmortem = locked(postmortem, by=by, version=version)
    if postmortem.stage != Stage.IN_REVIEW:
        raise DomainError(_("There is nothing to sign: it is %(stage)s.") % {"stage": postmortem.get_stage_display()})
    last = latest(postmortem)
    if digest != last.digest:
        raise DomainError(_("You read another version than the one to be signed. Load the page again."))
    asked = next((each for each in signing.of_version(last) if each.role == role), None)
    if asked is None:
        raise DomainError(_("Nobody is asked to sign for that."))
    if not asked.group:
        raise DomainError(
            _("Its group was deleted. Send it back, say in the template whose members sign, and ask for review again.")
        )
    if not signing.may_sign(asked, by):
        raise NotAllowed(_("Members of %(group)s sign for it.") % {"group": asked.group})
    if last.sign_offs.filter(role=role).exists():
        raise DomainError(_("It was signed already."))
    if last.sign_offs.filter(by=by).exists():
        raise DomainError(_("You have signed this version for another role. Each role is signed by somebody else."))
    signed = last.sign_offs.create(role=role, by=by, name=str(by))
    if not unsigned(last):
        approve(postmortem, last, by=by)
        signals.approved.send(sender=Postmortem, postmortem=postmortem, version=last, by=by)
    return signed


@transaction.atomic
def record_meeting(
    postmortem: Postmortem,
    *,
    at: datetime,
    by: User | None,
    minutes: int | None = None,
    attendees: Iterable[User] = (),
    others: str = "",
    text: str = "",
) -> ReviewMeeting:
    """When the team went through it, who was there, and what was decided (2-24)."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by)
    meeting = ReviewMeeting.objects.filter(postmortem=postmortem).first() or ReviewMeeting(postmortem=postmortem)
    meeting.at, meeting.minutes, meeting.others, meeting.text = at, minutes, others, text
    save_audited(meeting, by=by)
    meeting.attendees.set(attendees)
    return meeting


def freeze(postmortem: Postmortem, *, by: User | None, change: str) -> Version:
    """The next version, of what stands in the document now; the caller holds the lock and moves the stage."""
    if postmortem.stage != Stage.DRAFT:
        raise DomainError(_("Only a draft becomes a new version."))
    content = check_gates(postmortem)
    last = postmortem.versions.first()
    return postmortem.versions.create(
        number=last.number + 1 if last else 1,
        content=frozen.dump(content),
        digest=frozen.digest(content),
        customers_digest=frozen.digest(for_customers(content)),
        change=" ".join(change.split())[:255],
        roles=signing.kept(signing.of_template(postmortem.template)),
        by=by,
    )


def check_gates(postmortem: Postmortem) -> Content:
    """The content, if every gate is met."""
    parts = Parts(postmortem)
    content = content_of(postmortem, parts)
    still_open = tuple(each.title for each in parts.contradictions if not each.is_settled)
    if missing := gates.missing(content, open_contradictions=still_open):
        raise PublicationGateNotMet(missing)
    return content


def approve(postmortem: Postmortem, version: Version, *, by: User | None) -> None:
    """Every role has signed; the caller holds the lock."""
    version.approved_at = timezone.now()
    version.save(update_fields=["approved_at"])
    move(postmortem, Stage.APPROVED)
    save(postmortem, "stage", by=by)


def latest(postmortem: Postmortem) -> Version | None:
    return postmortem.versions.order_by("-number").first()


def unsigned(version: Version) -> list[signing.Asked]:
    """The roles that have not signed it yet."""
    signed = set(version.sign_offs.values_list("role", flat=True))
    return [each for each in signing.of_version(version) if each.role not in signed]
