"""What a message to subscribers says of a maintenance window: one reading for mails and chats alike.

The order: what happened, when it is, what the reader has to do, what is affected and how, what is done and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import markdown, wording
from incidents.choices import ComponentState
from incidents.maintenance.choices import Expected, State
from incidents.moments import lasting
from notifications import links
from notifications.choices import Event
from notifications.messages import marks, message_templates, moments
from notifications.messages.maintenance_words import (
    FULL,
    LAST_WORDS,
    SPOKEN,
    WITH_ADVICE,
    class_words,
    happened,
    kind_word,
    subject,
)
from notifications.messages.marks import Mark
from notifications.messages.notice import EARLIER, EXCERPT, STATES, more
from notifications.messages.outgoing import News, PageDress


@dataclass(frozen=True, slots=True)
class Place:
    """One affected component, where, and what is expected of it."""

    mark: Mark
    name: str


@dataclass(frozen=True, slots=True)
class Past:
    at: str
    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Times:
    """From when to when, in the reader's zone, and in the page's own where that is another one."""

    text: str
    on_page: str
    lasts: str


@dataclass(frozen=True, slots=True)
class WindowNotice:
    subject: str
    page: str
    page_url: str
    mark: Mark
    kind: str  # planned or emergency maintenance
    stage: str  # what happened, in a word
    title: str
    at: str
    line: str  # what happened, in a sentence
    when: Times
    when_head: str
    was: Times | None
    intro: str  # Markdown: words of whoever did it
    advice: str  # Markdown; what the reader has to do, if anything
    is_off: bool  # its times do not hold any more
    body: str  # Markdown
    gist: str
    places: tuple[Place, ...]
    more_places: str
    places_head: str
    earlier: tuple[Past, ...]
    more_earlier: str
    file_line: str  # what the attached file does
    posted_at: datetime
    url: str
    manage_url: str
    mute_url: str
    leave_url: str
    header: str  # Markdown
    footer: str  # Markdown


def window_notice(news: News, page: PageDress, zone: ZoneInfo, token: str) -> WindowNotice:
    """In the language that is active."""
    content, event = news.content, Event(news.event)
    here: dict[str, Any] = content.get("pages", {}).get(page.id, {})
    posted_at = moments.read(content.get("posted_at")) or datetime.now(UTC)
    page_zone, states = moments.zone(page.time_zone), here.get("states", [])
    when = _times(content["starts_at"], content["ends_at"], zone, page_zone)
    was = None
    if content["old_starts_at"] and content["old_ends_at"]:
        was = _times(content["old_starts_at"], content["old_ends_at"], zone, page_zone)
    update = content["update"] or {"id": "", "body": ""}
    said = update["body"]
    line = happened(event, content, zone, posted_at)
    manage = links.manage_url(page, token) if token else ""
    values = {
        "page": page.name,
        "title": content["title"],
        "status": kind_word(event),
        "body": said or content["body"],
        "components": wording.listing(list(dict.fromkeys(state["name"] for state in states))),
        "support_url": page.support_url,
        "manage_url": manage,
    }
    before = [row for row in content["updates"] if row["posted_at"] <= content["posted_at"]]
    past = [row for row in before if row["id"] != update["id"]]
    return WindowNotice(
        subject=subject(event, content, page.name, zone, posted_at),
        page=page.name,
        page_url=page.url,
        mark=marks.of_state(ComponentState.MAINTENANCE),
        kind=class_words(content),
        stage=kind_word(event),
        title=content["title"],
        at=moments.full(posted_at, zone),
        line=line,
        when=when,
        when_head=_("Announced for") if event in LAST_WORDS else _("When"),
        was=was,
        intro=said,
        advice=content["advice"].strip() if event in WITH_ADVICE else "",
        is_off=content["status"] == State.CANCELLED,
        body=content["body"] if event in FULL else "",
        gist=Truncator(f"{line or markdown.one_line(said or content['body'])} {when.text}".strip()).chars(140),
        places=tuple(_place(state) for state in states[:STATES]),
        more_places=more(len(states) - STATES),
        places_head=_places_head(event),
        earlier=tuple(_past(row, posted_at, zone) for row in past[:EARLIER]),
        more_earlier=more(len(past) - EARLIER),
        file_line=_file_line(content["status"]),
        posted_at=posted_at,
        url=here.get("maintenance_url") or page.url,
        manage_url=manage,
        mute_url=links.mute_url(page, token, content["maintenance"]) if token else "",
        leave_url=links.leave_url(page, token) if token else "",
        header=message_templates.fill(page.header, values),
        footer=message_templates.fill(page.footer, values),
    )


def _times(starts: str, ends: str, zone: ZoneInfo, page_zone: ZoneInfo) -> Times:
    start, end = moments.known(starts), moments.known(ends)
    is_same = all(at.astimezone(zone).utcoffset() == at.astimezone(page_zone).utcoffset() for at in (start, end))
    text = moments.stretch(start, end, zone)
    return Times(text, "" if is_same else moments.stretch(start, end, page_zone), lasting(end - start))


def _place(state: dict[str, Any]) -> Place:
    """Levels that we do not know (a newer row) are maintenance, never an error."""
    name = wording.placed(state["name"], state.get("location") or "")
    if state["expected"] not in Expected.values:
        return Place(marks.of_state(ComponentState.MAINTENANCE), name)
    expected = Expected(state["expected"])
    mark = marks.of_state(expected.state)
    return Place(Mark(mark.slug, mark.shape, str(expected.label)), name)


def _file_line(status: str) -> str:
    if status == State.CANCELLED:
        return _("Attached for your calendar: opened, the file takes it out there.")
    if status == State.COMPLETED:
        return _("Attached for your calendar, with the end that it had.")
    return _("Attached for your calendar: opened, the file enters it there, or moves it.")


def _places_head(event: Event) -> str:
    if event == Event.MAINTENANCE_COMPLETED:
        return _("What was affected")
    if event == Event.MAINTENANCE_CANCELLED:
        return _("What it was to affect")
    return _("What is affected")


def _past(row: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> Past:
    """Without words of its own, what it said is its times."""
    at = moments.near(moments.known(row["posted_at"]), posted_at, zone)
    text = Truncator(markdown.one_line(row["body"])).chars(EXCERPT)
    return Past(at, str(SPOKEN.get(row["kind"], "")), text or _span(row, zone))


def _span(row: dict[str, Any], zone: ZoneInfo) -> str:
    if row["kind"] not in ("posted", "moved", "extended"):
        return ""
    return moments.stretch(moments.known(row["starts_at"]), moments.known(row["ends_at"]), zone)


def lines(said: WindowNotice) -> Iterator[tuple[str, str]]:
    """When it is and was, as labels and values."""
    yield said.when_head, f"{said.when.text} ({said.when.lasts})"
    if said.when.on_page:
        yield _("On the page"), said.when.on_page
    if said.was:
        yield _("Was"), f"{said.was.text} ({said.was.lasts})"
