"""A part of a staff screen by itself: the template tag of the app that draws it, for one person."""

from django.template import engines
from django.test import RequestFactory

LOADED = "{% load notifications_parts postmortems_parts statuspage_parts %}"


def request_of(person, method="get", address="/admin/", data=None, **headers):
    request = getattr(RequestFactory(), method)(address, data, headers=headers)
    request.user, request.session = person, {}
    return request


def drawn(call, request, **context):
    """``call`` is what stands between ``{%`` and ``%}``."""
    return engines["django"].from_string(f"{LOADED}{{% {call} %}}").render(context, request).strip()
