"""Levels and short times around an incident.

``{% level impact.level %}`` is a word with its shape and colour; ``{{ level|level_name }}`` the name that style sheets
know (operational, degraded, partial, major); ``{{ at|short }}`` is "13:31" today and "20 Nov 13:31" on other days;
``{{ text|markdown }}`` is what customers read, ``{{ text|plain_words }}`` the same without markup.
"""

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from incidents import markdown as written
from incidents.choices import Level
from incidents.moments import clock, day

register = template.Library()

MARKS = {"gone": "<del>{}</del>", "new": "<ins>{}</ins>"}


@register.inclusion_tag("incidents/_level.html")
def level(value):
    return {"level": Level(value), "name": level_name(value)}


@register.filter
def level_name(value):
    return Level(value).name.lower()


@register.filter
def level_shape(value):
    return f"lv-{level_name(value)}"


@register.filter
def markdown(source):
    return written.render(source)


@register.filter
def plain_words(source):
    return written.plain(source)


@register.filter
def marked(pieces):
    """What went and what came, between what stayed: pieces of :func:`incidents.timeline.difference.difference`."""
    return format_html_join("", "{}", ((format_html(MARKS.get(kind, "{}"), words),) for kind, words in pieces))


@register.simple_tag
def hidden_initial(field):
    """What the field held when the form was read, for :class:`incidents.forms.fields.ClashingForm`."""
    return field.as_hidden(only_initial=True)


@register.filter
def short(at):
    if not at:
        return ""
    local, today = timezone.localtime(at), timezone.localdate()
    if local.date() == today:
        return clock(local)
    return f"{day(local.date(), today=today)} {clock(local)}"
