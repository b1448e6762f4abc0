"""A mail, written once for everybody who gets the same news in the same language and zone, and then addressed.

What differs from one recipient to the next (To, Message-ID, the links with their token, the thread's root) is put into
holes; so addressing costs microseconds and a hundred thousand mails are rendered a few times only.
"""

from __future__ import annotations

import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from incidents import markdown, wall_times
from incidents.mailing import host, mailbox, sender
from incidents.plain_text import plain
from notifications import links
from notifications.messages import moments, quoted, styles
from notifications.messages.flowed import flowed
from notifications.messages.kinds import kind_of
from notifications.messages.outgoing import Attachment, News, Outgoing, PageDress

HOLE = f"hole{secrets.token_hex(10)}"  # no text of ours or theirs holds it
_BLANK = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class PreparedMail:
    """A mail with holes. ``news`` and ``page`` are what it was written from."""

    news: News
    page: PageDress | None
    head: bytes
    list_url: str  # one-click unsubscribe, with a hole; empty for what is no list
    thread: str
    host: str
    pieces: tuple[bytes, ...]

    def is_of(self, outgoing: Outgoing) -> bool:
        """Whether it still says what is to be said."""
        return (self.news is outgoing.news or self.news == outgoing.news) and (
            self.page is outgoing.page or self.page == outgoing.page
        )

    def addressed(self, outgoing: Outgoing) -> bytes:
        """The whole mail for one recipient, CRLF, and no line begins with a dot."""
        recipient = outgoing.recipient
        token = recipient.token
        lines = [
            f"To: {mailbox(recipient.address)}",
            f"Message-ID: <{outgoing.message_id}@{self.host}>",
            f"Date: {_date(int(time.time()))}",
        ]
        if self.thread:
            root = f"<{self.thread}.{token.partition('.')[0] or 'staff'}@{self.host}>"
            lines += [f"In-Reply-To: {root}", f"References: {root}"]
        if self.list_url:
            lines += [
                f"List-Unsubscribe: <{self.list_url.replace(HOLE, token)}>",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            ]
        own = "\r\n".join(lines).encode()
        return self.head + own + b"\r\n\r\n" + token.encode().join(self.pieces)


def prepare(outgoing: Outgoing) -> PreparedMail:
    """The mail, without what is the recipient's alone."""
    news, page = outgoing.news, outgoing.page
    token = HOLE if outgoing.recipient.token else ""
    zone = moments.zone(outgoing.recipient.time_zone, page.time_zone if page else "")
    language = page.language if page else settings.LANGUAGE_CODE
    kind = kind_of(news, page)
    with translation.override(language), wall_times.override(outgoing.recipient.hours):
        said = kind.said(news, page, zone, token)
        context = {
            "said": said,
            "page": page,
            "language": language,
            "zone_name": zone.key,
            "hint": getattr(said, "gist", "") or getattr(said, "line", "") or getattr(said, "text", ""),
        }
        drawn = render_to_string(f"notifications/mail/{kind.mail}.html", context | _parts(said, markdown.render))
        lines = render_to_string(f"notifications/mail/{kind.mail}.txt", context | _parts(said, markdown.plain)).strip()
    text = flowed(plain(_BLANK.sub("\n\n", lines) + "\n"))
    html = styles.inlined(plain(_BLANK.sub("\n", drawn)), page.brand_color if page else "")
    list_url = links.leave_url(page, HOLE) if kind.is_list and page and token else ""
    files = kind.files(news, page)
    boundary = f"=_{secrets.token_hex(12)}"
    pieces, subtype = _body(boundary, text, html), "alternative"
    if files:
        pieces, boundary, subtype = _with_files(pieces, boundary, files)
    return PreparedMail(
        news=news,
        page=page,
        head=_head(news, page, said.subject, f'multipart/{subtype}; boundary="{boundary}"', is_list=bool(list_url)),
        list_url=list_url,
        thread=news.thread,
        host=host_of(page),
        pieces=tuple(pieces),
    )


def _parts(said: Any, written: Callable[[str], str]) -> dict[str, str]:
    """What people wrote in Markdown, under its name."""
    return {part: written(getattr(said, part, "")) for part in ("header", "intro", "advice", "body", "footer")}


def host_of(page: PageDress | None) -> str:
    """The name that our ids end in, which stays when a page moves: mail programs thread by it."""
    return host(f"//{page.tag_host}" if page else settings.PUBLIC_URL)


def _head(news: News, page: PageDress | None, subject: str, content_type: str, *, is_list: bool) -> bytes:
    name = page.sender_name or page.name if page else "Bridgewatch"
    lines = [
        f"From: {formataddr((_line(name), sender()))}",
        f"Subject: {_folded(_line(subject))}",
        "MIME-Version: 1.0",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        f"X-Bridgewatch-Event: {news.event}",
        f"Content-Type: {content_type}",
    ]
    if page and page.reply_to:
        lines.append(f"Reply-To: {mailbox(page.reply_to)}")
    if page:
        lines.append(f"Content-Language: {page.language}")
    if page and is_list:
        lines += [f"List-Id: {formataddr((_line(page.name), f'{page.id}.{page.tag_host}'))}", "Precedence: bulk"]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _body(boundary: str, text: str, html: str) -> list[bytes]:
    """Both parts with the holes between the pieces."""
    pieces = [b""]
    for kind, source in (("plain; charset=utf-8; format=flowed; delsp=yes", text), ("html; charset=utf-8", html)):
        first, *rest = quoted.encoded(source, HOLE)
        opening = f"--{boundary}\r\nContent-Type: text/{kind}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        pieces[-1] += opening.encode() + first
        pieces += rest
        pieces[-1] += b"\r\n"
    pieces[-1] += f"--{boundary}--\r\n".encode()
    return pieces


def _with_files(pieces: list[bytes], inner: str, files: Iterable[Attachment]) -> tuple[list[bytes], str, str]:
    """The same body within one that holds files as well: its pieces, its boundary and its subtype."""
    outer = f"=_{secrets.token_hex(12)}"
    opening = f'--{outer}\r\nContent-Type: multipart/alternative;\r\n boundary="{inner}"\r\n\r\n'
    closing = "\r\n".join(_part(outer, each) for each in files) + f"\r\n--{outer}--\r\n"
    first, *rest = pieces
    whole = [opening.encode() + first, *rest]
    whole[-1] += b"\r\n" + closing.encode("ascii")
    return whole, outer, "mixed"


def _part(boundary: str, file: Attachment) -> str:
    data = b64encode(file.data).decode()
    lines = "\r\n".join(data[at : at + 76] for at in range(0, len(data), 76))
    return (
        f'--{boundary}\r\nContent-Type: {file.content_type};\r\n name="{file.name}"\r\n'
        f'Content-Disposition: attachment; filename="{file.name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}'
    )


def _folded(subject: str) -> str:
    charset = "us-ascii" if subject.isascii() else "utf-8"
    return Header(subject, charset, header_name="Subject", maxlinelen=76).encode(linesep="\r\n")


def _line(text: str) -> str:
    """A header holds one line."""
    return " ".join(plain(text).split())


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return format_datetime(datetime.fromtimestamp(second, UTC))
