"""Who hears from us: found, paused, taken out of quarantine, removed and exported by staff (3-11)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import moments, refusing, spreadsheet
from incidents.staff.model_admin import StrictModelAdmin
from notifications import addresses
from notifications.actions import curating
from notifications.actions.subscribing import RELATED
from notifications.admin import subscriber_table as table
from notifications.admin.subscriber_filters import PageFilter, StateFilter
from notifications.audience import counts
from notifications.choices import Transport
from notifications.forms.subscriber import AddSubscriberForm
from notifications.models import Subscriber, Subscription

MOST_WORDS = 3  # scopes that the list spells out


@admin.register(Subscriber)
class SubscriberAdmin(StrictModelAdmin):
    without_history = gettext_lazy(
        "No history is kept of people who subscribe, so that deleting one deletes all of them. What was sent stands "
        "under Messages."
    )
    list_display = ["named", "by", "about", "state", "since"]
    list_display_links = ["named"]
    list_filter = [PageFilter, "transport", StateFilter]
    list_fullwidth = True
    list_per_page = 50
    list_before_template = "notifications/staff/_subscriber_counts.html"
    change_form_outer_before_template = "notifications/staff/_subscriber_bar.html"
    show_full_result_count = False
    search_fields = ["address"]
    search_help_text = gettext_lazy("An address, or a part of one")
    actions = None
    fieldsets = [(None, {"fields": ["whole", "by", "state", "about_all", "zone", "since", "agreed"]})]
    readonly_fields = ["whole", "by", "state", "about_all", "zone", "since", "agreed"]
    nothing_yet = (
        gettext_lazy("Nobody has subscribed yet"),
        gettext_lazy(
            "Readers do so themselves, by the Follow button of each page. Those who asked otherwise are added here."
        ),
        gettext_lazy("Support and leads add subscribers."),
    )

    class Media:
        css = {"all": ["notifications/subscribers.css"]}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(self.export_view), name="notifications_subscriber_export"),
            *(
                path(f"<key:pk>/{act}/", wrap(self.act_view), {"act": act}, name=f"notifications_subscriber_{act}")
                for act in ("pause", "resume", "lift", "remove")
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        rows = Subscription.objects.select_related(*RELATED)
        return super().get_queryset(request).select_related("added_by").prefetch_related(
            Prefetch("subscriptions", queryset=rows)
        )  # fmt: skip

    def get_search_results(self, request, queryset, search_term):
        """A whole address is found by its hash, however it is written; a part of one by looking at them all."""
        term = search_term.strip()
        if not term:
            return queryset, False
        hashes = [addresses.hashed(transport, term) for transport in Transport.values]
        return queryset.filter(Q(address_hash__in=hashes) | Q(address__icontains=term)), False

    def changelist_view(self, request, extra_context=None):
        extra = {
            "counts_by_page": counts.by_page(),
            "months": counts.by_month(),
            "transports": [transport.label for transport in Transport],
            "may_export": request.user.has_perm("notifications.export_subscriber"),
            "filtered": request.GET.urlencode(),
        }
        return super().changelist_view(request, extra | (extra_context or {}))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = {
            "title": _("Subscriber"),
            "may_change": request.user.has_perm("notifications.change_subscriber"),
            "may_remove": request.user.has_perm("notifications.delete_subscriber"),
        }
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def has_change_permission(self, request, obj=None):
        return False  # by verbs only; a form's log entry would keep the address

    def has_delete_permission(self, request, obj=None):
        return False  # Django's own deletion would list what goes with it; ours is below

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AddSubscriberForm(request.POST or None, initial={"transport": Transport.EMAIL})
        if request.method == "POST" and form.is_valid() and self._add(request, form):
            return redirect("admin:notifications_subscriber_changelist")
        intro = _("People subscribe themselves on the page. Add somebody here only if they asked you to.")
        back = reverse("admin:notifications_subscriber_changelist")
        title, button = _("Add a subscriber"), _("Add")
        return self._page(request, "incidents/form.html", title, form=form, intro=intro, button=button, back=back)

    def _add(self, request, form) -> bool:
        facts = form.cleaned_data
        chosen = {name: facts[name] for name in ("transport", "address", "has_agreed")}
        with refusing.in_form(form) as tried:
            row = curating.add(facts["page"], wanted=form.wanted, by=request.user, **chosen)
        if not tried.is_done:
            return False
        if facts["has_agreed"]:
            said = _("%(address)s hears from now on.")
        else:
            said = _("%(address)s is asked to confirm. Nothing else is sent before that.")
        messages.success(request, said % {"address": table.shown(row)})
        return True

    def act_view(self, request, pk, act):
        """Pause, resume and lift with one press; removing asks once."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        needed = "delete" if act == "remove" else "change"
        if not request.user.has_perm(f"notifications.{needed}_subscriber"):
            raise PermissionDenied
        back = reverse("admin:notifications_subscriber_change", args=[pk])
        if request.method != "POST":
            if act != "remove":
                return redirect(back)
            intro = _(
                "The address is deleted with everything it subscribed to. Only the count stays; they may come back."
            )
            title = _("Remove %(address)s?") % {"address": table.shown(row)}
            return self._page(request, "incidents/form.html", title, intro=intro, button=_("Remove"), back=back)
        with refusing.in_messages(request) as tried:
            said = ACTS[act](row, request.user)
        if not tried.is_done:
            return redirect(back)
        messages.success(request, said % {"address": table.shown(row)})
        return redirect("admin:notifications_subscriber_changelist" if act == "remove" else back)

    def export_view(self, request):
        """The list as it is filtered now, as a table; read in pieces, whatever its length."""
        if not request.user.has_perm("notifications.export_subscriber"):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request).order_by("pk")
        return spreadsheet.answer(
            f"subscribers-{timezone.localdate():%Y-%m-%d}.csv", table.header(), table.rows_of(rows)
        )

    def _page(self, request, template, title, **context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "title": title, **context}
        return TemplateResponse(request, template, context)

    @display(description=gettext_lazy("Address"), ordering="address")
    def named(self, row):
        return table.shown(row)

    @display(description=gettext_lazy("Address"))
    def whole(self, row):
        return row.address

    @display(description=gettext_lazy("By"), ordering="transport")
    def by(self, row):
        return row.get_transport_display()

    @display(description=gettext_lazy("Hears about"))
    def about(self, row):
        words = table.words(row)
        more = len(words) - MOST_WORDS
        return "; ".join(words[:MOST_WORDS]) + (_(" and %(n)d more") % {"n": more} if more > 0 else "") or "–"

    @display(description=gettext_lazy("Hears about"))
    def about_all(self, row):
        return format_html("<br>".join(["{}"] * len(words)), *words) if (words := table.words(row)) else "–"

    @display(description=gettext_lazy("Time zone"))
    def zone(self, row):
        return row.time_zone or _("that of the page")

    @display(description=gettext_lazy("State"))
    def state(self, row):
        return table.state(row)

    @display(description=gettext_lazy("Since"), ordering="created_at")
    def since(self, row):
        return moments.moment(row.confirmed_at or row.created_at)

    @display(description=gettext_lazy("Agreed"))
    def agreed(self, row):
        if row.added_by:
            return _("Added by %(person)s") % {"person": row.added_by}
        return (
            _("By the link in a message, %(when)s") % {"when": moments.moment(row.confirmed_at)}
            if row.confirmed_at
            else "–"
        )


def _pause(row, by):
    curating.set_paused(row, is_paused=True, by=by)
    return _("%(address)s hears nothing until it is resumed.")


def _resume(row, by):
    curating.set_paused(row, is_paused=False, by=by)
    return _("%(address)s hears again.")


def _lift(row, by):
    curating.lift_quarantine(row, by=by)
    return _("%(address)s gets messages again. If the next one is refused too, it is quarantined again.")


def _remove(row, by):
    curating.remove(row, by=by)
    return _("%(address)s is removed.")


ACTS = {"pause": _pause, "resume": _resume, "lift": _lift, "remove": _remove}
