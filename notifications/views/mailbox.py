"""The demo's mailbox: what was sent from here, as its receivers would see it."""

from collections.abc import Callable

from csp.decorators import csp_exempt
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from incidents.views.incident import page as staff_page
from notifications.choices import Event
from notifications.demo import mailbox
from notifications.demo.mailbox_readers import readable, reads_subscribers

# A mail is somebody else's page: no script, no form, nothing from elsewhere, and an origin of its own. Its links open.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
POLICY = f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'"
SHOWN = 100
# By its own hint, what csp_exempt returns takes views of a request alone; it hands on the rest of the address too.
with_its_own_policy: Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]] = csp_exempt()


@require_GET
def inbox(request):
    _only_in_the_demo()
    pieces = readable(mailbox.pieces(), request.user)
    rows = [(piece, _kind(piece.event)) for piece in pieces[:SHOWN]]
    return staff_page(
        request, "notifications/staff/mailbox.html", title=_("Mailbox"), rows=rows, more=len(pieces) - len(rows),
        only_own=not reads_subscribers(request.user),
    )  # fmt: skip


@require_GET
def mail(request, name):
    opened = _opened(request, name)
    return staff_page(
        request,
        "notifications/staff/mail.html",
        title=_("Mailbox"),
        mail=opened,
        kind=_kind(opened.piece.event),
        view=_view(request.GET.get("as", ""), opened),
        sandbox=SANDBOX,
    )


@with_its_own_policy
@xframe_options_sameorigin
@require_GET
def page(request, name):
    """The HTML part alone, for the frame."""
    html = _opened(request, name).html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "private, no-store"})


def _view(wanted: str, opened: mailbox.Opened) -> str:
    there = {"html": opened.html, "text": True, "file": opened.files, "head": True}
    return wanted if there.get(wanted) else "html" if opened.html else "text"


def _opened(request, name):
    _only_in_the_demo()
    piece = mailbox.piece(name)
    if piece is None or not readable([piece], request.user):
        raise Http404  # the same for both: nobody learns what there is
    return mailbox.opened(name)


def _only_in_the_demo() -> None:
    if not getattr(settings, "MAILBOX", False):
        raise Http404


def _kind(event: str) -> str:
    return str(Event(event).label) if event in Event.values else ""
