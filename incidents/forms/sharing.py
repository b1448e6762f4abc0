"""Notes, and who leads, sees and joins an incident."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.choices import Audience
from incidents.models import Incident, User

CONSEQUENCES = {  # what each audience means, said before it is chosen
    Audience.PUBLIC: _(
        "Customers see it as soon as an update is posted. The clock of the first notice counts from detection."
    ),
    Audience.INTERNAL: _("All staff see it, customers do not."),
    Audience.RESTRICTED: _(
        "Only its members and Security know that it exists, on every screen. "
        "You and its owner become the first members."
    ),
}
LEAVES = _("It leaves every status page at once, with all that was written there.")


def staff():
    """People who can be given an incident."""
    return User.objects.filter(is_active=True, is_staff=True).order_by("first_name", "last_name", "username")


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Private note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write something to keep.")},
    )


class OwnerForm(forms.Form):
    """``was`` is the owner that the person saw: two people who take it at once should know of each other."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who leads it?"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("The one who decides and keeps the thread. Everybody can still write and help."),
    )

    def __init__(self, data=None, *, incident: Incident, **options):
        super().__init__(data, initial={"was": incident.owner_id or "", "owner": incident.owner_id}, **options)
        self.fields["owner"].queryset = staff()

    def taken_meanwhile(self, incident: Incident) -> bool:
        return "was" in self.data and self.data["was"] != str(incident.owner_id or "")


class AudienceForm(forms.Form):
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    audience = forms.ChoiceField(
        label=_("Who may know?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may know.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=255,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays on the record. Example: customer names stand in the logs that we share here."),
        error_messages={"required": _("Say why; it stays on the record.")},
    )

    tell = forms.BooleanField(required=False, label=_("Tell whoever was told of this incident"))

    def __init__(self, data=None, *, incident: Incident, user: User, **options):
        super().__init__(data, initial={"was": incident.audience}, **options)
        self.incident = incident
        self.fields["audience"].choices = [(a.value, a.label) for a in possible(incident, user)]

    def options(self):
        """Each possible audience with what will happen."""
        leaves = f" {LEAVES}" if self.incident.audience == Audience.PUBLIC else ""
        return [(radio, f"{CONSEQUENCES[Audience(radio.data['value'])]}{leaves}") for radio in self["audience"]]

    def changed_meanwhile(self, incident: Incident) -> bool:
        was = self.data.get("was")
        return bool(was) and was != incident.audience


def possible(incident: Incident, user: User) -> list[Audience]:
    """The audiences that this person may change to; the action checks the same rights."""
    if incident.audience == Audience.DRILL:
        return []
    if incident.is_restricted and not user.has_perm("incidents.restrict_incident"):
        return []
    opens = incident.is_restricted or user.has_perm("incidents.publish_incident")
    found = [Audience.PUBLIC, Audience.INTERNAL] if opens else []
    found += [Audience.RESTRICTED] if user.has_perm("incidents.work_incident") else []
    return [audience for audience in found if audience != incident.audience]


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Let somebody in"),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person.")},
    )

    def __init__(self, data=None, *, incident: Incident, **options):
        super().__init__(data, **options)
        self.fields["user"].queryset = staff().exclude(member_incidents=incident)
