"""Pins: a component held worse than the facts say, for a reason and for hours. Made and ended by the actions."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import actions, moments, refusing
from incidents.choices import Level
from incidents.forms.picker import ComponentField
from incidents.models import Location, Pin
from incidents.staff.model_admin import StrictModelAdmin


class PinForm(forms.Form):
    """``actions.pin``, asked in words."""

    component = ComponentField(
        empty_label=gettext_lazy("Choose one"),
        label=gettext_lazy("Component"),
        help_text=gettext_lazy("It and every component below it."),
    )
    location = forms.ModelChoiceField(
        Location.objects.all(),
        required=False,
        label=gettext_lazy("Location"),
        empty_label=gettext_lazy("Everywhere"),
    )
    level = forms.TypedChoiceField(
        choices=[(level.value, level.label) for level in Level if level],
        coerce=lambda value: Level(int(value)),
        widget=forms.RadioSelect,
        label=gettext_lazy("Show it as"),
    )
    ends_in = forms.TypedChoiceField(
        choices=[(1, gettext_lazy("1 hour")), (4, gettext_lazy("4 hours")), (24, gettext_lazy("24 hours"))],
        coerce=int,
        initial=1,
        widget=forms.RadioSelect,
        label=gettext_lazy("It ends by itself in"),
    )
    reason = forms.CharField(
        max_length=200,
        label=gettext_lazy("Why"),
        help_text=gettext_lazy(
            "For staff and the record; readers of the page do not see this. "
            "Example: the supplier reports trouble, our probes see nothing yet."
        ),
    )


class RunningFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("running", _("Running")), ("ended", _("Ended"))]

    def queryset(self, request, queryset):
        running = Pin.objects.running().values("pk")
        if self.value() == "running":
            return queryset.filter(pk__in=running)
        return queryset.exclude(pk__in=running) if self.value() == "ended" else queryset


@admin.register(Pin)
class PinAdmin(StrictModelAdmin):
    list_display = ["component", "where", "level", "reason", "started", "state", "by"]
    list_display_links = None
    list_filter = [RunningFilter, "level"]
    list_select_related = ["component", "location", "by"]
    list_fullwidth = True
    search_fields = ["component__name", "reason"]
    nothing_yet = (
        gettext_lazy("Nothing is pinned"),
        gettext_lazy(
            "A pin shows a component worse than its incidents say, for some hours: when a supplier reports "
            "trouble that our own probes do not see yet. Most days need none."
        ),
        gettext_lazy("Support and leads pin."),
    )

    def has_add_permission(self, request):
        return request.user.has_perm("incidents.publish_incident")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        end = self.admin_site.admin_view(self.end_view)
        return [path("<key:pk>/end/", end, name="incidents_pin_end"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PinForm(request.POST or None, initial={"component": request.GET.get("component")})
        if request.method == "POST" and form.is_valid() and self._pin(request, form):
            return redirect("admin:incidents_pin_changelist")
        intro = _("A pin makes a component look worse than its incidents say, never better. It counts in uptime.")
        return self._page(
            request, "incidents/form.html", _("Pin a component"), form=form, intro=intro, button=_("Pin it")
        )

    def end_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        pin = get_object_or_404(Pin.objects.select_related("component"), pk=pk)
        if request.method == "POST":
            actions.unpin(pin, by=request.user)
            messages.success(request, _("The pin on %(component)s has ended.") % {"component": pin.component})
            return redirect("admin:incidents_pin_changelist")
        intro = _("%(component)s goes back to what its incidents say. The time it was pinned stays counted.")
        intro %= {"component": pin.component}
        return self._page(request, "incidents/form.html", _("End the pin now?"), intro=intro, button=_("End it now"))

    def _pin(self, request, form) -> bool:
        facts = dict(form.cleaned_data)
        ends_at = timezone.now() + timedelta(hours=facts.pop("ends_in"))
        with refusing.in_form(form, names={"ends_at": "ends_in"}) as tried:
            pin = actions.pin(facts.pop("component"), ends_at=ends_at, by=request.user, **facts)
        if not tried.is_done:
            return False
        words = {"component": pin.component, "until": moments.moment(pin.ends_at)}
        messages.success(request, _("%(component)s is pinned until %(until)s.") % words)
        return True

    def _page(self, request, template, title, **context):
        request.current_app = self.admin_site.name
        back = reverse("admin:incidents_pin_changelist")
        context = {**self.admin_site.each_context(request), "title": title, "back": back, **context}
        return TemplateResponse(request, template, context)

    @display(description=gettext_lazy("Where"), ordering="location")
    def where(self, pin):
        return pin.location or _("everywhere")

    @display(description=gettext_lazy("Since"), ordering="started_at")
    def started(self, pin):
        return moments.moment(pin.started_at)

    @display(description=gettext_lazy("State"), ordering="ends_at")
    def state(self, pin):
        if pin.ends_at <= timezone.now():
            return _("ended %(when)s") % {"when": moments.moment(pin.ends_at)}
        until = _("until %(when)s") % {"when": moments.moment(pin.ends_at)}
        end = reverse("admin:incidents_pin_end", args=[pin.pk])
        return format_html('{} <a class="bw-link" href="{}">{}</a>', until, end, _("End now"))
