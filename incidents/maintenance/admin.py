"""Templates of windows in the admin: what windows of one sort have in common."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from incidents.admin.base import StaffModelAdmin
from incidents.maintenance.models import TemplateImpact, WindowTemplate
from incidents.staff.model_admin import StrictTabularInline


class Impacts(StrictTabularInline):
    model = TemplateImpact
    extra = 1
    verbose_name = _("component")
    verbose_name_plural = _("What it affects")


@admin.register(WindowTemplate)
class WindowTemplateAdmin(StaffModelAdmin):
    list_display = ["name", "kind", "minutes", "audience", "owner"]
    list_select_related = ["owner"]
    search_fields = ["name", "title"]
    ordering = ["name"]
    fields = [
        "name", "title", "kind", "audience", "minutes", "is_automatic", "body", "advice", "plan", "roll_back", "owner",
        "team",
    ]  # fmt: skip
    inlines = [Impacts]
    nothing_yet = (
        _("No template yet"),
        _("What is done again and again is written once: title, words, plan, what it affects. A window is begun as its "
          "copy."),
        _("Engineering, Reliability and leads add templates."),
    )  # fmt: skip
