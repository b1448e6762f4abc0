"""What was done to a post-mortem, by whom and why: its row, sections, records and parts, newest first (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext as _

from incidents.moments import moment
from incidents.timeline.entries import Change
from postmortems.models import (
    ActionItem,
    Assessment,
    Cause,
    Comment,
    Event,
    Mitigation,
    Paragraph,
    Postmortem,
    Record,
    ReviewMeeting,
    Section,
    Settlement,
    Why,
)
from postmortems.views.base import of_postmortem
from postmortems.views.screen import screen

MOST = 300  # lines on one screen
SILENT = ("changed_at", "changed_by", "position", "key", "public_id", "removed_at", "claims")
TABLES: tuple[type[models.Model], ...] = (
    Section, Record, Paragraph, Event, Mitigation, Cause, Why, Assessment, ActionItem, Comment, Settlement,
    ReviewMeeting,
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One saving of one row."""

    at: datetime
    by: str
    reason: str
    what: str
    verb: str
    changes: list[Change]


@of_postmortem()
def history(request, postmortem: Postmortem):
    """A query for each table, whatever was written."""
    lines = list(_lines(Postmortem, Postmortem.history.filter(id=postmortem.pk)))
    for table in TABLES:
        lines += _lines(table, table.history.filter(postmortem_id=postmortem.pk))
    lines.sort(key=lambda line: line.at, reverse=True)
    return screen(
        request, "history.html", postmortem, here="history", title=_("History of the post-mortem"),
        lines=lines[:MOST], more=max(len(lines) - MOST, 0),
    )  # fmt: skip


def _lines(table: type[models.Model], rows) -> Iterator[Line]:
    """Of every row of one table, each saving beside the one before."""
    related = [field.name for field in table._meta.fields if field.is_relation and field.name != "postmortem"]
    rows = rows.select_related("history_user", *related).order_by("id", "-history_date", "-history_id")
    for newer, older in pairwise([*rows, None]):
        older = older if older is not None and older.id == newer.id else None
        changes = list(_changes(newer, older)) if older else []
        verb = _verb(newer, older)
        if changes or verb:
            yield Line(
                at=newer.history_date,
                by=str(newer.history_user or _("the system")),
                reason=newer.history_change_reason or "",
                what=_name(table, newer),
                verb=verb,
                changes=changes,
            )


def _verb(newer, older) -> str:
    if older is None:
        return _("added") if newer.history_type == "+" else ""
    if newer.history_type == "-":
        return _("deleted")
    was, now = getattr(older, "removed_at", None), getattr(newer, "removed_at", None)
    if now and not was:
        return _("removed")
    return _("put back") if was and not now else ""


def _name(table: type[models.Model], row) -> str:
    name = str(table._meta.verbose_name)
    text = getattr(row, "title", "") or getattr(row, "name", "") or getattr(row, "text", "")
    words = " ".join(str(text).split())[:80]
    return f"{name[:1].upper()}{name[1:]}: {words}" if words else f"{name[:1].upper()}{name[1:]}"


def _changes(newer, older) -> Iterator[Change]:
    for field in newer.tracked_fields:
        if field.name not in SILENT and getattr(newer, field.attname) != getattr(older, field.attname):
            label = str(field.verbose_name)
            yield Change(label[:1].upper() + label[1:], _words(older, field), _words(newer, field))


def _words(record, field) -> str:
    value = getattr(record, field.attname)
    if value in (None, ""):
        return ""
    if field.is_relation:
        return str(getattr(record, field.name))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return moment(value) if isinstance(value, datetime) else str(value)
