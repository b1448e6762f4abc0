"""What is true of every live request: its text can be stored, and times are shown as the person reads them."""

import re
import zoneinfo

from django.core.exceptions import BadRequest
from django.http import UnreadablePostError
from django.utils import timezone

from incidents import wall_times
from incidents.choices import Hours

UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # no database of ours takes it, and nobody types it


class StorableText:
    """An address, a query, a cookie or a form with such a character is a bad request, whatever would read it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        _check([request.path_info, *request.COOKIES.values(), *_texts(request.GET)])
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        try:
            _check(_texts(request.POST))
        except UnreadablePostError:
            pass  # the view that reads it answers


def _texts(data):
    return [text for name, values in data.lists() for text in (name, *values)]


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
