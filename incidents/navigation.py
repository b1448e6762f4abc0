"""What incidents put into the staff sidebar: the daily places, the catalogue, and people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.staff.navigation import Item, Section

DAILY = Section(10)
RESPONSE = Section(20, _("Response"))
SETTING_UP = Section(40, _("Setting up"))
PEOPLE = Section(50, _("Who works here"))
INCIDENTS = "admin:incidents_incident_changelist"


def _is_home(request: HttpRequest) -> bool:
    return request.path == reverse("admin:index")


def _is_among_the_open(request: HttpRequest) -> bool:
    shows_open = request.path == reverse(INCIDENTS) and request.GET.get("open") == "1"
    return _around(request) is True or shows_open


def _is_among_all(request: HttpRequest) -> bool:
    shows_all = request.path == reverse(INCIDENTS) and request.GET.get("open") != "1"
    return shows_all or _around(request) is False


def _around(request: HttpRequest) -> bool | None:
    """On a screen around one incident: whether it is open, so that the list it stands in is lit; else nothing."""
    incident = getattr(request, "incident", None)
    return incident.is_open if incident else None


def _open(request: HttpRequest) -> dict[str, Any]:
    return {"count": Incident.objects.visible_to(request.user).open().count()}


SEE = ("incidents.view_incident",)
ITEMS = [
    Item(DAILY, 10, _("Home"), "home", "admin:index", lit=_is_home),
    Item(
        DAILY,
        20,
        _("Open incidents"),
        "crisis_alert",
        INCIDENTS,
        SEE,
        query="?open=1",
        lit=_is_among_the_open,
        more=_open,
    ),
    Item(
        DAILY,
        30,
        _("Report a suspicion"),
        "add_alert",
        "admin:incidents_incident_report",
        ("incidents.report_incident",),
    ),
    Item(RESPONSE, 10, _("All incidents"), "history", INCIDENTS, SEE, lit=_is_among_all),
    Item(RESPONSE, 20, _("Promises"), "handshake", "admin:promises", SEE),
    Item.of_model(SETTING_UP, 10, _("Components"), "account_tree", "incidents", "component"),
    Item.of_model(SETTING_UP, 20, _("Locations"), "location_on", "incidents", "location"),
    Item.of_model(SETTING_UP, 30, _("Teams"), "groups", "incidents", "team"),
    Item.of_model(SETTING_UP, 40, _("Severities"), "signal_cellular_alt", "incidents", "severity"),
    Item.of_model(SETTING_UP, 50, _("Declare rules"), "rule", "incidents", "declarerule"),
    Item.of_model(SETTING_UP, 60, _("Pins"), "push_pin", "incidents", "pin"),
    Item.of_model(SETTING_UP, 70, _("Business calendars"), "calendar_month", "incidents", "businesscalendar"),
    Item.of_model(SETTING_UP, 80, _("Change freezes"), "ac_unit", "incidents", "changefreeze"),
    Item.of_model(PEOPLE, 10, _("People"), "badge", "incidents", "user"),
    Item.of_model(PEOPLE, 20, _("Groups"), "group", "auth", "group"),
]
