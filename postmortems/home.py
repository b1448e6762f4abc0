"""What waits for somebody on the home: signatures, what they lead or asked a review of, what may be published, records
that are not in, action items that are due; and how much is late. As many queries whatever there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext as _, ngettext

from incidents.models import User
from incidents.staff.steps import Late, Step, Steps
from incidents.wording import number
from postmortems import quoted
from postmortems.ageing import SOON
from postmortems.choices import Stage
from postmortems.models import ActionItem, Postmortem, Record, SignOff, Version
from postmortems.places import (
    url_of,
    url_of_all,
    url_of_item,
    url_of_overdue_items,
    url_of_publishing,
    url_of_record,
    url_of_review,
)
from postmortems.signing import waits_for

SHOWN = 20  # of each
PUBLISH = "postmortems.publish_postmortem"


def steps(user: User, now: datetime) -> Steps:
    """What is one's own stands with what one leads; what anybody may publish, with what waits for the group."""
    found: list[Step] = []
    group: list[Step] = []
    late: list[Late] = []
    if user.has_perm("postmortems.view_postmortem"):
        if user.has_perm("postmortems.sign_postmortem"):
            found += _to_sign(user)
        if user.has_perm("postmortems.write_record"):
            found += _records(user)
        found += _led(user)
        found += _quoting(user)
        if user.has_perm(PUBLISH):
            group += _to_publish(user)
        late += _late_postmortems(user, now)
    if user.has_perm("postmortems.view_actionitem"):
        found += _items(user, now)
        late += _late_items(user, now)
    return Steps(mine=found, group=group, late=late)


def _to_sign(user: User) -> Iterator[Step]:
    groups = set(user.groups.values_list("pk", flat=True))
    found = Postmortem.objects.visible_to(user).filter(stage=Stage.IN_REVIEW)
    last = Version.objects.filter(postmortem__in=found, pk=Subquery(_latest(OuterRef("postmortem"))))
    rows = last.exclude(Exists(SignOff.objects.filter(version=OuterRef("pk"), by=user))).defer("content")
    rows = rows.select_related("postmortem__incident", "postmortem__template")
    rows = rows.prefetch_related("sign_offs", "postmortem__template__signatories")
    asked = (
        row for row in rows.order_by("postmortem__incident__resolved_at", "postmortem_id") if waits_for(row, groups)
    )
    for row in islice(asked, SHOWN):
        detail = _("Post-mortem: read it, and sign or send it back")
        postmortem = row.postmortem
        yield Step(str(postmortem), detail, url_of(postmortem), **_due(postmortem.due_at, postmortem))


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
    """Whether or not anybody waits for it; what was sent back stands with who asked for the review, too."""
    sent_back = Version.objects.filter(pk=OuterRef("last"), sent_back_at__isnull=False)
    rows = Postmortem.objects.visible_to(user).exclude(stage=Stage.PUBLISHED)
    rows = rows.annotate(last=Subquery(_latest(OuterRef("pk"))))
    rows = rows.filter(Q(lead=user) | Q(Exists(sent_back.filter(by=user)), stage=Stage.DRAFT))
    shown = list(rows.select_related("incident").order_by("incident__resolved_at", "pk")[:SHOWN])
    lasts = Version.objects.filter(pk__in=[row.last for row in shown]).select_related("sent_back_by").defer("content")
    versions = {version.pk: version for version in lasts}
    may_publish = user.has_perm(PUBLISH)
    for row in shown:
        url = url_of_publishing(row) if row.stage == Stage.APPROVED and may_publish else url_of(row)
        yield Step(str(row), _led_words(row, versions.get(row.last)), url, **_due(row.due_at, row))


def _led_words(row: Postmortem, last: Version | None) -> str:
    if row.stage == Stage.IN_REVIEW:
        return _("Post-mortem: signatures are missing")
    if row.stage == Stage.APPROVED:
        return _("Post-mortem: approved, to be published")
    if last is not None and last.sent_back_at is not None:
        words = {"who": last.sent_back_by or _("the system"), "reason": last.sent_back_reason}
        return _("Post-mortem: sent back by %(who)s: %(reason)s") % words
    if last is not None and last.withdrawn_at is not None:
        return _("Post-mortem: withdrawn; put it right, and publish it again")
    if last is not None and last.published_at is not None:
        return _("Post-mortem: put it right, and publish the next version")
    return _("Post-mortem: write it, and ask for review")


def _quoting(user: User) -> Iterator[Step]:
    """What customers read in it was corrected or withdrawn where it came from."""
    shown = set()
    for version, _quotes in quoted.versions_quoting(quoted.led_by(user))[:SHOWN]:
        if version.postmortem_id not in shown:
            shown.add(version.postmortem_id)
            detail = _("Post-mortem: quotes an update that was corrected or withdrawn since; put it right")
            yield Step(str(version.postmortem), detail, url_of_review(version.postmortem))


def _to_publish(user: User) -> Iterator[Step]:
    """Approved, and led by somebody else or by nobody."""
    rows = Postmortem.objects.visible_to(user).filter(stage=Stage.APPROVED).exclude(lead=user)
    for row in rows.select_related("incident").order_by("incident__resolved_at", "pk")[:SHOWN]:
        detail = _("Post-mortem: approved, to be published")
        yield Step(str(row), detail, url_of_publishing(row), **_due(row.due_at, row))


def _items(user: User, now: datetime) -> Iterator[Step]:
    rows = ActionItem.objects.visible_to(user).open().of_owner(user).select_related("postmortem__incident", "owner")
    soon = now + timedelta(days=SOON + 1)
    for row in rows.filter(due_on__lte=soon.date()).order_by("due_on", "-priority", "pk")[:SHOWN]:
        if row.days_left(now) <= SOON:
            detail = _("Action item of: %(title)s") % {"title": row.postmortem.incident.title}
            times = {"due_at": row.due_at, "started_at": min(row.asked_at, row.due_at)}
            yield Step(row.text, detail, url_of_item(row), **times)


def _late_postmortems(user: User, now: datetime) -> Iterator[Late]:
    rows = Postmortem.objects.visible_to(user).owed().unpublished().select_related("incident")
    late = sum(row.due_at is not None and row.due_at < now for row in rows)
    yield Late(late, ngettext("%(n)s post-mortem", "%(n)s post-mortems", late) % {"n": number(late)}, url_of_all())


def _late_items(user: User, now: datetime) -> Iterator[Late]:
    late = ActionItem.objects.visible_to(user).overdue(now).count()
    words = ngettext("%(n)s action item", "%(n)s action items", late) % {"n": number(late)}
    yield Late(late, words, url_of_overdue_items())


def _latest(postmortem: OuterRef):
    return Version.objects.filter(postmortem=postmortem).order_by("-number").values("pk")[:1]


def _due(at: datetime | None, row: Postmortem) -> dict[str, datetime]:
    return {"due_at": at, "started_at": row.owed_since} if at else {}
