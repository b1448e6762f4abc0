"""The rights that maintenance comes with."""

from django.utils.translation import gettext_lazy as _

from incidents.permissions import Offer, Right, Section, edit, see

MAINTENANCE = Section(15, _("Maintenance"))

RIGHTS = [
    Offer(
        MAINTENANCE,
        10,
        (
            Right.to(
                "maintenance_see",
                _("See maintenance"),
                *see("maintenance", "window", "series", "windowtemplate", "templateimpact"),
            ),
            Right.to("maintenance_plan", _("Plan maintenance: write drafts"), "maintenance.plan_window"),
            Right.to(
                "maintenance_announce",
                _("Announce, move, run and cancel maintenance; read operators’ notices"),
                "maintenance.announce_window",
                *edit("maintenance", "series"),
            ),
            Right.to("maintenance_approve", _("Approve emergency maintenance of others"), "maintenance.approve_window"),
            Right.to(
                "maintenance_templates",
                _("Change maintenance templates"),
                *edit("maintenance", "windowtemplate", "templateimpact"),
            ),
        ),
    ),
]

REFUSALS = {
    "maintenance.view_window": _("You may not see maintenance. Ask an administrator."),
    "maintenance.plan_window": _("You may not plan maintenance. Ask Engineering."),
    "maintenance.announce_window": _("You may not announce maintenance. Ask Support."),
    "maintenance.change_series": _("You may not change series of maintenance. Ask Support."),
    "maintenance.approve_window": _("You may not approve maintenance. Ask a lead or a manager."),
}
