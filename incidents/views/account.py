"""What people do for themselves: accept an invitation, say how they read times, set their shortcuts."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST

from incidents import refusing
from incidents.actions import addresses, passwords
from incidents.choices import Hours
from incidents.forms.accounts import FirstPasswordForm, OwnPasswordForm
from incidents.models import AddressChange, User


def signed_in(user: User) -> dict[str, str]:
    """Who it is, for the foot of the sidebar. One query."""
    words = str(user).split()
    initials = "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
    groups = [group.name for group in user.groups.all()]
    if user.is_superuser:
        groups.append(_("Administrator"))
    return {"initials": initials, "groups": ", ".join(groups)}


class AcceptInvitation(PasswordResetConfirmView):
    """Set a password by the link and be signed in. Django's view keeps the token out of the address and of Referer."""

    template_name = "registration/invitation.html"
    title = gettext_lazy("Set your password")
    form_class = FirstPasswordForm
    token_generator = passwords.links
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("admin:index")

    def get_user(self, uidb64):
        person = super().get_user(uidb64)
        return person if person is not None and person.is_active and person.is_staff else None

    def get_context_data(self, **kwargs):
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class OwnPassword(PasswordChangeView):
    """Signed in, by the password that one has."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("admin:password_change_done")


class PreferencesForm(forms.ModelForm):
    hours = forms.ChoiceField(label=gettext_lazy("Times are written in"), required=False)

    class Meta:
        model = User
        fields = ["time_zone", "hours", "single_key_shortcuts"]
        widgets = {
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"})
        }
        help_texts = {
            "time_zone": gettext_lazy(
                "All times on the staff side are shown in this zone. Type a city. Example: Europe/Berlin."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        usual = Hours(settings.CLOCK_HOURS).label
        self.fields["hours"].choices = [("", _("As usual here, %(hours)s") % {"hours": usual}), *Hours.choices]
        self.fields["hours"].is_asked_for = True  # one of three; none is the first
        self.fields["hours"].help_text = User._meta.get_field("hours").help_text


def preferences(request):
    """One's own time zone, hours and shortcuts."""
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. All times are shown in %(zone)s.") % {"zone": form.instance.time_zone})
        return redirect("admin:preferences")
    request.current_app = admin.site.name
    change = AddressChange.objects.filter(person=request.user).select_related("asked_by").first()
    context = {"title": _("Times and shortcuts"), "form": form, "change": change, "person": request.user}
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, "incidents/preferences.html", context)


def confirm_address(request, signed):
    """GET asks, because scanners of mail follow links; POST takes the new address."""
    context: dict[str, Any] = {"title": _("Your e-mail address"), "change": None, "refusal": ""}
    status = 200
    with refusing.kept() as tried:
        if request.method == "POST":
            addresses.confirm_address(signed, by=request.user)
            email = User.objects.values_list("email", flat=True).get(pk=request.user.pk)
            messages.success(request, _("Your address is %(email)s from now.") % {"email": email})
            return redirect("admin:preferences")
        context["change"] = addresses.whose(signed, by=request.user)
    if tried.refusal:  # whatever is said of the link, it leads nowhere any more
        context["refusal"], status = str(tried.refusal), 410
    request.current_app = admin.site.name
    context = admin.site.each_context(request) | context
    return TemplateResponse(request, "incidents/address.html", context, status=status)


@require_POST
def cancel_address(request, pk):
    """One's own, or of somebody in reach."""
    person = get_object_or_404(User, pk=pk)
    with refusing.in_messages(request) as tried:
        addresses.cancel_address(person, by=request.user)
    if tried.is_done:
        messages.success(request, _("Cancelled. The address stays %(email)s.") % {"email": person.email})
    if person == request.user:
        return redirect("admin:preferences")
    return redirect("admin:incidents_user_change", pk)
