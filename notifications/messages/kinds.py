"""How the events of each kind are written, in mails, in chats and for programs: one line for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from notifications.messages import note, webhook_data
from notifications.messages.maintenance import window_notice
from notifications.messages.maintenance_file import attachments
from notifications.messages.note import Note
from notifications.messages.notice import notice
from notifications.messages.outgoing import Attachment, News, Outgoing, PageDress
from notifications.messages.report import report
from notifications.messages.staff import staff_notice
from notifications.messages.transactional import letter
from notifications.messages.webhook_maintenance import of_maintenance

Said = Callable[[News, PageDress | None, ZoneInfo, str], Any]
Files = Callable[[News, Any], list[Attachment]]  # and the PageDress, or none where no page speaks


def _none(news: News, page: PageDress | None) -> list[Attachment]:
    return []


@dataclass(frozen=True)
class MessageKind:
    """``said`` puts the frozen content into words, in the language that is active; the templates
    ``notifications/mail/<mail>.html`` and ``.txt`` and ``note`` read those. ``data`` is the body of a webhook.

    ``is_list``: subscribers get it, so that its mails carry a one-click link out. ``files`` go with its mails.
    """

    mail: str
    said: Said
    note: Callable[[Any, PageDress | None], Note]
    data: Callable[[Outgoing], dict[str, Any]] = webhook_data.of_anything
    is_list: bool = False
    files: Files = _none


KINDS: Mapping[str, MessageKind] = {  # by what the event begins with, up to its first dot
    "incident": MessageKind("incident", notice, note.of_notice, webhook_data.of_incident, is_list=True),
    "postmortem": MessageKind("postmortem", report, note.of_report, webhook_data.of_postmortem, is_list=True),
    "maintenance": MessageKind(
        "maintenance", window_notice, note.of_window, of_maintenance, is_list=True, files=attachments
    ),
    "staff": MessageKind("staff", lambda news, page, zone, token: staff_notice(news, zone), note.of_staff),
}
TO_ONE = MessageKind("transactional", lambda news, page, zone, token: letter(news, page, token), note.of_letter)


def kind_of_event(event: str) -> MessageKind:
    """Whatever has no kind of its own is written to one recipient."""
    return KINDS.get(event.partition(".")[0], TO_ONE)


def kind_of(news: News, page: PageDress | None) -> MessageKind:
    """What subscribers read comes from a page."""
    kind = kind_of_event(news.event)
    return TO_ONE if kind.is_list and page is None else kind
