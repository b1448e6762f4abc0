"""A post-mortem in words, in the language and zone of its dress: a pure function of frozen values."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from postmortems.document.edition import Dress, Edition
from postmortems.document.outline import closing, cover
from postmortems.document.outline.chapters import Chapters
from postmortems.document.outline.course import Course, course
from postmortems.document.outline.values import Outline
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.document.words import Calendar, full_day, lasting

__all__ = ["Course", "Outline", "course", "extent", "outline", "shown"]


def shown(content: Content, edition: Edition) -> Content:
    """What this edition may show: whoever hands over too much to customers does no harm."""
    return content if edition.is_internal else for_customers(content)


def outline(content: Content, edition: Edition, dress: Dress) -> Outline:
    """Everything that the document says, in its order. Nothing internal is in it unless the edition is."""
    content = shown(content, edition)
    way = course(content)
    calendar = Calendar.of(dress.zone, way.start, way.end)
    with translation.override(dress.language):
        return _outline(content, edition, dress, way, calendar)


def extent(content: Content, edition: Edition, dress: Dress) -> tuple[str, ...]:
    """How many, from when until when, where: a sentence each, as the first page has them."""
    content = shown(content, edition)
    way = course(content)
    with translation.override(dress.language):
        return tuple(cover.extent(content, way, Calendar.of(dress.zone, way.start, way.end)))


def _outline(content: Content, edition: Edition, dress: Dress, way: Course, calendar: Calendar) -> Outline:
    answers = cover.answers(content, way, calendar)
    resolved = content.times.resolved_at
    version = _("version %(n)d") % {"n": edition.number} if edition.number else _("no version yet")
    return Outline(
        title=content.title,
        kind=_("Root cause analysis") if content.is_full else _("Post-mortem"),
        name=dress.name,
        language=dress.language,
        number=content.incident_id,
        version=version,
        state=_("Resolved") if resolved else _("Not resolved yet"),
        state_lines=_state_lines(content, calendar),
        is_over=resolved is not None,
        is_full=content.is_full,
        is_draft=edition.is_draft,
        is_internal=edition.is_internal,
        tag=_tag(edition),
        reader=_reader(edition),
        description=answers[0].text if answers else content.title,
        answers=answers,
        measures=cover.measures(content.steps, is_internal=edition.is_internal),
        facts=_facts(content, edition, calendar),
        about=closing.about(content, edition, calendar),
        chapters=Chapters(content, edition, dress, way, calendar).all(),
        published_at=edition.published_at,
        words=_words(),
    )


def _state_lines(content: Content, calendar: Calendar) -> tuple[str, ...]:
    times = content.times
    if times.resolved_at is None:
        return (calendar.hour(times.started_at), full_day(calendar.local(times.started_at).date()))
    return (
        calendar.hour(times.resolved_at),
        full_day(calendar.local(times.resolved_at).date()),
        _("lasted %(span)s") % {"span": lasting(times.resolved_at - times.started_at)},
    )


def _facts(content: Content, edition: Edition, calendar: Calendar) -> tuple[tuple[str, str], ...]:
    found = [(_("Incident"), content.incident_id), (_("Severity"), content.severity), (_("Origin"), content.origin)]
    if edition.published_at and not edition.is_draft:
        found.append((_("Published"), calendar.moment(edition.published_at)))
    else:
        found.append((_("State"), _("Draft") if edition.is_draft else _("Not published")))
    found.append((_("Questions"), content.contact))
    return tuple((name, text) for name, text in found if text)


def _tag(edition: Edition) -> str:
    """What every page warns of; of what customers may have, nothing."""
    if edition.is_draft:
        return _("Internal draft. Do not pass on") if edition.is_internal else _("Draft, not approved")
    return _("Internal. Do not pass on") if edition.is_internal else ""


def _reader(edition: Edition) -> str:
    if edition.is_internal:
        return _("Internal. Do not pass on")
    return _("Draft for review") if edition.is_draft else _("For customers")


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "of": _("of"),
        "contents": _("Contents"),
        "about": _("About this document"),
        "internal": _("Internal"),
        "draft": _("Draft"),
        "rests": _("rests on"),
        "time_to": _("Time to"),
        "took": _("Took"),
        "share": _("Share of limit"),
        "limit": _("Limit"),
        "result": _("Result"),
        "since": _("Counted from"),
        "bars": _("The mark on a bar is the limit, black the part beyond it. Times come from the record."),
        "disputed": _("Disputed"),
    }
