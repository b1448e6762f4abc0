"""Pages: address, dress, layout. Every change publishes; what is refused says what to do instead."""

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import action, display

from incidents import choices, refusing
from incidents.admin.base import StaffModelAdmin
from incidents.choices import Audience
from incidents.models import Component
from incidents.moments import moment, span
from incidents.staff.model_admin import StrictTabularInline
from statuspage.actions import pages, postmortem_files
from statuspage.forms.pages import BrandColorInput, PageComponentForm, PageForm, PageLinkForm
from statuspage.models import Page, PageComponent, PageLink
from statuspage.publishing import publisher
from statuspage.snapshot import layout
from statuspage.views.new_incident import may_declare


class LayoutInline(StrictTabularInline):
    """Trees to show; a row that is not shown keeps that part of a shown tree off the page."""

    model = PageComponent
    form = PageComponentForm
    autocomplete_fields = ["component"]
    ordering_field = "position"
    extra = 0
    verbose_name = gettext_lazy("component")
    verbose_name_plural = gettext_lazy(
        "What the page names: each component with all below it. Untick one below to leave that part out."
    )


class LinkInline(StrictTabularInline):
    model = PageLink
    form = PageLinkForm
    ordering_field = "position"
    extra = 0
    verbose_name = gettext_lazy("link")
    verbose_name_plural = gettext_lazy("Links in the foot of the page")


@admin.register(Page)
class PageAdmin(StaffModelAdmin):
    nothing_yet = (
        gettext_lazy("No status page yet"),
        gettext_lazy("Add one: a name, an address, and the components that customers know. It is published at once."),
        gettext_lazy("Administrators add pages."),
    )
    form = PageForm
    change_form_before_template = "statuspage/staff/_moves.html"
    list_display = ["named", "address", "origin", "open_incidents", "published", "declare"]
    list_display_links = ["named"]
    list_select_related = ["publish_state"]
    search_fields = ["name", "label", "slug"]
    autocomplete_fields = ["calendar"]
    prepopulated_fields = {"slug": ["label"]}
    inlines = [LayoutInline, LinkInline]
    actions_detail = ["open_page", "new_incident"]
    readonly_fields = ["led_on", "names", "public_id"]
    fieldsets = [
        (None, {"fields": ["name", "label", "slug", "host", "is_default", "led_on", "origin", "position"]}),
        (gettext_lazy("How it reads"), {"fields": ["time_zone", "language", "past_days"]}),
        (gettext_lazy("Incidents"), {"fields": ["first_notice_by_itself", "tell_withdrawals"]}),
        (gettext_lazy("Maintenance"), {"fields": ["calendar", "notice_days"]}),
        (gettext_lazy("Dress"), {"fields": ["brand_color", "logo", "logo_on_dark"]}),
        (gettext_lazy("Where readers turn"), {"fields": ["support_url", "support_email"]}),
        (gettext_lazy("What it names"), {"fields": ["names", "public_id"]}),
    ]

    class Media:
        css = {"all": ["statuspage/page_admin.css"]}
        js = ["statuspage/page_admin.js"]

    def get_fieldsets(self, request, obj=None):
        first, *others = super().get_fieldsets(request, obj)
        if obj and obj.former_addresses.exists():
            return [first, *others]
        fields = [field for field in first[1]["fields"] if field != "led_on"]
        return [(first[0], {"fields": fields}), *(others if obj else others[:-1])]

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields  # an address that readers know stays

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "brand_color":
            kwargs["widget"] = BrandColorInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request):
        """With the open incidents that stand there; restricted ones stand on no page."""
        standing = Q(incidents__status__in=choices.WORKING, incidents__audience=Audience.PUBLIC)
        return super().get_queryset(request).annotate(open_count=Count("incidents", filter=standing, distinct=True))

    # Writing

    def changeform_view(self, request, *args, **kwargs):
        """Somebody took the host name, or the place of the default, between the form's look and the action's."""
        with refusing.in_messages(request):
            return super().changeform_view(request, *args, **kwargs)
        return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        obj.is_default = form.wants_default
        pages.save_page(obj, by=request.user, logos=form.logos, knowingly=form.knows_moves)

    def save_related(self, request, form, formsets, change):
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            postmortem_files.ask_anew(form.instance)
            publisher.want([form.instance])

    def delete_model(self, request, obj):
        pages.remove_page(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for page in queryset.order_by("is_default"):  # the default last, where all of them go
                pages.remove_page(page, by=request.user)

    def get_deleted_objects(self, objs, request):
        """Which page must stay, in a sentence; and instead of rows, what goes and what does not."""
        rows = list(objs)
        _shown, _counts, lacking, protected = super().get_deleted_objects(rows, request)
        for page in rows:
            with refusing.kept() as tried:
                pages.check_removable(page, together_with={row.pk for row in rows})
            protected = [*protected, *tried.said]
        said = [
            _("%(page)s, its layout, links and templates, and all that was published of it. Incidents stay.")
            % {"page": page}
            for page in rows
        ]
        return said, {Page._meta.verbose_name_plural: len(rows)}, lacking, protected

    # Showing

    @display(description=gettext_lazy("Page"), ordering="name")
    def named(self, page):
        default = format_html(' <small class="bw-quietly">{}</small>', _("default")) if page.is_default else ""
        return format_html("<b>{}</b>{}", page, default)

    @display(description=gettext_lazy("Address"), ordering="slug")
    def address(self, page):
        url = page.address
        return format_html('<a class="bw-link" href="{}" target="_blank" rel="noopener">{}</a>', url, page.host or url)

    @display(description=gettext_lazy("Former addresses"))
    def led_on(self, page):
        """Where it stood before, and until when."""
        rows = page.former_addresses.all()
        words = [_("%(address)s, until %(time)s") % {"address": row, "time": moment(row.left_at)} for row in rows]
        return format_html_join("", "<div>{}</div>", ((each,) for each in words))

    @display(description=gettext_lazy("Open incidents"), ordering="open_count")
    def open_incidents(self, page):
        return page.open_count or "–"

    @display(description=gettext_lazy("Published"))
    def published(self, page):
        state = getattr(page, "publish_state", None)
        if state is None or state.last_success_at is None:
            return _("not yet")
        ago = _("%(span)s ago") % {"span": span(timezone.now() - state.last_success_at)}
        return _("failing; readers see what was published %(ago)s") % {"ago": ago} if state.last_error else ago

    @display(description=gettext_lazy("Declare"))
    def declare(self, page):
        url = reverse("statuspage_staff:new_incident", args=[page.public_id])
        return format_html('<a class="bw-btn" href="{}">{}</a>', url, _("New incident"))

    def get_list_display(self, request):
        return self.list_display if may_declare(request.user) else self.list_display[:-1]

    @display(description=gettext_lazy("Names now"))
    def names(self, page):
        """What the layout comes out as, in the order of the catalogue."""
        pks = layout.component_ids([page])[page.pk]
        rows = Component.objects.filter(pk__in=pks).select_related("parent")
        if not rows:
            return _("Nothing yet: add a component below, and incidents can stand here.")
        tops = [row for row in rows if row.parent_id not in pks]
        return format_html_join(
            ", ",
            "<span>{} {}</span>",
            ((top, _("with %(n)d below") % {"n": n} if (n := _below(top, rows)) else "") for top in tops),
        )

    @action(description=gettext_lazy("Open page"), url_path="open", icon="open_in_new", permissions=["view"])
    def open_page(self, request, object_id):
        return redirect(self._page(request, object_id).address)

    @action(description=gettext_lazy("New incident"), url_path="new-incident", icon="add", permissions=["declare"])
    def new_incident(self, request, object_id):
        return redirect("statuspage_staff:new_incident", self._page(request, object_id).public_id)

    def _page(self, request, object_id):
        page = self.get_object(request, object_id)
        if page is None:
            raise Http404
        return page

    def has_declare_permission(self, request, object_id=None):
        return may_declare(request.user)


def _below(top, rows):
    """How many of the rows lie below."""
    children = [row for row in rows if row.parent_id == top.pk]
    return len(children) + sum(_below(child, rows) for child in children)
