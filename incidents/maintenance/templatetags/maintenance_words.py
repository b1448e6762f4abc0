"""Times of windows in words, on the staff side: ``{% span_of window.starts_at window.ends_at %}``."""

from django import template
from django.utils import timezone

from incidents.maintenance import explaining

register = template.Library()


@register.simple_tag
def span_of(starts_at, ends_at):
    """Tue 15 Dec 2026, 01:00 – 03:00 CET, in the zone of whoever reads it."""
    return explaining.span(starts_at, ends_at, timezone.get_current_timezone_name())
