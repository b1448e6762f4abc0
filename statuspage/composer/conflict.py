"""Two people wrote at once: what stands now beside what was typed, and a choice for each difference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import wording
from incidents.choices import EntryKind, Level, Status
from incidents.moments import moment, span
from incidents.timeline import timeline
from statuspage.composer.forms.composer import MINE, THEIRS
from statuspage.composer.forms.notice import CUSTOM

SHOWN = 5


@dataclass(frozen=True)
class Side:
    word: str
    shape: str = ""
    level: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that both say differently. ``name`` is the field in which the choice is posted.

    ``is_possible``: mine could still be posted; else only theirs can hold.
    """

    name: str
    what: str
    theirs: Side
    mine: Side
    is_possible: bool = True


def context(composer, form, rows):
    """What the conflict screen shows: who did what meanwhile, and where that differs from what was typed."""
    since = form.cleaned_data.get("read_at") or timezone.now() - timedelta(hours=1)
    entries = [entry for entry in timeline.read(composer.incident) if entry.at > since and entry.kind != EntryKind.NOTE]
    update = composer.last if composer.last and composer.last.posted_at > since else None
    latest = entries[0] if entries else None
    return {
        "changes": entries[:SHOWN],
        "their_update": update,
        "who": str(update.author) if update and update.author else latest.by if latest else _("Somebody"),
        "ago": _ago(update.posted_at if update else latest.at if latest else None, composer.now),
        "differences": list(_differences(composer, form, rows)),
        "mine_value": MINE,
        "theirs_value": THEIRS,
        "carried": list(_carried(form, rows)),
        "fresh_version": composer.incident.version,
        "read_again_at": composer.now.isoformat(),
    }


def settled(data, composer):
    """The posted values after a conflict, with theirs where the person chose theirs."""
    if not any(name.startswith("hold_") for name in data):
        return data
    data = data.copy()
    if data.get("hold_status") == THEIRS:
        data["status"] = composer.incident.status
    if data.get("hold_promise") == THEIRS and composer.last and composer.last.promised_at:
        data["next"] = CUSTOM
        data["promised_at"] = composer.last.promised_at.isoformat()
    now = {_place(item.component, item.location): item.level for item in composer.affected}
    for name in [name for name in data if name.startswith("hold_rows-") and data[name] == THEIRS]:
        row = name.removeprefix("hold_")
        place = (data.get(f"{row}-component", ""), data.get(f"{row}-location", ""))
        data[f"{row}-level"] = int(now.get(place, Level.OPERATIONAL))
    return data


def _differences(composer, form, rows):
    mine = form.data.get("status")
    if mine in Status.values and mine != composer.incident.status:
        theirs = Status(composer.incident.status)
        is_possible = Status(mine) in composer.stages
        yield Difference("hold_status", _("Stage"), _stage(theirs), _stage(Status(mine)), is_possible=is_possible)
    now = {_place(item.component, item.location): item.level for item in composer.affected}
    for row in rows.forms:
        item = row.affected()
        if item is None:
            continue
        level = item.level if item.level is not None else Level.of_severity(composer.incident.severity_id)
        theirs = now.get(_place(item.component, item.location), Level.OPERATIONAL)
        if theirs != level:
            where = wording.label(item.component, item.location)
            is_possible = composer.incident.status != Status.RESOLVED
            yield Difference(f"hold_{row.prefix}", where, _level(theirs), _level(level), is_possible=is_possible)
    theirs_at, mine_at = composer.last.promised_at if composer.last else None, form.cleaned_data.get("promise")
    if theirs_at and mine_at and theirs_at > composer.now and theirs_at != mine_at and mine != Status.RESOLVED:
        yield Difference("hold_promise", _("Next update"), Side(moment(theirs_at)), Side(moment(mine_at)))


def _carried(form, rows):
    """Everything typed that the screen does not show in a field of its own, to be posted again as it was."""
    shown = {"body", "version", "read_at", "do", "csrfmiddlewaretoken", "once"}
    for name, values in form.data.lists():
        if name not in shown and not name.startswith("hold_"):
            yield from ((name, value) for value in values)


def _ago(at, now):
    """40 s, 12 min; nothing where nobody knows."""
    if at is None:
        return ""
    seconds = max(int((now - at).total_seconds()), 1)
    return _("%(n)d s") % {"n": seconds} if seconds < 60 else span(now - at)


def _stage(status):
    return Side(str(status.label), shape=f"st-{status.value}")


def _level(level):
    name = Level(level).name.lower()
    return Side(str(Level(level).label), shape=f"lv-{name}", level=name)


def _place(component, location):
    return component.public_id, location.public_id if location else ""
