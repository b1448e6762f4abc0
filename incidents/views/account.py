"""What people do for themselves: accept an invitation, set their time zone and shortcuts."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _, gettext_lazy

from incidents.models import User


def signed_in(user: User) -> dict[str, str]:
    """Who it is, for the foot of the sidebar. One query."""
    words = str(user).split()
    initials = "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()
    groups = [group.name for group in user.groups.all()]
    if user.is_superuser:
        groups.append(_("Superuser"))
    return {"initials": initials, "groups": ", ".join(groups)}


class AcceptInvitation(PasswordResetConfirmView):
    """Set a password by the link and be signed in. Django's view keeps the token out of the address and of Referer."""

    template_name = "registration/invitation.html"
    title = gettext_lazy("Set your password")
    form_class = SetPasswordForm
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = reverse_lazy("admin:index")

    def get_user(self, uidb64):
        person = super().get_user(uidb64)
        return person if person is not None and person.is_active and person.is_staff else None

    def get_context_data(self, **kwargs):
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class PreferencesForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["time_zone", "single_key_shortcuts"]
        widgets = {
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"})
        }
        help_texts = {
            "time_zone": gettext_lazy(
                "All times on the staff side are shown in this zone. Type a city. Example: Europe/Berlin."
            )
        }


def preferences(request):
    """One's own time zone and shortcuts."""
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. All times are shown in %(zone)s.") % {"zone": form.instance.time_zone})
        return redirect("admin:preferences")
    request.current_app = admin.site.name
    context = {**admin.site.each_context(request), "title": _("Time zone and shortcuts"), "form": form}
    return TemplateResponse(request, "incidents/preferences.html", context)
