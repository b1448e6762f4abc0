"""The chapters of the document: its sections in their order and with their titles, and what else stands in each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from postmortems.choices import EventKind, SectionKind
from postmortems.document.edition import Dress, Edition
from postmortems.document.outline import causes, closing, impact, response, spoken
from postmortems.document.outline.course import Course, worst_at
from postmortems.document.outline.values import Block, Chapter, Entry, Log, Picture, Prose
from postmortems.document.values import Content, Event
from postmortems.document.words import Calendar, lasting, minutes_between


class Chapters:
    """Makes the chapters of one document."""

    def __init__(self, content: Content, edition: Edition, dress: Dress, course: Course, calendar: Calendar):
        self.content, self.edition, self.dress = content, edition, dress
        self.course, self.calendar = course, calendar
        self.kinds = {section.kind for section in content.sections}

    def all(self) -> tuple[Chapter, ...]:
        """The sections, and after them what every document ends with: its version and digest."""
        found: list[Chapter] = []
        for place, section in enumerate(self.content.sections, start=1):
            prose = [Prose(each.text, each.is_internal, _labels(each.sources)) for each in section.paragraphs]
            filled = MAKERS.get(section.kind)
            blocks = [*prose, *(block for block in (filled(self) if filled else ()) if block)]
            if not blocks and not self.edition.is_draft:
                continue  # a title with nothing below it tells readers nothing
            number = len(found) + 1 if self.content.is_full else None
            found.append(Chapter(number, f"part-{place}", section.title, tuple(blocks), section.is_internal))
        return (*found, self._version(len(found) + 1))

    def _version(self, place: int) -> Chapter:
        is_told = self.content.is_full or len(self.edition.versions) > 1  # else the first page says it
        versions = closing.versions(self.edition, self.calendar) if is_told else None
        parts = (*self._reach(), versions, closing.digest(self.edition, is_full=self.content.is_full))
        blocks = tuple(part for part in parts if part)
        return Chapter(place if self.content.is_full else None, "version", _("Version and digest"), blocks)

    def _reach(self) -> list[Block | None]:
        """Where no section of its own holds it."""
        if SectionKind.CONTACT in self.kinds:
            return []
        reach = closing.contact(self.content, self.dress)
        if self.content.is_full:
            return [reach, closing.sign_offs(self.edition, self.calendar)]
        told = " ".join(filter(None, (reach and reach.text, closing.signed_line(self.edition, self.calendar))))
        return [Prose(told)] if told else []

    def impact(self) -> Iterator[Block | None]:
        yield impact.where_and_how_long(self.course, self.calendar, is_full=self.content.is_full)
        yield impact.meant(self.content)

    def timeline(self) -> Iterator[Block | None]:
        yield Picture(
            spoken.timeline(self.course, self.calendar),
            _(
                "One axis for all. Black bars are the phases. The height of a strip is the level, so that it reads in "
                "grey print. A tick is a notice; an open box is a promised time that was missed."
            ),
        )
        if self.content.events:
            yield Log(_("Events"), tuple(self._entries(self.content.events)))

    def _entries(self, events: Iterable[Event]) -> Iterator[Entry]:
        level, day = worst_at(self.course.strips, self.course.start), None
        for place, event in enumerate(sorted(events, key=lambda event: event.at)):
            now = worst_at(self.course.strips, event.at)
            here = self.calendar.local(event.at).date()
            shown = self.calendar.day_of(event.at) if here != (day or self.calendar.day) else ""
            day = here
            yield Entry(
                time=self.calendar.clock(event.at),
                day=shown,
                title=str(EventKind(event.kind).label) if event.kind else "",
                text=_beside_its_title(event),
                level=now,
                is_turn=now != level or (place == 0 and now > 0),
                is_internal=event.is_internal,
                rests=_labels(event.sources) if self.edition.is_internal else (),
                link=event.link if self.edition.is_internal else "",
            )
            level = now

    def detection(self) -> Iterator[Block | None]:
        times = self.content.times
        told = {
            "began": self.calendar.near(times.started_at),
            "detected": self.calendar.near(times.detected_at),
            "span": lasting(minutes_between(times.started_at, times.detected_at)),
        }
        yield Prose(_("By the record it began at %(began)s and was detected at %(detected)s: %(span)s later.") % told)

    def root_cause(self) -> Iterator[Block | None]:
        caption = _("What it came from, and what it made worse") if self.content.is_full else ""
        yield causes.causes(self.content.roots, caption=caption, is_internal=self.edition.is_internal)
        yield from causes.whys(self.content.roots)

    def factors(self) -> Iterator[Block | None]:
        caption = _("What made the incident longer, or larger, or both")
        yield causes.causes(self.content.factors, caption=caption, is_internal=self.edition.is_internal)
        yield from causes.whys(self.content.factors)

    def mitigation(self) -> Iterator[Block | None]:
        if SectionKind.RESPONSE_LOG not in self.kinds:
            yield response.log(
                self.content, self.calendar, is_internal=self.edition.is_internal, title=_("What was done")
            )
        yield response.temporary(self.content, self.calendar)

    def response_log(self) -> Iterator[Block | None]:
        yield response.log(self.content, self.calendar, is_internal=self.edition.is_internal)
        if SectionKind.MITIGATION not in self.kinds:
            yield response.temporary(self.content, self.calendar)
        yield response.notices(self.course, self.calendar)

    def actions(self) -> Iterator[Block | None]:
        yield causes.actions(self.content, is_internal=self.edition.is_internal)
        if self.content.is_full:
            yield from causes.matrix(self.content, shows_holes=self.edition.is_internal and self.edition.is_draft)

    def contact(self) -> Iterator[Block | None]:
        yield closing.contact(self.content, self.dress)
        yield closing.sign_offs(self.edition, self.calendar)


def _beside_its_title(event: Event) -> str:
    """Without what the title says already: “It was resolved. Resolved: all is well”."""
    head, _colon, rest = event.text.partition(":")
    said = head.strip(" .").casefold()
    if event.kind and said and f" {EventKind(event.kind).label}".casefold().endswith(f" {said}"):
        return rest.strip()
    return event.text


def _labels(sources) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.label for source in sources))


MAKERS: dict[SectionKind, Callable[[Chapters], Iterator[Block | None]]] = {
    SectionKind.IMPACT: Chapters.impact,
    SectionKind.TIMELINE: Chapters.timeline,
    SectionKind.DETECTION: Chapters.detection,
    SectionKind.ROOT_CAUSE: Chapters.root_cause,
    SectionKind.FACTORS: Chapters.factors,
    SectionKind.MITIGATION: Chapters.mitigation,
    SectionKind.RESPONSE_LOG: Chapters.response_log,
    SectionKind.ACTIONS: Chapters.actions,
    SectionKind.CONTACT: Chapters.contact,
}
