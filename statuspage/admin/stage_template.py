"""Texts to begin from, by stage, with what each would come out as (1-18 to 1-20, 4-07)."""

from django.contrib import admin
from django.db.models import Case, IntegerField, Value, When
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import choices
from incidents.admin.base import StaffModelAdmin
from statuspage.composer import texts
from statuspage.forms.pages import StageTemplateForm
from statuspage.models import StageTemplate


@admin.register(StageTemplate)
class StageTemplateAdmin(StaffModelAdmin):
    form = StageTemplateForm
    list_display = ["named", "stage", "where", "reads", "position"]
    list_display_links = ["named"]
    list_filter = ["status", "page"]
    list_select_related = ["page"]
    list_per_page = 100
    search_fields = ["name", "body"]
    readonly_fields = ["comes_out", "how"]
    nothing_yet = (
        gettext_lazy("No template yet"),
        gettext_lazy(
            "A template is the text that the composer begins with. Begin with one for each stage: Investigating, "
            "Identified, Monitoring, Resolved."
        ),
        gettext_lazy("Support and leads write templates."),
    )
    fieldsets = [
        (None, {"fields": ["status", "name", "body", "comes_out", "how"]}),
        (gettext_lazy("Where it is offered"), {"fields": ["page", "is_back", "position"]}),
    ]

    class Media:
        css = {"all": ["statuspage/page_admin.css"]}
        js = ["statuspage/stage_template.js"]

    def get_queryset(self, request):
        in_order = [When(status=status, then=Value(n)) for n, status in enumerate(choices.PUBLIC)]
        rows = StageTemplate.objects.annotate(stage_order=Case(*in_order, output_field=IntegerField()))
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request):
        return ["stage_order", "page__position", "position", "name"]

    @display(description=gettext_lazy("Template"), ordering="name")
    def named(self, template):
        return format_html("<b>{}</b>", template.name)

    @display(description=gettext_lazy("Stage"), ordering="stage_order")
    def stage(self, template):
        return template.get_status_display()

    @display(description=gettext_lazy("Offered on"), ordering="page")
    def where(self, template):
        return template.page or _("every page")

    @display(description=gettext_lazy("Text"))
    def reads(self, template):
        return template.body if len(template.body) < 90 else f"{template.body[:88]}…"

    @display(description=gettext_lazy("Comes out as"))
    def comes_out(self, template):
        """With made-up facts. The script shows it while one types."""
        text = texts.sample(template.body, template.page) if template and template.body else ""
        return render_to_string("statuspage/staff/_template_sample.html", {"text": text})

    @display(description=gettext_lazy("How to write one"))
    def how(self, template):
        return render_to_string("statuspage/staff/_template_help.html", {"variables": texts.VARIABLES.items()})
