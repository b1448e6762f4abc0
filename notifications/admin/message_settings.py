"""How each page tells its subscribers, with a mail as it would arrive."""

from django.contrib import admin
from django.db.models import prefetch_related_objects
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from unfold.decorators import display

from incidents import numbers
from incidents.admin.base import StaffModelAdmin
from incidents.staff.model_admin import StrictChangeList, StrictTabularInline
from notifications.forms.message_settings import NoticeForm, StageTextForm, StageTextFormSet
from notifications.messages import message_templates
from notifications.models import MessageSettings, MessageText
from notifications.models.message_settings import OF_INCIDENTS
from statuspage.models import Page


class StageTextInline(StrictTabularInline):
    model = MessageText
    form = StageTextForm
    formset = StageTextFormSet
    fields = ["event", "subject", "intro"]
    max_num = len(OF_INCIDENTS)
    can_delete = False
    verbose_name = gettext_lazy("text")
    verbose_name_plural = gettext_lazy("Subject and first line of each kind of mail. Empty: ours.")

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


class EveryPage(StrictChangeList):
    """Also the pages that nobody has touched yet, with the defaults; a look at the list makes no rows."""

    result_list: list[MessageSettings]

    def get_results(self, request):
        super().get_results(request)
        fresh = [MessageSettings(page=page) for page in Page.objects.filter(message_settings=None)]
        prefetch_related_objects(fresh, "texts")
        self.result_list = [*self.result_list, *fresh]
        self.result_count = self.full_result_count = len(self.result_list)


@admin.register(MessageSettings)
class TellingAdmin(StaffModelAdmin):
    form = NoticeForm
    list_display = ["named", "undo", "limit", "sender", "words"]
    list_display_links = ["named"]
    list_select_related = ["page"]
    ordering = ["page__position", "page__name"]
    inlines = [StageTextInline]
    readonly_fields = ["sample", "how"]
    change_form_outer_before_template = "notifications/staff/_message_settings_bar.html"
    nothing_yet = (
        gettext_lazy("There is no page yet"),
        gettext_lazy("Each page tells its subscribers in its own words. Add a page first."),
        gettext_lazy("Administrators add pages."),
    )
    fieldsets = [
        (gettext_lazy("When messages leave"), {"fields": ["undo_seconds", "storm_limit", "maintenance_reminders"]}),
        (gettext_lazy("From whom"), {"fields": ["sender_name", "reply_to"]}),
        (gettext_lazy("Around each text"), {"fields": ["header", "footer", "how"]}),
        (gettext_lazy("As it arrives"), {"fields": ["sample"]}),
    ]

    class Media:
        css = {"all": ["statuspage/page_admin.css", "notifications/message_settings.css"]}
        js = ["notifications/message_settings.js"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("texts")

    def get_object(self, request, object_id, from_field=None):
        """A page that nobody has touched yet has the defaults."""
        found = super().get_object(request, object_id, from_field)
        page = Page.objects.filter(pk=numbers.read(object_id)).first() if found is None else None
        return MessageSettings(page=page) if page else found

    def get_changelist(self, request, **kwargs):
        return EveryPage

    def changelist_view(self, request, extra_context=None):
        """With one page only there is nothing to choose."""
        pages = Page.objects.values_list("pk", flat=True)[:2]
        if len(pages) == 1 and not request.GET and self.has_view_permission(request):
            return redirect(reverse("admin:notifications_messagesettings_change", args=[pages[0]]))
        return super().changelist_view(request, extra_context)

    @display(description=gettext_lazy("Page"), ordering="page__name")
    def named(self, row):
        return format_html("<b>{}</b>", row.page)

    @display(description=gettext_lazy("Messages leave"), ordering="undo_seconds")
    def undo(self, row):
        return _("after %(n)d s") % {"n": row.undo_seconds} if row.undo_seconds else _("at once")

    @display(description=gettext_lazy("Held back beyond"), ordering="storm_limit")
    def limit(self, row):
        return _("%(n)d in an hour") % {"n": row.storm_limit} if row.storm_limit else _("no limit")

    @display(description=gettext_lazy("From"))
    def sender(self, row):
        return row.sender_name or str(row.page)

    @display(description=gettext_lazy("Words of our own"))
    def words(self, row):
        edited = sum(bool(text.subject or text.intro) for text in row.texts.all())
        edited += bool(row.header) + bool(row.footer)
        return ngettext("%(n)d text", "%(n)d texts", edited) % {"n": edited} if edited else "–"

    @display(description=gettext_lazy("Sample"))
    def sample(self, row):
        """A mail with made-up facts. The script draws it anew while one types."""
        context = {"message_settings": row, "events": OF_INCIDENTS}
        return render_to_string("notifications/staff/_mail_sample.html", context)

    @display(description=gettext_lazy("Variables"))
    def how(self, row):
        return render_to_string(
            "notifications/staff/_variables.html", {"variables": message_templates.VARIABLES.items()}
        )
