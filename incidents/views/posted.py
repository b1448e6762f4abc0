"""Buttons that post to an address of their own, and what is there for whoever comes to it with a GET."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _


def posted(view, *, to: str, anchor: str = "", is_around: bool = True):
    """A view that is only posted to. Whose session ended before they pressed its button comes here from signing in,
    with a GET: led to the screen that the button stands on (named ``to``; ``is_around``: of the same row), and told
    that it was not done (TRIAL B1). What was typed beside the button is kept by the browser, and offered there
    (``data-draft``).
    """

    @wraps(view)
    def wrapped(request, **kwargs):
        if request.method not in ("GET", "HEAD"):
            return view(request, **kwargs)
        words = _("It was not done: you were signed out meanwhile. Do it again here; what you had typed is offered.")
        messages.warning(request, words)
        parts = {"public_id": kwargs["public_id"]} if is_around and "public_id" in kwargs else {}
        return HttpResponseRedirect(reverse(to, kwargs=parts) + anchor)

    return wrapped
