"""What records disagree about is settled, and what reviewers say is answered."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from postmortems.actions.base import locked, save_audited, to_write, touch
from postmortems.actions.counting import settle_count, take_agreed
from postmortems.actions.drafting import take_over, taken
from postmortems.actions.marking import move
from postmortems.actions.parts import get
from postmortems.contradictions import ROOT, Contradiction
from postmortems.models import Cause, Comment, Postmortem, Section, Settlement
from postmortems.parts import Parts


@transaction.atomic
def settle(postmortem: Postmortem, *, question: str, by: User | None, chosen: str = "", reason: str = "") -> Settlement:
    """By choosing one of the claims, by a sentence, or both: what was decided stays with the document."""
    postmortem = to_write(postmortem, None, by=by)
    parts = Parts(postmortem)
    row = next((each for each in parts.contradictions if each.question == question), None)
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
    if about == "count":  # the document says what was decided, and what was agreed on anyway
        if chosen:
            settle_count(parts, {name: int(chosen)}, by=by)
        take_agreed(Parts(postmortem), by=by)
    elif question == ROOT and chosen:
        _root(postmortem, row, chosen, by=by, reason=reason or row.title)
    touch(postmortem)
    return settlement


def _root(postmortem: Postmortem, row: Contradiction, chosen: str, *, by: User | None, reason: str) -> None:
    """What was chosen is the root cause in the document, and what the other records say a factor. What somebody says
    by hand afterwards stands."""
    sources = [(get(postmortem, claim.part), claim.value == chosen) for claim in row.claims]
    found = [(taken(postmortem, source), is_chosen) for source, is_chosen in sources]
    if not any(cause and is_chosen for cause, is_chosen in found):
        said = [source for source, is_chosen in sources if is_chosen]  # where one keeps it to staff, so do all
        found.append((take_over(max(said, key=lambda source: source.is_internal), by=by), True))
    roots = {cause.pk for cause, is_chosen in found if cause and is_chosen}  # also what rests on both
    for cause, _is_chosen in found:
        if isinstance(cause, Cause) and cause.is_root != (cause.pk in roots):
            moved = move(cause, is_root=cause.pk in roots)
            cause.changed_by, cause.changed_at = by, timezone.now()
            save_audited(cause, *moved, "changed_by", "changed_at", by=by, reason=reason)


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
