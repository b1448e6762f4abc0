"""What tests of the staff screens share: a page, an incident on it, and the form as a browser would post it."""

from html.parser import HTMLParser

from django.db import connection
from django.urls import reverse

from incidents.choices import Level, Status
from incidents.scope import Affected
from statuspage.actions import publish_update
from tests import factories as make

TIMED = 4 if connection.vendor == "postgresql" else 0  # statements around the count of recipients: its time limit


def scene(*, severity="minor", told=True, places=1, person=None, **facts):
    """A page with SMS below Messaging, and a public incident about it. Returns page and incident."""
    top = make.component(name="Messaging")
    sms = make.component(name="SMS", parent=top)
    page = make.page(top, name="Larkwire", label="Platform", is_default=True, support_url="https://help.example.com/")
    affects = [Affected(sms, make.location() if places > 1 else None, Level.DEGRADED) for _n in range(places)]
    incident = make.confirmed(severity=severity, affects=affects, **facts)
    if told:
        publish_update(
            incident, by=person, pages=[page], status=Status.INVESTIGATING, body="SMS is late. We look for the cause."
        )
        incident.refresh_from_db()
    return page, incident


def url(name, row):
    return reverse(f"statuspage_staff:{name}", args=[row.public_id])


class _Fields(HTMLParser):
    """The values that a browser would post for one form."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.found = form_id, False, []
        self.name = self.text = self.select = None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = self.form_id in (None, given.get("id")) and given.get("method") == "post"
        if not self.inside:
            return
        if tag == "input" and "name" in given:
            ticks = given.get("type") in ("checkbox", "radio")
            if not ticks or "checked" in given:
                self.found.append((given["name"], given.get("value", "on" if ticks else "") or ""))
        elif tag == "textarea":
            self.name, self.text = given.get("name"), ""
        elif tag == "select":
            self.select, self.first, self.chosen = given.get("name"), None, None
        elif tag == "option" and self.select:
            self.first = given.get("value") if self.first is None else self.first
            self.chosen = given.get("value") if "selected" in given else self.chosen

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if not self.inside:
            return
        if tag == "textarea" and self.name:
            self.found.append((self.name, self.text.removeprefix("\n")))
            self.name = self.text = None
        elif tag == "select" and self.select:
            self.found.append((self.select, self.first if self.chosen is None else self.chosen or ""))
            self.select = None


def fields(response, form_id="compose"):
    """What the form on the page holds: name → value, or → values where there are several."""
    return fields_of(response.content.decode(), form_id)


def fields_of(html, form_id="compose"):
    parser = _Fields(form_id)
    parser.feed(html)
    found = {}
    for name, value in parser.found:
        found.setdefault(name, []).append(value)
    for token in ("csrfmiddlewaretoken", "once"):
        found.pop(token, None)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}
