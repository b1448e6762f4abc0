"""What staff get in their channels and their mail. Its facts come worded
(:mod:`notifications.content.staff_parts`), but for times, ``{"at": "…Z"}``, which each recipient reads in their own
zone, and words for customers, ``{"markdown": "…"}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Audience
from notifications.choices import Event
from notifications.messages import marks, moments, subjects
from notifications.messages.fact import Fact
from notifications.messages.marks import Mark
from notifications.messages.outgoing import News

WORDS = {
    Event.STAFF_SUSPECTED: gettext_lazy("Suspicion"),
    Event.STAFF_CONFIRMED: gettext_lazy("Confirmed"),
    Event.STAFF_BRIDGE: gettext_lazy("Bridge"),
    Event.STAFF_RESOLVED: gettext_lazy("Resolved"),
    Event.STAFF_REOPENED: gettext_lazy("Reopened"),
    Event.STAFF_UPDATE: gettext_lazy("Update published"),
    Event.STAFF_RESTRICTED: gettext_lazy("Restricted"),
    Event.STAFF_CLOCK: gettext_lazy("Deadline"),
    Event.STAFF_HELD: gettext_lazy("Messages held back"),
    Event.STAFF_RECORD: gettext_lazy("Incident record asked for"),
    Event.STAFF_ASSIGNED: gettext_lazy("Action item for you"),
    Event.STAFF_REVIEW: gettext_lazy("Your sign-off is asked for"),
    Event.STAFF_SENT_BACK: gettext_lazy("Post-mortem sent back"),
    Event.STAFF_APPROVED: gettext_lazy("Post-mortem approved"),
    Event.STAFF_HANDED_IN: gettext_lazy("Incident record handed in"),
    Event.STAFF_MAINTENANCE: gettext_lazy("Maintenance"),
    Event.STAFF_APPROVAL: gettext_lazy("Your approval is asked for"),
    Event.STAFF_DECIDED: gettext_lazy("Your maintenance was decided on"),
}
WHAT: Mapping[tuple[str, str], Any] = {  # happened, more exactly than the event says
    (Event.STAFF_UPDATE, "corrected"): gettext_lazy("Update corrected"),
    (Event.STAFF_UPDATE, "withdrawn"): gettext_lazy("Update withdrawn"),
    (Event.STAFF_MAINTENANCE, "posted"): gettext_lazy("Maintenance announced"),
    (Event.STAFF_MAINTENANCE, "moved"): gettext_lazy("Maintenance moved"),
    (Event.STAFF_MAINTENANCE, "begun"): gettext_lazy("Maintenance begun"),
    (Event.STAFF_MAINTENANCE, "extended"): gettext_lazy("Maintenance takes longer"),
    (Event.STAFF_MAINTENANCE, "ended"): gettext_lazy("Maintenance ended"),
    (Event.STAFF_MAINTENANCE, "cancelled"): gettext_lazy("Maintenance cancelled"),
    (Event.STAFF_DECIDED, "approved"): gettext_lazy("Maintenance approved"),
    (Event.STAFF_DECIDED, "declined"): gettext_lazy("Maintenance declined"),
}


@dataclass(frozen=True, slots=True)
class StaffNotice:
    subject: str
    word: str  # what happened, in a word
    title: str
    mark: Mark | None  # the severity
    line: str
    fields: tuple[Fact, ...]
    next_step: str
    due: str  # until when
    bridge_url: str
    url: str
    links: tuple[tuple[str, str], ...]  # label, address; the main one first, none twice
    is_drill: bool


def staff_notice(news: News, zone: ZoneInfo) -> StaffNotice:
    """In the language that is active."""
    content = news.content
    now = datetime.now(UTC)
    title = content.get("title", "")
    status = content.get("status") or ""
    word = marks.stage(status) if news.event == Event.STAFF_STAGE and status else _word(news.event, content)
    is_drill = content.get("audience") == Audience.DRILL
    action = content.get("action") or {}
    links = [
        (action.get("label", ""), action.get("url", "")),
        (_("Open in the workspace"), content.get("url", "")),
        (_("Join the bridge"), content.get("bridge_url", "")),
    ]
    return StaffNotice(
        subject=_subject(news.event, word, content, now, zone),
        word=word,
        title=title,
        mark=marks.of_severity(content.get("severity")),
        line=content.get("line", ""),
        fields=tuple(_fact(str(label), value, now, zone) for label, value in content.get("fields", [])),
        next_step=content.get("next_step", ""),
        due=_value({"at": content.get("next_step_due")}, now, zone),
        bridge_url=content.get("bridge_url", ""),
        url=content.get("url", ""),
        links=tuple({url: (label, url) for label, url in reversed(links) if url}.values())[::-1],
        is_drill=is_drill,
    )


def _subject(event: str, word: str, content: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> str:
    """A clock's fact is what runs out, and when; of what is restricted there is none."""
    fact = word
    if content.get("audience") == Audience.RESTRICTED:
        fact = word if event == Event.STAFF_RESTRICTED else _("Restricted")
    elif event == Event.STAFF_BRIDGE:
        fact = _("Bridge opened")
    elif event == Event.STAFF_CLOCK:
        fact = _of_clock(content, now, zone) or word
    drill = _("Drill") if content.get("audience") == Audience.DRILL else ""
    return subjects.subject(drill, fact, title=content.get("title", ""))


def _of_clock(content: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> str:
    """Late since 21:50 UTC: next update."""
    if not content.get("promise"):
        return ""
    words = {
        "what": content["promise"][:1].lower() + content["promise"][1:],
        "time": _value(content.get("due"), now, zone),
    }
    if not words["time"]:
        return content["promise"]
    if content.get("phase") == "warning":
        return _("Due %(time)s: %(what)s") % words
    return _("Late since %(time)s: %(what)s") % words


def _fact(label: str, value: Any, now: datetime, zone: ZoneInfo) -> Fact:
    if isinstance(value, dict) and "markdown" in value:
        return Fact(label, str(value["markdown"]), is_markdown=True)
    return Fact(label, _value(value, now, zone))


def _value(value: Any, now: datetime, zone: ZoneInfo) -> str:
    if not isinstance(value, dict):
        return str(value)
    at = moments.read(value.get("at"))
    return moments.near(at, now, zone) if at else ""


def _word(event: str, content: dict[str, Any]) -> str:
    if word := WHAT.get((event, content.get("what", ""))):
        return str(word)
    return str(WORDS.get(Event(event), "")) if event in Event.values else event
