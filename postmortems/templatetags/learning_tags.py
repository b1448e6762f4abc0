"""What was looked for, marked where it stands: ``{{ pieces|hits }}``, of :func:`postmortems.learning.words.pieces`."""

from datetime import timedelta

from django import template
from django.utils.html import format_html, format_html_join

from incidents import moments

register = template.Library()


@register.filter
def hits(pieces):
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if is_hit else text,) for is_hit, text in pieces)
    )


@register.filter
def minutes(number):
    """As a span: 2 h 10 min."""
    return moments.span(timedelta(minutes=number))
