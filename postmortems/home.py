"""What waits for somebody on the home: action items that are due, records that are not in, signatures, and what they
lead. Four queries, whatever there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext as _

from incidents.models import User
from incidents.staff.steps import Step, Steps
from postmortems.ageing import SOON
from postmortems.choices import Stage
from postmortems.models import ActionItem, Postmortem, Record, Signatory, SignOff, Version
from postmortems.places import url_of, url_of_item, url_of_record

SHOWN = 20  # of each


def steps(user: User, now: datetime) -> Steps:
    """Everything here is one's own: it stands with what one leads."""
    found: list[Step] = []
    if user.has_perm("postmortems.view_postmortem"):
        if user.has_perm("postmortems.sign_postmortem"):
            found += _to_sign(user)
        if user.has_perm("postmortems.write_record"):
            found += _records(user)
        found += _led(user)
    if user.has_perm("postmortems.view_actionitem"):
        found += _items(user, now)
    return Steps(mine=found)


def _to_sign(user: User) -> Iterator[Step]:
    latest = Version.objects.filter(postmortem=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
    signed = SignOff.objects.filter(version=OuterRef("asked"), role=OuterRef("role"))
    asked = Signatory.objects.filter(template=OuterRef("template"), group__user=user)
    unsigned = asked.annotate(asked=Subquery(latest)).exclude(Exists(signed))
    by_them = SignOff.objects.filter(version=Subquery(latest), by=user)
    rows = Postmortem.objects.visible_to(user).filter(Exists(unsigned), ~Exists(by_them), stage=Stage.IN_REVIEW)
    for row in rows.select_related("incident").order_by("incident__resolved_at", "pk")[:SHOWN]:
        detail = _("Post-mortem: read it, and sign or send it back")
        yield Step(str(row), detail, url_of(row), **_due(row.due_at, row))


def _records(user: User) -> Iterator[Step]:
    rows = Record.objects.visible_to(user).missing().written_by(user).select_related("postmortem__incident", "team")
    for row in rows.order_by("invited_at", "pk")[:SHOWN]:
        detail = _("Incident record: yours is not in")
        if row.person_id is None and row.team:
            detail = _("Incident record: that of %(team)s is not in") % {"team": row.team}
        yield Step(
            str(row.postmortem), detail, url_of_record(row), **_due(row.postmortem.records_due_at, row.postmortem)
        )


def _led(user: User) -> Iterator[Step]:
    words = {
        Stage.DRAFT: _("Post-mortem: write it, and ask for review"),
        Stage.IN_REVIEW: _("Post-mortem: signatures are missing"),
        Stage.APPROVED: _("Post-mortem: approved, to be published"),
    }
    rows = Postmortem.objects.visible_to(user).owed().unpublished().filter(lead=user)
    for row in rows.select_related("incident").order_by("incident__resolved_at", "pk")[:SHOWN]:
        if detail := words.get(Stage(row.stage)):
            yield Step(str(row), detail, url_of(row), **_due(row.due_at, row))


def _items(user: User, now: datetime) -> Iterator[Step]:
    rows = ActionItem.objects.visible_to(user).open().of_owner(user).select_related("postmortem__incident", "owner")
    soon = now + timedelta(days=SOON + 1)
    for row in rows.filter(due_on__lte=soon.date()).order_by("due_on", "-priority", "pk")[:SHOWN]:
        if row.days_left(now) <= SOON:
            detail = _("Action item of: %(title)s") % {"title": row.postmortem.incident.title}
            times = {"due_at": row.due_at, "started_at": min(row.asked_at, row.due_at)}
            yield Step(row.text, detail, url_of_item(row), **times)


def _due(at: datetime | None, row: Postmortem) -> dict[str, datetime]:
    return {"due_at": at, "started_at": row.owed_since} if at else {}
