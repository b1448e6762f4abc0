"""Teams, locations, and components as a tree of any depth."""

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from incidents import tree
from incidents.admin.base import AnnouncedModelAdmin
from incidents.forms.calendars import LocationForm
from incidents.models import Component, Location, Team
from incidents.moments import clock
from incidents.staff.model_admin import StrictChangeList


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name", "description"]
        help_texts = {
            "name": _("As people call it. Example: Messaging core."),
            "description": _("What it looks after and how it is reached. Example: SMS and RCS; #team-messaging."),
        }


class ComponentForm(forms.ModelForm):
    class Meta:
        model = Component
        fields = "__all__"  # noqa: DJ007  the admin names them
        help_texts = {
            "name": _("As customers know it; it stands on pages and in notices. Example: SMS outbound."),
            "kind": _(
                "What sort of thing it is, for filters and forms. Example: SMS is a channel, HTTP API an interface."
            ),
            "parent": _("What it is part of. Empty: it stands at the top. Example: Messaging."),
            "description": _("One line for customers, under the name. Example: Messages to phones in all countries."),
            "team": _("Who owns it and is asked first. Example: Messaging core."),
            "position": _("Lower numbers come first among its neighbours. Example: 10, 20, 30 leave room between."),
            "introduced_on": _(
                "Days before it are shown as unknown, and count in no figure. Example: the day it was launched."
            ),
            "public_id": _("Part of public addresses. It can be chosen now, and never changed. Example: comp_api."),
        }
        error_messages = {"public_id": {"unique": _("Another component has this public id; choose another.")}}


@admin.register(Team)
class TeamAdmin(AnnouncedModelAdmin):
    form = TeamForm
    list_display = ["name", "description", "members", "owned"]
    search_fields = ["name", "description"]
    ordering = ["name"]
    fields = ["name", "description"]
    nothing_yet = (
        _("No team yet"),
        _("A team owns components and is asked first when one fails. Begin with the teams that are called at night."),
        _("Engineering, Reliability and leads add teams."),
    )

    def get_queryset(self, request):
        people, components = Count("people", distinct=True), Count("components", distinct=True)
        return super().get_queryset(request).annotate(people_count=people, component_count=components)

    @display(description=_("People"), ordering="people_count")
    def members(self, team):
        return team.people_count

    @display(description=_("Components"), ordering="component_count")
    def owned(self, team):
        return team.component_count


@admin.register(Location)
class LocationAdmin(AnnouncedModelAdmin):
    class Media:
        css = {"all": ["incidents/calendars.css"]}

    form = LocationForm
    list_display = ["name", "time_zone", "calendar", "off_peak", "position", "public_id"]
    list_select_related = ["calendar"]
    search_fields = ["name", "public_id", "external_ids"]
    autocomplete_fields = ["calendar"]
    fieldsets = [
        (None, {"fields": ["name", "time_zone", "position"]}),
        (_("When maintenance suits it"), {"fields": ["calendar", "off_peak_from", "off_peak_until"]}),
        (_("What other systems call it"), {"fields": ["external_ids", "public_id"]}),
    ]
    readonly_fields = ["public_id"]
    refusal = _(
        "%(name)s stays: what happened keeps its places. Rename it instead. Only who sees every incident can tell "
        "that none happened there, and delete it."
    )
    nothing_yet = (
        _("No location yet"),
        _(
            "A location is a data centre or region that can fail on its own. With one place only, leave this empty: "
            "every impact is then everywhere."
        ),
        _("Engineering, Reliability and leads add locations."),
    )

    def get_fieldsets(self, request, obj=None):
        """Its public id comes with the first saving."""
        names = {"fields": ["external_ids", *(["public_id"] if obj else [])]}
        return [*self.fieldsets[:-1], (self.fieldsets[-1][0], names)]

    @display(description=_("Off-peak"))
    def off_peak(self, location):
        if location.off_peak_from is None:
            return "–"
        return f"{clock(location.off_peak_from)}–{clock(location.off_peak_until)}"


class PageFilter(admin.SimpleListFilter):
    """Components that a page names, with all below them. Pages belong to an app above: known here by lookups only."""

    title = _("page")
    parameter_name = "page"

    def lookups(self, request, model_admin):
        page = "page_layout__page"
        rows = Component.objects.filter(page_layout__isnull=False).order_by(f"{page}__position", f"{page}__name")
        names = rows.values_list(f"{page}_id", f"{page}__name", f"{page}__label").distinct()
        return [(pk, f"{name} {label}".strip()) for pk, name, label in names]

    def queryset(self, request, queryset):
        if self.value() not in {str(pk) for pk, _name in self.lookup_choices}:
            return queryset  # all of them, or, by the list's word, none
        layout = dict(
            Component.objects.filter(page_layout__page_id=self.value()).values_list("pk", "page_layout__is_shown")
        )
        return queryset.filter(pk__in=tree.below(layout, tree.children()))


class TreeChangeList(StrictChangeList):
    """Parents above their children, each level by position; another order only where somebody asks for it."""

    def get_results(self, request):
        super().get_results(request)
        self.places = tree.Tree().places()
        if "o" in self.params:
            return
        pks = sorted(self.queryset.values_list("pk", flat=True), key=lambda pk: self.places[pk].index)
        if not self.show_all:
            start = (self.page_num - 1) * self.list_per_page
            pks = pks[start : start + self.list_per_page]
        rows = self.queryset.in_bulk(pks)
        self.result_list = [rows[pk] for pk in pks]


@admin.register(Component)
class ComponentAdmin(AnnouncedModelAdmin):
    form = ComponentForm
    list_display = ["indented", "kind", "team", "description", "position", "public_id"]
    list_display_links = ["indented"]
    list_filter = ["kind", "team", PageFilter]
    list_select_related = ["team"]
    list_per_page = 200
    search_fields = ["name", "public_id", "description", "external_ids"]
    autocomplete_fields = ["parent", "team"]
    sortable_by = ["kind", "team", "public_id"]
    nothing_yet = (
        _("No component yet"),
        _(
            "Components are what customers know by name, as a tree. Begin with the products, then put channels and "
            "interfaces below them; a page shows those that you choose in its layout."
        ),
        _("Engineering, Reliability and leads add components."),
    )
    refusal = _(
        "%(name)s stays: what happened keeps its parts. Take it off the pages, or rename it. Only who sees every "
        "incident can tell that it was part of none, and delete it once nothing is below it."
    )
    fieldsets = [
        (None, {"fields": ["name", "kind", "parent", "description"]}),
        (_("Who owns it, and where it stands"), {"fields": ["team", "position", "introduced_on"]}),
        (_("What other systems call it"), {"fields": ["external_ids", "public_id"]}),
    ]

    def get_changelist(self, request, **kwargs):
        return TreeChangeList

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        for row in changelist.result_list:
            row.place = changelist.places[row.pk]
        return changelist

    def get_readonly_fields(self, request, obj=None):
        return ["public_id"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        """Where components are picked, their path is shown: three levels of parents come along."""
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.select_related("parent__parent__parent")
        return super().get_search_results(request, queryset, search_term)

    def autocomplete_label(self, component):
        return tree.path(component)

    @display(description=_("Component"))
    def indented(self, component):
        return format_html(
            '<span class="bw-tree" style="--depth: {}">{}{}</span>',
            component.place.depth,
            component.name,
            format_html('<span class="bw-sr"> {}</span>', _("below %s") % component.place.parent)
            if component.place.parent
            else "",
        )
