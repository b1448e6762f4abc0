"""What records disagree about is settled, and what reviewers say is answered."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from postmortems.actions.base import locked, save_audited, to_write, touch
from postmortems.actions.parts import change
from postmortems.models import Comment, Postmortem, Section, Settlement
from postmortems.parts import Parts


@transaction.atomic
def settle(postmortem: Postmortem, *, question: str, by: User | None, chosen: str = "", reason: str = "") -> Settlement:
    """By choosing one of the claims, by a sentence, or both: what was decided stays with the document."""
    postmortem = to_write(postmortem, None, by=by)
    row = next((each for each in Parts(postmortem).contradictions if each.question == question), None)
    if row is None:
        raise DomainError(_("The records agree on that by now."))
    reason = " ".join(reason.split())[:255]
    if chosen and chosen not in {claim.value for claim in row.claims}:
        raise DomainError(_("No record says that any more; choose again."), field="chosen")
    if not chosen and not reason:
        raise DomainError(_("Choose one, or say in a sentence how it was."), field="reason")
    settlement = row.settlement or Settlement(postmortem=postmortem, question=question)
    settlement.claims, settlement.chosen, settlement.reason = row.stored, chosen, reason
    settlement.by, settlement.at = by, timezone.now()
    save_audited(settlement, by=by, reason=reason)
    about, _dot, name = question.partition(".")
    own = postmortem.assessments.of_document().first()
    if chosen and about == "count" and own is not None:  # the document says what was decided
        own.postmortem = postmortem
        counted: dict[str, Any] = {name: int(chosen)}
        change(own, by=by, **counted)
    touch(postmortem)
    return settlement


@transaction.atomic
def comment(postmortem: Postmortem, *, section: Section, text: str, by: User, part: str = "") -> Comment:
    """Whoever may see it may say something about it, in every stage."""
    require(by, "postmortems.view_postmortem")
    postmortem = locked(postmortem, by=by)
    if not text.strip():
        raise DomainError(_("Write what you have to say."), field="text")
    if section.postmortem_id != postmortem.pk:
        raise DomainError(_("The section is not part of it."))
    row = Comment(postmortem=postmortem, section=section, part=part, text=text.strip(), by=by)
    save_audited(row, by=by)
    return row


@transaction.atomic
def resolve_comment(comment: Comment, *, by: User, resolved: bool = True) -> Comment:
    """Answered, or (without) open again."""
    require(by, "postmortems.view_postmortem")
    locked(comment.postmortem, by=by)
    if (comment.resolved_at is not None) != resolved:
        comment.resolved_at, comment.resolved_by = (timezone.now(), by) if resolved else (None, None)
        save_audited(comment, "resolved_at", "resolved_by", by=by)
    return comment
