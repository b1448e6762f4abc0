"""A draft put aside: kept in the person's own session for a day, offered again by the composer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from incidents import numbers
from incidents.choices import Level
from statuspage.composer.context import NO_TEMPLATE
from statuspage.composer.forms.places import ROWS_AT_MOST

KEPT_FOR = timedelta(hours=24)
TEXT = ("body", "filled", "filled_time")
SINGLE = ("status", "override_reason", "template", *TEXT, "next", "promised_at", "report_by", "tried", "next_step")
LISTS = ("pages",)
TICKS = ("end_impacts", "report", "deliver_notifications")


@dataclass(frozen=True)
class Typed:
    """What stood in the composer, as plain values."""

    data: QueryDict
    at: datetime

    @classmethod
    def of(cls, data: QueryDict) -> Typed:
        return cls(data, timezone.now())

    def values(self):
        """For the form as it would be opened now; the version is not carried over."""
        found = {name: self.data[name] for name in SINGLE if self.data.get(name)}
        found |= {name: self.data.getlist(name) for name in LISTS if name in self.data}
        if "version" in self.data:
            found |= {name: bool(self.data.get(name)) for name in TICKS}
        return found

    def rows(self):
        """The rows of what is affected; none where no rows were posted."""
        if "rows-TOTAL_FORMS" not in self.data:
            return None
        found = []
        for n in range(min(numbers.read(str(self.data["rows-TOTAL_FORMS"])), ROWS_AT_MOST)):
            component, typed = self.data.get(f"rows-{n}-component"), self.data.get(f"rows-{n}-level", "")
            if component:
                location = self.data.get(f"rows-{n}-location", "")
                level = Level(int(typed)) if typed in map(str, Level.values) else None
                found.append({"component": component, "location": location, "level": level})
        return found


def keep(request, incident):
    request.session[_key(incident)] = {"at": timezone.now().isoformat(), "data": request.POST.urlencode()}


def keep_update(request, update):
    """What was posted and taken back at once goes on as a draft of the user who took it back."""
    data = QueryDict(mutable=True)
    data.update({"version": "0", "status": update.status, "body": update.body, "template": NO_TEMPLATE})
    data.update({"tried": update.tried, "next_step": update.next_step})
    if update.deliver_notifications:
        data["deliver_notifications"] = "on"
    row = {"at": timezone.now().isoformat(), "data": data.urlencode()}
    request.session[_key(update.incident)] = row


def kept(request, incident):
    """The draft that this person put aside within the last day, if there is one."""
    row = request.session.get(_key(incident))
    at = parse_datetime(row["at"]) if row else None
    if at is None or timezone.now() - at > KEPT_FOR:
        return None
    return Typed(QueryDict(row["data"]), at)


def forget(request, incident):
    request.session.pop(_key(incident), None)


def _key(incident):
    return f"draft:{incident.public_id}"
