"""Incidents in the admin: the list, and every address around one incident. Its change page is the workspace."""

from django.contrib import admin
from django.db.models import Case, IntegerField, Value, When
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from incidents import choices, offers
from incidents.admin.base import StaffModelAdmin
from incidents.clocks import clocks
from incidents.models import Incident
from incidents.staff import workspace
from incidents.views import closing, facts, history, impacts, merging, reporting, sharing
from incidents.views.incident import address, incident_or_404


class OpenFilter(admin.SimpleListFilter):
    title = _("open or over")
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return [("1", _("Open")), ("0", _("Over"))]

    def queryset(self, request, queryset):
        if self.value() == "1":
            return queryset.open()
        return queryset.exclude(status__in=choices.OPEN) if self.value() == "0" else queryset


@admin.register(Incident)
class IncidentAdmin(StaffModelAdmin):
    """Read through ``visible_to``: list, counts, search, autocomplete, history. Written through actions only."""

    list_display = ["state", "what", "audience_mark", "next_clock", "began", "length"]
    list_display_links = None
    list_filter = [OpenFilter, "status", "severity", "audience", "origin", "declared_at"]
    list_per_page = 50
    list_fullwidth = True
    keeps_true = True
    search_fields = ["title", "public_id", "updates__body", "updates__tried", "updates__next_step"]
    search_help_text = _("Title, id, or what customers read")
    actions = None
    nothing_yet = (
        _("No incident yet"),
        _("An incident begins as a suspicion that somebody reports, or on the screen of a page as New incident."),
        _("Report a suspicion with the button at the top of Home, or in the menu."),
    )

    class Media:
        css = {"all": ["incidents/list.css"]}
        js = [Script("incidents/clocks.js", defer=True), Script("incidents/live.js", defer=True)]

    def get_urls(self):
        def around(route, view, name):
            route = f"<str:object_id>/{route}/"
            return path(route, self.admin_site.admin_view(view), name=f"incidents_incident_{name}")

        return [
            path("report/", self.admin_site.admin_view(reporting.report), name="incidents_incident_report"),
            around("confirm", self.screen_above("confirm"), "confirm"),
            around("dismiss", reporting.dismiss, "dismiss"),
            around("reconsider", reporting.reconsider, "reconsider"),
            around("facts", facts.facts, "facts"),
            around("impacts/<veiled:impact_id>", impacts.impact, "impact"),
            around("impacts", impacts.impacts, "impacts"),
            around("attest", closing.attest, "attest"),
            around("stage", closing.stage, "stage"),
            around("reopen", self.screen_above("reopen"), "reopen"),
            around("merge", merging.merge, "merge"),
            around("take-back", closing.unresolve, "unresolve"),
            around("note", sharing.note, "note"),
            around("owner", sharing.owner, "owner"),
            around("audience", sharing.audience, "audience"),
            around("members", sharing.members, "members"),
            *(pattern for pattern in super().get_urls() if pattern.name != "incidents_incident_delete"),
        ]

    # What Django's own form could do is done by the verbs around the incident.

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        over = Case(When(status__in=choices.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
        return (
            clocks.annotated(Incident.objects.visible_to(request.user))
            .select_related("severity", "owner")
            .annotate(over=over)
        )

    def get_ordering(self, request):
        return ["over", "-declared_at", "-pk"]

    # Addresses

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Incidents"), **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:incidents_incident_report"))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return workspace.render(request, incident_or_404(request, object_id))

    def screen_above(self, act):
        """On to the screen of an act that may publish, and so belongs to an app above; to the workspace, where no app
        brings one."""

        def view(request, object_id):
            incident = incident_or_404(request, object_id)
            for screens in offers.of("navigation", "SCREENS"):
                if act in screens:
                    return redirect(screens[act], incident.public_id)
            return HttpResponseRedirect(address(incident))

        return view

    def history_view(self, request, object_id, extra_context=None):
        return history.history(request, incident_or_404(request, object_id))

    # Columns

    @display(description=_("State"), ordering="status")
    def state(self, incident):
        return _cell("state", incident)

    @display(description=_("Incident"), ordering="title")
    def what(self, incident):
        return _cell("what", incident)

    @display(description=_("Audience"), ordering="audience")
    def audience_mark(self, incident):
        return _cell("audience", incident)

    @display(description=_("Next clock"))
    def next_clock(self, incident):
        running = next((clock for clock in clocks.clocks_of(incident) if clock.is_running), None)
        if running is None or not incident.is_open:
            return "–"
        return _cell("clock", incident, clock=running, state=running.state(timezone.now()).value)

    @display(description=_("Began"), ordering="started_at")
    def began(self, incident):
        return _cell("began", incident)

    @display(description=_("Ran for"))
    def length(self, incident):
        return _cell("length", incident, ran_for=incident.ran_for(timezone.now()))


def _cell(name, incident, **context):
    return render_to_string(
        "incidents/_cell.html", {"cell": name, "incident": incident, "now": timezone.now(), **context}
    )
