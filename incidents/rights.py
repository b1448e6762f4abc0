"""The rights that incidents, the catalogue and the people of the staff side come with."""

from django.utils.translation import gettext_lazy as _

from incidents.permissions import Offer, Right, Section, edit, see

INCIDENTS = Section(10, _("Incidents"))
RESTRICTED = Section(20, _("Restricted incidents"))
CATALOGUE = Section(30, _("Catalogue and policy"))
PEOPLE = Section(90, _("People"))

RIGHTS = [
    Offer(
        INCIDENTS,
        10,
        (
            Right.to("see", _("See incidents that are not restricted"), *see("incidents", "incident", "pin")),
            Right.to("report", _("Report a suspicion"), "incidents.report_incident"),
            Right.to(
                "note", _("Write private notes, and let people into a restricted incident"), "incidents.note_incident"
            ),
            Right.to("work", _("Confirm, dismiss, and change stage, facts and impacts"), "incidents.work_incident"),
            Right.to(
                "publish",
                _("Publish, correct and withdraw public updates; pin components"),
                "incidents.publish_incident",
            ),
            Right.to("override", _("Resolve past the closure gate, with a reason"), "incidents.override_incident"),
            Right.to("reopen", _("Merge and reopen"), "incidents.merge_incident", "incidents.reopen_incident"),
        ),
    ),
    Offer(
        RESTRICTED,
        10,
        (
            Right.to("see_all", _("See every restricted incident"), "incidents.view_restricted_incident"),
            Right.to("restrict", _("Change who may see an incident"), "incidents.restrict_incident"),
        ),
    ),
    Offer(
        CATALOGUE,
        10,
        (
            Right.to(
                "catalogue_see",
                _("See components, locations, teams, severities and declare rules"),
                *see("incidents", "component", "location", "team", "severity", "declarerule"),
            ),
            Right.to(
                "catalogue",
                _("Change components, locations and teams"),
                *edit("incidents", "component", "location", "team"),
            ),
            Right.to(
                "calendars_see",
                _("See business calendars and change freezes"),
                *see("incidents", "businesscalendar", "changefreeze"),
            ),
            Right.to(
                "calendars",
                _("Change business calendars and change freezes"),
                *edit("incidents", "businesscalendar", "calendarday", "changefreeze"),
            ),
            Right.to("policy", _("Change severities and declare rules"), *edit("incidents", "severity", "declarerule")),
        ),
    ),
    Offer(
        PEOPLE,
        10,
        (
            Right.to("people_see", _("See who works here"), *see("incidents", "user")),
            Right.to(
                "people",
                _("Invite people and change their details and groups, up to one’s own rights"),
                "incidents.add_user",
                "incidents.change_user",
                "incidents.invite_user",
            ),
            Right.to("groups_see", _("See groups"), "auth.view_group"),
            Right.to("groups", _("Change groups, up to one’s own rights"), "auth.add_group", "auth.change_group"),
        ),
    ),
]

REFUSALS = {
    "incidents.report_incident": _(
        "You may not report suspicions. Ask an administrator to add you to a group that may."
    ),
    "incidents.note_incident": _("You may not write notes here. Ask an administrator to add you to a group that may."),
    "incidents.work_incident": _("You may not change the stage or the facts of incidents. Ask Engineering or Support."),
    "incidents.publish_incident": _("You may not publish. Ask Support to tell customers."),
    "incidents.override_incident": _("Only a lead may override the closure gate. Ask Engineering Leads."),
    "incidents.reopen_incident": _("Only a lead may reopen an incident. Ask Engineering Leads."),
    "incidents.merge_incident": _("Only a lead may merge incidents. Ask Engineering Leads."),
    "incidents.restrict_incident": _("You may not open a restricted incident. Ask Security."),
    "incidents.add_user": _("You may not invite people. Ask an administrator."),
    "incidents.change_user": _("You may not change people. Ask an administrator."),
    "incidents.invite_user": _("You may not send links. Ask an administrator."),
}
