"""Around a post-mortem: ``{{ talks|of:anchor }}``, ``{{ sections|has_kind:"contact" }}``, ``{{ 110|minutes }}``."""

from datetime import timedelta

from django import template

from incidents import moments

register = template.Library()


@register.filter
def minutes(number):
    """A whole number of minutes as a span: 1 h 50 min."""
    return moments.span(timedelta(minutes=number)) if number is not None else ""


@register.filter
def of(mapping, key):
    """What stands under a key; nothing, where nothing does."""
    return mapping.get(key)


@register.filter
def has_kind(sections, kind):
    """Whether a document has a section of this kind."""
    return any(section.kind == kind for section in sections)
