"""Operators' notices become drafts of windows, and follow what the operator says later (3-10).

A draft follows by itself, in what the operator changed. What customers were told is moved or cancelled by a person
only: the notice says what is left to do (``OperatorNotice.objects.waiting_for_a_person``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance import advising, operator_files, placing
from incidents.maintenance.actions.drafting import draft, edit
from incidents.maintenance.actions.running import cancel
from incidents.maintenance.choices import APPLIED, Kind, ReadAs, State
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import OperatorNotice, Window
from incidents.maintenance.operator_calendars import Announced, Unreadable, names_of, read
from incidents.models import Component, User
from incidents.permissions import require

RIGHTS = ("maintenance.announce_window", "maintenance.plan_window")
PLANNED = (ReadAs.NEW, ReadAs.UPDATED)


def ingest(data: bytes, *, source: str, by: User | None) -> list[OperatorNotice]:
    """A notice for each event of a calendar file; what came before, byte for byte, makes nothing.

    What cannot be read is kept with the reason. ``source``: the file's name, or who sent it.
    """
    require(by, *RIGHTS)
    if OperatorNotice.objects.of_file(data).exists():  # folders are read again and again
        return []
    marks, facts = operator_files.marks(data), {"source": source.replace("\0", "")[:255], "by": by}
    try:
        texts = operator_files.split(data)  # before the transaction: nobody waits while strangers' text is read
    except Unreadable as error:
        facts |= {"read_as": ReadAs.UNREADABLE, "error": str(error)[:500], "raw": operator_files.kept(data)}
        return _ingest(data, [OperatorNotice(digest=marks[0], **facts)], by=by)
    return _ingest(
        data, [OperatorNotice(digest=mark, raw=text, **facts) for mark, text in zip(marks, texts, strict=False)], by=by
    )


@transaction.atomic
def _ingest(data: bytes, notices: list[OperatorNotice], *, by: User | None) -> list[OperatorNotice]:
    """Of a file that nobody else has handed in meanwhile."""
    if OperatorNotice.objects.of_file(data).exists():
        return []
    for notice in notices:
        if notice.read_as != ReadAs.UNREADABLE:
            _take(notice, by=by)
        notice.save()
    return notices


@transaction.atomic
def read_again(notice: OperatorNotice, *, by: User | None) -> OperatorNotice:
    """What could not be read, after somebody gave a component the external id that was missing, say."""
    require(by, *RIGHTS)
    notice = _locked(notice)
    if notice.read_as != ReadAs.UNREADABLE:
        raise DomainError(_("It was read. A later version of it comes as a notice of its own."))
    notice.settled_at = notice.settled_by = None
    _take(notice, by=by)
    notice.save()
    return notice


@transaction.atomic
def settle(notice: OperatorNotice, *, by: User | None) -> OperatorNotice:
    """Nothing is left to do: somebody did it, or it is not to be done."""
    require(by, RIGHTS[0])
    notice = _locked(notice)
    if not notice.error or notice.settled_at is not None:
        raise DomainError(_("Nothing is left to do."))
    notice.settled_at, notice.settled_by = timezone.now(), by
    notice.save(update_fields=["settled_at", "settled_by"])
    return notice


def _take(notice: OperatorNotice, *, by: User | None) -> None:
    """Read it, and do what it says. The caller saves it."""
    try:
        event = read(notice.raw)
        notice.uid, notice.sequence = event.uid, event.sequence
        notice.starts_at, notice.ends_at = event.starts_at, event.ends_at
        _follow(notice, event, by=by)
    except Unreadable as error:
        notice.uid = notice.uid or error.uid
        notice.read_as, notice.error = ReadAs.UNREADABLE, str(error)[:500]
    except DomainError as error:
        notice.read_as, notice.error = ReadAs.UNREADABLE, str(error)[:500]


def _follow(notice: OperatorNotice, event: Announced, *, by: User | None) -> None:
    earlier, event = _earlier(notice, event)
    notice.provider = event.provider
    last = next((each for each in earlier if each.read_as in APPLIED), None)
    before = replace(read(last.raw), provider=event.provider) if last else None
    notice.error, notice.unmatched = "", []
    if before and (event.sequence < before.sequence or event == before):
        notice.read_as, notice.window = ReadAs.OLD, last.window if last else None
        return
    window = last.window if last else None
    if event.is_cancelled:
        notice.read_as, notice.window = ReadAs.CANCELLED, window
        is_known = any(each.read_as in PLANNED for each in earlier)
        unknown = "" if is_known else advising.of_unknown_cancellation(event, now=timezone.now())
        notice.error = unknown or _cancel(window, by=by)
    elif window is None or window.is_over or before is None:
        _begin(notice, event, window, by=by)
    else:
        notice.read_as, notice.window = ReadAs.UPDATED, window
        seen = next((each for each in earlier if each.read_as in APPLIED and each.is_dealt_with), last)
        concerns = _concerns(event) != _concerns(read(seen.raw))
        notice.error = _update(notice, window, before, event, concerns=concerns, by=by)
    OperatorNotice.objects.filter(pk__in=[each.pk for each in earlier], settled_at=None).exclude(error="").update(
        settled_at=timezone.now()
    )


def _earlier(notice: OperatorNotice, event: Announced) -> tuple[list[OperatorNotice], Announced]:
    """What was sent of the same event, the newest first; and the event, with its provider as it was written there.

    Capitals make no other provider. Where the file names none, the UID is enough if one provider alone has used it.
    """
    rows = OperatorNotice.objects.with_uid(event.uid).exclude(pk=notice.pk)
    by_provider: dict[str, list[OperatorNotice]] = {}
    for row in rows.select_for_update(of=("self",), no_key=True):
        by_provider.setdefault(row.provider.casefold(), []).append(row)
    key = event.provider.casefold()
    if not event.names_provider and len(by_provider) == 1:
        [key] = by_provider
    found = by_provider.get(key, [])
    return found, replace(event, provider=found[0].provider) if found else event


def _begin(notice: OperatorNotice, event: Announced, before: Window | None, *, by: User | None) -> None:
    """A draft, for a person to look at and to announce. ``before``: what was planned for it, and is over."""
    if _is_over(event, before):
        notice.read_as, notice.error, notice.settled_at = ReadAs.OLD, _("It is over already."), timezone.now()
        return
    affects = _affects(notice, event)
    notice.window = draft(affects=affects, kind=Kind.OPERATOR, by=by, **_facts(event))
    placing.place(notice.window)
    notice.read_as = ReadAs.NEW


def _is_over(event: Announced, before: Window | None) -> bool:
    if event.is_completed or event.ends_at <= timezone.now():
        return True
    was_done = before is not None and before.state == State.COMPLETED
    return was_done and event.starts_at == before.starts_at and event.ends_at <= before.ends_at


def _update(
    notice: OperatorNotice, window: Window, before: Announced, event: Announced, *, concerns: bool, by: User | None
) -> str:
    """A draft follows in what the operator changed. Of what customers were told: in words, what is another now.

    ``concerns``: whether it concerns something else than in the last notice that left nothing to do, or that somebody
    dealt with: what one notice asks for, the next one does not forget.
    """
    new, old = _facts(event), _facts(before)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if window.is_draft:
        edit(window, by=by, affects=_affects(notice, event) if concerns else None, **changed)
        return ""
    return advising.of_change(window, event, concerns_others=concerns, now=timezone.now())


def _cancel(window: Window | None, *, by: User | None) -> str:
    if window is None:
        return ""
    if window.is_draft:
        cancel(window, reason=_("The operator cancelled it."), by=by)
        return ""
    return advising.of_cancellation(window)


def _facts(event: Announced) -> dict[str, Any]:
    """As a window has them. The operator's letter is for staff: what customers read, a person writes."""
    return {
        "title": event.title, "plan": event.text, "starts_at": event.starts_at, "ends_at": event.ends_at,
        "time_zone": event.time_zone, "ticket": event.maintenance_id,
    }  # fmt: skip


def _concerns(event: Announced) -> tuple:
    return event.provider.casefold(), event.account, set(event.objects), event.expected


def _affects(notice: OperatorNotice, event: Announced) -> list[Affects]:
    """The components that have one of its names among their external ids. One query."""
    known: dict[str, list[Component]] = {}
    for component in Component.objects.order_by("position", "pk"):
        for each in component.external_ids:
            known.setdefault(str(each).casefold(), []).append(component)
    found: dict[Component, None] = {}
    for name, ids in names_of(event):
        matched = [component for each in ids for component in known.get(each.casefold(), ())]
        found |= dict.fromkeys(matched)
        if not matched:
            notice.unmatched = [*notice.unmatched, name]
    if found:
        return [Affects(component, None, event.expected) for component in found]
    if not notice.unmatched:
        raise Unreadable(_("It does not say what it concerns."))
    names = ", ".join(notice.unmatched)
    raise Unreadable(_("No component has the external id %(names)s.") % {"names": names[:400]})


def _locked(notice: OperatorNotice) -> OperatorNotice:
    return OperatorNotice.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.pk)
