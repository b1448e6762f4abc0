"""What the live public pages have in common: whose page it is, how it looks, and which headers go with it.

Nobody is signed in here. There is no cookie, no session and so nothing that a request from elsewhere could misuse:
who knows a signed address may act for it, and nobody else can. That is why these views are exempt from
CSRF tokens; mail programs that leave with one click (RFC 8058) could not send one either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from notifications import links
from notifications.models import Subscriber, Subscription
from statuspage import page_addresses
from statuspage.documents.html import dress, tight
from statuspage.models import Page, PageLogo
from statuspage.serving.addresses import ASKED_HOST
from statuspage.snapshot.load import page_facts
from statuspage.stores import headers

RETRY_AFTER = 5


def live(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of a page, by the address that was asked for; in the page's language and zone, under its headers.

    For who holds a signed link that is the page which the link came from: ``request.pages`` are all that it can be.
    """

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, slug: str | None = None, **facts: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        try:
            request.pages = pages_meant(request, slug, links.public_id_of(facts.get("token", "")))
            page = dressed(request.pages[0])
            with translation.override(page.language), timezone.override(page.time_zone):
                response = view(request, page, **facts)
        except (OperationalError, InterfaceError):
            response = said("This part does not answer at the moment. The status page itself does.\n", status=503)
            response["Retry-After"] = RETRY_AFTER
        for name, value in headers.for_path("index.html", tls=settings.BEHIND_TLS).items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"  # addresses here hold signatures
        response["X-Robots-Tag"] = "noindex"
        for name in ("CDN-Cache-Control", "Vary"):
            del response[name]
        return response

    return answer


def pages_meant(request: HttpRequest, slug: str | None, subscriber_id: str | None) -> list[Page]:
    """The page that stands at the address. For a subscriber it is the one of those that have or had the address which
    they follow; where they follow several, nothing tells which of them the message came from, and it is all of these.
    """
    pages = page_addresses.pages_at(slug=slug, host=request.META.get(ASKED_HOST, ""))
    if not pages:
        raise Http404
    if subscriber_id is None or len(pages) == 1:
        return pages[:1]
    rows = Subscription.objects.filter(subscriber__public_id=subscriber_id, page__in=pages)
    followed = set(rows.values_list("page", flat=True))
    return [page for page in pages if page.pk in followed] or pages[:1]


def dressed(page: Page) -> Page:
    """With what its pages are drawn from."""
    prefetch_related_objects([page], "links", Prefetch("logos", PageLogo.objects.defer("image")))
    return page


def shown(
    request: HttpRequest, page: Page, template: str, *, title: str, status: int = 200, **context: object
) -> HttpResponse:
    """A page of ``notifications/public/`` in the dress of ``page``. No context processor: none may look for a user."""
    below = re.sub("^/p/[^/]+", "", request.path)
    depth = below.count("/") - 1
    facts = page_facts(page, with_images=False)
    context = dress(facts, base="../" * depth) | {"title": title, "description": title, "canonical": ""} | context
    return HttpResponse(tight(render_to_string(f"notifications/public/{template}.html", context)), status=status)


def notice(
    request: HttpRequest, page: Page, *, title: str, text: str, status: int = 200, **context: object
) -> HttpResponse:
    """One thing is said, and where to go from here."""
    return shown(request, page, "notice", title=title, text=text, status=status, **context)


@live
def nowhere(request: HttpRequest, page: Page) -> HttpResponse:
    """Below the forms, but none of them: a reader who mistyped stays on the page."""
    return notice(
        request,
        page,
        title=_("There is no page at this address."),
        text=_("It may have been mistyped, or a link was cut off on the way."),
        status=404,
        offers_link=True,
        offers_subscribing=True,
    )


def said(words: str, *, status: int = 200) -> HttpResponse:
    """For programs."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def of_holder(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A live view for the holder of a signed address; ``subscriber`` is none where the address itself has gone."""

    @live
    @wraps(view)
    def answer(request: HttpRequest, page: Page, token: str, **facts: str) -> HttpResponse:
        public_id = links.public_id_of(token)
        if public_id is None:
            return broken_link(request, page)
        subscriber = Subscriber.objects.filter(public_id=public_id).first()
        return view(request, page, subscriber=subscriber, token=token, **facts)

    return answer


def broken_link(request: HttpRequest, page: Page) -> HttpResponse:
    return notice(
        request,
        page,
        title=_("This link is not whole"),
        text=_("It may have been cut off on the way. Open it again from the message, or ask for a new one."),
        status=404,
        offers_link=True,
    )


def gone(request: HttpRequest, page: Page) -> HttpResponse:
    """The signature is ours, the address has been deleted."""
    return notice(
        request,
        page,
        title=_("This address gets no messages"),
        text=_("It was removed, and nothing of it is kept here. You can subscribe again at any time."),
        status=404,
        offers_subscribing=True,
    )
