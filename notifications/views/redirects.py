"""Back to the screen that a person was on: never to a fragment of one, and never out of the staff side."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

FRAGMENTS = {"recipients"}


def here(request) -> str:
    """The screen that is drawn; empty where there is none.

    Where it is none that can be opened (an answer to a form, a fragment that a script fetched) it is where the person
    was.
    """
    is_read = request.method in ("GET", "HEAD")
    return (is_read and _screen(request.get_full_path())) or _came_from(request)


def back(request) -> HttpResponse:
    """Where the form says, or else where it stood, or else to the messages."""
    to = _screen(request.POST.get("back", "")) or _came_from(request)
    return redirect(to or reverse("notifications_staff:queue"))


def _came_from(request) -> str:
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return ""
    return _screen(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _screen(to: str) -> str:
    """The address, if it is that of a screen on the staff side."""
    if not to.startswith(reverse("admin:index")) or not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        return ""
    try:
        match = resolve("/" + urlsplit(to).path.removeprefix(get_script_prefix()))
    except Resolver404:
        return ""
    is_fragment = match.namespace == "notifications_staff" and match.url_name in FRAGMENTS
    return "" if is_fragment or not match.url_name else to
