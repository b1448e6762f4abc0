"""A forgotten password: somebody who is not signed in asks for a link by mail."""

from axes.helpers import get_client_ip_address
from django.contrib import admin
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from incidents import refusing
from incidents.actions import passwords
from incidents.forms.accounts import ForgotPasswordForm


@require_http_methods(["GET", "POST"])
def forgot_password(request):
    """Ask for a link by mail. The answer is the same whether or not anybody here has the address."""
    form = ForgotPasswordForm(request.POST if request.method == "POST" else None)
    status, headers = 200, {}
    if form.is_valid():
        with refusing.in_form(form) as tried:
            passwords.ask_password_reset(email=form.cleaned_data["email"], client=get_client_ip_address(request) or "")
        if tried.is_done:
            return redirect("admin:forgot_password_asked")
        status, headers = tried.status, tried.headers
    elif form.is_bound:
        status = 422
    context = {**admin.site.each_context(request), "form": form}
    return TemplateResponse(request, "registration/forgot_password.html", context, status=status, headers=headers)


@require_safe
def forgot_password_asked(request):
    return TemplateResponse(request, "registration/forgot_password_asked.html", admin.site.each_context(request))
