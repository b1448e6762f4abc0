"""What is true of every live request: its text can be stored and turns nothing round, and times are shown as the
person reads them."""

import re
import zoneinfo

from django.core.exceptions import BadRequest
from django.http import QueryDict, UnreadablePostError
from django.utils import timezone

from incidents import wall_times
from incidents.choices import Hours
from incidents.plain_text import TURNS, unturned

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database of ours takes it, and nobody types it


class StorableText:
    """An address, a query, a cookie or a form with such a character is a bad request, whatever would read it. What
    turns letters round comes in with words that were copied: a query and a form are read without it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _check([request.path_info, *request.COOKIES.values(), *_texts(request.GET)])
        request.GET = _unturned(request.GET)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        try:
            _check(_texts(request.POST))
            request.POST = _unturned(request.POST)
        except UnreadablePostError:
            pass  # the view that reads it answers


def _texts(data):
    return [text for name, values in data.lists() for text in (name, *values)]


def _unturned(data):
    if not any(map(TURNS.search, _texts(data))):
        return data
    found = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        found.setlist(unturned(name), list(map(unturned, values)))
    found._mutable = False
    return found


def _check(texts):
    if any(map(UNSTORABLE.search, texts)):
        raise BadRequest("A character in it cannot be stored.")


class OwnTimes:
    """In the person's own zone, in 24 hours or in 12."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = getattr(request.user, "time_zone", None)
        hours = getattr(request.user, "clock_hours", Hours.TWENTY_FOUR)
        with timezone.override(zoneinfo.ZoneInfo(name) if name else None), wall_times.override(hours):
            return self.get_response(request)
