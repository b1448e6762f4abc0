"""The field of a page's form that takes a logo, shows how it comes out, and keeps it when the form is refused."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from incidents import refusing
from statuspage.branding import contrast, logo
from statuspage.branding.logo import Drawn
from statuspage.models import Scheme

SALT = "statuspage.logo"
PAPERS = {Scheme.LIGHT: _("On light paper"), Scheme.DARK: _("On dark paper")}


@dataclass(frozen=True)
class Choice:
    """What was posted: a file, one that an earlier refusal had kept, the tick, or nothing of all that."""

    upload: UploadedFile | None
    kept: Drawn | None
    is_removed: bool

    def __bool__(self):
        return bool(self.upload or self.kept or self.is_removed)


class LogoInput(forms.Widget):
    """Shows the logo that is stored, or the one that is about to be, on its papers."""

    template_name = "statuspage/staff/widgets/logo.html"
    needs_multipart_form = True
    stored = None  # the logo of the page, if it has one
    fresh: Drawn | None = None  # a logo that was taken just now, or by an earlier post of this form
    papers = (Scheme.LIGHT, Scheme.DARK)
    beside = ""  # what stands at its side on the page

    def value_from_datadict(self, data, files, name):
        return Choice(files.get(name), _loaded(data.get(f"{name}-kept")), f"{name}-remove" in data)

    def value_omitted_from_data(self, data, files, name):
        return not self.value_from_datadict(data, files, name)

    def get_context(self, name, value, attrs):
        shown = self.fresh or self.stored
        return super().get_context(name, None, attrs) | {
            "logo": shown,
            "source": f"data:image/png;base64,{b64encode(bytes(shown.image)).decode()}" if shown else "",
            "kept": _dumped(self.fresh) if self.fresh else "",
            "is_removed": isinstance(value, Choice) and value.is_removed,
            "papers": [(scheme.value, PAPERS[scheme], contrast.PAPER[scheme]) for scheme in self.papers],
            "beside": self.beside,
            "accept": ",".join(f"image/{kind.lower()}" for kind in logo.TAKEN),
            "largest": logo.LARGEST_FILE,
        }


class LogoField(forms.Field):
    """Cleans to ``None`` where nothing is asked, else to one picture or none: ``(drawn,)``."""

    widget = LogoInput

    def __init__(self, **options):
        super().__init__(required=False, **options)

    def clean(self, choice):
        self.widget.fresh = None if choice.is_removed else choice.kept
        if choice.upload:
            with refusing.as_invalid():
                self.widget.fresh = logo.draw(choice.upload.read(logo.LARGEST_FILE + 1))
        if self.widget.fresh:
            return (self.widget.fresh,)
        return (None,) if choice.is_removed else None

    def has_changed(self, initial, choice):
        return bool(choice)


def _dumped(drawn):
    """Signed, so that what comes back is what was drawn here and nothing else."""
    facts = [b64encode(drawn.image).decode(), drawn.width, drawn.height, drawn.faint_on]
    return signing.dumps(facts, salt=SALT, compress=True)


def _loaded(text):
    try:
        image, width, height, faint_on = signing.loads(text or "", salt=SALT)
    except signing.BadSignature:
        return None
    return Drawn(b64decode(image), width, height, faint_on)
