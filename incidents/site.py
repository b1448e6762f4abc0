"""The staff side's admin site. It stands outside ``incidents.admin``, whose import registers models on it."""

from csp.decorators import csp_update
from django.http import Http404
from django.urls import path
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from incidents.forms.accounts import SignInForm
from incidents.views import account

# Alpine, in Unfold, evaluates the expressions in its attributes, and its colours stand in a style element. Everything
# else that Django serves keeps the strict policy of the settings.
STAFF_POLICY = csp_update({"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]})


class StaffSite(UnfoldAdminSite):
    login_form = SignInForm

    def get_urls(self):
        return [
            path("preferences/", self.admin_view(account.preferences), name="preferences"),
            path("invitation/<uidb64>/<token>/", STAFF_POLICY(account.AcceptInvitation.as_view()), name="invitation"),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        return STAFF_POLICY(super().admin_view(view, cacheable))

    @method_decorator(STAFF_POLICY)
    def login(self, request, extra_context=None):
        return super().login(request, extra_context)

    def search(self, request, extra_context=None):
        """Off: Unfold keeps what it found in a cache for five minutes, beyond the loss of a right to see it."""
        raise Http404

    def each_context(self, request):
        context = super().each_context(request)
        if request.user.is_authenticated:
            context["account"] = account.signed_in(request.user)
        return context
