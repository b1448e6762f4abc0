"""Times on the staff side are shown in the person's own zone."""

import zoneinfo

from django.utils import timezone


class OwnTimeZone:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = getattr(request.user, "time_zone", None)
        with timezone.override(zoneinfo.ZoneInfo(name) if name else None):
            return self.get_response(request)
