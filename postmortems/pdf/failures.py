"""Why there is no PDF: each a sentence for the person who asked for it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class NotDrawn(Exception):
    """No PDF came out. The message is one sentence or two; ``detail`` is for the log."""

    def __init__(self, message: str, *, detail: str = ""):
        super().__init__(message)
        self.detail = detail


class TookTooLong(NotDrawn):
    def __init__(self, seconds: float):
        super().__init__(_("Drawing the PDF took longer than %(n)d seconds and was stopped.") % {"n": seconds})


class TooMuchMemory(NotDrawn):
    def __init__(self, limit: int, *, detail: str = ""):
        message = _("Drawing the PDF needed more than %(n)d MiB of memory and was stopped.")
        super().__init__(message % {"n": limit // 2**20}, detail=detail)


class Crashed(NotDrawn):
    """The process died by a signal, such as SIGSEGV in a library of the system."""

    def __init__(self, signal: str, *, detail: str = ""):
        super().__init__(_("Drawing the PDF ended by %(signal)s.") % {"signal": signal}, detail=detail)


class NoPango(NotDrawn):
    """A library that WeasyPrint needs is not there."""

    def __init__(self, reason: str = "", *, detail: str = ""):
        how = _(
            "PDFs need the library Pango: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
            "(Debian, Ubuntu), dnf install pango (Fedora) or brew install pango (macOS)%(reason)s."
        )
        super().__init__(how % {"reason": f"; {reason}" if reason else ""}, detail=detail)


class Broken(NotDrawn):
    """The renderer refused what it was given: a fault of ours."""

    def __init__(self, *, detail: str = ""):
        super().__init__(_("The PDF could not be drawn; the log says why."), detail=detail)
