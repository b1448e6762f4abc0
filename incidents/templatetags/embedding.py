"""Screens of an app to the right, inserted by URL name: the arrow of imports stays as it is (DESIGN section 2)."""

import json

from django import template
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.template.response import SimpleTemplateResponse
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def embed(context, url_name, *args, **kwargs):
    """What the view of that name answers to a GET of the same person, with ``request.embedded`` set.

    Nothing stands there where no app owns the name, or where the view refuses: each view guards itself.
    """
    return mark_safe(_answer(context["request"], url_name, args, kwargs))


@register.simple_tag(takes_context=True)
def embedded_parts(context, url_name, *args, **kwargs):
    """The same for a view that answers with JSON: one piece of HTML for each key. ``{{ parts|part:key }}`` is one."""
    text = _answer(context["request"], url_name, args, kwargs)
    return json.loads(text) if text else {}


@register.filter
def part(parts, key):
    return mark_safe((parts or {}).get(key, ""))


def _answer(request: HttpRequest, url_name: str, args: tuple, kwargs: dict) -> str:
    try:
        path = reverse(url_name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""
    inner = _as_embedded_get(request, path)
    match = inner.resolver_match
    try:
        response = match.func(inner, *match.args, **match.kwargs)
    except (Http404, PermissionDenied):
        return ""
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    if settings.CSRF_COOKIE_NAME in response.cookies:  # the inner answer is thrown away; the outer one must carry it
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return response.content.decode(response.charset) if response.status_code == 200 else ""


def _as_embedded_get(request: HttpRequest, path: str) -> HttpRequest:
    """The same person and session, without what was posted.

    The dictionary is copied by hand: ``copy.copy`` pickles a request and loses its environment. ``META`` stays shared,
    since a CSRF token that the inner view asks for must reach the cookie of the outer answer.
    """
    inner = object.__new__(type(request))
    inner.__dict__.update(request.__dict__)
    inner.method = "GET"
    inner.GET, inner.POST = QueryDict(), QueryDict()
    inner._files = QueryDict()
    inner.path = inner.path_info = path
    inner.resolver_match = resolve(path)
    inner.embedded = True
    return inner
