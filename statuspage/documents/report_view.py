"""A published post-mortem as its template needs it, and in the few words that other documents have for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _, ngettext

from incidents import moments
from postmortems.document.addresses import linked
from postmortems.document.outline import Outline, course, outline
from postmortems.document.outline.values import Block, Cell, Line, Picture, Table
from postmortems.document.words import file_name
from statuspage.documents import course_chart, times
from statuspage.documents.course_chart import CourseChart
from statuspage.documents.times import Moment
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import Incident, Snapshot

LONG = 20  # letters of a word


@dataclass(frozen=True, slots=True)
class Link:
    """What an incident says of its post-mortem."""

    id: str
    at: Moment
    corrected: str  # when a later version took its place


@dataclass(frozen=True, slots=True)
class Named:
    """A cell with the head that it stands under."""

    head: str
    cell: Cell

    @property
    def is_long(self) -> bool:
        """A word of it may have to be broken, or its column would be wider than the page."""
        return any(len(word) > LONG for line in self.cell for word in line.text.split())


@dataclass(frozen=True, slots=True)
class Rows:
    """A table whose cells know the head that they stand under: where it is narrow, each is named."""

    name: str
    title: str
    caption: str
    legend: tuple[Line, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Named, ...], ...]
    kind: str = "table"

    @property
    def label(self) -> str:
        """Tells one that has to be scrolled from the others."""
        return _(", ").join(filter(None, (self.title, self.caption)))


@dataclass(frozen=True, slots=True)
class Shown:
    """A chapter that there is something to read in; chapters are counted without gaps."""

    number: int | None
    key: str
    title: str
    blocks: tuple[Block | Rows, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """The post-mortem on its own page."""

    id: str
    incident_id: str
    o: Outline
    chapters: tuple[Shown, ...]
    about: tuple[Block | Rows, ...]
    published: Moment
    began: Moment
    ended: Moment | None
    lasted: str
    severity: str
    contact: str  # Markdown
    chart: CourseChart | None
    pdf: str  # how large it is, in words; empty where there is none yet
    file: str  # what it is called where somebody keeps it


def link(snapshot: Snapshot, report: Report) -> Link:
    zone = snapshot.page.zone
    corrected = times.near(report.changed_at, report.at, zone) if report.changed_at > report.at else ""
    return Link(report.id, times.day_and_hour(report.at, zone), str(corrected))


def promised(snapshot: Snapshot, incident: Incident) -> Moment | None:
    """Until when one is. Whether it is late is for staff: the promised time says it."""
    at = incident.report_promised_at
    return times.near(at, incident.last.at, snapshot.page.zone) if at and not incident.merged else None


def whole(snapshot: Snapshot, report: Report) -> Whole:
    zone, when = snapshot.page.zone, report.content.times
    end = when.resolved_at
    drawn = outline(report.content, report.edition, report.dress)
    has_picture = any(isinstance(block, Picture) for chapter in drawn.chapters for block in chapter.blocks)
    return Whole(
        id=report.id,
        incident_id=report.incident_id,
        o=drawn,
        chapters=tuple(_counted(drawn)),
        about=tuple(_block(block) for block in drawn.about),
        published=times.day_and_hour(report.changed_at, zone, year=True),
        began=times.day_and_hour(when.started_at, zone, year=True),
        ended=times.day_and_hour(end, zone, year=True) if end else None,
        lasted=moments.lasting(end - when.started_at) if end else "",
        severity=report.content.severity,
        contact=linked(report.content.contact),
        chart=course_chart.chart(course(report.content), zone) if has_picture else None,
        pdf=_size(report),
        file=f"{file_name(report.title, otherwise=report.id)}-v{report.edition.number}.pdf",
    )


def _counted(drawn: Outline) -> Iterator[Shown]:
    for place, chapter in enumerate((each for each in drawn.chapters if each.blocks), start=1):
        blocks = tuple(_block(block) for block in chapter.blocks)
        yield Shown(place if chapter.number else None, chapter.key, chapter.title, blocks)


def _block(block: Block) -> Block | Rows:
    if not isinstance(block, Table):
        return block
    heads = tuple(head.text for head in block.heads)
    rows = tuple(tuple(map(Named, heads, row.cells)) for row in block.rows)
    return Rows(block.name, block.title, block.caption, block.legend, heads, rows)


def _size(report: Report) -> str:
    if report.pdf is None:
        return ""
    pages = ngettext("%(n)d page", "%(n)d pages", report.pdf.pages) % {"n": report.pdf.pages}
    return _("%(pages)s, %(size)s") % {"pages": pages, "size": filesizeformat(report.pdf.size)}
