"""What feeds say of an incident and of a maintenance window: one block for each update, newest first.

Robots take the first ``<strong>`` for the current stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from django.utils.translation import gettext as _

from incidents import markdown
from statuspage.documents import changed, report_text, times, window_words
from statuspage.documents.document import rendering
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import NEWEST, Incident, Snapshot, Update
from statuspage.snapshot.window import Window


@dataclass(frozen=True, slots=True)
class Entry:
    """Dated by what happened; never by what is planned."""

    tag: str  # of its id, which never changes
    address: str
    first_address: str  # where it stood when the page was made: leads on to the address, and never changes
    title: str
    published_at: datetime
    updated_at: datetime
    changed_at: datetime  # of its text
    html: str


@dataclass(slots=True)
class Drawn:
    """The entries that were written already, by public id."""

    snapshot: Snapshot
    entries: dict[str, Entry] = field(default_factory=dict)

    def entry(self, each: Incident | Window) -> Entry:
        if each.id not in self.entries:
            self.entries[each.id] = _entry(self.snapshot, each)
        return self.entries[each.id]


def newest(snapshot: Snapshot, found: Iterable[Incident | Window], drawn: Drawn | None = None) -> list[Entry]:
    drawn = drawn or Drawn(snapshot)
    ordered = sorted(found, key=lambda each: (_published(each), isinstance(each, Incident), each.pk), reverse=True)
    return [drawn.entry(each) for each in ordered[:NEWEST]]


def _published(each: Incident | Window) -> datetime:
    return each.published_at if isinstance(each, Incident) else each.announced_at


def _entry(snapshot: Snapshot, each: Incident | Window) -> Entry:
    return _of_incident(snapshot, each) if isinstance(each, Incident) else _of_window(snapshot, each)


def _of_incident(snapshot: Snapshot, incident: Incident) -> Entry:
    with rendering(f"the feed's entry of incident {incident.id}"):
        return Entry(
            tag=f"Incident/{incident.id}",
            address=f"{snapshot.page.url}incidents/{incident.id}/",
            first_address=f"{snapshot.page.first_url}incidents/{incident.id}/",
            title=incident.title,
            published_at=incident.published_at,
            updated_at=changed.news(snapshot, incident),
            changed_at=changed.entry(snapshot, incident),
            html="".join(_blocks(snapshot, incident)),
        )


def _of_window(snapshot: Snapshot, window: Window) -> Entry:
    with rendering(f"the feed's entry of maintenance {window.id}"):
        blocks = [
            _block(snapshot, update.at, str(state.label), window_words.told(snapshot, window, update))
            for update, state in reversed(list(window_words.stages(window)))
        ]
        return Entry(
            tag=f"Maintenance/{window.id}",
            address=f"{snapshot.page.url}maintenance/{window.id}/",
            first_address=f"{snapshot.page.first_url}maintenance/{window.id}/",
            title=window.title,
            published_at=window.announced_at,
            updated_at=window.updated_at,
            changed_at=max(window.updated_at, window.changed_at),
            html="".join(blocks),
        )


def _blocks(snapshot: Snapshot, incident: Incident) -> list[str]:
    """Newest first; the post-mortem among them, where it was published."""
    found = [_block(snapshot, each.at, str(each.status.label), _said(each)) for each in reversed(incident.said)]
    if report := incident.report:
        place = sum(update.at > report.at for update in incident.said)
        found.insert(place, _report(snapshot, report))
    return found


def _said(update: Update) -> str:
    """Robots know four stages: that it is not over stands in the text."""
    return f"{_('Reopened.')} {update.text}" if update.reopens else update.text


def _report(snapshot: Snapshot, report: Report) -> str:
    """It in five answers, what was corrected, and where the whole of it is."""
    url = escape(report_text.address(snapshot, report))
    whole = f'<p><a href="{url}">{escape(_("The whole post-mortem"))}</a></p>'
    return _block(snapshot, report.at, _("Postmortem"), report_text.summary(snapshot, report)) + whole


def _block(snapshot: Snapshot, at: datetime, stage: str, text: str) -> str:
    zone = snapshot.page.zone
    local = at.astimezone(zone)
    when = (
        f"{times.month_short(local.date())} <var data-var='date'>{local.day}</var>, "
        f"<var data-var='time'>{times.clock(at, zone)}</var> {times.zone_name(at, zone)}"
    )
    shown = markdown.render(text)
    head = f"<p><small>{when}</small><br><strong>{escape(stage)}</strong> - "
    return head + shown.removeprefix("<p>") if shown.startswith("<p>") else f"{head}</p>{shown}"
