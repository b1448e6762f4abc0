"""Numbers and signs on the screens about messages: ``{{ n|thousands }}`` is 1,204."""

from django import template

from notifications.choices import DeliveryState, Outcome, Transport
from notifications.content.kinds import content_of

register = template.Library()

ICONS = {
    Transport.EMAIL: "mail",
    Transport.SLACK: "tag",
    Transport.TEAMS: "groups",
    Transport.DISCORD: "forum",
    Transport.WEBHOOK: "webhook",
}

SHAPES_OF_STATES = {
    DeliveryState.SENT: "ck-met",
    DeliveryState.FAILED: "ck-missed",
    DeliveryState.CANCELLED: "st-dismissed",
}
SHAPES_OF_OUTCOMES = {Outcome.SENT: "ck-met", Outcome.UNKNOWN: "lv-unknown", Outcome.RETRY: "ck-running"}


@register.filter
def subject(announcement):
    """What an announcement is about: ``title`` and ``url`` on the staff side."""
    return content_of(announcement)


@register.filter
def thousands(number):
    return f"{number or 0:,}"


@register.filter
def icon(transport):
    """The name of the sign in the font of symbols."""
    return ICONS[Transport(transport)]


@register.filter
def state_shape(state):
    """The shape beside the state of a message; what is not over runs."""
    return SHAPES_OF_STATES.get(state, "ck-running")


@register.filter
def outcome_shape(outcome):
    """The shape beside the outcome of an attempt; what is refused or gone is missed."""
    return SHAPES_OF_OUTCOMES.get(outcome, "ck-missed")


@register.filter
def unlocalised(number):
    """For a style attribute: with a point, whatever the language."""
    return f"{number:.2f}"
