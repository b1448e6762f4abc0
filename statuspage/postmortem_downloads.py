"""Which PDFs of a post-mortem there are for staff, and how far each is: what the screens of it show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BinaryField, F
from django.db.models.functions import Length

from postmortems import editions
from postmortems.choices import Paper, Reader, RenderingState
from postmortems.models import Postmortem, Rendering, Version
from statuspage.models import Page
from statuspage.snapshot.files import made_for

BinaryField.register_lookup(Length)
USUAL = 10  # seconds, where none was drawn lately
LAST = 5  # by which the time of the next is guessed


@dataclass(frozen=True)
class File:
    """One that is there, is being made, has failed, or can be asked for (no ``state``)."""

    paper: Paper
    reader: Reader
    state: str = ""
    key: str = ""
    size: int = 0
    pages: int = 0
    error: str = ""
    asked_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.state == RenderingState.DONE

    @property
    def is_coming(self) -> bool:
        return self.state in (RenderingState.WAITING, RenderingState.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.state == RenderingState.FAILED


@dataclass(frozen=True)
class Row:
    reader: Reader
    files: tuple[File, ...]


@dataclass(frozen=True)
class Edition:
    """A version, or the draft as it stood when it was asked for (number 0)."""

    number: int
    version: Version | None
    rows: tuple[Row, ...]


def page_of(postmortem: Postmortem) -> Page | None:
    """In whose dress staff get it: the first page that customers read it on."""
    return Page.objects.filter(listed__incident=postmortem.incident_id).order_by("position", "name", "pk").first()


def editions_of(postmortem: Postmortem) -> list[Edition]:
    """The draft while it is one, and the newest version that was not sent back. Eight queries at most."""
    page = page_of(postmortem)
    version = postmortem.versions.filter(sent_back_at__isnull=True).first()
    rows: list[Any] = list(
        postmortem.renderings.annotate(size=Length("pdf"))
        .order_by("-asked_at", "-pk")
        .values_list("key", "version_id", "reader", "paper", "state", "size", "pages", "error", "asked_at", named=True)
    )
    found = []
    if postmortem.is_draft:
        found.append(_edition(0, None, [row for row in rows if row.version_id is None], {}))
    if version is not None:
        mine = [row for row in rows if row.version_id == version.pk]
        found.append(_edition(version.number, version, mine, _keys(version, page)))
    return found


def seconds() -> int:
    """How long the next one takes, by the last ones."""
    rows = Rendering.objects.filter(state=RenderingState.DONE).order_by("-done_at")
    took: list[timedelta] = list(rows.values_list(F("done_at") - F("asked_at"), flat=True)[:LAST])
    return max(round(sum(each.total_seconds() for each in took) / len(took)), 1) if took else USUAL


def _keys(version: Version, page: Page | None) -> dict[tuple[str, str], str]:
    """Of a published version each page has one file; the one that is shown is that of the page."""
    if version.published_at is None:
        return {}
    whose = {reader: made_for(page, version, reader=reader) for reader in Reader}
    return {
        (reader, paper): editions.key_of(version, reader, paper, whose=whose[reader])
        for reader in Reader
        for paper in Paper
    }


def _edition(number: int, version: Version | None, rows: list, keys: dict[tuple[str, str], str]) -> Edition:
    def file(reader: Reader, paper: Paper) -> File:
        key = keys.get((reader, paper))
        fitting = (each for each in rows if (each.reader, each.paper) == (reader, paper) and key in (None, each.key))
        row = next(fitting, None)
        if row is None:
            return File(paper, reader)
        return File(paper, reader, row.state, row.key, row.size or 0, row.pages or 0, row.error, row.asked_at)

    shown = tuple(Row(reader, tuple(file(reader, paper) for paper in Paper)) for reader in Reader)
    return Edition(number, version, shown)
