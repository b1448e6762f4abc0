"""The staff sidebar: every place a person may go, and none that they may not."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import Incident


def sidebar(request) -> list[dict]:
    """Unfold's navigation for this person. One query, for the number of open incidents."""
    groups = [
        {"items": _daily(request)},
        {"title": _("Response"), "items": _response(request)},
        {"title": _("Telling people"), "items": _telling(request)},
        {"title": _("Setting up"), "items": _setting_up(request)},
        {"title": _("Who works here"), "items": _people(request)},
    ]
    return [group for group in groups if group["items"]]


def _daily(request):
    incidents = reverse("admin:incidents_incident_changelist")
    report = reverse("admin:incidents_incident_report")
    inside = _around(request) is True
    shows_open = request.path == incidents and request.GET.get("open") == "1"
    items = [_item(request, _("Home"), "home", reverse("admin:index"), active=request.path == reverse("admin:index"))]
    if request.user.has_perm("incidents.view_incident"):
        items.append(
            _item(request, _("Open incidents"), "crisis_alert", f"{incidents}?open=1", active=inside or shows_open)
            | {"count": Incident.objects.visible_to(request.user).open().count()}
        )
    if request.user.has_perm("incidents.report_incident"):
        items.append(_item(request, _("Report a suspicion"), "add_alert", report))
    return items


def _response(request):
    incidents = reverse("admin:incidents_incident_changelist")
    active = (request.path == incidents and request.GET.get("open") != "1") or _around(request) is False
    if not request.user.has_perm("incidents.view_incident"):
        return []
    return [
        _item(request, _("All incidents"), "history", incidents, active=active),
        _item(request, _("Promises"), "handshake", reverse("admin:promises")),
    ]


def _around(request) -> bool | None:
    """On a screen around one incident: whether it is open, so that the list it stands in is lit; else nothing."""
    incident = getattr(request, "incident", None)
    return incident.is_open if incident else None


def _telling(request):
    messages = []
    if request.user.has_perm("notifications.view_announcement"):
        link = reverse("notifications_staff:queue")
        item = _item(request, _("Messages"), "outgoing_mail", link)
        messages = [item | {"embedded": "notifications_staff:attention"}]
    if settings.MAILBOX:
        messages.append(_item(request, _("Mailbox"), "inbox", reverse("notifications_staff:mailbox")))
    return messages + _of_models(
        request,
        (_("Pages"), "web", "statuspage", "page"),
        (_("Templates"), "edit_note", "statuspage", "stagetemplate"),
        (_("Message settings"), "mark_email_read", "notifications", "messagesettings"),
        (_("Subscribers"), "mail", "notifications", "subscriber"),
        (_("Internal channels"), "forum", "notifications", "channel"),
    )


def _setting_up(request):
    return _of_models(
        request,
        (_("Components"), "account_tree", "incidents", "component"),
        (_("Locations"), "location_on", "incidents", "location"),
        (_("Teams"), "groups", "incidents", "team"),
        (_("Severities"), "signal_cellular_alt", "incidents", "severity"),
        (_("Declare rules"), "rule", "incidents", "declarerule"),
        (_("Pins"), "push_pin", "incidents", "pin"),
    )


def _people(request):
    return _of_models(
        request,
        (_("People"), "badge", "incidents", "user"),
        (_("Groups"), "group", "auth", "group"),
    )


def _of_models(request, *models):
    """The lists that this person may read."""
    items = []
    for title, icon, app, model in models:
        if request.user.has_perm(f"{app}.view_{model}") or request.user.has_perm(f"{app}.change_{model}"):
            items.append(_item(request, title, icon, reverse(f"admin:{app}_{model}_changelist")))
    return items


def _item(request, title, icon, link, *, active=None):
    if active is None:
        active = request.path.startswith(link)
    return {"title": title, "icon": icon, "link": link, "active": lambda request: active}
