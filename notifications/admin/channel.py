"""Internal channels: for which team, from which severity, about what; tried with a button (1-06, 1-08, 1-21)."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import refusing
from incidents.admin.base import StaffModelAdmin
from incidents.choices import SeverityLevel
from incidents.moments import moment
from notifications import webhook_secrets
from notifications.actions import channels
from notifications.choices import DeliveryState, Topic, Transport
from notifications.forms.channel import ChannelForm, masked
from notifications.models import Channel

ON_ITS_WAY = gettext_lazy("A test is on its way to %(name)s. Look there; how it went stands here in a moment.")
SHOWN_ONCE = "channel_secret"  # in the session, until it was looked at


@admin.register(Channel)
class ChannelAdmin(StaffModelAdmin):
    form = ChannelForm
    change_form_outer_before_template = "notifications/staff/_channel_bar.html"
    list_display = ["named", "where", "hears", "of", "state"]
    list_display_links = ["named"]
    list_filter = ["transport", "team", "is_security", "is_active"]
    list_select_related = ["team"]
    search_fields = ["name"]
    nothing_yet = (
        gettext_lazy("No internal channel yet"),
        gettext_lazy(
            "A channel tells staff at once of suspicions, stages, published updates and clocks that run out. Begin "
            "with the room where incidents are talked about, such as #support-incident."
        ),
        gettext_lazy("Leads add channels."),
    )
    fieldsets = [
        (None, {"fields": ["name", "transport", "new_address"]}),
        (gettext_lazy("What it hears"), {"fields": ["topics", "team", "min_severity", "is_security"]}),
        (gettext_lazy("How it reads"), {"fields": ["time_zone", "is_active"]}),
    ]

    class Media:
        css = {"all": ["notifications/staff.css"]}

    def get_urls(self):
        def around(route, view):
            wrapped = self.admin_site.admin_view(view)
            return path(f"<key:pk>/{route}/", wrapped, name=f"notifications_channel_{route}")

        return [
            around("test", self.test_view),
            around("again", self.again_view),
            around("rotate", self.rotate_view),
            around("secret", self.secret_view),
            *super().get_urls(),
        ]

    def get_fields(self, request, obj=None):
        return [name for _title, options in self.fieldsets for name in options["fields"]]

    def get_fieldsets(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return self.fieldsets
        shown = [n if n != "new_address" else "leads_to" for n in self.fieldsets[0][1]["fields"]]
        listens = ["listens", *self.fieldsets[1][1]["fields"][1:]]
        return [
            (self.fieldsets[0][0], {"fields": shown}),
            (self.fieldsets[1][0], {"fields": listens}),
            self.fieldsets[2],
        ]

    def get_readonly_fields(self, request, obj=None):
        return [] if self.has_change_permission(request, obj) else ["leads_to", "listens"]

    # Writing

    def save_model(self, request, obj, form, change):
        had = obj.secret
        test = channels.save_channel(obj, by=request.user, address=form.cleaned_data.get("new_address", ""))
        if test is not None:
            messages.info(request, ON_ITS_WAY % {"name": obj})
        if obj.secret and not had:
            request.session[SHOWN_ONCE] = [obj.pk, obj.secret]

    def response_add(self, request, obj, post_url_continue=None):
        return self._to_secret(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._to_secret(request, obj) or super().response_change(request, obj)

    def _to_secret(self, request, obj):
        if request.session.get(SHOWN_ONCE, [None])[0] == obj.pk:
            return redirect("admin:notifications_channel_secret", obj.pk)
        return None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        channel = self.get_object(request, object_id)
        test = channels.last_test(channel) if channel else None
        extra = {
            "channel": channel,
            "test": test,
            "test_says": _outcome(test),
            "title": _("Internal channel"),
        }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def test_view(self, request, pk):
        return self._act(request, pk, channels.send_channel_test, ON_ITS_WAY)

    def again_view(self, request, pk):
        return self._act(request, pk, channels.try_channel_again, _("%(name)s hears again. Send a test to be sure."))

    def rotate_view(self, request, pk):
        """Asks once: whatever verifies with the old secret has to change over."""
        channel = self._channel(request, pk)
        if request.method == "GET" and channel.transport == Transport.WEBHOOK:
            still = webhook_secrets.old_one_signs_until(channel, now=timezone.now())
            context = {"title": _("A new secret for %s") % channel, "still": still}
            return self._page(request, channel, "channel_rotate", **context)
        rotate = partial(channels.rotate_channel_secret, at_once=request.POST.get("old") == "ends")
        answer = self._act(request, pk, rotate, "")
        renewed = Channel.objects.get(pk=pk)
        if renewed.secret == channel.secret:
            return answer
        request.session[SHOWN_ONCE] = [pk, renewed.secret]
        return redirect("admin:notifications_channel_secret", pk)

    def secret_view(self, request, pk):
        """Once: to see one later, make a new one."""
        channel = self._channel(request, pk)
        shown = request.session.get(SHOWN_ONCE, [None, ""])
        secret = shown[1] if shown[0] == pk else ""
        if secret:
            del request.session[SHOWN_ONCE]
        answer = self._page(request, channel, "channel_secret", title=_("The secret of %s") % channel, secret=secret)
        answer["Cache-Control"] = "no-store"
        return answer

    def _page(self, request, channel, name, **context):
        request.current_app = self.admin_site.name
        back = reverse("admin:notifications_channel_change", args=[channel.pk])
        context = {**self.admin_site.each_context(request), "channel": channel, "back": back, **context}
        return TemplateResponse(request, f"notifications/staff/{name}.html", context)

    def _act(self, request, pk, act, said):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        channel = self._channel(request, pk)
        with refusing.in_messages(request) as tried:
            act(channel, by=request.user)
        if tried.is_done and said:
            messages.success(request, said % {"name": channel})
        return redirect("admin:notifications_channel_change", pk)

    def _channel(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        channel = self.get_object(request, str(pk))
        if channel is None:
            raise Http404
        return channel

    # Showing

    @display(description=gettext_lazy("Channel"), ordering="name")
    def named(self, channel):
        mark = format_html(' <small class="bw-quietly">{}</small>', _("security")) if channel.is_security else ""
        return format_html("<b>{}</b>{}", channel.name, mark)

    @display(description=gettext_lazy("Leads to"), ordering="transport")
    def where(self, channel):
        return format_html("{}<br><small>{}</small>", channel.get_transport_display(), self.leads_to(channel))

    @display(description=gettext_lazy("Address"))
    def leads_to(self, channel):
        return masked(channel.transport, channel.address)

    @display(description=gettext_lazy("Hears about"))
    def hears(self, channel):
        return self.listens(channel)

    @display(description=gettext_lazy("Hears about"))
    def listens(self, channel):
        if set(channel.topics) >= set(Topic.values):
            return _("Everything")
        return "; ".join(str(topic.label) for topic in Topic if topic in channel.topics) or _("Nothing")

    @display(description=gettext_lazy("Incidents of"))
    def of(self, channel):
        team = str(channel.team) if channel.team else _("Every team")
        if channel.min_severity == SeverityLevel.MINOR:
            return team
        return _("%(team)s, from %(severity)s") % {"team": team, "severity": channel.get_min_severity_display().lower()}

    @display(description=gettext_lazy("State"), ordering="quarantined_at")
    def state(self, channel):
        if channel.quarantined_at:
            words = _("In quarantine since %(when)s") % {"when": moment(channel.quarantined_at)}
            return format_html('<span class="bw-trouble">{}</span>', words)
        return _("Hears") if channel.is_active else _("Switched off")


def _outcome(test):
    """How the last test went, in words."""
    if test is None:
        return ""
    when = moment(test.finished_at or test.due_at)
    if test.state == DeliveryState.SENT:
        return _("The last test arrived, %(when)s.") % {"when": when}
    if test.state == DeliveryState.FAILED:
        answer = test.last_answer or _("no answer")
        return _("The last test failed, %(when)s: %(answer)s") % {"when": when, "answer": answer}
    if test.state == DeliveryState.CANCELLED:
        return _("The last test was cancelled.")
    if test.attempts:
        return _("The last test has not arrived yet: %(answer)s. It is tried again.") % {"answer": test.last_answer}
    return _("A test is on its way. Load the page again to see how it went.")
