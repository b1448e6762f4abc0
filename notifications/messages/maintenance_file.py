"""The calendar file that goes with a mail on maintenance: opened, it adds, moves or takes out its event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incidents import calendars, markdown
from incidents.maintenance.calendar_file import Entry, event, span, worst
from incidents.maintenance.choices import Expected, Kind, State
from notifications.messages import moments
from notifications.messages.outgoing import Attachment, News, PageDress
from statuspage.snapshot.plain_text import plain

NAME = "maintenance.ics"


def attachments(news: News, page: PageDress, *, sender: str) -> list[Attachment]:
    """``sender``: the address that is asked about the event."""
    made = event(entry_of(news, page), provider=page.name, account=page.id, organizer=page.reply_to or sender)
    method = "CANCEL" if made.is_cancelled else "PUBLISH"
    return [Attachment(NAME, f"text/calendar; method={method}; charset=utf-8", calendars.attached(made))]


def entry_of(news: News, page: PageDress) -> Entry:
    content: Mapping[str, Any] = news.content
    here: Mapping[str, Any] = content.get("pages", {}).get(page.id, {})
    states = here.get("states", [])
    begins, until = span(
        starts_at=moments.known(content["starts_at"]),
        ends_at=moments.known(content["ends_at"]),
        started_at=_known(content["started_at"]),
        ended_at=_known(content["ended_at"]),
        is_cancelled=content["status"] == State.CANCELLED,
    )
    texts = [markdown.one_line(text) for text in (content["advice"], content["body"])]
    url = here.get("maintenance_url") or page.url
    return Entry(
        id=content["maintenance"],
        title=plain(content["title"]),
        kind=Kind(content["kind"]),
        state=State(content["status"]),
        starts_at=begins,
        until=until,
        sequence=content["sequence"],
        announced_at=moments.known(content["announced_at"]),
        changed_at=moments.known(content["changed_at"]),
        expected=worst(Expected(state["expected"]) for state in states),
        objects=tuple(dict.fromkeys(state["name"] for state in states)),
        places=tuple(dict.fromkeys(state["location"] for state in states if state.get("location"))),
        text=plain("\n\n".join(filter(None, [*texts, url]))),
        url=url,
    )


def _known(text: str | None) -> datetime | None:
    return moments.known(text) if text else None
