"""Operators' notices from a folder: calendar files, mails with them, or a mailbox in Maildir format."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from incidents.maintenance import actions
from incidents.maintenance.choices import ReadAs

LARGEST = 25_000_000  # bytes of a mail
MAILDIR = ("new", "cur")


class Command(BaseCommand):
    help = "Read operators' calendar files (.ics) and mails (.eml, Maildir) below a folder; each is read once."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options):
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        notices = [
            notice
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
            for source, data in _files(path)
            for notice in actions.ingest(data, source=source, by=None)
        ]
        bad = sum(notice.read_as == ReadAs.UNREADABLE for notice in notices)
        return f"{len(notices)} new notices, {bad} of them could not be read."


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The calendar files that a file is or carries, each with whom it is from."""
    if path.suffix.lower() == ".ics":
        yield path.name, path.read_bytes()
    elif (path.suffix.lower() == ".eml" or path.parent.name in MAILDIR) and path.stat().st_size <= LARGEST:
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        assert isinstance(mail, EmailMessage)
        source = ": ".join(filter(None, (_header(mail, "From"), _header(mail, "Subject")))) or path.name
        for part in mail.walk():
            if part.get_content_type() == "text/calendar" or (part.get_filename() or "").lower().endswith(".ics"):
                yield source, part.get_payload(decode=True) or b""


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):  # what no sender should have written
        return ""
