"""The demo's own mailbox: whatever this installation sends ends as a file, and staff read it in the browser.

Off unless ``MAILBOX`` is set. Files of mode 0600 under ``DATA_DIR/mailbox``, the newest ``KEPT`` of them.
"""

from __future__ import annotations

import email.policy
import os
import re
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from notifications.messages.flowed import joined

KEPT = 500
TO = "X-Mailbox-To"  # the envelope's recipient, which a mail need not name
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
_policy = email.policy.default.clone(max_line_length=None)


@dataclass(frozen=True, slots=True)
class Piece:
    """One mail in the list."""

    id: str
    at: datetime
    to: str
    sender: str
    subject: str
    event: str
    announcement: str  # its public id


@dataclass(frozen=True, slots=True)
class Opened:
    piece: Piece
    head: tuple[tuple[str, str], ...]
    text: str
    html: str
    files: tuple[tuple[str, str], ...]  # attached text: its name, and what it says


def folder() -> Path:
    return Path(settings.DATA_DIR) / "mailbox"


def keep(raw: bytes, *, to: str) -> str:
    """One more file; the oldest beyond ``KEPT`` go."""
    where = folder()
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
    recipient = re.sub(r"[^\x21-\x7e]", "", to).lower()
    part = where / f"{name}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(f"{TO}: {recipient}\r\n".encode() + raw)
    part.rename(where / f"{name}.eml")
    for old in _names()[KEPT:]:
        (where / f"{old}.eml").unlink(missing_ok=True)
    return name


def pieces() -> list[Piece]:
    """All there are, newest first; who may read which says :mod:`notifications.demo.mailbox_readers`."""
    return [found for name in _names() if (found := piece(name)) is not None]


def piece(name: str) -> Piece | None:
    """By its name; none where there is no such mail (any more)."""
    return _piece(str(folder()), name) if _NAME.fullmatch(name) and (folder() / f"{name}.eml").exists() else None


def opened(name: str) -> Opened:
    """The whole of a mail that :func:`piece` has found."""
    message = BytesParser(EmailMessage, policy=_policy).parsebytes((folder() / f"{name}.eml").read_bytes())
    head = tuple((key, str(value)) for key, value in message.items() if key != TO)
    attached = [part for part in message.iter_attachments() if part.get_content_maintype() == "text"]
    files = tuple((part.get_filename(""), part.get_content()) for part in attached)
    return Opened(_piece(str(folder()), name), head, _part(message, "plain"), _part(message, "html"), files)


@lru_cache(maxsize=2 * KEPT)  # a file never changes
def _piece(where: str, name: str) -> Piece:
    with (Path(where) / f"{name}.eml").open("rb") as file:
        head = BytesHeaderParser(policy=_policy).parse(file)
    return Piece(
        id=name,
        at=datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, UTC),
        to=str(head[TO] or ""),
        sender=str(head["From"] or ""),
        subject=str(head["Subject"] or ""),
        event=str(head["X-Bridgewatch-Event"] or ""),
        announcement=str(head["Message-ID"] or "").strip("<> ").partition(".")[0],
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    if body is None:
        return ""
    return joined(body.get_content()) if body.get_param("format") == "flowed" else body.get_content()


def _names() -> list[str]:
    try:
        found = [path.stem for path in folder().iterdir() if path.suffix == ".eml" and _NAME.fullmatch(path.stem)]
    except FileNotFoundError:
        return []
    return sorted(found, reverse=True)
