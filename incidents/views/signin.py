"""Wrong passwords are slowed down: what stands where the form was."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from incidents.staff.site import STAFF_POLICY


@STAFF_POLICY
def locked_out(request: HttpRequest, original_response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """django-axes calls this. The same words whether or not the name exists."""
    context = {**admin.site.each_context(request), "title": _("Sign in"), "is_locked_out": True}
    response = TemplateResponse(request, "admin/login.html", context, status=429, headers={"Retry-After": "900"})
    return response.render()


def folded_name(request: HttpRequest, credentials: dict | None) -> str:
    """Whose wrong passwords are counted: one name however it is spelled, as it is one where they sign in."""
    given = (credentials or {}).get("username") or request.POST.get("username") or ""
    return given.casefold()
