"""What people hear of a review: that their signature is asked for, that it was sent back and why, that it is approved;
and that a record is in (3-36). By mail, to those whose turn it is: no channel hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from incidents.models import User
from incidents.wording import listing
from notifications.choices import Event
from notifications.content import staff_parts
from notifications.content.base import Json
from notifications.content.postmortem_parts import about, absolute, closed
from notifications.content.staff_parts import Field
from postmortems import signing
from postmortems.choices import Stage
from postmortems.models import Postmortem, Record, Version
from postmortems.places import url_of, url_of_record, url_of_review

STAGES: Mapping[str, Stage] = {  # in which it is as long as this is news
    Event.STAFF_REVIEW: Stage.IN_REVIEW,
    Event.STAFF_SENT_BACK: Stage.DRAFT,
    Event.STAFF_APPROVED: Stage.APPROVED,
}
TO_PEOPLE = frozenset({*STAGES, Event.STAFF_HANDED_IN})


def signers(version: Version) -> list[User]:
    """Whoever may sign for any of the roles that are asked."""
    groups = [each.group_id for each in signing.of_version(version) if each.group]
    people = User.objects.filter(is_active=True, is_staff=True, groups__in=groups).distinct().order_by("pk")
    return [person for person in people if person.has_perm("postmortems.sign_postmortem")]


def leads(postmortem: Postmortem, *others: User | None, but: User | None) -> list[User]:
    """Who sees to it, and the others named; without who did it themselves."""
    told = {postmortem.lead or postmortem.incident.owner, *others} - {None, but}
    return sorted((person for person in told if person is not None), key=lambda person: person.pk)


def told(event: Event, postmortem: Postmortem, version: Version, *, by: User | None) -> Json:
    """What became of the version, and what is to be done now."""
    to_draft = event == Event.STAFF_SENT_BACK
    link = absolute(url_of(postmortem) if to_draft else url_of_review(postmortem))
    if postmortem.incident.is_restricted:
        return closed(postmortem.incident, link)
    words = {"who": str(by or _("The system")), "n": version.number}
    due: list[Field] = [[_("Due"), staff_parts.at(postmortem.due_at)]] if postmortem.due_at else []
    if event == Event.STAFF_REVIEW:
        line, step = _("%(who)s asks you to read and sign version %(n)d"), _("Sign it, or send it back with a reason")
        fields, label = [*_change(version), *due], _("Read and sign it")
    elif to_draft:
        line, step = _("%(who)s sends version %(n)d back"), _("Put it right, and ask for review again")
        fields, label = [[_("Why"), version.sent_back_reason], *due], _("Open the post-mortem")
    else:
        line, step = _("Every role has signed version %(n)d"), _("Publish it")
        names = [each.name for each in version.sign_offs.all()]
        fields, label = [[_("Signed by"), listing(names)], *due], _("Open the post-mortem")
    return {
        **about(postmortem.incident, link, label),
        "line": line % words,
        "fields": fields,
        "next_step": step,
    }


def handed_in(record: Record, records: Field, step: str, *, by: User | None) -> Json:
    """``records``: how many are in; ``step``: what to do about the others."""
    incident, link = record.postmortem.incident, absolute(url_of_record(record))
    if incident.is_restricted:
        return closed(incident, link)
    words = {"who": str(by or _("The system")), "name": record.name}
    own = record.person_id is not None and record.person == by
    line = _("%(who)s hands in their incident record") if own else _("%(who)s hands in the record of %(name)s")
    fields: list[Field] = [records]
    return {**about(incident, link, _("Read it")), "line": line % words, "fields": fields, "next_step": step}


def _change(version: Version) -> list[Field]:
    """What is different from the version before; that nothing is, where that one was sent back."""
    found: list[Field] = [[_("What changed"), version.change]] if version.change else []
    if repeated := version.repeated:
        words = {"n": repeated.number, "reason": repeated.sent_back_reason}
        found.append([_("Unchanged"), _("It reads as version %(n)d, which was sent back: %(reason)s") % words])
    return found
