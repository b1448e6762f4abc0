"""What happened to a maintenance window, in a word, in a sentence and as a subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from notifications.choices import Event
from notifications.messages import moments, subjects
from statuspage.documents import times, window_words

WORDS: Mapping[str, str | Promise] = {
    Event.MAINTENANCE_SCHEDULED: gettext_lazy("Announced"),
    Event.MAINTENANCE_MOVED: gettext_lazy("Moved"),
    Event.MAINTENANCE_CHANGED: gettext_lazy("Changed"),
    Event.MAINTENANCE_REMINDER: gettext_lazy("Reminder"),
    Event.MAINTENANCE_STARTED: gettext_lazy("Begun"),
    Event.MAINTENANCE_UPDATED: gettext_lazy("Update"),
    Event.MAINTENANCE_EXTENDED: gettext_lazy("Takes longer"),
    Event.MAINTENANCE_VERIFYING: gettext_lazy("Being verified"),
    Event.MAINTENANCE_COMPLETED: gettext_lazy("Ended"),
    Event.MAINTENANCE_CANCELLED: gettext_lazy("Cancelled"),
}
SPOKEN: Mapping[str, str | Promise] = {  # of updates before it, by their kind
    "posted": WORDS[Event.MAINTENANCE_SCHEDULED],
    "moved": WORDS[Event.MAINTENANCE_MOVED],
    "changed": WORDS[Event.MAINTENANCE_CHANGED],
    "begun": WORDS[Event.MAINTENANCE_STARTED],
    "update": WORDS[Event.MAINTENANCE_UPDATED],
    "extended": WORDS[Event.MAINTENANCE_EXTENDED],
    "verifying": WORDS[Event.MAINTENANCE_VERIFYING],
    "ended": WORDS[Event.MAINTENANCE_COMPLETED],
    "cancelled": WORDS[Event.MAINTENANCE_CANCELLED],
}
FULL = (  # with what is done and why
    Event.MAINTENANCE_SCHEDULED,
    Event.MAINTENANCE_MOVED,
    Event.MAINTENANCE_CHANGED,
    Event.MAINTENANCE_REMINDER,
    Event.MAINTENANCE_STARTED,
)
LAST_WORDS = (Event.MAINTENANCE_COMPLETED, Event.MAINTENANCE_CANCELLED)
WITH_ADVICE = (*FULL, Event.MAINTENANCE_UPDATED, Event.MAINTENANCE_EXTENDED)


def kind_word(event: str) -> str:
    return str(WORDS.get(event, ""))


def class_words(content: Mapping[str, Any]) -> str:
    return _("Emergency maintenance") if content.get("is_emergency") else _("Planned maintenance")


def subject(event: Event, content: Mapping[str, Any], page: str, zone: ZoneInfo, posted_at: datetime) -> str:
    """[Larkwire: Planned maintenance, Thu 10 Dec, 22:00 UTC] Core router upgrade. The year, where it is another one."""
    start, end = moments.known(content["starts_at"]), moments.known(content["ends_at"])
    fact = {
        Event.MAINTENANCE_SCHEDULED: _("%(class)s, %(start)s"),
        Event.MAINTENANCE_MOVED: _("Maintenance moved to %(start)s"),
        Event.MAINTENANCE_CHANGED: _("Maintenance changed, %(start)s"),
        Event.MAINTENANCE_REMINDER: _("Reminder: maintenance, %(start)s"),
        Event.MAINTENANCE_STARTED: _("Maintenance has begun"),
        Event.MAINTENANCE_UPDATED: _("Maintenance update"),
        Event.MAINTENANCE_EXTENDED: _("Maintenance takes longer, until %(end)s"),
        Event.MAINTENANCE_VERIFYING: _("Maintenance being verified"),
        Event.MAINTENANCE_COMPLETED: _("Maintenance ended"),
        Event.MAINTENANCE_CANCELLED: _("Maintenance cancelled"),
    }[event]
    words = {
        "class": class_words(content),
        "start": times.day_and_hour(start, zone, to=posted_at).text,
        "end": times.near(end, start, zone).text,
    }
    return subjects.subject(page, fact % words, title=content["title"])


def happened(event: Event, content: Mapping[str, Any], zone: ZoneInfo, posted_at: datetime) -> str:
    """In a sentence; nothing where words that somebody wrote say it."""
    words = {"end": moments.near(moments.known(content["ends_at"]), posted_at, zone)}
    if event == Event.MAINTENANCE_SCHEDULED:
        short = _("It is announced at shorter notice than planned maintenance is.")
        return short if content.get("is_emergency") else ""
    if event == Event.MAINTENANCE_COMPLETED:
        return _ended(content)
    if event == Event.MAINTENANCE_CANCELLED:
        return _("It was broken off.") if content.get("started_at") else _("It does not take place.")
    return {
        Event.MAINTENANCE_MOVED: _("It takes place at another time."),
        Event.MAINTENANCE_CHANGED: _("What we announced is different in part."),
        Event.MAINTENANCE_STARTED: _("It has begun and is to end by %(end)s.") % words,
        Event.MAINTENANCE_EXTENDED: _("It takes longer than announced, until %(end)s.") % words,
        Event.MAINTENANCE_VERIFYING: _("The work is done. We look whether all works before we call it over."),
    }.get(event, "")


def _ended(content: Mapping[str, Any]) -> str:
    """As the page says it: against the end that was announced before it began."""
    words = window_words.ended(moments.known(content["ended_at"]), moments.known(content["planned_end"]))
    return _("It is over. %(how)s") % {"how": words}
