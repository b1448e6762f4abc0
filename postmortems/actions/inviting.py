"""Incident records: who is asked for one, and when it is in (3-36, 2-18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import Team, User
from incidents.permissions import require
from postmortems import signals
from postmortems.actions.base import locked, save_audited, touch
from postmortems.actions.counting import EMPTY
from postmortems.models import Assessment, Postmortem, Record
from postmortems.provenance import COPIED

REMINDED = "Reminded"  # in the history, where it is looked for
AGAIN = timedelta(hours=1)


@transaction.atomic
def invite(
    postmortem: Postmortem, *, by: User | None, people: Iterable[User] = (), teams: Iterable[Team] = ()
) -> list[Record]:
    """A record for each person and each team that has none yet; they hear of it."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(postmortem, by=by)
    _check_has_records(postmortem)
    made = []
    for person in people:
        if not Postmortem.objects.visible_to(person).filter(pk=postmortem.pk).exists():
            raise DomainError(_("%(who)s may not see this incident.") % {"who": person}, field="people")
        made.append(_record(postmortem, by=by, person=person))
    made += [_record(postmortem, by=by, team=team) for team in teams]
    new = [record for record in made if record is not None]
    for record in new:
        signals.invited.send(sender=Postmortem, postmortem=postmortem, record=record)
    return new


@transaction.atomic
def start_record(postmortem: Postmortem, *, by: User) -> Record:
    """One's own, without an invitation; the one that there is already, if there is one."""
    require(by, "postmortems.write_record")
    postmortem = locked(postmortem, by=by)
    _check_has_records(postmortem)
    return _record(postmortem, by=by, person=by) or postmortem.records.get(person=by)


@transaction.atomic
def remind(record: Record, *, by: User | None) -> Record:
    """Ask again for one that is not in: they hear of it, at most once an hour."""
    require(by, "postmortems.draft_postmortem")
    locked(record.postmortem, by=by)
    record = Record.objects.select_related("postmortem").get(pk=record.pk)
    if record.is_submitted:
        raise DomainError(_("It is in already."))
    said = record.history.filter(history_change_reason=REMINDED, history_date__gt=timezone.now() - AGAIN).exists()
    if said:
        raise DomainError(_("They were reminded within the last hour."))
    save_audited(record, "invited_at", by=by, reason=REMINDED)
    signals.reminded.send(sender=Postmortem, postmortem=record.postmortem, record=record)
    return record


@transaction.atomic
def submit_record(record: Record, *, by: User | None) -> Record:
    """It is in. Its required questions have to be answered; it may be changed afterwards, and the document says so."""
    record, postmortem = _to_write(record, by=by)
    if record.is_submitted:
        return record
    asked = postmortem.template.questions.filter(is_required=True, is_asked=True)
    answers = record.paragraphs.standing().exclude(text="").values_list("question", flat=True)
    if missing := [question.label for question in asked.exclude(pk__in=list(answers))]:
        raise DomainError(_("Not answered yet: %(questions)s.") % {"questions": "; ".join(missing)})
    record.submitted_at, record.submitted_by = timezone.now(), by
    save_audited(record, "submitted_at", "submitted_by", by=by)
    touch(postmortem)
    signals.handed_in.send(sender=Postmortem, postmortem=postmortem, record=record)
    return record


@transaction.atomic
def take_back_record(record: Record, *, by: User | None) -> Record:
    """Not in after all: it is written on. What was approved or published keeps it, until it is a draft again."""
    record, postmortem = _to_write(record, by=by)
    if record.is_kept:
        words = {"stage": postmortem.get_stage_display().lower()}
        raise DomainError(_("The post-mortem is %(stage)s, and rests on this record: it stays in.") % words)
    if record.is_submitted:
        record.submitted_at = record.submitted_by = None
        save_audited(record, "submitted_at", "submitted_by", by=by)
        touch(postmortem)
    return record


@transaction.atomic
def remove_record(record: Record, *, by: User | None) -> None:
    """Asked of the wrong people: only while nothing is written in it, and nothing was that was taken out again."""
    require(by, "postmortems.draft_postmortem")
    postmortem = locked(record.postmortem, by=by)
    if _is_written_in(record):
        raise DomainError(_("Somebody has written in it. It stays, and need not be taken over."))
    record._history_user = by
    record.delete()
    touch(postmortem)


def _is_written_in(record: Record) -> bool:
    """Rows, removed ones included, with what rests on them; counts and what was hit; figures that are disputed."""
    names = ("paragraphs", "events", "mitigations", "causes", "whys", "actionitems", "disputes")
    if any(getattr(record, name).exists() for name in names):
        return True
    for row in record.assessments.all():
        if any(getattr(row, name) not in EMPTY for name in COPIED[Assessment]):
            return True
        if row.components.exists() or row.locations.exists():
            return True
    return False


def _to_write(record: Record, *, by: User | None) -> tuple[Record, Postmortem]:
    postmortem = locked(record.postmortem, by=by)
    if by is not None and not record.is_written_by(by):
        require(by, "postmortems.draft_postmortem")
    require(by, "postmortems.write_record")
    return Record.objects.get(pk=record.pk), postmortem


def _check_has_records(postmortem: Postmortem) -> None:
    if not postmortem.template.has_records:
        raise DomainError(_("A short post-mortem has no incident records. Make it a full RCA first."))


def _record(
    postmortem: Postmortem, *, by: User | None, person: User | None = None, team: Team | None = None
) -> Record | None:
    if postmortem.records.filter(person=person, team=team).exists():
        return None
    last = postmortem.records.aggregate(last=Max("position"))["last"]
    record = Record(
        postmortem=postmortem,
        person=person,
        team=team,
        name=str(team or person),
        position=0 if last is None else last + 1,
        invited_by=by,
    )
    save_audited(record, by=by)
    save_audited(Assessment(postmortem=postmortem, record=record), by=by)
    return record
