"""A published post-mortem as text: whole in Markdown for programs, and its beginning for feeds."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from postmortems.choices import ActionState, SectionKind
from postmortems.document.values import Action, Cause, Content, Section
from statuspage.documents import times
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import Snapshot


def address(snapshot: Snapshot, report: Report) -> str:
    return f"{snapshot.page.url}postmortems/{report.id}/"


def markdown(snapshot: Snapshot, report: Report) -> str:
    """Its sections with what stands in them, and where it stands with tables and figures."""
    parts = [part for section in report.content.sections for part in _section(snapshot, report.content, section)]
    whole = _("With figures and tables: %(url)s") % {"url": address(snapshot, report)}
    return "\n\n".join([*parts, whole])


def beginning(report: Report) -> str:
    """What stands first in it that was written, as Markdown."""
    written = (each.text.strip() for section in report.content.sections for each in section.paragraphs)
    return next(filter(None, written), "")


def _section(snapshot: Snapshot, content: Content, section: Section) -> Iterator[str]:
    parts = [paragraph.text.strip() for paragraph in section.paragraphs]
    rows = {
        SectionKind.TIMELINE: lambda: _events(snapshot, content),
        SectionKind.ROOT_CAUSE: lambda: map(_cause, content.roots),
        SectionKind.FACTORS: lambda: map(_cause, content.factors),
        SectionKind.RESPONSE_LOG: lambda: _done(snapshot, content),
        SectionKind.ACTIONS: lambda: map(_action, content.actions),
    }.get(section.kind)
    if lines := list(rows()) if rows else []:
        parts.append("\n".join(f"- {line}" for line in lines))
    if section.kind == SectionKind.CONTACT and content.contact:
        parts.append(content.contact)
    if any(parts):
        yield f"## {_line(section.title)}"
        yield from filter(None, parts)


def _events(snapshot: Snapshot, content: Content) -> Iterator[str]:
    for event in sorted(content.events, key=lambda event: event.at):
        yield f"**{_moment(snapshot, content, event.at)}** {_line(event.text)}"


def _done(snapshot: Snapshot, content: Content) -> Iterator[str]:
    for each in sorted(content.mitigations, key=lambda each: each.at):
        effect = f" {_line(each.effect)}" if each.effect else ""
        yield f"**{_moment(snapshot, content, each.at)}** {_line(each.text)}{effect}"


def _moment(snapshot: Snapshot, content: Content, at) -> str:
    return str(times.near(at, content.times.started_at, snapshot.page.zone))


def _cause(cause: Cause) -> str:
    return _line(cause.text)


def _action(action: Action) -> str:
    facts = [action.role, str(ActionState(action.state).label)]
    if action.state != ActionState.DONE and action.due_on:
        facts.append(_("by %(day)s") % {"day": times.full_day(action.due_on)})
    return f"{_line(action.text)} ({_(', ').join(filter(None, facts))})"


def _line(text: str) -> str:
    return " ".join(text.split())
