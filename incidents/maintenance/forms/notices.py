"""A calendar file of an operator is handed in."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

LARGEST = 1_000_000  # bytes


class NoticeFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"),
        help_text=gettext_lazy("An .ics of an operator, with MAINTNOTE properties or plain. 1 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={
            "required": gettext_lazy("Choose the file that the operator sent."),
            "empty": gettext_lazy("The file is empty; choose another."),
        },
    )

    def clean_file(self):
        found = self.cleaned_data["file"]
        if found.size > LARGEST:
            raise ValidationError(_("The file is larger than 1 MB; no calendar of an operator is."))
        return found
