"""How to stop. GET asks, since scanners follow links; POST acts at once, also for programs (RFC 8058)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from incidents import wording
from incidents.maintenance.models import Window
from incidents.models import Incident
from notifications import addresses
from notifications.actions import leaving
from notifications.models import Subscriber
from notifications.views import public_base
from statuspage.models import Page


@public_base.of_holder
def leave(request: HttpRequest, page: Page, subscriber: Subscriber | None, token: str) -> HttpResponse:
    """Twice is once, and an address that is gone has left: always 200, and never a redirect."""
    names = wording.listing([str(each) for each in request.pages], most=None)
    if request.method == "POST":
        for each in request.pages if subscriber is not None else ():
            leaving.leave(subscriber, each)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return public_base.said(_("Done. This address hears no more from %(page)s.") % {"page": names} + "\n")
    if subscriber is None or request.method == "POST":
        return _left(request, page, names=names)
    return public_base.shown(
        request,
        page,
        "leave",
        title=_("Stop messages from %(page)s?") % {"page": names},
        text=_("%(address)s hears no more from %(page)s, from now on.")
        % {"address": _shown(subscriber), "page": names},
        button=_("Stop them"),
        token=token,
    )


@public_base.of_holder
def forget(request: HttpRequest, page: Page, subscriber: Subscriber | None, token: str) -> HttpResponse:
    if request.method == "POST" and subscriber is not None:
        leaving.forget(subscriber)
    if subscriber is None or request.method == "POST":
        return _left(request, page, everywhere=True)
    return public_base.shown(
        request,
        page,
        "leave",
        title=_("Stop everything and forget this address?"),
        text=_("%(address)s is deleted here with all it subscribed to, on every page. This cannot be undone.")
        % {"address": _shown(subscriber)},
        button=_("Forget it"),
        token=token,
    )


@public_base.of_holder
def mute(request: HttpRequest, page: Page, subscriber: Subscriber | None, token: str, subject_id: str) -> HttpResponse:
    """Only what stands on the page for all to read can be named, and so muted."""
    if subscriber is None:
        return _left(request, page)
    subject = _on_pages(request.pages, subject_id[:60])
    if subject is None:
        text = _("It does not stand on this page any more, and no more is sent about it.")
        return public_base.notice(request, page, title=_("There is no such incident"), text=text, status=404)
    if request.method == "POST":
        has_left = leaving.mute(subscriber, subject)
        text = (
            _("You hear no more about “%(title)s”. That was all you followed here: your address is deleted.")
            if has_left
            else _("You hear no more about “%(title)s”. Other news comes as before.")
        )
        text %= {"title": subject.title}
        return public_base.notice(request, page, title=_("Muted"), text=text, offers_subscribing=has_left)
    is_window = isinstance(subject, Window)
    words = _("“%(title)s”: no update and no all-clear is sent to %(address)s.")
    if is_window:
        words = _("“%(title)s”: nothing more is sent to %(address)s, not even where it is moved or cancelled.")
    rest = _("Other news comes as before.")
    if leaving.is_all(subscriber, subject):
        rest = _("It is all you follow here: your address is deleted with it.")
    return public_base.shown(
        request,
        page,
        "leave",
        title=_("No more about this maintenance?") if is_window else _("No more about this incident?"),
        text=f"{words % {'title': subject.title, 'address': _shown(subscriber)}} {rest}",
        button=_("Mute it"),
        token=token,
        manage_depth="../../",
    )


def _on_pages(pages: list[Page], public_id: str) -> Incident | Window | None:
    """What stands there for all to read."""
    for rows in (Incident.objects.public(), Window.objects.public()):
        if found := rows.filter(listed__page__in=pages, public_id=public_id).first():
            return found
    return None


def _shown(subscriber: Subscriber) -> str:
    return addresses.shown(subscriber.transport, subscriber.address)


def _left(request: HttpRequest, page: Page, *, names: str = "", everywhere: bool = False) -> HttpResponse:
    title = _("You hear no more from us")
    if not everywhere:
        title = _("You hear no more from %(page)s") % {"page": names or page}
    text = (
        _("The address is deleted here. A message that was just being sent may still arrive.")
        if everywhere
        else _("A message that was just being sent may still arrive. Where an address has nothing left, it is deleted.")
    )
    return public_base.notice(request, page, title=title, text=text, offers_subscribing=True)
