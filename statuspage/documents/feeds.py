"""``history.atom`` and ``history.rss``: one entry per incident and per maintenance window, under an id that never
changes.

The page's hold its newest; a component's those of its ninety days, as its page shows them: both follow from facts that
every snapshot holds, however old the rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from incidents.plain_text import plain
from statuspage.documents import changed
from statuspage.documents.document import ATOM, RSS, Document
from statuspage.documents.feed_entries import Drawn, Entry, newest
from statuspage.snapshot import uptime, windows
from statuspage.snapshot.values import NEWEST, Component, Incident, Snapshot
from statuspage.snapshot.window import Window

ATOM_SPACE = "http://www.w3.org/2005/Atom"
_TITLE = re.compile(rb"<title>.*?</title>", re.DOTALL)
NAMES = ("history.atom", "history.rss")


@dataclass(frozen=True, slots=True)
class Feed:
    folder: str  # below the page, with its slash
    title: str
    entries: list[Entry]
    updated_at: datetime


def folder(component: Component) -> str:
    return f"components/{component.id}/"


def documents(snapshot: Snapshot) -> list[Document]:
    """The page's own."""
    title = _("%(page)s - Incident History") % {"page": snapshot.page.title}
    found: list[Incident | Window] = [*snapshot.recent[:NEWEST], *windows.of(snapshot).newest]
    return _both(snapshot, _feed(snapshot, None, title, newest(snapshot, found), snapshot.page.created_at))


def of_components(snapshot: Snapshot, components: Iterable[int]) -> list[Document]:
    """What concerns a component, what lies below it and what it is part of."""
    tree, start = snapshot.tree, uptime.calendar(snapshot.now, snapshot.page.zone)[0].start
    hit: dict[int, dict[str, Incident]] = defaultdict(dict)
    for incident in snapshot.recent:
        if incident.ended_at is None or incident.ended_at >= start:
            for impact in incident.impacts:
                hit[impact.component][incident.id] = incident
    drawn = Drawn(snapshot)  # what concerns several of them is written once
    made = []
    for pk in components:
        component = tree.components[pk]
        near = tree.around(pk)
        found = {key: each for one in near for key, each in hit.get(one, {}).items()}
        worked = windows.of(snapshot).newest_on(near, start)
        title = _("%(page)s: %(component)s - Incident History") % {
            "page": snapshot.page.title,
            "component": component.name,
        }
        entries = newest(snapshot, [*found.values(), *worked], drawn)
        made += _both(snapshot, _feed(snapshot, component, title, entries, component.created_at))
    return made


def _feed(
    snapshot: Snapshot, component: Component | None, title: str, entries: list[Entry], began_at: datetime
) -> Feed:
    """``began_at``: what "updated" says as long as there was no entry."""
    at = changed.feed(snapshot, component, [(each.tag, each.changed_at) for each in entries], began_at)
    return Feed(folder(component) if component else "", title, entries, at)


def _both(snapshot: Snapshot, feed: Feed) -> list[Document]:
    return [
        Document(f"{feed.folder}history.atom", ATOM, written(_atom(snapshot, feed))),
        Document(f"{feed.folder}history.rss", RSS, _TITLE.sub(_in_hexadecimal, written(_rss(snapshot, feed)))),
    ]


def _atom(snapshot: Snapshot, feed: Feed) -> ET.Element:
    page = snapshot.page
    root = ET.Element("feed", {"xmlns": ATOM_SPACE, "xml:lang": page.language})
    _add(root, "id", f"tag:{page.tag_host},2005:{page.tag_path}{feed.folder}history")
    _add(root, "title", feed.title)
    _add(root, "link", rel="alternate", type="text/html", href=f"{page.url}{feed.folder}")
    _add(root, "link", rel="self", type="application/atom+xml", href=f"{page.url}{feed.folder}history.atom")
    _add(root, "updated", _iso(feed.updated_at))
    _add(_add(root, "author"), "name", page.title)
    for each in feed.entries:
        entry = _add(root, "entry")
        _add(entry, "id", f"tag:{page.tag_host},2005:{each.tag}")
        _add(entry, "published", _iso(each.published_at))
        _add(entry, "updated", _iso(each.changed_at))
        _add(entry, "link", rel="alternate", type="text/html", href=each.address)
        _add(entry, "title", each.title)
        _add(entry, "content", each.html, type="html")
    return root


def _rss(snapshot: Snapshot, feed: Feed) -> ET.Element:
    page = snapshot.page
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM_SPACE})
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = feed.title
    ET.SubElement(channel, "link").text = f"{page.url}{feed.folder}"
    ET.SubElement(channel, "description").text = _("What happened, and what is being done about it.")
    ET.SubElement(channel, "language").text = page.language
    ET.SubElement(channel, "pubDate").text = _mail_date(feed.updated_at)
    own = {"href": f"{page.url}{feed.folder}history.rss", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, "atom:link", own)
    for each in feed.entries:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = each.title
        ET.SubElement(item, "description").text = each.html
        ET.SubElement(item, "pubDate").text = _mail_date(each.updated_at)
        ET.SubElement(item, "link").text = each.address
        ET.SubElement(item, "guid").text = each.first_address
    return rss


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


def _mail_date(at: datetime) -> str:
    return format_datetime(at.replace(microsecond=0))


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, attributes)
    element.text = text
    return element


def _in_hexadecimal(title: re.Match[bytes]) -> bytes:
    """Readers differ in what they take a title for, text or HTML: written so, most show an ampersand as one (the RSS
    Advisory Board's profile, and the validator's advice)."""
    return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")


def written(root: ET.Element) -> bytes:
    """Whatever was written, no character that XML forbids: one would take the whole feed from every reader."""
    for element in root.iter():
        element.text = plain(element.text) if element.text else element.text
        element.attrib.update({name: plain(value) for name, value in element.attrib.items()})
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)
