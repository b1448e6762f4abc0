"""The names of time zones, for a ``<datalist>``."""

from django import template

from incidents import zones

register = template.Library()


@register.simple_tag
def time_zones():
    return zones.names()
