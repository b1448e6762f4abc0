"""The pieces of a staff message: what each one has, the step that is due now, and a clock that runs out.

Times are ``{"at": "…Z"}``: each recipient reads them in their own zone; words for customers ``{"markdown": "…"}``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import scope
from incidents.choices import Promise, Status
from incidents.clocks import clocks
from incidents.clocks.clock import Clock
from incidents.markdown.portable import shortened
from incidents.models import Incident, IncidentUpdate, User
from incidents.moments import span
from notifications.models import Announcement
from statuspage.documents.times import stamp

Json = dict[str, Any]
Field = list[Any]
TEXT = 600  # characters of a text that people wrote
PUBLISH, JUDGE = "incidents.publish_incident", "incidents.work_incident"
CORRECTED, WITHDRAWN = "corrected", "withdrawn"  # what became of an update that the channels had heard of


def closed(incident: Incident) -> Json:
    """All that is said of a restricted incident, to its members and to security: the way to it."""
    return {
        **nothing(),
        "title": _("A restricted incident"),
        "line": _("Sign in to read what it is. Whoever may not see it finds nothing there."),
        "incident": incident.public_id,
        "url": workspace_url(incident),
        "severity": None,
        "status": "",
        "audience": incident.audience,
        "action": {"label": _("Open"), "url": workspace_url(incident)},
    }


def about(incident: Incident) -> Json:
    """What every message of an incident has."""
    url = workspace_url(incident)
    return {
        **nothing(),
        "title": incident.title,
        "incident": incident.public_id,
        "url": url,
        "severity": incident.severity_id,
        "status": incident.status,
        "audience": incident.audience,
        "bridge_url": incident.bridge_url if incident.is_open else "",
        "action": {"label": _("Open the incident"), "url": url},
    }


def nothing() -> Json:
    return {"line": "", "fields": [], "bridge_url": "", "next_step": "", "next_step_due": None, "action": None}


def workspace_url(incident: Incident, anchor: str = "") -> str:
    path = reverse("admin:incidents_incident_change", args=[incident.public_id])
    return f"{settings.PUBLIC_URL}{path}{f'#{anchor}' if anchor else ''}"


def at(when: datetime) -> Json:
    return {"at": stamp(when)}


def impact(incident: Incident) -> list[Field]:
    words = scope.in_words(incident)
    return [[_("Impact"), words]] if words else []


def lead(incident: Incident) -> list[Field]:
    return [[_("Leads"), str(incident.owner) if incident.owner else _("nobody yet")]]


def step(
    text: str,
    due: datetime | None = None,
    *,
    incident: Incident,
    label: str = "",
    anchor: str = "",
    needs: str = PUBLISH,
) -> Json:
    """What is due now, by whom, until when, and the way there; for one person, if they have the right ``needs``."""
    found: Json = {"next_step": text, "next_step_due": stamp(due) if due else None}
    if label:
        found["action"] = {"label": label, "url": workspace_url(incident, anchor), "needs": needs}
    return found


def offered(content: Json, person: User) -> Json:
    """The content as one person may act on it: no button leads to what is forbidden."""
    needs = (content.get("action") or {}).get("needs")
    if not needs or person.has_perm(needs):
        return content
    return content | {"action": {"label": _("Open the incident"), "url": content["url"]}}


def support_step(incident: Incident) -> Json:
    """When Engineering has confirmed, identified or resolved, Support's step is due (1-16, 3-21)."""
    if not incident.has_public_clocks or not incident.is_confirmed:
        return {}
    running = {clock.key: clock.due_at for clock in clocks.clocks_of(incident) if clock.is_running}
    if incident.told_status is None:
        text, label = _("Support: tell customers, also while the cause is unknown"), _("Write the first notice")
        return step(text, running.get(Promise.FIRST_NOTICE), incident=incident, label=label, anchor="compose")
    if incident.told_status == incident.status:
        return {}
    due = running.get(Promise.REOPENING) or running.get(Promise.NEXT_UPDATE)
    words = {"told": Status(incident.told_status).label, "now": incident.get_status_display().lower()}
    if incident.status == Status.RESOLVED:
        text, label = (
            _("Support: give the all-clear; customers still read “%(told)s”") % words,
            _("Write the all-clear"),
        )
    elif incident.told_status == Status.RESOLVED:
        text, label = _("Support: say that it is back; customers still read “%(told)s”") % words, _("Write the update")
    else:
        text, label = (
            _("Support: say that it is %(now)s; customers still read “%(told)s”") % words,
            _("Write the update"),
        )
    return step(text, due, incident=incident, label=label, anchor="compose")


def changed_update(announcement: Announcement, update: IncidentUpdate) -> Json:
    """An update that the channels had heard of, as customers read it now, or do not any more."""
    if announcement.content["what"] == WITHDRAWN:
        line = _("Update withdrawn: %(reason)s") % {"reason": short(update.withdrawal_reason)}
        fields: list[Field] = [[_("Customers no longer read"), markdown(update.text)]]
        by = update.withdrawn_by
    else:
        line = _("Update corrected")
        fields = [[_("Customers read"), markdown(update.text)]]
        if update.promised_at:
            fields.append([_("Next update promised by"), at(update.promised_at)])
        by = announcement.created_by
    return {"line": line, "fields": [*fields, [_("By"), str(by)]] if by else fields}


def late_or_soon(incident: Incident, clock: Clock, *, phase: str, now: datetime) -> Json:
    """A clock that runs out, or has: complete, since a moment later it would read otherwise."""
    if incident.is_restricted:
        return closed(incident)
    after = abs(now - clock.due_at) + timedelta(seconds=30)  # to the nearest minute
    lines = {
        "warning": _("%(clock)s: due in %(span)s"),
        "breach": _("%(clock)s: the time has passed"),
        "escalation": _("%(clock)s: late by %(span)s; leads are told as well"),
    }
    what = _("Next update, as promised to customers") if clock.is_promise else clock.label
    fields: list[Field] = [[_("Due"), at(clock.due_at)], *lead(incident), *impact(incident)]
    if clock.key != Promise.SUSPICION:
        told = str(Status(incident.told_status).label) if incident.told_status else _("nothing yet")
        fields.append([_("Customers read"), told])
    return {
        **about(incident),
        **deadline(clock, phase, label=what),
        "line": lines[phase] % {"clock": what, "span": span(after)},
        "fields": fields,
        **_owed(incident, clock),
    }


def deadline(clock: Clock, phase: str, *, label: str = "") -> Json:
    """What every message of a clock has, and its subject says."""
    return {"clock": clock.key, "phase": phase, "promise": label or str(clock.label), "due": at(clock.due_at)}


def _owed(incident: Incident, clock: Clock) -> Json:
    if clock.key == Promise.SUSPICION:
        text = _("Support or Engineering: confirm or dismiss it")
        return step(text, incident=incident, label=_("Confirm or dismiss"), needs=JUDGE)
    if incident.status == Status.SUSPECTED:
        text = _("Confirm it and tell customers, or dismiss it: their clock runs from detection")
        return step(text, incident=incident, label=_("Confirm or dismiss"), needs=JUDGE)
    if clock.key == Promise.FIRST_NOTICE:
        text, label = _("Support: tell customers, also while the cause is unknown"), _("Write the first notice")
    elif clock.key == Promise.REOPENING:
        text, label = _("Support: say that it is back"), _("Write the update")
    else:
        text, label = _("Support: write the update, also if there is nothing new"), _("Write the update")
    return step(text, incident=incident, label=label, anchor="compose")


def markdown(text: str) -> Json:
    """Words for customers, which each message writes in its own markup."""
    return {"markdown": shortened(text.strip(), TEXT)}


def short(text: str) -> str:
    """Plain words."""
    return Truncator(text.strip()).chars(TEXT)
