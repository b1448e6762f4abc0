"""A published post-mortem as text: whole in Markdown for programs, and in five answers for feeds and messages.

What people typed says the same in every renderer (:mod:`incidents.markdown.portable`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from incidents.markdown.portable import escaped, portable, portable_line
from postmortems.choices import ActionState, SectionKind
from postmortems.document.addresses import linked
from postmortems.document.outline import extent, outline
from postmortems.document.outline.values import Answer
from postmortems.document.values import Action, Cause, Content, Section
from statuspage.documents import times
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import Snapshot


def address(snapshot: Snapshot, report: Report) -> str:
    return f"{snapshot.page.url}postmortems/{report.id}/"


def markdown(snapshot: Snapshot, report: Report) -> str:
    """What was corrected, its sections with what stands in them, and last where it stands with tables and figures."""
    parts = [part for section in report.content.sections for part in _section(snapshot, report, section)]
    return "\n\n".join(filter(None, (corrected(snapshot, report), *parts, _whole(snapshot, report))))


def brief(snapshot: Snapshot, report: Report) -> str:
    """Where there is no room for that: what feeds say, and the same last line."""
    return f"{summary(snapshot, report)}\n\n{_whole(snapshot, report)}"


def _whole(snapshot: Snapshot, report: Report) -> str:
    return _("With figures and tables: %(url)s") % {"url": address(snapshot, report)}


def answers(report: Report) -> tuple[Answer, ...]:
    """What happened, who was affected and for how long, why, what was done, and what prevents it: plain text."""
    return outline(report.content, report.edition, report.dress).answers


def summary(snapshot: Snapshot, report: Report) -> str:
    """The same as Markdown, a paragraph for each; before it what was corrected."""
    told = [f"**{escaped(each.question)}:** {escaped(each.text, begins=False)}" for each in answers(report)]
    return "\n\n".join(filter(None, (corrected(snapshot, report), *told)))


def corrected(snapshot: Snapshot, report: Report) -> str:
    """Corrected Sun 29 Nov 2026: the count is 63, not 62. Empty for the version that was published first."""
    if report.changed_at <= report.at:
        return ""
    day = times.full_day(report.changed_at.astimezone(snapshot.page.zone).date())
    if not report.change:
        return f"**{_('Corrected %(day)s') % {'day': day}}**"
    return f"**{_('Corrected %(day)s') % {'day': day}}:** {escaped(_line(report.change), begins=False)}"


def _section(snapshot: Snapshot, report: Report, section: Section) -> Iterator[str]:
    content = report.content
    parts = [portable(paragraph.text) for paragraph in section.paragraphs]
    rows = {
        SectionKind.IMPACT: lambda: _impact(report),
        SectionKind.TIMELINE: lambda: _events(snapshot, content),
        SectionKind.ROOT_CAUSE: lambda: map(_cause, content.roots),
        SectionKind.FACTORS: lambda: map(_cause, content.factors),
        SectionKind.RESPONSE_LOG: lambda: _done(snapshot, content),
        SectionKind.ACTIONS: lambda: map(_action, content.actions),
    }.get(section.kind)
    if lines := list(rows()) if rows else []:
        parts.append("\n".join(f"- {line}" for line in lines))
    if section.kind == SectionKind.CONTACT and content.contact:
        parts.append(linked(content.contact))
    if any(parts):
        yield f"## {_plain(section.title)}"
        yield from filter(None, parts)


def _events(snapshot: Snapshot, content: Content) -> Iterator[str]:
    for event in sorted(content.events, key=lambda event: event.at):
        yield f"**{_moment(snapshot, content, event.at)}** {portable_line(event.text)}"


def _impact(report: Report) -> Iterator[str]:
    """Who and how long, and what the numbers are."""
    counts = report.content.counts
    yield from (escaped(text) for text in extent(report.content, report.edition, report.dress))
    if counts.data:
        yield _plain(counts.data)


def _done(snapshot: Snapshot, content: Content) -> Iterator[str]:
    for each in sorted(content.mitigations, key=lambda each: each.at):
        effect = f" {_plain(each.effect)}" if each.effect else ""
        yield f"**{_moment(snapshot, content, each.at)}** {_plain(each.text)}{effect}"


def _moment(snapshot: Snapshot, content: Content, at: datetime) -> str:
    return str(times.near(at, content.times.started_at, snapshot.page.zone))


def _cause(cause: Cause) -> str:
    return _plain(cause.text)


def _action(action: Action) -> str:
    facts = [_plain(action.role), str(ActionState(action.state).label)]
    if action.state != ActionState.DONE and action.due_on:
        facts.append(_("by %(day)s") % {"day": times.full_day(action.due_on)})
    return f"{_plain(action.text)} ({_(', ').join(filter(None, facts))})"


def _plain(text: str) -> str:
    return escaped(_line(text))


def _line(text: str) -> str:
    return " ".join(text.split())
