"""``history.atom`` and ``history.rss``: one entry per incident, under an id that never changes.

The page's hold its newest incidents; a component's those of its ninety days, as its page shows them: both follow from
facts that every snapshot holds, however old the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from incidents import markdown
from statuspage.documents import report_text, times
from statuspage.documents.document import ATOM, RSS, Document, rendering
from statuspage.snapshot import uptime
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import NEWEST, Component, Incident, Snapshot

ATOM_SPACE = "http://www.w3.org/2005/Atom"
NAMES = ("history.atom", "history.rss")
Contents = dict[int, str]  # of an incident, as HTML


@dataclass(frozen=True, slots=True)
class Feed:
    folder: str  # below the page, with its slash
    title: str
    incidents: list[Incident]
    began_at: datetime  # what "updated" says as long as there is no entry


def folder(component: Component) -> str:
    return f"components/{component.id}/"


def documents(snapshot: Snapshot) -> list[Document]:
    """The page's own."""
    title = _("%(page)s - Incident History") % {"page": snapshot.page.title}
    newest = _newest(snapshot.recent[:NEWEST])
    return _both(snapshot, Feed("", title, newest, snapshot.page.created_at), _contents(snapshot, newest))


def of_components(snapshot: Snapshot, components: Iterable[int]) -> list[Document]:
    """Incidents of a component, of what lies below it and of what it is part of."""
    tree, start = snapshot.tree, uptime.calendar(snapshot.now, snapshot.page.zone)[0].start
    hit: dict[int, dict[int, Incident]] = defaultdict(dict)
    for incident in snapshot.recent:
        if incident.ended_at is None or incident.ended_at >= start:
            for impact in incident.impacts:
                hit[impact.component][incident.pk] = incident
    feeds = []
    for pk in components:
        component = tree.components[pk]
        found = {key: each for near in {*tree.above(pk), *tree.below(pk)} for key, each in hit.get(near, {}).items()}
        title = _("%(page)s: %(component)s - Incident History") % {
            "page": snapshot.page.title,
            "component": component.name,
        }
        feeds.append(Feed(folder(component), title, _newest(found.values()), component.created_at))
    contents = _contents(snapshot, {each.pk: each for feed in feeds for each in feed.incidents}.values())
    return [document for feed in feeds for document in _both(snapshot, feed, contents)]


def _newest(incidents: Iterable[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda incident: (incident.published_at, incident.pk), reverse=True)[:NEWEST]


def _contents(snapshot: Snapshot, incidents: Iterable[Incident]) -> Contents:
    """One block for each update, newest first; robots take the first ``<strong>`` for the current stage."""
    contents = {}
    for incident in incidents:
        with rendering(f"the feed's entry of incident {incident.id}"):
            contents[incident.pk] = "".join(_blocks(snapshot, incident))
    return contents


def _both(snapshot: Snapshot, feed: Feed, contents: Contents) -> list[Document]:
    return [
        Document(f"{feed.folder}history.atom", ATOM, _bytes(_atom(snapshot, feed, contents))),
        Document(f"{feed.folder}history.rss", RSS, _bytes(_rss(snapshot, feed, contents))),
    ]


def _atom(snapshot: Snapshot, feed: Feed, contents: Contents) -> ET.Element:
    page = snapshot.page
    root = ET.Element("feed", {"xmlns": ATOM_SPACE, "xml:lang": page.language})
    home = "/" if page.is_default else f"/p/{page.slug}/"
    _add(root, "id", f"tag:{page.tag_host},2005:{home}{feed.folder}history")
    _add(root, "title", feed.title)
    _add(root, "link", rel="alternate", type="text/html", href=f"{page.url}{feed.folder}")
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{page.url}{feed.folder}history.atom")
    _add(root, "updated", _iso(_updated(feed)))
    _add(_add(root, "author"), "name", page.title)
    for incident in feed.incidents:
        entry = _add(root, "entry")
        _add(entry, "id", f"tag:{page.tag_host},2005:Incident/{incident.id}")
        _add(entry, "published", _iso(incident.published_at))
        _add(entry, "updated", _iso(_changed(incident)))
        _add(entry, "link", rel="alternate", type="text/html", href=_address(snapshot, incident))
        _add(entry, "title", incident.title)
        _add(entry, "content", contents[incident.pk], type="html")
    return root


def _rss(snapshot: Snapshot, feed: Feed, contents: Contents) -> ET.Element:
    page = snapshot.page
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM_SPACE})
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = feed.title
    ET.SubElement(channel, "link").text = f"{page.url}{feed.folder}"
    ET.SubElement(channel, "description").text = _("What happened, and what is being done about it.")
    ET.SubElement(channel, "language").text = page.language
    ET.SubElement(channel, "pubDate").text = _mail_date(_updated(feed))
    own = {"href": f"{page.url}{feed.folder}history.rss", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, "atom:link", own)
    for incident in feed.incidents:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = incident.title
        ET.SubElement(item, "description").text = contents[incident.pk]
        ET.SubElement(item, "pubDate").text = _mail_date(incident.updated_at)
        ET.SubElement(item, "link").text = _address(snapshot, incident)
        ET.SubElement(item, "guid").text = _address(snapshot, incident)
    return rss


def _blocks(snapshot: Snapshot, incident: Incident) -> list[str]:
    """Newest first; the post-mortem among them, where it was published."""
    found = [_block(snapshot, each.at, str(each.status.label), each.text) for each in reversed(incident.said)]
    if report := incident.report:
        place = sum(update.at > report.at for update in incident.said)
        found.insert(place, _report(snapshot, report))
    return found


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


def _address(snapshot: Snapshot, incident: Incident) -> str:
    return f"{snapshot.page.url}incidents/{incident.id}/"


def _changed(incident: Incident) -> datetime:
    """A post-mortem that was corrected is another text, announced or not: what was read of it may be wrong."""
    return max(incident.updated_at, incident.report.changed_at) if incident.report else incident.updated_at


def _updated(feed: Feed) -> datetime:
    return max((_changed(incident) for incident in feed.incidents), default=feed.began_at)


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


def _mail_date(at: datetime) -> str:
    return format_datetime(at.replace(microsecond=0))


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    element.text = text
    return element


def _bytes(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
