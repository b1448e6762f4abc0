"""How staff narrow the list of subscribers."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _, gettext_lazy

from notifications.models import Subscription
from statuspage.models import Page


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("active", _("Hears")),
            ("waiting", _("Has not confirmed")),
            ("paused", _("Paused")),
            ("quarantined", _("Quarantined")),
        ]

    def queryset(self, request, queryset):
        return {
            "active": queryset.active(),
            "waiting": queryset.filter(confirmed_at__isnull=True),
            "paused": queryset.filter(paused_at__isnull=False),
            "quarantined": queryset.filter(quarantined_at__isnull=False),
        }.get(self.value(), queryset)


class PageFilter(admin.SimpleListFilter):
    title = gettext_lazy("page")
    parameter_name = "page"

    def lookups(self, request, model_admin):
        return [(page.public_id, str(page)) for page in Page.objects.all()]

    def queryset(self, request, queryset):
        if self.value():
            rows = Subscription.objects.filter(subscriber=OuterRef("pk"), page__public_id=self.value())
            return queryset.filter(Exists(rows))
        return queryset
