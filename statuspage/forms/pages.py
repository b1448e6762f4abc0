"""A page's own form, its layout and links, and the templates of updates."""

from __future__ import annotations

from copy import copy
from functools import partial
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy, pgettext
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from incidents import mailing, refusing
from incidents.contrast import READABLE, ratio, readable
from statuspage.actions import pages
from statuspage.branding import contrast
from statuspage.composer import texts
from statuspage.forms.logo import LogoField
from statuspage.models import Page, PageComponent, PageLink, PageLogo, Scheme, StageTemplate
from statuspage.moves import Moves

LOGOS = {"logo": Scheme.LIGHT, "logo_on_dark": Scheme.DARK}


class BrandColorInput(UnfoldAdminTextInputWidget):
    """A colour, and how it comes out on both papers."""

    template_name = "statuspage/staff/widgets/brand_color.html"

    def get_context(self, name, value, attrs):
        attrs = {"placeholder": "#0b5fa5", "autocomplete": "off", "spellcheck": "false"} | (attrs or {})
        context = super().get_context(name, value, attrs)
        return context | {"papers": contrast.PAPER, "least": READABLE, "shades": shades(value)}


def shades(color):
    """Scheme, paper, the shade that is used there, its contrast, and whether it is the colour itself."""
    try:
        used = {scheme: readable(color, on=paper) for scheme, paper in contrast.PAPER.items()}
    except (TypeError, ValueError):
        return []
    return [
        (scheme, contrast.PAPER[scheme], shade, ratio(shade, contrast.PAPER[scheme]), shade == color.lower())
        for scheme, shade in used.items()
    ]


class AddressField(forms.URLField):
    """An address without a scheme is meant to be safe."""

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class PageForm(forms.ModelForm):
    logo = LogoField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy(
            "Stands in place of the name, which screen readers still say. PNG, JPEG, WebP or GIF, up to 2 MB, best "
            "about 100 pixels high and with a transparent background. Empty: the name as text."
        ),
    )
    logo_on_dark = LogoField(
        label=gettext_lazy("Logo for dark paper"),
        help_text=gettext_lazy("Takes its place for readers whose device is set to dark. Empty: the same logo."),
    )

    class Meta:
        model = Page
        fields = [
            "name",
            "label",
            "slug",
            "host",
            "is_default",
            "origin",
            "position",
            "time_zone",
            "language",
            "brand_color",
            "support_url",
            "support_email",
            "past_days",
            "calendar",
            "notice_days",
        ]
        help_texts = {
            "slug": gettext_lazy("Part of the address, such as /p/platform/. Where it changes, old links lead on."),
            "origin": gettext_lazy("Incidents of this origin are proposed for this page."),
            "support_url": gettext_lazy("Named in the last update of an incident: https://support.example.com/"),
            "is_default": gettext_lazy("Answers at / too. One page always does."),
            "position": gettext_lazy("Lower numbers come first wherever pages are listed."),
            "calendar": gettext_lazy(
                "Whose business days the notice of maintenance is counted by, in the page’s time zone. Empty: without "
                "holidays."
            ),
        }
        field_classes = {"support_url": AddressField}
        error_messages = {"slug": {"unique": gettext_lazy("Another page has this address; choose another word.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "logo" in self.fields:  # who may only read gets no fields
            self._show_logos()
        if "host" in self.fields:
            server = urlsplit(settings.PUBLIC_URL).hostname
            self.fields["host"].help_text = format_html(
                "{}<br>{}",
                _(
                    "The page answers at / there, and goes by that name in feeds, JSON and mail. Empty: at %(server)s "
                    "only."
                )
                % {"server": server},
                _(
                    "Before you save: in DNS, point the name at this server (CNAME to %(server)s). In the proxy, let "
                    "it answer to the name with a certificate for it, and pass the Host header on unchanged."
                )
                % {"server": server},
            )
            self.fields["host"].widget.attrs |= {"placeholder": "status.example.com", "autocapitalize": "none"}
            self.fields["host"].widget.attrs.pop("maxlength", None)  # or a pasted address is cut in silence

    def _show_logos(self):
        stored = {logo.scheme: logo for logo in PageLogo.objects.filter(page=self.instance.pk)}
        beside = f"{self.instance.label} {pgettext('after the name of a company', 'status')}".strip()
        for name, scheme in LOGOS.items():
            self.fields[name].widget.stored, self.fields[name].widget.beside = stored.get(scheme), beside
        self.fields["logo_on_dark"].widget.papers = (Scheme.DARK,)
        if Scheme.DARK in stored:
            self.fields["logo"].widget.papers = (Scheme.LIGHT,)

    @property
    def logos(self):
        """Those that change: by scheme, a picture or none."""
        asked = {scheme: self.cleaned_data.get(name) for name, scheme in LOGOS.items()}
        return {scheme: change[0] for scheme, change in asked.items() if change is not None}

    def clean_host(self):
        others = Page.objects.exclude(pk=self.instance.pk)
        with refusing.as_invalid():
            return pages.clean_host(self.cleaned_data["host"], others=others)

    def clean_support_email(self):
        return mailing.checked(self.cleaned_data["support_email"])

    def clean_brand_color(self):
        return self.cleaned_data["brand_color"].lower()

    def clean(self):
        """Being the default is left to the action: it takes the tick from the page that has it now."""
        cleaned = super().clean()
        asked = copy(self.instance)
        asked.is_default = self.wants_default = cleaned.pop("is_default", self.instance.is_default)
        asked.slug, asked.host = cleaned.get("slug", asked.slug), cleaned.get("host", asked.host)
        checks = [
            partial(pages.check_slug, asked.slug),
            partial(pages.check_default, asked),
            partial(pages.check_logos, asked, self.logos),
        ]
        for check in checks:
            with refusing.in_form(self):
                check()
        if not {"slug", "host", "is_default"} & set(self.errors):
            self._ask_about_moves(asked)
        return cleaned

    moves: Moves | None = None  # what becomes of addresses, once the form was sent
    knows_moves = False  # the person has read it, and wants it

    def _ask_about_moves(self, asked):
        self.moves = Moves.of(self.instance if self.instance.pk else None, asked)
        self.knows_moves = bool(self.moves) and self.data.get("moves") == self.moves.key
        if self.moves and not self.knows_moves:
            self.add_error(None, _("Addresses change. Read what becomes of old links, and tick that you want it."))


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
