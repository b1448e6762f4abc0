"""What a message says of an update that was withdrawn, and of an incident that goes on in another one or is not shown
any more: in words, from what froze of it (:mod:`notifications.content.incident_endings`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incidents.choices import ComponentState, Status
from notifications.choices import Event
from notifications.messages import marks, moments
from notifications.messages.marks import Mark
from notifications.messages.outgoing import News


@dataclass(frozen=True, slots=True)
class Ending:
    """``line`` stands above the text, and is plain. ``stage`` and ``mark`` are empty where those of the update that
    still stands hold."""

    word: str
    line: str
    body: str  # Markdown
    promised: str
    stage: str = ""
    mark: Mark | None = None
    url: str = ""
    opens: str = ""  # where ``url`` is not that of an incident


def of(news: News, here: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> Ending | None:
    """In the language that is active. ``here``: the part of the page that speaks."""
    if news.event == Event.INCIDENT_WITHDRAWN:
        return _withdrawn(news.content, here, posted_at, zone)
    if news.event == Event.INCIDENT_REMOVED:
        return _removed(here)
    return _merged(news.content, here, posted_at, zone) if news.event == Event.INCIDENT_MERGED else None


def not_shown(page: str, url: str) -> str:
    """The last word of a page on an incident that it shows no more. It names nothing that may be hidden now."""
    text = _(
        "%(page)s does not show this incident any more, and sends nothing more about it unless it shows it again. "
        "Its address was %(url)s"
    )
    return text % {"page": page, "url": url}


def _removed(here: dict[str, Any]) -> Ending:
    word, body = _("Not shown any more"), here.get("last_word", {}).get("body", "")
    return Ending(word, "", body, "", word, _neutral(), here.get("url", ""), _("Open the status page"))


def _withdrawn(content: dict[str, Any], here: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> Ending:
    was, standing = content["withdrawn"], content["updates"]
    words = {"time": _near(was["posted_at"], posted_at, zone), "stage": marks.stage(was["status"])}
    line = _("Our update of %(time)s (%(stage)s) was withdrawn: it does not hold.") % words
    if not standing:
        more = _("Nothing else was published of this incident, and the page does not show it any more.")
        word, opens = _("Withdrawn"), _("Open the status page")
        return Ending(word, f"{line} {more}", "", "", word, _neutral(), here.get("url", ""), opens)
    more = _("What holds is our update of %(time)s:") % {"time": _near(standing[0]["posted_at"], posted_at, zone)}
    return Ending(_("Update withdrawn"), f"{line} {more}", content["body"], _promise(content, posted_at, zone))


def _merged(content: dict[str, Any], here: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> Ending:
    onward = here.get("goes_on")
    body = here.get("last_word", {}).get("body", "")
    if onward is None:
        return Ending(_("Closed"), "", body, "", _("Closed"), _neutral())
    line = _("It turned out to be part of another incident, which is %(stage)s.") % {"stage": onward["stage"].lower()}
    word = str(Status.MERGED.label)
    return Ending(word, line, body, _promise(onward, posted_at, zone), word, _neutral(), onward["url"])


def _promise(content: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> str:
    return _near(content["promised_at"], posted_at, zone) if content.get("promised_at") else ""


def _near(at: str, posted_at: datetime, zone: ZoneInfo) -> str:
    return moments.near(moments.read(at), posted_at, zone)


def _neutral() -> Mark:
    """Neither well nor ill."""
    return marks.of_state(ComponentState.UNKNOWN)
