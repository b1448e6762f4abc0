"""What was done to a post-mortem, by whom and why: its row, sections, records and parts, newest first (M-03)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents.history import Names, Version, changes, links, who
from incidents.models import User
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
class Line(Version):
    """One saving of one row, and which row that is."""

    what: str = ""


@of_postmortem()
def history(request, postmortem: Postmortem):
    """A few queries for each table, whatever was written."""
    lines = list(_lines(Postmortem, Postmortem.history.filter(id=postmortem.pk), request.user))
    for table in TABLES:
        lines += _lines(table, table.history.filter(postmortem_id=postmortem.pk), request.user)
    lines.sort(key=lambda line: line.at, reverse=True)
    return screen(
        request, "history.html", postmortem, here="history", title=_("History of the post-mortem"),
        versions=lines[:MOST], more=max(len(lines) - MOST, 0),
    )  # fmt: skip


def _lines(table: type[models.Model], rows, user: User) -> Iterator[Line]:
    """Of every row of one table, each saving beside the one before."""
    rows = (
        rows.select_related("history_user")
        .prefetch_related(*links(rows.model))
        .order_by("id", "-history_date", "-history_id")
    )
    pairs = [(newer, older if older and older.id == newer.id else None) for newer, older in pairwise([*rows, None])]
    names = Names.of([pair for pair in pairs if pair[1]], user=user, silent=SILENT)
    for newer, older in pairs:
        changed = list(changes(newer, older, names, SILENT)) if older and newer.history_type != "-" else []
        if (verb := _verb(newer, older)) or changed:
            yield Line(
                newer.history_date, who(newer), newer.history_change_reason or "", verb, changed, _name(table, newer)
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
    words = Truncator(" ".join(str(text).split())).words(12, truncate="…")
    return f"{name[:1].upper()}{name[1:]}: {words}" if words else f"{name[:1].upper()}{name[1:]}"
