"""What a message to subscribers says of a published post-mortem: one reading for mails and chats alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import markdown
from incidents.markdown.portable import escaped
from notifications import links
from notifications.choices import Event
from notifications.messages import message_templates, moments, subjects
from notifications.messages.outgoing import News, PageDress

LONG = 1_200  # characters of what it begins with


@dataclass(frozen=True, slots=True)
class Report:
    subject: str
    page: str
    page_url: str
    kind: str  # post-mortem, or root cause analysis
    title: str
    at: str
    intro: str  # Markdown
    body: str  # Markdown
    gist: str  # the body's beginning as one plain line
    answers: tuple[tuple[str, str], ...]
    change: str  # what is different from the version before
    word: str  # what happened to it: Corrected, Withdrawn
    opens: str  # what stands at its address
    posted_at: datetime
    url: str
    incident_url: str
    manage_url: str
    mute_url: str
    leave_url: str
    header: str  # Markdown
    footer: str  # Markdown


def report(news: News, page: PageDress, zone: ZoneInfo, token: str) -> Report:
    """In the language that is active."""
    content = news.content
    here: dict[str, Any] = content.get("pages", {}).get(page.id, {})
    posted_at = moments.read(content.get("posted_at")) or datetime.now(UTC)
    manage = links.manage_url(page, token) if token else ""
    values = {
        "page": page.name,
        "title": content["title"],
        "status": here.get("kind", ""),
        "body": here.get("gist", ""),
        "components": "",
        "locations": "",
        "next_update": "",
        "support_url": page.support_url,
    }
    subject, intro = page.texts.get(news.event, ("", ""))
    gist, is_withdrawn = here.get("gist", ""), news.event == Event.POSTMORTEM_WITHDRAWN
    at = _("Withdrawn %(time)s") if is_withdrawn else _("Published %(time)s")
    if is_withdrawn:
        gist = _withdrawn(content, posted_at, zone)
    return Report(
        subject=message_templates.fill_line(subject, values) or _subject(news, page),
        page=page.name,
        page_url=page.url,
        kind=here.get("kind", ""),
        title=content["title"],
        at=at % {"time": moments.full(posted_at, zone)},
        intro=message_templates.fill(intro, values | {"manage_url": manage}),
        body="" if here.get("answers") else Truncator(gist).chars(LONG),
        gist=Truncator(markdown.one_line(gist)).chars(140),
        answers=tuple((question, text) for question, text in here.get("answers", [])),
        change=content.get("change", ""),
        word=_("Withdrawn") if is_withdrawn else _("Corrected") if content.get("is_correction") else "",
        opens=_("See when and why") if is_withdrawn else _("Read the post-mortem"),
        posted_at=posted_at,
        url=here.get("postmortem_url") or page.url,
        incident_url=here.get("incident_url") or page.url,
        manage_url=manage,
        mute_url=links.mute_url(page, token, content["incident"]) if token else "",
        leave_url=links.leave_url(page, token) if token else "",
        header=message_templates.fill(page.header, values | {"manage_url": manage}),
        footer=message_templates.fill(page.footer, values | {"manage_url": manage}),
    )


def _subject(news: News, page: PageDress) -> str:
    """Beside those of the incident: [Larkwire Platform: Post-mortem] SMS delayed in Frankfurt."""
    if news.event == Event.POSTMORTEM_WITHDRAWN:
        return subjects.subject(page.name, _("Post-mortem withdrawn"), title=news.content["title"])
    fact = _("Post-mortem corrected") if news.content.get("is_correction") else _("Post-mortem")
    return subjects.subject(page.name, fact, title=news.content["title"])


def _withdrawn(content: dict[str, Any], posted_at: datetime, zone: ZoneInfo) -> str:
    """As Markdown, with the reason word for word, as readers find it at the address."""
    published_at = moments.near(moments.read(content["published_at"]), posted_at, zone)
    line = _("Our post-mortem of %(time)s was withdrawn: it does not hold.") % {"time": published_at}
    return "\n\n".join(filter(None, [line, escaped(content["withdrawal_reason"])]))
