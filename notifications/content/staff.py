"""What internal channels and people on the inside read: one sentence of what happened and by whom, the facts that
matter at that moment, and the step that is due now (1-06 to 1-16, 3-21).

Plain JSON, frozen when it is released. Times are ``{"at": "…Z"}``: each recipient reads them in their own zone. Of a
restricted incident nothing is said but that there is one.
"""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from incidents import choices
from incidents.choices import EntryKind, Promise, Status
from incidents.clocks import clocks
from incidents.models import Incident, TimelineEntry
from incidents.moments import span
from incidents.timeline.sentences import confirmed_by
from notifications.choices import Event
from notifications.content.staff_parts import (  # fmt: skip
    CORRECTED,
    JUDGE,
    WITHDRAWN,
    Field,
    Json,
    about,
    at,
    changed_update,
    closed,
    impact,
    lead,
    markdown,
    nothing,
    short,
    step,
    support_step,
    workspace_url,
)
from notifications.models import Announcement


def facts(announcement: Announcement, incident: Incident | None) -> Json:
    """The content of one staff message. What stands in the announcement already is kept over what is derived."""
    if incident is None:
        return {"title": announcement.get_event_display(), **nothing(), **announcement.content}
    incident = clocks.annotated(Incident.objects.select_related("severity", "owner", "rule", "judged_by")).get(
        pk=incident.pk
    )
    if incident.is_restricted or announcement.event == Event.STAFF_RESTRICTED:
        return closed(incident)
    tell = TELLERS.get(Event(announcement.event), _other)
    return {**about(incident), **tell(announcement, incident), **announcement.content}


def forget_where_it_goes_on(into: Incident) -> None:
    """What was merged into it is announced elsewhere, and frozen there with its title: without it from now."""
    rows = Announcement.objects.filter(event=Event.STAFF_STAGE, incident__merged_into=into)
    for row in rows.filter(content__action__url=workspace_url(into)).select_related("incident__merged_into"):
        row.content = {}
        row.content = facts(row, row.incident)
        row.save(update_fields=["content"])


def bridge_key(incident: Incident) -> str:
    """Announced once for each new link (1-10)."""
    return f"bridge:{incident.public_id}:{hashlib.sha256(incident.bridge_url.encode()).hexdigest()[:16]}"


# One teller for each event


def _suspected(announcement: Announcement, incident: Incident) -> Json:
    """1-06: at the first suspicion, without waiting."""
    entry = _last(incident, EntryKind.SUSPECTED, EntryKind.STAGE)
    again = entry is not None and entry.kind == EntryKind.STAGE
    line = _("%(who)s takes a suspicion up again") if again else _("%(who)s reports a suspicion")
    fields = impact(incident)
    if text := (entry.text if again and entry else incident.summary):
        fields.append([_("What is seen"), short(text)])
    fields += [
        [_("Severity, if it is one"), str(incident.severity)],
        [_("Learned from"), incident.get_detection_source_display()],
        [_("Detected"), at(incident.detected_at)],
    ]
    due = next((clock.due_at for clock in clocks.clocks_of(incident) if clock.key == Promise.SUSPICION), None)
    text = _("Support or Engineering: confirm or dismiss it")
    return {
        "line": line % {"who": _who(announcement, entry)},
        "fields": fields,
        **step(text, due, incident=incident, label=_("Confirm or dismiss"), needs=JUDGE),
    }


def _confirmed(announcement: Announcement, incident: Incident) -> Json:
    """1-08: the rule that was met, the counts, who judged; 1-10: where people join."""
    entry = _last(incident, EntryKind.CONFIRMED)
    line = _("%(who)s confirms the incident") if incident.rule else _("%(who)s declares an incident")
    fields = impact(incident)
    if incident.rule:
        fields.append([_("Rule"), confirmed_by(entry.data) if entry else incident.rule.label])
        if incident.judged_by:
            fields.append([_("Judged by"), str(incident.judged_by)])
    fields += [[_("Severity"), str(incident.severity)], *lead(incident), [_("Detected"), at(incident.detected_at)]]
    return {"line": line % {"who": _who(announcement, entry)}, "fields": fields, **support_step(incident)}


def _stage(announcement: Announcement, incident: Incident) -> Json:
    """1-11: everybody in the channel hears that the cause is found, or that the fix is watched."""
    if incident.is_merged:
        return _merged(announcement, incident)
    entry = _last(incident, EntryKind.STAGE)
    lines = {
        Status.IDENTIFIED: _("%(who)s: the cause is identified"),
        Status.MONITORING: _("%(who)s: a fix is in place and is being watched"),
        Status.INVESTIGATING: _("%(who)s: back to investigating"),
    }
    line = lines.get(Status(incident.status), _("%(who)s changes the stage: %(now)s"))
    fields = [[_("Note"), short(entry.text)]] if entry and entry.text else []
    words = {"who": _who(announcement, entry), "now": incident.get_status_display()}
    return {"line": line % words, "fields": [*fields, *impact(incident), *lead(incident)], **support_step(incident)}


def _bridge(announcement: Announcement, incident: Incident) -> Json:
    """1-10: its link goes to the channel, so that people can join and see how to help."""
    return {
        "line": _("%(who)s opens a bridge: join to see what the issue is and how to help")
        % {"who": _who(announcement, None)},
        "fields": [*impact(incident), *lead(incident)],
        "action": {"label": _("Join the bridge"), "url": incident.bridge_url},
    }


def _merged(announcement: Announcement, incident: Incident) -> Json:
    entry, into = _last(incident, EntryKind.MERGED), incident.merged_into
    line = _("%(who)s merges it into another incident, where it goes on")
    found: Json = {"line": line % {"who": _who(announcement, entry)}, "fields": []}
    if into is not None and not into.is_restricted:
        found["fields"].append([_("Goes on in"), into.title])
        found["action"] = {"label": _("Open where it goes on"), "url": workspace_url(into)}
    if entry and entry.text:
        found["fields"].append([_("Why"), short(entry.text)])
    return found


def _resolved(announcement: Announcement, incident: Incident) -> Json:
    """1-13: is there workflow impact, is there data impact, and when has processing caught up?"""
    entry = _last(incident, EntryKind.RESOLVED)
    fields: list[Field] = [
        [_("Workflow impact"), _yes_no(incident.workflow_impact, incident.workflow_impact_note)],
        [_("Data impact"), _yes_no(incident.data_impact, incident.data_impact_note)],
    ]
    if incident.caught_up_at:
        fields.append([_("Caught up"), at(incident.caught_up_at)])
    elif incident.catch_up_eta:
        fields.append([_("Caught up, expected"), at(incident.catch_up_eta)])
    elif incident.workflow_impact or incident.data_impact:
        fields.append([_("Caught up, expected"), _("not known yet")])
    if incident.resolved_at:
        fields.append([_("Lasted"), span(incident.resolved_at - incident.started_at)])
    if entry and entry.data.get("override_reason"):
        fields.append([_("Closure gate overridden"), short(entry.data["override_reason"])])
    elif entry and entry.text:
        fields.append([_("Note"), short(entry.text)])
    return {"line": _("%(who)s resolves it") % {"who": _who(announcement, entry)}, "fields": fields} | support_step(
        incident
    )


def _reopened(announcement: Announcement, incident: Incident) -> Json:
    entry = _last(incident, EntryKind.REOPENED)
    fields = [[_("Why"), short(entry.text)]] if entry and entry.text else []
    line = _("%(who)s reopens it: it is not over")
    if entry and entry.data.get("taken_back"):
        line = _("%(who)s takes the resolution back: it is not over")
    return {
        "line": line % {"who": _who(announcement, entry)},
        "fields": [*fields, *impact(incident), *lead(incident)],
    } | (support_step(incident))


def _update(announcement: Announcement, incident: Incident) -> Json:
    update = announcement.update
    if update is None:
        return _other(announcement, incident)
    if announcement.content.get("what") in (CORRECTED, WITHDRAWN):
        return changed_update(announcement, update)
    stage = Status(update.status).label
    fields: list[Field] = [[_("Customers read"), markdown(update.text)]]
    if update.promised_at:
        fields.append([_("Next update promised by"), at(update.promised_at)])
    elif update.due_at and update.status in choices.WORKING:
        fields.append([_("Next update due by"), at(update.due_at)])
    if not update.deliver_notifications:
        fields.append([_("Subscribers"), _("not told, as chosen")])
    return {"line": _("%(who)s tells customers: %(stage)s") % {"who": update.author or _system(), "stage": stage},
            "fields": fields}  # fmt: skip


def _other(announcement: Announcement, incident: Incident) -> Json:
    line = {
        Event.STAFF_HELD: _("Messages to subscribers are held back: more than the page’s limit in an hour"),
    }.get(Event(announcement.event), announcement.get_event_display())
    return {"line": str(line)}


TELLERS = {
    Event.STAFF_SUSPECTED: _suspected,
    Event.STAFF_CONFIRMED: _confirmed,
    Event.STAFF_STAGE: _stage,
    Event.STAFF_BRIDGE: _bridge,
    Event.STAFF_RESOLVED: _resolved,
    Event.STAFF_REOPENED: _reopened,
    Event.STAFF_UPDATE: _update,
}


def _who(announcement: Announcement, entry: TimelineEntry | None) -> str:
    return str(announcement.created_by or (entry and entry.by) or _system())


def _system() -> str:
    return _("The system")


def _last(incident: Incident, *kinds: EntryKind) -> TimelineEntry | None:
    return incident.timeline.filter(kind__in=kinds).select_related("by").order_by("-at", "-pk").first()


def _yes_no(value: bool | None, note: str) -> str:
    if value is None:
        return _("not answered yet")
    word = _("yes") if value else _("no")
    return f"{word}: {note}" if note else word
