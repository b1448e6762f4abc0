"""Numbers and signs on the screens about messages: ``{{ n|thousands }}`` is 1,204."""

from django import template

from notifications.choices import Transport

register = template.Library()

ICONS = {
    Transport.EMAIL: "mail",
    Transport.SLACK: "tag",
    Transport.TEAMS: "groups",
    Transport.DISCORD: "forum",
    Transport.WEBHOOK: "webhook",
}


@register.filter
def thousands(number):
    return f"{number or 0:,}"


@register.filter
def icon(transport):
    """The name of the sign in the font of symbols."""
    return ICONS[Transport(transport)]


@register.filter
def unlocalised(number):
    """For a style attribute: with a point, whatever the language."""
    return f"{number:.2f}"
