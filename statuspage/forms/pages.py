"""A page's own form, its layout and links, and the templates of updates."""

from __future__ import annotations

from copy import copy

from django import forms
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from incidents.exceptions import DomainError
from statuspage import contrast, page_actions
from statuspage.composing import texts
from statuspage.models import Page, PageComponent, PageLink, StageTemplate


class BrandColorInput(UnfoldAdminTextInputWidget):
    """A colour, and how it comes out on both papers."""

    template_name = "statuspage/staff/widgets/brand_color.html"

    def get_context(self, name, value, attrs):
        attrs = {"placeholder": "#0b5fa5", "autocomplete": "off", "spellcheck": "false"} | (attrs or {})
        context = super().get_context(name, value, attrs)
        return context | {"papers": contrast.PAPER, "least": contrast.READABLE, "shades": shades(value)}


def shades(color):
    """Scheme, paper, the shade that is used there, its contrast, and whether it is the colour itself."""
    try:
        used = {scheme: contrast.readable(color, on=paper) for scheme, paper in contrast.PAPER.items()}
    except (TypeError, ValueError):
        return []
    return [
        (scheme, contrast.PAPER[scheme], shade, contrast.ratio(shade, contrast.PAPER[scheme]), shade == color.lower())
        for scheme, shade in used.items()
    ]


class AddressField(forms.URLField):
    """An address without a scheme is meant to be safe."""

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class PageForm(forms.ModelForm):
    class Meta:
        model = Page
        fields = [
            "name",
            "label",
            "slug",
            "is_default",
            "origin",
            "position",
            "time_zone",
            "language",
            "brand_color",
            "support_url",
            "support_email",
            "past_days",
        ]
        help_texts = {
            "slug": gettext_lazy("Part of the address, such as /p/platform/. Readers keep it: change it rarely."),
            "origin": gettext_lazy("Incidents of this origin are proposed for this page."),
            "support_url": gettext_lazy("Named in the last update of an incident: https://support.example.com/"),
            "is_default": gettext_lazy("Answers at / too. One page always does."),
            "position": gettext_lazy("Lower numbers come first wherever pages are listed."),
        }
        field_classes = {"support_url": AddressField}
        error_messages = {"slug": {"unique": gettext_lazy("Another page has this address; choose another word.")}}

    def clean_brand_color(self):
        return self.cleaned_data["brand_color"].lower()

    def clean(self):
        """Being the default is left to the action: it takes the tick from the page that has it now."""
        cleaned = super().clean()
        asked = copy(self.instance)
        asked.is_default = self.wants_default = cleaned.pop("is_default", self.instance.is_default)
        try:
            page_actions.check_default(asked)
        except DomainError as error:
            self.add_error(error.field, str(error))
        return cleaned


class Labelled(forms.ModelForm):
    """In a row there is no room for labels; a screen reader is told them all the same."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label))


class PageComponentForm(Labelled):
    class Meta:
        model = PageComponent
        fields = ["component", "is_shown", "position"]


class PageLinkForm(Labelled):
    class Meta:
        model = PageLink
        fields = ["label", "url", "position"]
        field_classes = {"url": AddressField}


class StageTemplateForm(forms.ModelForm):
    class Meta:
        model = StageTemplate
        fields = ["status", "name", "page", "position", "body"]
        labels = {"body": gettext_lazy("Text")}
        widgets = {"body": UnfoldAdminTextareaWidget(attrs={"rows": 7})}
        help_texts = {
            "name": gettext_lazy("What the composer offers: Cause found."),
            "page": gettext_lazy("Only on this page, before those of every page. Empty: on every page."),
            "position": gettext_lazy(
                "The first of a stage is filled in at once; the second when the stage is told again."
            ),
        }

    def clean_body(self):
        body = self.cleaned_data["body"]
        try:
            texts.check(body)
        except texts.BrokenText as error:
            raise forms.ValidationError(str(error)) from error
        return body

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise forms.ValidationError(_("Give it a name, such as: Cause found."))
        return name
