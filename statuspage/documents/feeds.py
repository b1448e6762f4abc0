"""``history.atom`` and ``history.rss`` (FORMATS 4): one entry per incident, under an id that never changes."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from incidents import markdown
from statuspage.documents import times
from statuspage.documents.document import ATOM, RSS, Document
from statuspage.facts import NEWEST, Incident, Snapshot, Update

ATOM_SPACE = "http://www.w3.org/2005/Atom"


def documents(snapshot: Snapshot) -> list[Document]:
    incidents = sorted(snapshot.incidents, key=lambda incident: incident.published_at, reverse=True)[:NEWEST]
    return [
        Document("history.atom", ATOM, _bytes(_atom(snapshot, incidents))),
        Document("history.rss", RSS, _bytes(_rss(snapshot, incidents))),
    ]


def _atom(snapshot: Snapshot, incidents: list[Incident]) -> ET.Element:
    page = snapshot.page
    feed = ET.Element("feed", {"xmlns": ATOM_SPACE, "xml:lang": page.language})
    home = "/history" if page.is_default else f"/p/{page.slug}/history"
    _add(feed, "id", f"tag:{page.tag_host},2005:{home}")
    _add(feed, "title", _title(snapshot))
    _add(feed, "link", rel="alternate", type="text/html", href=page.url)
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{page.url}history.atom")
    _add(feed, "updated", _iso(_updated(snapshot, incidents)))
    _add(_add(feed, "author"), "name", page.title)
    for incident in incidents:
        entry = _add(feed, "entry")
        _add(entry, "id", f"tag:{page.tag_host},2005:Incident/{incident.id}")
        _add(entry, "published", _iso(incident.published_at))
        _add(entry, "updated", _iso(incident.updated_at))
        _add(entry, "link", rel="alternate", type="text/html", href=_address(snapshot, incident))
        _add(entry, "title", incident.title)
        _add(entry, "content", _content(snapshot, incident), type="html")
    return feed


def _rss(snapshot: Snapshot, incidents: list[Incident]) -> ET.Element:
    page = snapshot.page
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM_SPACE})
    channel = ET.SubElement(rss, "channel")
    ET.SubElement(channel, "title").text = _title(snapshot)
    ET.SubElement(channel, "link").text = page.url
    ET.SubElement(channel, "description").text = _("What happened, and what is being done about it.")
    ET.SubElement(channel, "language").text = page.language
    ET.SubElement(channel, "pubDate").text = _mail_date(_updated(snapshot, incidents))
    own = {"href": f"{page.url}history.rss", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, "atom:link", own)
    for incident in incidents:
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = incident.title
        ET.SubElement(item, "description").text = _content(snapshot, incident)
        ET.SubElement(item, "pubDate").text = _mail_date(incident.updated_at)
        ET.SubElement(item, "link").text = _address(snapshot, incident)
        ET.SubElement(item, "guid").text = _address(snapshot, incident)
    return rss


def _content(snapshot: Snapshot, incident: Incident) -> str:
    """One block for each update, newest first; robots take the first ``<strong>`` for the current stage."""
    return "".join(_block(snapshot, update) for update in reversed(incident.updates))


def _block(snapshot: Snapshot, update: Update) -> str:
    zone = snapshot.page.zone
    local = update.at.astimezone(zone)
    when = (
        f"{times.month_short(local.date())} <var data-var='date'>{local.day}</var>, "
        f"<var data-var='time'>{times.clock(update.at, zone)}</var> {times.zone_name(update.at, zone)}"
    )
    text = markdown.render(update.text)
    head = f"<p><small>{when}</small><br><strong>{escape(str(update.status.label))}</strong> - "
    return head + text.removeprefix("<p>") if text.startswith("<p>") else f"{head}</p>{text}"


def _title(snapshot: Snapshot) -> str:
    return _("%(page)s - Incident History") % {"page": snapshot.page.title}


def _address(snapshot: Snapshot, incident: Incident) -> str:
    return f"{snapshot.page.url}incidents/{incident.id}/"


def _updated(snapshot: Snapshot, incidents: list[Incident]) -> datetime:
    return max((incident.updated_at for incident in incidents), default=snapshot.page.created_at)


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
