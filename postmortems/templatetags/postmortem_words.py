"""Small words around a post-mortem: ``{{ talks|of:anchor }}``, ``{{ sections|has_kind:"response_log" }}``."""

from django import template

register = template.Library()


@register.filter
def of(mapping, key):
    """What stands under a key; nothing, where nothing does."""
    return mapping.get(key)


@register.filter
def has_kind(sections, kind):
    """Whether a document has a section of this kind."""
    return any(section.kind == kind for section in sections)
