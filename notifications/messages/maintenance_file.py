"""The calendar file that goes with a mail on maintenance: opened, it adds, moves or takes out its event.

The event is the one of the page's own files, as it was when the message was written.
"""

from __future__ import annotations

from incidents import calendars
from incidents.maintenance.choices import State
from notifications.messages.outgoing import Attachment, News, PageDress

NAME = "maintenance.ics"


def attachments(news: News, page: PageDress) -> list[Attachment]:
    here = news.content["pages"].get(page.id)
    if here is None:
        return []
    method = "CANCEL" if news.content["status"] == State.CANCELLED else "PUBLISH"
    body = calendars.attached(here["event"], method=method)
    return [Attachment(NAME, f"text/calendar; method={method}; charset=utf-8", body)]
