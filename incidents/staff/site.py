"""The staff side's admin site. It stands outside ``incidents.admin``, whose import registers models on it."""

from collections.abc import Callable

from csp.decorators import csp_update
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from incidents.forms.accounts import SignInForm
from incidents.staff.model_admin import StrictModelAdmin
from incidents.views import account, password_reset, promises

# Alpine, in Unfold, evaluates the expressions in its attributes, and its colours stand in a style element. Everything
# else that Django serves keeps the strict policy of the settings.
# By its own hint, what csp_update returns takes views of a request alone; it hands on the rest of the address too.
STAFF_POLICY: Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]] = csp_update(
    {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}
)


class Picker(AutocompleteJsonView):
    """Answers for the fields that a form of this person's asks it for; Django would for every relation of every model.

    Where a name alone does not tell a row from its namesakes, its admin says more (``autocomplete_label``).
    """

    def process_request(self, request):
        found = super().process_request(request)
        field = found[2]
        if (field.model, field.name) not in self._asked_for(request):
            raise PermissionDenied
        return found

    def _asked_for(self, request):
        admins = self.admin_site._registry.values()
        mine = [each for each in admins if each.has_add_permission(request) or each.has_change_permission(request)]
        forms = [form for each in mine for form in (each, *each.get_inline_instances(request))]
        return {(form.model, name) for form in forms for name in form.get_autocomplete_fields(request)}

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "autocomplete_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


class StaffSite(UnfoldAdminSite):
    login_form = SignInForm
    closed = {"view_on_site"}  # addresses of Django's that nothing of ours leads to

    def register(self, model_or_iterable, admin_class=None, **options):
        """Only what denies by itself. Libraries register screens of their own: django.contrib.auth does for groups."""
        if admin_class is not None and issubclass(admin_class, StrictModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self):
        return [
            path("preferences/", self.admin_view(account.preferences), name="preferences"),
            path("invitation/<uidb64>/<token>/", STAFF_POLICY(account.AcceptInvitation.as_view()), name="invitation"),
            path("address/<signed>/", self.admin_view(account.confirm_address), name="address"),
            path("address/<key:pk>/cancel/", self.admin_view(account.cancel_address), name="address_cancel"),
            path("forgot-password/", STAFF_POLICY(password_reset.forgot_password), name="forgot_password"),
            path(
                "forgot-password/asked/",
                STAFF_POLICY(password_reset.forgot_password_asked),
                name="forgot_password_asked",
            ),
            path("promises/", self.admin_view(promises.promises), name="promises"),
            path("promises/export/", self.admin_view(promises.export), name="promises_export"),
            path("promises/<veiled:breach_id>/why/", self.admin_view(promises.explain), name="promise_explain"),
            *(pattern for pattern in super().get_urls() if getattr(pattern, "name", "") not in self.closed),
        ]

    def admin_view(self, view, cacheable=False):
        return STAFF_POLICY(super().admin_view(view, cacheable))

    @method_decorator(STAFF_POLICY)
    def login(self, request, extra_context=None):
        return super().login(request, {"was_inside": _was_inside(request), **(extra_context or {})})

    def password_change(self, request, extra_context=None):
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        extra = {"template_name": self.password_change_template} if self.password_change_template else {}
        return account.OwnPassword.as_view(extra_context=context, **extra)(request)

    def app_index(self, request, app_label, extra_context=None):
        """Nobody thinks in apps: the sidebar has every place."""
        return redirect("admin:index")

    def search(self, request, extra_context=None):
        """Off: Unfold keeps what it found in a cache for five minutes, beyond the loss of a right to see it."""
        raise Http404

    def autocomplete_view(self, request):
        return Picker.as_view(admin_site=self)(request)

    def each_context(self, request):
        context = super().each_context(request)
        if request.user.is_authenticated:
            context["account"] = account.signed_in(request.user)
        return context


def _was_inside(request: HttpRequest) -> bool:
    """Whether a screen of the staff side led here, as where somebody's session ended while they were writing."""
    came_from = request.headers.get("Referer", "")
    inside, here = (request.build_absolute_uri(path) for path in (reverse("admin:index"), request.path))
    return bool(request.GET.get("next")) and came_from.startswith(inside) and not came_from.startswith(here)
