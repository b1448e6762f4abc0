"""One sentence for each kind of thing that happens in an incident, from what its row recorded."""

from __future__ import annotations

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _, ngettext

from incidents import wording
from incidents.choices import Audience, DetectionSource, EntryKind, IncidentType, Level, Origin, Status
from incidents.models import Incident
from incidents.moments import moment
from incidents.timeline.difference import difference
from incidents.timeline.entries import Change, Entry

# One reader for each kind: fills the entry from the row's data (described in models/timeline.py).


def _suspected(entry: Entry, data: dict) -> None:
    entry.sentence = _("Suspicion reported by %(who)s") % {"who": entry.by}


def _dismissed(entry: Entry, data: dict) -> None:
    entry.sentence = _("Dismissed by %(who)s") % {"who": entry.by}


def _confirmed(entry: Entry, data: dict) -> None:
    if not data.get("rule"):
        entry.sentence = _("Declared by %(who)s") % {"who": entry.by}
        return
    entry.sentence = _("Confirmed by %(who)s. Rule: %(rule)s") % {"who": entry.by, "rule": confirmed_by(data)}
    if data.get("judged_by") and data["judged_by"] != entry.by:
        entry.sentence += ". " + _("Judged by %(who)s") % {"who": data["judged_by"]}


def confirmed_by(data: dict) -> str:
    """The rule that was met, with the counts both ways (1-01 to 1-04)."""
    if not data.get("total"):
        return data.get("rule", "")
    counts = _("%(affected)s of %(total)s %(unit)s = %(percent).1f %%") % {
        "affected": f"{data['affected']:,}",
        "total": f"{data['total']:,}",
        "unit": data.get("unit", ""),
        "percent": data["percent"],
    }
    return f"{data['rule']}: {counts}"


def _stage(entry: Entry, data: dict) -> None:
    if data["old"] == Status.DISMISSED:
        entry.sentence = _("Taken up again by %(who)s") % {"who": entry.by}
        return
    entry.sentence = _("%(old)s → %(new)s, by %(who)s; customers were not told of it") % {
        "old": Status(data["old"]).label,
        "new": Status(data["new"]).label,
        "who": entry.by,
    }


def _update(entry: Entry, data: dict) -> None:
    entry.look = "public"


def _correction(entry: Entry, data: dict) -> None:
    entry.look = "correction"
    entry.words = difference(data["old"], data["new"]) if data["old"] != data["new"] else []
    if data.get("new_promise"):
        old, new = (moment(parse_datetime(data[name])) for name in ("old_promise", "new_promise"))
        entry.changes = [Change(_("Next update promised by"), old, new)]
    told = _("told again") if data.get("told_again") else _("nobody told again")
    entry.sentence = _("Corrected by %(who)s, %(told)s") % {"who": entry.by, "told": told}
    entry.text = data.get("reason", "")


def _withdrawal(entry: Entry, data: dict) -> None:
    posted = moment(entry.update.posted_at) if entry.update else ""
    entry.sentence = _("Update of %(time)s withdrawn by %(who)s") % {"time": posted, "who": entry.by}
    entry.text = data.get("reason", "")


def _note(entry: Entry, data: dict) -> None:
    entry.look = "private"


def _impact(entry: Entry, data: dict) -> None:
    entry.look = "impact"
    entry.sentence = _("Impact changed by %(who)s") % {"who": entry.by}
    what = wording.label(data["component"], data.get("location"))
    old, new = Level(data["old"]), Level(data["new"])
    entry.changes = [Change(what, str(old.label), str(new.label), old, new)]


def _fact(entry: Entry, data: dict) -> None:
    entry.look = "fact"
    entry.sentence = _("Changed by %(who)s") % {"who": entry.by}
    label = data["label"]
    entry.changes = [
        Change(
            label[:1].upper() + label[1:],
            value_in_words(data["field"], data["old"]),
            value_in_words(data["field"], data["new"]),
        )
    ]


def _owner(entry: Entry, data: dict) -> None:
    if not data["new"]:
        entry.sentence = _("%(who)s took the incident from %(old)s; nobody owns it") % {
            "who": entry.by,
            "old": data["old"],
        }
    elif data["new"] == entry.by:
        entry.sentence = _("%(who)s took the incident") % {"who": entry.by}
    else:
        entry.sentence = _("%(who)s gave the incident to %(new)s") % {"who": entry.by, "new": data["new"]}


def _audience(entry: Entry, data: dict) -> None:
    old, new = Audience(data["old"]).label, Audience(data["new"]).label
    entry.sentence = _("%(old)s → %(new)s, by %(who)s") % {"old": old, "new": new, "who": entry.by}


def _member(entry: Entry, data: dict) -> None:
    sentence = _("%(who)s let %(user)s in") if data["added"] else _("%(who)s removed %(user)s")
    entry.sentence = sentence % {"who": entry.by, "user": data["user"]}


def _attested(entry: Entry, data: dict) -> None:
    what = _("Stable without hands") if data["condition"] == "stable" else _("Time enough for a proper fix")
    sentence = _("“%(what)s” attested by %(who)s") if data["given"] else _("“%(what)s” taken back by %(who)s")
    entry.sentence = sentence % {"what": what, "who": entry.by}


def _resolved(entry: Entry, data: dict) -> None:
    entry.sentence = _("Resolved by %(who)s") % {"who": entry.by}
    if data.get("missing"):
        count = len(data["missing"])
        verb = _("overridden") if data.get("override_reason") else _("only a warning")
        entry.sentence += ". " + ngettext(
            "%(count)d condition of the gate was missing (%(verb)s)",
            "%(count)d conditions of the gate were missing (%(verb)s)",
            count,
        ) % {"count": count, "verb": verb}
        entry.remarks = [("open", line) for line in data["missing"]]


def _reopened(entry: Entry, data: dict) -> None:
    if data.get("taken_back"):
        entry.sentence = _("%(who)s took the resolution back; it is %(stage)s again") % {
            "who": entry.by,
            "stage": Status(data["new"]).label.lower(),
        }
        return
    entry.sentence = _("Reopened by %(who)s") % {"who": entry.by}


def _merged(entry: Entry, data: dict) -> None:
    words = {"who": entry.by, "other": _link(entry.other)}
    if entry.other is None:
        entry.sentence = _("Merged by %(who)s into another incident") % words
    else:
        entry.sentence = format_html(_("Merged into {other} by {who}"), **words)


def _came_in(entry: Entry, data: dict) -> None:
    words = {"who": entry.by, "other": _link(entry.other)}
    if entry.other is None:
        entry.sentence = _("%(who)s merged another incident into this one") % words
    else:
        entry.sentence = format_html(_("{other} came in, merged by {who}"), **words)


def _link(incident: Incident | None) -> str:
    if incident is None:
        return ""
    way = reverse("admin:incidents_incident_change", args=[incident.public_id])
    return format_html('<a class="bw-link" href="{}">{}</a>', way, incident.title)


def _backfilled(entry: Entry, data: dict) -> None:
    entry.sentence = _("Recorded afterwards by %(who)s; nobody was told") % {"who": entry.by}


READERS = {
    EntryKind.SUSPECTED: _suspected,
    EntryKind.DISMISSED: _dismissed,
    EntryKind.CONFIRMED: _confirmed,
    EntryKind.STAGE: _stage,
    EntryKind.UPDATE: _update,
    EntryKind.CORRECTION: _correction,
    EntryKind.WITHDRAWAL: _withdrawal,
    EntryKind.NOTE: _note,
    EntryKind.IMPACT: _impact,
    EntryKind.FACT: _fact,
    EntryKind.OWNER: _owner,
    EntryKind.AUDIENCE: _audience,
    EntryKind.MEMBER: _member,
    EntryKind.ATTESTED: _attested,
    EntryKind.RESOLVED: _resolved,
    EntryKind.REOPENED: _reopened,
    EntryKind.MERGED: _merged,
    EntryKind.CAME_IN: _came_in,
    EntryKind.BACKFILLED: _backfilled,
}


NUMBERS = ("volume", "customers_affected")
CHOICES = {"type": IncidentType.choices, "origin": Origin.choices, "detection_source": DetectionSource.choices}


def value_in_words(name: str, value: str) -> str:
    """A fact as its row keeps it, readable: times in the person's zone, yes and no, the severity's word."""
    if value == "":
        return ""
    if value in ("True", "False"):
        return _("yes") if value == "True" else _("no")
    if name in CHOICES:
        return str(dict(CHOICES[name]).get(value, value))
    if value.isdecimal() and name in NUMBERS:
        return f"{int(value):,}"
    at = parse_datetime(value) if name.endswith(("_at", "_eta")) else None
    return moment(at) if at else value
