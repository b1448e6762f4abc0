"""Around a post-mortem: ``{{ talks|of:anchor }}``, ``{{ sections|has_kind:"contact" }}``, ``{{ 110|minutes }}``."""

from datetime import timedelta

from django import template

from incidents import moments
from postmortems.document.words import percentage

register = template.Library()


@register.filter
def number(value):
    """1,240: a count as people read it."""
    return f"{value:,}" if value is not None else ""


@register.filter
def share(value):
    """62.5 %, in the words of the published document, so that no figure is said in two ways."""
    return percentage(value) if value is not None else ""


@register.filter
def minutes(value):
    """A whole number of minutes as a span: 1 h 50 min."""
    return moments.span(timedelta(minutes=value)) if value is not None else ""


@register.filter
def of(mapping, key):
    """What stands under a key; nothing, where nothing does."""
    return mapping.get(key)


@register.filter
def has_kind(sections, kind):
    """Whether a document has a section of this kind."""
    return any(section.kind == kind for section in sections)
