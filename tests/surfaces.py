"""What each surface says of one incident, as plain text or as the values that a program reads."""

import json
import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from django.urls import reverse
from django.utils import timezone

from notifications.announcements import release
from notifications.choices import Transport
from notifications.messages import bodies, mail, webhooks
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from statuspage import documents
from statuspage.snapshot.load import load

ATOM = "{http://www.w3.org/2005/Atom}"


class _Text(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found, self.silent = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("style", "script", "template")
        self.found.append(" ")

    def handle_endtag(self, tag):
        self.silent -= tag in ("style", "script", "template")
        self.found.append(" ")

    def handle_data(self, data):
        if not self.silent:
            self.found.append(data)


def text(html):
    return flat("".join(_Text(html).found))


def flat(words):
    """One space between words, none before a full stop: tags leave some behind."""
    return re.sub(r" ([.,:;])", r"\1", " ".join(words.replace("\u00a0", " ").split()))


def published(page, incident):
    """The page's documents, drawn from the facts as they are: those of ``incident`` and those of the page."""
    shot = load(page.pk, touched={"incident": [incident.pk]}, now=timezone.now())
    drawn = {each.path: each.body.decode() for each in (*documents.hot(shot), *documents.permanent(shot))}
    its = f"incidents/{incident.public_id}/index.html"
    atom = ET.fromstring(drawn["history.atom"])
    rss = ET.fromstring(drawn["history.rss"])
    return {
        "stands": _stands(drawn, incident),
        "front": text(drawn["index.html"]),
        "incident": text(drawn[its]) if its in drawn else "",
        "history": text(drawn["history/index.html"]),
        "atom": " ".join(text(each.text or "") for each in atom.iter(f"{ATOM}content")),
        "rss": " ".join(text(each.text or "") for each in rss.iter("description")),
        "incidents.json": json.loads(drawn["api/v2/incidents.json"]),
        "unresolved.json": json.loads(drawn["api/v2/incidents/unresolved.json"]),
        "summary.json": json.loads(drawn["api/v2/summary.json"]),
        "badge.json": json.loads(drawn["badge.json"]),
    }


def _stands(drawn, incident):
    """How it stands or went: what the front page's lead, its own page and the history say, times without their days."""
    address = f"incidents/{incident.public_id}/"
    leads = [each for each in drawn["index.html"].split("<section")[1:] if address in each.partition("</h")[0]]
    own = drawn[f"{address}index.html"].split("<section")[1]
    took = re.search(r'Duration</h2>\s*<p class="q sm">(.*?)</p>', drawn[f"{address}index.html"])
    listed = re.search(rf'{address}">.*?<p>(.*?)</p>', drawn["history/index.html"], re.DOTALL)
    passed = re.search(rf'{address}">.*?<p>(.*?)</p>', drawn["index.html"].partition('class="days"')[2], re.DOTALL)
    return {
        "front": _head(leads[0]) if leads else None,
        "incident": _head(own),
        "took": text(took[1]) if took else "",
        "history": _undated(text(listed[1])),
        "past": _undated(text(passed[1])) if passed else None,
    }


def _head(section):
    found = re.findall(r"<dt>(So far|[\w ]*ffected[\w ]*)</dt>\s*<dd>(.*?)</dd>", section, re.DOTALL)
    facts = {name: text(each) for name, each in found}
    flag = text(re.search(r'<div class="w flag">(.*?)</div>', section, re.DOTALL)[1])
    return _undated(f"{flag} {facts.pop('So far', '')}"), facts


def _undated(said):
    return re.sub(r"\w{3} \d+ \w{3}(?: \d{4})?, ", "", flat(said))


def sent():
    """The newest announcement to subscribers, as it goes out by each way; nothing where nobody is told."""
    while release.step():
        pass
    row = Announcement.objects.filter(reach="subscribers").order_by("pk").last()
    if row is None:
        return None, {}
    batch = Batch(Delivery.objects.filter(announcement=row).values_list("pk", flat=True))
    found = {}
    for outgoing in batch.outgoing:
        found |= _written(outgoing)
    return row, found


def _written(outgoing):
    transport = outgoing.recipient.transport
    if transport == Transport.EMAIL:
        letter = message_from_bytes(mail.prepare(outgoing).addressed(outgoing), policy=policy.default)
        return {
            "subject": str(letter["Subject"]),
            "mail": flat(letter.get_body(("plain",)).get_content()),
            "mail.html": text(letter.get_body(("html",)).get_content()),
        }
    if transport == Transport.WEBHOOK:
        return {
            "webhook": json.loads(webhooks.standard(outgoing)),
            "statuspage": json.loads(webhooks.statuspage(outgoing)),
        }
    _headers, body = bodies.written(outgoing)
    return {str(transport): flat(" ".join(_strings(json.loads(body))))}


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def staff(client, incident):
    """What people at work read of it."""
    workspace = client.get(reverse("admin:incidents_incident_change", args=[incident.public_id])).content.decode()
    export = client.get(reverse("admin:promises_export")).getvalue().decode("utf-8-sig")
    return {
        "workspace": workspace,
        "home": client.get("/admin/").content.decode(),
        "promises": text(client.get(reverse("admin:promises")).content.decode()),
        "promises.csv": export,
    }
