"""``maintenance.ics``: the windows of a page, of a component or of a location, for calendars and carriers' programs.

Those of the last 90 days and all ahead. What was cancelled stays, so that programs take it out; what is over has the
end that it had.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from incidents import calendars
from incidents.maintenance import calendar_file
from incidents.maintenance.calendar_file import Entry
from incidents.maintenance.choices import Expected
from incidents.markdown import plain
from statuspage.documents import times, window_words, words
from statuspage.documents.document import CALENDAR, Document, rendering
from statuspage.snapshot import uptime, windows
from statuspage.snapshot.values import Snapshot
from statuspage.snapshot.window import Affected, Place, Window

ACCOUNT = "public"  # for whom: whoever reads the page


class CalendarFiles:
    """All of one snapshot: an event that stands in several files is written once."""

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self.found = windows.of(snapshot)
        self.events: dict[int, calendars.TimedEvent] = {}
        self.scopes: dict[tuple[Affected, ...], str] = {}

    def of_page(self, path: str) -> Document:
        name = _("%(page)s: maintenance") % {"page": self.snapshot.page.title}
        return self._file(name, self.found.in_full(self.found.recent), path)

    def of_component(self, pk: int, path: str) -> Document:
        """What affects it, what lies below it or what it is part of."""
        found = self.found.on(self.snapshot.tree.around(pk))
        return self._file(self._named(self.snapshot[pk].name), self.found.in_full(found), path)

    def of_place(self, place: Place, path: str) -> Document:
        return self._file(self._named(place.name), self.found.at(place.pk), path)

    def of_window(self, window: Window, path: str) -> Document:
        """One alone, under the same UID."""
        return Document(path, CALENDAR, calendars.calendar(window.title, [self.event(window)]))

    def _named(self, what: str) -> str:
        return _("%(page)s: maintenance, %(what)s") % {"page": self.snapshot.page.title, "what": what}

    def _file(self, name: str, found: Iterable[Window], path: str) -> Document:
        start = uptime.calendar(self.snapshot.now, self.snapshot.page.zone)[0].start
        kept = [each for each in found if each.is_ahead or max(each.over_at or each.ends_at, each.ends_at) >= start]
        return Document(path, CALENDAR, calendars.calendar(name, map(self.event, kept)))

    def event(self, window: Window) -> calendars.TimedEvent:
        """Wherever calendars get it from: the files of the page, and those that go with mails."""
        if window.pk not in self.events:
            with rendering(f"maintenance {window.id}"):
                self.events[window.pk] = self._event(window)
        return self.events[window.pk]

    def _event(self, window: Window) -> calendars.TimedEvent:
        page, tree = self.snapshot.page, self.snapshot.tree
        components = dict.fromkeys(words.name_on_page(tree, hit.component) for hit in window.affects)
        named = {hit.location for hit in window.affects}
        begins, until = calendar_file.span(
            starts_at=window.starts_at, ends_at=window.ends_at, started_at=window.started_at, ended_at=window.ended_at,
            is_cancelled=window.is_cancelled,
        )  # fmt: skip
        entry = Entry(
            id=window.id,
            title=window.title,
            kind=window.kind,
            state=window.state,
            starts_at=begins,
            until=until,
            sequence=window.sequence,
            announced_at=window.announced_at,
            changed_at=window.changed_at,
            expected=max((hit.expected for hit in window.affects), default=Expected.NOTHING),
            objects=tuple(components),
            places=tuple(place.name for place in self.found.places if place.pk in named),
            text=self._text(window),
            url=f"{page.url}maintenance/{window.id}/",
        )
        return calendar_file.event(entry, provider=page.name, account=ACCOUNT, organizer=page.organizer)

    def _text(self, window: Window) -> str:
        """What a reader of a calendar has to know, first what to do."""
        zone = self.snapshot.page.zone
        earlier = window.earlier_times[-1:] if window.is_ahead else ()
        lines = [
            plain(window.advice),
            self._scope(window),
            plain(window.body),
            window_words.notice(window),
            window_words.outcome(window),
            *(_("Moved from %(times)s.") % {"times": times.span(*each, zone, year=True)} for each in earlier),
        ]
        return "\n".join(line for text in lines for line in text.splitlines() if line)  # no empty ones: phones show few

    def _scope(self, window: Window) -> str:
        """Most windows of a series affect the same."""
        if window.affects not in self.scopes:
            self.scopes[window.affects] = window_words.scope(self.snapshot, window)
        return self.scopes[window.affects]
