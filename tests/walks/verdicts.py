"""Who may read and who may write at each address, and what a writing may touch. An address without a line fails.

A right is written as Django checks it; the first line that fits an address's name counts. For the screens that Django
makes of a model the line follows from the model, and the exceptions stand before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib import admin

ANYBODY, STAFF, NOBODY = "anybody", "staff", "nobody"

ANNOUNCED = {
    "notifications_announcement", "notifications_announcement_pages", "notifications_announcement_people",
    "notifications_delivery", "notifications_attempt", "notifications_transporthealth",
}  # fmt: skip
PUBLISHED = {"statuspage_publishstate", "statuspage_dirtypage"}
POSTMORTEM = {
    "postmortems_postmortem", "postmortems_historicalpostmortem", "postmortems_section",
    "postmortems_historicalsection", "postmortems_searchmark",
}  # fmt: skip
DRAFTED = POSTMORTEM | {
    f"postmortems_{history}{name}"
    for history in ("", "historical")
    for name in (
        "paragraph", "event", "mitigation", "cause", "why", "assessment", "actionitem", "citation", "settlement",
        "reviewmeeting", "record", "version", "signoff", "presence", "actionitem_causes", "actionitem_fixes",
        "reviewmeeting_attendees",
    )
} | ANNOUNCED | PUBLISHED  # fmt: skip
RECORD = DRAFTED | {
    "postmortems_evidence", "postmortems_dispute", "postmortems_historicaldispute", "postmortems_assessment_components",
    "postmortems_assessment_locations", "postmortems_historicalassessment_components",
    "postmortems_historicalassessment_locations", "postmortems_historicalactionitem_causes",
    "postmortems_historicalactionitem_fixes",
}  # fmt: skip
ACTION_ITEM = {
    "postmortems_actionitem", "postmortems_historicalactionitem", "postmortems_historicalactionitem_causes",
    "postmortems_historicalactionitem_fixes", "postmortems_postmortem", "postmortems_searchmark", *ANNOUNCED,
}  # fmt: skip
INCIDENT = {
    "incidents_incident", "incidents_historicalincident", "incidents_impact", "incidents_historicalimpact",
    "incidents_incidentupdate", "incidents_historicalincidentupdate", "incidents_timelineentry", "incidents_member",
    "incidents_breach", "incidents_historicalbreach", "incidents_updatecomponentstate", "incidents_resolution",
    "statuspage_pageincident", *ANNOUNCED, *PUBLISHED, *POSTMORTEM,
}  # fmt: skip
ACCOUNT = {
    "incidents_user", "incidents_user_groups", "incidents_accountevent", "incidents_addresschange", "django_admin_log",
    *ANNOUNCED,
}  # fmt: skip
SUBSCRIBER = {
    "notifications_subscriber", "notifications_subscription", "notifications_subscriberequest", "notifications_muted",
    "notifications_subscriberevent", *ANNOUNCED,
}  # fmt: skip
SWITCH = {"notifications_sendingswitch", *ANNOUNCED}


@dataclass(frozen=True)
class Verdict:
    reads: str  # who may get an answer 200 to a GET
    writes: str = NOBODY
    tables: frozenset[str] = frozenset()


def _verdict(reads, writes=NOBODY, tables=()):
    return Verdict(reads, writes, frozenset(tables))


SEE, WORK, PUBLISH = "incidents.view_incident", "incidents.work_incident", "incidents.publish_incident"
REPORT, NOTE, MESSAGES, SEND = (
    "incidents.report_incident",
    "incidents.note_incident",
    "notifications.view_announcement",
    "notifications.send_announcement",
)

POSTMORTEMS, ITEMS, RECORDS, DRAFT = (
    "postmortems.view_postmortem",
    "postmortems.view_actionitem",
    "postmortems.write_record",
    "postmortems.draft_postmortem",
)

MAINTENANCE = {
    f"maintenance_{history}{name}"
    for history in ("", "historical")
    for name in ("window", "windowimpact", "windowupdate", "windowincident", "approval")
} | {"maintenance_operatornotice", "statuspage_pagewindow", *ANNOUNCED, *PUBLISHED}  # fmt: skip
SERIES = {
    f"maintenance_{history}{name}" for history in ("", "historical") for name in ("series", "seriesimpact")
} | {"maintenance_seriesexception", "statuspage_pageseries", *MAINTENANCE}  # fmt: skip
SEE_SERIES, CHANGE_SERIES = "maintenance.view_series", "maintenance.change_series"
WINDOWS, PLAN, ANNOUNCE, APPROVE = (f"maintenance.{verb}_window" for verb in ("view", "plan", "announce", "approve"))

PIN = {"incidents_pin", "incidents_historicalpin", *PUBLISHED}

LINES = [
    # The door
    (r"admin:(login|forgot_password_asked)", _verdict(ANYBODY)),
    (r"admin:forgot_password", _verdict(ANYBODY, ANYBODY, {"incidents_passwordresetrequest", *ANNOUNCED})),
    (r"admin:invitation", _verdict(ANYBODY)),
    (r"admin:(index|logout|jsi18n|app_list|search|autocomplete|password_change(_done)?|\?)", _verdict(STAFF)),
    (r"admin:preferences", _verdict(STAFF, STAFF, {"incidents_user"})),
    (r"admin:address", _verdict(STAFF, STAFF, ACCOUNT)),
    (r"admin:address_cancel", _verdict(NOBODY, "incidents.change_user", ACCOUNT)),
    # Incidents
    (r"admin:promises(_export)?", _verdict(SEE)),
    (r"admin:promise_explain", _verdict(WORK, WORK, {"incidents_breach", "incidents_historicalbreach"})),
    (r"admin:incidents_incident_report", _verdict(SEE, REPORT, INCIDENT)),
    (r"admin:incidents_incident_(note|members|unresolve)", _verdict(SEE, NOTE, INCIDENT)),
    (r"admin:incidents_incident_merge", _verdict(SEE, "incidents.merge_incident", INCIDENT)),
    (r"admin:incidents_incident_(changelist|add|change|history|confirm|reopen)", _verdict(SEE)),
    (r"statuspage_staff:reopen", _verdict(SEE, "incidents.reopen_incident", INCIDENT)),
    (r"admin:incidents_incident_(dismiss|reconsider|facts|impacts?|attest|stage|owner|audience)",
     _verdict(SEE, WORK, INCIDENT)),
    (r"statuspage_staff:(preview|changes_since)", _verdict(SEE)),
    (r"statuspage_staff:confirm", _verdict(SEE, WORK, INCIDENT)),
    (r"statuspage_staff:(composer|correct|withdraw)|notifications_staff:call_back", _verdict(SEE, PUBLISH, INCIDENT)),
    (r"statuspage_staff:postmortem_(files?|export)", _verdict("postmortems.view_postmortem")),
    (r"statuspage_staff:postmortem_file_(make|again)",
     _verdict(NOBODY, "postmortems.view_postmortem", {"postmortems_rendering"})),
    (r"statuspage_staff:choose_page", _verdict(STAFF)),
    (r"statuspage_staff:sample", _verdict(NOBODY)),
    (r"statuspage_staff:new_incident", _verdict(PUBLISH, PUBLISH, INCIDENT)),
    # Post-mortems and action items
    (r"postmortems_staff:(postmortems?|document|version|review|history)", _verdict(POSTMORTEMS)),
    (r"postmortems_staff:(begin)", _verdict(POSTMORTEMS, DRAFT, DRAFTED)),
    (r"postmortems_staff:(write|way|lead|meeting|revise)", _verdict(DRAFT, DRAFT, DRAFTED)),
    (r"postmortems_staff:(take_over|draft|settle|ask)", _verdict(NOBODY, DRAFT, DRAFTED)),
    (r"postmortems_staff:send_back", _verdict(POSTMORTEMS, RECORDS, DRAFTED)),  # for those who draft, or sign
    (r"postmortems_staff:sign", _verdict(NOBODY, "postmortems.sign_postmortem", DRAFTED)),
    (r"postmortems_staff:(publish|withdraw)",
     _verdict("postmortems.publish_postmortem", "postmortems.publish_postmortem", DRAFTED)),
    (r"postmortems_staff:(comment|resolve_comment)",
     _verdict(NOBODY, POSTMORTEMS, {"postmortems_comment", "postmortems_historicalcomment"})),
    (r"postmortems_staff:(records|record|whole_record|evidence)", _verdict(POSTMORTEMS)),
    (r"postmortems_staff:record_section", _verdict(RECORDS, RECORDS, RECORD)),
    (r"postmortems_staff:(start_record|submit_record|take_back_record|attach_evidence)",
     _verdict(NOBODY, RECORDS, RECORD)),
    (r"postmortems_staff:(invite|remind_record|remove_record)", _verdict(NOBODY, DRAFT, RECORD)),
    (r"postmortems_staff:save_(document|record)", _verdict(NOBODY, POSTMORTEMS, RECORD)),
    (r"postmortems_staff:(action_items|action_items_export|calendar_download|open_actions)", _verdict(ITEMS)),
    (r"postmortems_staff:action_items_change", _verdict(NOBODY, RECORDS, ACTION_ITEM)),
    (r"postmortems_staff:action_item", _verdict(ITEMS, RECORDS, ACTION_ITEM)),
    (r"postmortems_staff:calendar", _verdict(ITEMS, ITEMS, {"postmortems_calendarfeed"})),
    (r"postmortems_staff:calendar_feed", _verdict(ANYBODY)),  # who has the address has the right to it
    # What was learned
    (r"postmortems_staff:(search|causes|recovery)(_export)?", _verdict(POSTMORTEMS)),
    (r"postmortems_staff:similar", _verdict(NOBODY)),
    # Maintenance
    (r"maintenance_staff:(windows|window|report|report_export)", _verdict(WINDOWS)),
    (r"maintenance_staff:notices", _verdict(WINDOWS, ANNOUNCE, MAINTENANCE)),
    (r"maintenance_staff:notice_act", _verdict(NOBODY, ANNOUNCE, MAINTENANCE)),
    (r"maintenance_staff:notice_raw", _verdict(WINDOWS)),
    (r"maintenance_staff:act", _verdict(WINDOWS, ANNOUNCE, MAINTENANCE)),
    (r"maintenance_staff:approval", _verdict(WINDOWS, f"{APPROVE}|{ANNOUNCE}", MAINTENANCE)),
    (r"maintenance_staff:link", _verdict(NOBODY, WORK, INCIDENT | MAINTENANCE)),
    (r"statuspage_staff:count_(window|draft|move)", _verdict(NOBODY)),
    (r"statuspage_staff:(plan|edit)_window", _verdict(PLAN, PLAN, MAINTENANCE)),
    (r"statuspage_staff:(series|series_list)", _verdict(SEE_SERIES, CHANGE_SERIES, SERIES)),
    (r"statuspage_staff:new_series", _verdict(CHANGE_SERIES, CHANGE_SERIES, SERIES)),
    (r"statuspage_staff:count_series", _verdict(NOBODY)),
    (r"statuspage_staff:series_act", _verdict(NOBODY, CHANGE_SERIES, SERIES)),
    (r"statuspage_staff:(move|amend)_window", _verdict(ANNOUNCE, ANNOUNCE, MAINTENANCE)),
    # Messages
    (r"notifications_staff:(queue|announcement|delivery)", _verdict(MESSAGES)),
    (r"notifications_staff:(pause|resume)", _verdict(MESSAGES, SEND, SWITCH)),
    (r"notifications_staff:(release|drop|replay|replay_failed|replay_transport)", _verdict(MESSAGES, SEND, ANNOUNCED)),
    (r"notifications_staff:recipients", _verdict(PUBLISH)),
    (r"notifications_staff:mail_sample", _verdict(NOBODY)),
    (r"notifications_staff:test_message", _verdict(NOBODY, "notifications.change_messagesettings", ANNOUNCED)),
    (r"notifications_staff:(mailbox|mail|mail_page)", _verdict(STAFF)),
    (r"admin:notifications_channel_(test|again|rotate|secret)",
     _verdict("notifications.change_channel", "notifications.change_channel",
              {"notifications_channel", "notifications_historicalchannel", *ANNOUNCED})),
    (r"admin:notifications_subscriber_export", _verdict("notifications.export_subscriber")),
    (r"admin:notifications_subscriber_remove",
     _verdict("notifications.delete_subscriber", "notifications.delete_subscriber", SUBSCRIBER)),
    (r"admin:notifications_subscriber_(pause|resume|lift)",
     _verdict("notifications.change_subscriber", "notifications.change_subscriber", SUBSCRIBER)),
    (r"admin:notifications_subscriber_add",
     _verdict("notifications.add_subscriber", "notifications.add_subscriber", SUBSCRIBER)),
    (r"admin:notifications_subscriber_(change|history|delete)", _verdict("notifications.view_subscriber")),
    # Readers
    (r"subscriptions:of_\w+:(subscribe|lost|confirm|manage|leave|forget|mute)", _verdict(ANYBODY, ANYBODY, SUBSCRIBER)),
    (r"subscriptions:of_\w+:nowhere", _verdict(ANYBODY)),
    # Models whose rows are made, changed or kept otherwise than Django would
    (r"admin:incidents_pin_(add|end)", _verdict(PUBLISH, PUBLISH, PIN)),
    (r"admin:incidents_pin_(change|delete|history|changelist)", _verdict("incidents.view_pin")),
    (r"admin:incidents_(severity)_(add|delete)|admin:notifications_messagesettings_(add|delete)", _verdict(NOBODY)),
    (r"admin:incidents_user_invitation", _verdict("incidents.invite_user", "incidents.invite_user", ACCOUNT)),
    (r"admin:incidents_user_access", _verdict("incidents.change_user", "incidents.change_user", ACCOUNT)),
    (r"admin:incidents_user_delete", _verdict(NOBODY)),
    (r"admin:incidents_user_changelist", _verdict("incidents.view_user")),
    (r"admin:statuspage_page_open_page", _verdict("statuspage.view_page")),
    (r"admin:statuspage_page_new_incident", _verdict(PUBLISH)),
]  # fmt: skip


def of(name: str) -> Verdict:
    """Raises ``LookupError`` where nobody has said yet who may do what."""
    for pattern, verdict in LINES:
        if re.fullmatch(pattern, name):
            return verdict
    for model, model_admin in admin.site._registry.items():
        if (verb := name.removeprefix(f"admin:{model._meta.app_label}_{model._meta.model_name}_")) in VERBS:
            return _of_model(model, model_admin, verb)
    raise LookupError(f"{name}: say in tests/walks/verdicts.py who may read it and who may write there.")


VERBS = {"changelist": "delete", "add": "add", "change": "change", "delete": "delete", "history": None}


def _of_model(model, model_admin, verb) -> Verdict:
    app, name = model._meta.app_label, model._meta.model_name
    tables = {"django_admin_log", *PUBLISHED, *ANNOUNCED}
    for each in (model, *(inline.model for inline in model_admin.inlines)):
        chosen = {f.m2m_db_table() for f in each._meta.local_many_to_many}
        tables |= {each._meta.db_table, *chosen, *_histories(chosen)}
        if hasattr(each, "history"):
            tables.add(each.history.model._meta.db_table)
    if verb in ("delete", "changelist"):
        tables |= {related.related_model._meta.db_table for related in model._meta.related_objects}
        tables |= _histories(tables)
    if name in ("user", "group"):
        tables |= ACCOUNT
    if name == "changefreeze":  # whose days count is another version of its calendars
        tables.add("incidents_businesscalendar")
    if name == "page":
        tables |= {"statuspage_pagelogo", "notifications_messagesettings", "notifications_messagetext"}
    wanted = VERBS[verb]
    reads = f"{app}.{'view' if verb in ('changelist', 'change', 'history') else wanted}_{name}"
    return _verdict(reads, f"{app}.{wanted}_{name}" if wanted else NOBODY, tables)


def _histories(tables) -> set[str]:
    return {table.replace("_", "_historical", 1) for table in tables if not table.startswith("django")}


def allows(right: str, person) -> bool:
    """``person`` is none for somebody who is not signed in; of several rights (``a|b``) one is enough."""
    if right in (ANYBODY, NOBODY):
        return right == ANYBODY
    return person is not None and (right == STAFF or any(map(person.has_perm, right.split("|"))))
