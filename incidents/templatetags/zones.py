"""The names of time zones, for a ``<datalist>``."""

import zoneinfo
from functools import cache

from django import template

register = template.Library()


@register.simple_tag
@cache
def time_zones():
    """Those with a place in their name, and UTC."""
    return ["UTC", *sorted(name for name in zoneinfo.available_timezones() if "/" in name and "Etc/" not in name)]
