"""A form that is posted twice, by a double click, a reload or a network that tries again, does what it does once.

Each form carries a one-time token beside its CSRF token (:mod:`incidents.templatetags.once`). What is posted with it is
noted in the transaction of what it does (:class:`~incidents.models.Submission`), and the same post again is led to
where the first one was led. What was refused, and shows the form again, was not done: it may be posted again. The same
form with something else in it is another post, as after going back.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone

from incidents.models import Submission

FIELD, DONE = "once", "bw_done"
TOKEN = re.compile(r"[\w-]{1,40}", re.ASCII)
KEPT_FOR = timedelta(days=1)


class OnceOnly:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not _is_form(request):
            return None
        digest = _digest(request)
        try:
            return _first(digest, request, view, args, kwargs)
        except _Posted:
            led_to = Submission.objects.values_list("led_to", flat=True).get(digest=digest)
            return HttpResponseRedirect(led_to)


class _Posted(Exception):
    pass


def _is_form(request: HttpRequest) -> bool:
    """Of somebody who is signed in; scripts that only look (``fetch``) send the token along and do nothing."""
    if request.method != "POST" or request.headers.get("X-Requested-With"):
        return False
    return request.user.is_authenticated and bool(request.POST.get(FIELD))


def _first(digest: str, request, view, args, kwargs):
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = Submission.objects.create(digest=digest)
        except IntegrityError as error:
            raise _Posted from error
        response = view(request, *args, **kwargs)
        if response.status_code in (302, 303) and not getattr(request, "is_refused", False):
            _say_done(request, response)
            Submission.objects.filter(pk=made.pk).update(led_to=response.headers["Location"])
            Submission.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
        else:
            made.delete()
        return response


def _say_done(request, response) -> None:
    """To ``drafts.js``: what was kept of this form in the browser is no draft any more."""
    before = request.COOKIES.get(DONE, "").split(".")[-4:]
    tokens = ".".join(token for token in [*before, request.POST[FIELD]] if TOKEN.fullmatch(token))
    response.set_cookie(
        DONE, tokens, max_age=600, path="/admin/", samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _digest(request: HttpRequest) -> str:
    """Of who posts what to where; without the CSRF token, which is written differently on each screen."""
    parts = [str(request.user.pk), request.get_full_path()]
    for name, values in sorted(request.POST.lists()):
        if name != "csrfmiddlewaretoken":
            parts += [name, *values, ""]
    for name, files in sorted(request.FILES.lists()):
        parts += [name, *(f"{file.name} {file.size}" for file in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
