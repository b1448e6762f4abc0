"""Forms about people and groups. What they may not grant is not offered; the actions refuse it all the same."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminOwnPasswordChangeForm

from incidents import mailing, permissions, refusing
from incidents.accounts import reach
from incidents.actions import addresses, passwords, people
from incidents.forms.fields import RowsField
from incidents.models import User


class SignInForm(AdminAuthenticationForm):
    """Django's, with the name that people know."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label = _("User name")
        name.widget.attrs["aria-describedby"] = "id_username_hint"
        if self.is_bound and self.data.get("username"):  # the name stays; it is the password that is typed again
            name.widget.attrs.pop("autofocus", None)
            name.widget.attrs["aria-describedby"] = "signin-error id_username_hint"
            password.widget.attrs |= {"autofocus": True, "aria-describedby": "signin-error"}

    @property
    def has_wrong_password(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, "invalid_login")


class ForgotPasswordForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        help_text=_("The one that you were invited with. Example: lena@example.com."),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write a whole address, such as lena@example.com."),
        },
    )


class FirstPasswordForm(SetPasswordForm):
    """By the link."""

    def save(self, commit=True):
        passwords.set_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """Signed in, with the password that one has."""

    def save(self, commit=True):
        passwords.set_password(self.user, self.cleaned_data["new_password1"])
        return self.user


class RightsWidget(forms.CheckboxSelectMultiple):
    """Tick boxes in named sections."""

    template_name = "incidents/widgets/rights.html"


class PersonForm(forms.ModelForm):
    """A person's details. ``by`` is who fills it in, set on a subclass for each request."""

    by: User
    groups = RowsField(
        Group.objects.none(),
        required=False,
        widget=RightsWidget,
        label=_("Groups"),
        help_text=_("What they may do comes from their groups. You can give those whose rights you have yourself."),
    )

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email", "team", "time_zone", "groups", "is_superuser"]
        labels = {"email": _("E-mail address"), "is_superuser": _("Administrator")}
        help_texts = {
            "is_superuser": _("May do everything, except see restricted incidents."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "first_name" in self.fields:
            self.fields["first_name"].required = True
        if "email" in self.fields and not self.instance.pk:
            self.fields["email"].help_text = _("They sign in with it.")
        elif "email" in self.fields and not self.instance.is_invited:
            self.fields["email"].help_text = _(
                "Another address counts once they have confirmed it there. The address they have now is told at once."
            )
        if "groups" in self.fields:
            offered = {group.pk for group in reach.grantable(self.by)}
            kept = set(self.instance.groups.values_list("pk", flat=True)) if self.instance.pk else set()
            self.fields["groups"].queryset = Group.objects.filter(pk__in=offered | kept).order_by("name")

    def clean_email(self):
        email = mailing.checked(self.cleaned_data["email"].lower())
        with refusing.as_invalid():
            addresses.require_free(email, self.instance)
        return email

    def clean(self):
        """Whether the groups may be given, said beside the field and before anything is saved."""
        cleaned = super().clean()
        with refusing.in_form(self):
            people.check_grant(
                self.instance,
                groups=cleaned.get("groups", []),
                is_superuser=cleaned.get("is_superuser", self.instance.is_superuser),
                by=self.by,
            )
        return cleaned


class GroupForm(forms.ModelForm):
    """A group's name and what its people may do, in sentences."""

    by: User
    rights = forms.MultipleChoiceField(
        choices=permissions.choices,
        required=False,
        widget=RightsWidget,
        label=_("May"),
    )

    class Meta:
        model = Group
        fields = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = set()
        if self.instance.pk:
            rows = self.instance.permissions.select_related("content_type")
            self.names = {permissions.name(row) for row in rows}
        self.initial["rights"] = permissions.held(self.names)

    @property
    def wanted(self) -> set[str]:
        """The permissions after this form: ticked ones in, unticked ones out, what it does not show untouched."""
        before, after = set(self.initial["rights"]), set(self.cleaned_data["rights"])
        names = set(self.names)
        for key in before - after:
            names -= permissions.rights()[key].names
        for key in after:
            names |= permissions.rights()[key].names
        return names

    def clean(self):
        cleaned = super().clean()
        if "rights" in cleaned:
            with refusing.in_form(self):
                people.check_rights(self.names, self.wanted, by=self.by)
        return cleaned
