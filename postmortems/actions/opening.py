"""A post-mortem begins: when its incident is resolved and a policy asks for it, or because somebody wants it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.base import locked as locked_incident
from incidents.choices import Status
from incidents.exceptions import DomainError
from incidents.models import Breach, Incident, User
from incidents.permissions import require
from postmortems.actions.base import locked, save, save_audited
from postmortems.actions.choosing import COPIED, check_demands
from postmortems.choices import Way
from postmortems.models import Postmortem, Presence, Section, Template
from postmortems.policy import way_of


@transaction.atomic
def open_postmortem(incident: Incident, *, by: User | None, way: Way | None = None, reason: str = "") -> Postmortem:
    """The post-mortem of an incident that is mitigated or resolved; the one that there is already, if there is one.

    ``way``: short or full; without one the policy's, and where that asks for none, a short one. Less than the policy
    asks for needs a ``reason``, and the right to sign.
    """
    require(by, "postmortems.draft_postmortem")
    incident = locked_incident(incident, by=by)
    if found := Postmortem.objects.filter(incident=incident).first():
        return found
    if incident.is_merged:
        raise DomainError(_("It goes on in another incident: the post-mortem is written there."))
    if not is_over(incident):
        raise DomainError(_("It is neither mitigated nor resolved yet. Write the post-mortem when it is over."))
    asked = way_of(incident).way
    chosen = way or asked
    check_demands(asked, chosen, by=by, reason=reason)
    return _open(incident, Way.SHORT if chosen == Way.NONE else chosen, by=by, reason=reason)


@transaction.atomic
def expect(incident: Incident) -> Postmortem | None:
    """It was resolved: what the policy asks for is owed from now on; reopened and resolved again, from then."""
    choice = way_of(incident)
    postmortem = Postmortem.objects.select_for_update(no_key=True).filter(incident=incident).first()
    if choice.way == Way.NONE and postmortem is None:
        return None
    postmortem = postmortem or _open(incident, choice.way, by=None)
    policy = choice.policy
    postmortem.is_owed, postmortem.published_at = choice.way != Way.NONE or postmortem.is_promised, None
    if policy is not None and not postmortem.is_promised:
        postmortem.record_limit = policy.record_minutes if postmortem.template.has_records else None
        postmortem.publish_limit = policy.publish_minutes
    save(postmortem, "is_owed", "published_at", "record_limit", "publish_limit", by=None)
    return postmortem


@transaction.atomic
def let_go(incident: Incident, *, taken_back: bool = False) -> None:
    """It is open again: what that resolution began by itself goes with it, unless somebody wrote in it, was asked for
    something or missed a time. What customers were promised stays, unless the resolution is ``taken_back``."""
    postmortem = Postmortem.objects.select_for_update().filter(incident=incident, opened_by=None).first()
    if postmortem is None or (postmortem.is_promised and not taken_back):
        return
    gone = incident.resolutions.exclude(reopened_at=None).latest("reopened_at")
    if postmortem.opened_at >= gone.resolved_at and not _is_begun(postmortem):
        postmortem.delete()


@transaction.atomic
def promise(incident: Incident, *, minutes: int, by: User | None) -> Postmortem:
    """Customers are promised a report within so many minutes of the resolution, whatever the policy asks for (4-08)."""
    incident = locked_incident(incident, by=by)
    if incident.status != Status.RESOLVED:
        raise DomainError(_("A report is promised when it is resolved."))
    postmortem = Postmortem.objects.filter(incident=incident).first()
    if postmortem is None:
        way = way_of(incident).way
        postmortem = _open(incident, Way.SHORT if way == Way.NONE else way, by=by)
    postmortem.is_promised = postmortem.is_owed = True
    postmortem.publish_limit = minutes
    save(postmortem, "is_promised", "is_owed", "publish_limit", by=by, reason=_("Promised to customers"))
    return postmortem


@transaction.atomic
def lead(postmortem: Postmortem, *, user: User | None, by: User | None) -> Postmortem:
    """Who sees to it that it is finished; nobody where ``user`` is empty."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by)
    if user is not None and not Postmortem.objects.visible_to(user).filter(pk=postmortem.pk).exists():
        raise DomainError(_("%(who)s may not see this incident.") % {"who": user}, field="lead")
    if postmortem.lead != user:
        postmortem.lead = user
        save(postmortem, "lead", by=by)
    return postmortem


def is_over(incident: Incident) -> bool:
    """Customers stopped noticing it, as far as the record knows: there is something to write."""
    return incident.status == Status.RESOLVED or (incident.mitigated_at is not None and incident.is_confirmed)


def _is_begun(postmortem: Postmortem) -> bool:
    """It is more than what its template makes: drafted, given another lead or form, or something stands in it."""
    first = postmortem.history.earliest("history_id")
    if postmortem.drafted_at or (first.lead_id, first.template_id) != (postmortem.lead_id, postmortem.template_id):
        return True
    if Breach.objects.filter(kind="postmortem", subject_id=postmortem.pk).exists():
        return True
    holds = [each for each in Postmortem._meta.related_objects if each.related_model not in (Section, Presence)]
    return any(each.related_model.objects.filter(postmortem=postmortem).exists() for each in holds)


def _open(incident: Incident, way: Way, *, by: User | None, reason: str = "") -> Postmortem:
    template = Template.objects.get(way=way)
    postmortem = Postmortem(incident=incident, template=template, opened_by=by, lead=by or incident.owner)
    save_audited(postmortem, by=by, reason=reason)
    for row in template.sections.all():
        section = Section(postmortem=postmortem, **{name: getattr(row, name) for name in COPIED})
        save_audited(section, by=by)
    return postmortem
