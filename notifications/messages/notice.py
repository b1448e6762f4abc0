"""What a message to subscribers says of an incident: one reading for mails and chats alike.

The order is the page's: what fails, what is being done, when the next word comes (DESIGN section 11).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _, ngettext

from incidents import markdown, wording
from incidents.moments import lasting
from notifications import links
from notifications.choices import Event
from notifications.messages import endings, marks, message_templates, moments, subjects
from notifications.messages.marks import Mark
from notifications.messages.outgoing import News, PageDress
from statuspage.documents import words

EARLIER = 5  # updates retold below the news; the rest is on the page
EXCERPT = 280  # characters of each
STATES = 12  # affected places by name; the rest is a number


@dataclass(frozen=True, slots=True)
class Place:
    """One affected component, where, how bad, and how it was before."""

    mark: Mark
    name: str
    was: str


@dataclass(frozen=True, slots=True)
class Past:
    at: str
    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    subject: str
    page: str
    page_url: str
    mark: Mark
    stage: str
    title: str
    at: str
    line: str  # what does not hold any more, or goes on elsewhere
    intro: str  # Markdown
    body: str  # Markdown
    gist: str  # the body's beginning as one plain line
    promised: str
    lasted: str
    scope: str
    places: tuple[Place, ...]
    more_places: str
    earlier: tuple[Past, ...]
    more_earlier: str
    word: str  # what happened besides: Corrected, Reopened, Update withdrawn
    is_over: bool
    posted_at: datetime
    url: str
    opens: str  # what stands there
    manage_url: str
    mute_url: str
    leave_url: str
    header: str  # Markdown
    footer: str  # Markdown


def notice(news: News, page: PageDress, zone: ZoneInfo, token: str) -> Notice:
    """In the language that is active."""
    content = news.content
    here: dict[str, Any] = content.get("pages", {}).get(page.id, {})
    posted_at = moments.read(content.get("posted_at")) or datetime.now(UTC)
    promised_at = moments.read(content.get("promised_at"))
    states = here.get("states", [])
    ending = endings.of(news, here, posted_at, zone)
    is_over = news.event == Event.INCIDENT_RESOLVED or bool(ending and ending.mark)
    stage = (ending and ending.stage) or marks.stage(content.get("status", ""))
    body = ending.body if ending else content.get("body", "")
    promised = moments.near(promised_at, posted_at, zone) if promised_at and not is_over else ""
    word = ending.word if ending else _word(news)
    manage = links.manage_url(page, token) if token else ""
    components, locations = wording.apart([(state["name"], state.get("location") or "") for state in states])
    values = {
        "page": page.name,
        "title": (title := here.get("title") or content["title"]),
        "status": stage,
        "body": body,
        "components": components,
        "locations": locations,
        "next_update": ending.promised if ending else promised,
        "support_url": page.support_url,
    }
    subject, intro = page.texts.get(news.event, ("", ""))
    past = _before(content)
    return Notice(
        subject=message_templates.fill_line(subject, values) or subjects.subject(page.name, word or stage, title=title),
        page=page.name,
        page_url=page.url,
        mark=(ending and ending.mark)
        or marks.of_level(0 if is_over else max((state["level"] for state in states), default=content["severity"])),
        stage=stage,
        title=title,
        at=moments.full(posted_at, zone),
        line=ending.line if ending else "",
        intro=message_templates.fill(intro, values | {"manage_url": manage}),
        body=body,
        gist=Truncator(" ".join(filter(None, [ending and ending.line, markdown.one_line(body)]))).chars(140),
        promised=values["next_update"],
        lasted=_lasted(content, here) if is_over else "",
        scope=here.get("scope", ""),
        places=tuple(_place(state) for state in states[:STATES]),
        more_places=more(len(states) - STATES),
        earlier=tuple(_past(row, posted_at, zone) for row in past[:EARLIER]),
        more_earlier=more(len(past) - EARLIER),
        word="" if word == stage else word,
        is_over=is_over,
        posted_at=posted_at,
        url=(ending and ending.url) or here.get("incident_url") or page.url,
        opens=(ending and ending.opens) or _("Open the incident"),
        manage_url=manage,
        mute_url=links.mute_url(page, token, content["incident"]) if token else "",
        leave_url=links.leave_url(page, token) if token else "",
        header=message_templates.fill(page.header, values | {"manage_url": manage}),
        footer=message_templates.fill(page.footer, values | {"manage_url": manage}),
    )


def _word(news: News) -> str:
    """What happened besides the stage that is told; empty for an ordinary update."""
    if news.content.get("is_correction"):
        return _("Corrected")
    return _("Reopened") if news.content.get("reopens") else ""


def _place(state: dict[str, Any]) -> Place:
    now, old = marks.of_level(state["level"]), state.get("old_level")
    was = marks.of_level(old).word if old is not None and old != state["level"] else ""
    return Place(now, wording.placed(state["name"], state.get("location") or ""), was)


def _before(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What was posted before the update that is sent; a correction may be of one that others followed."""
    rows = content.get("updates", [])  # the newest first
    ids = [row["id"] for row in rows]
    if content.get("update") in ids:
        return rows[ids.index(content["update"]) + 1 :]
    return [row for row in rows if row["posted_at"] < content.get("posted_at", "")]


def _past(row: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> Past:
    at = moments.near(moments.read(row["posted_at"]), posted_at, zone)
    return Past(
        at,
        marks.stage(row["status"], reopens=row.get("reopens", False)),
        Truncator(markdown.one_line(row["body"])).chars(EXCERPT),
    )


def _lasted(content: dict[str, Any], here: dict[str, Any]) -> str:
    """2 h 21 min; with how long something was affected, where that was not all the time."""
    start, end = moments.read(content.get("started_at")), moments.read(content.get("resolved_at"))
    if not start or not end:
        return ""
    seconds = here.get("affected_seconds")
    affected = words.affected_for(timedelta(seconds=seconds), of=end - start) if seconds is not None else ""
    return _(", ").join(filter(None, [lasting(end - start), affected]))


def more(count: int) -> str:
    """How many are not named; empty where all are."""
    return ngettext("and %(n)d more", "and %(n)d more", count) % {"n": count} if count > 0 else ""
