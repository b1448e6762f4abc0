"""Who is told, what is told, and how each message went."""

from notifications.models.announcement import Announcement
from notifications.models.channel import Channel
from notifications.models.delivery import Attempt, Delivery
from notifications.models.message_settings import StageText, Telling
from notifications.models.sending import Lane, Sending
from notifications.models.subscribe_request import Ask
from notifications.models.subscriber import Muted, Subscriber, SubscriberEvent, Subscription

__all__ = [
    "Announcement",
    "Ask",
    "Attempt",
    "Channel",
    "Delivery",
    "Lane",
    "Muted",
    "Sending",
    "StageText",
    "Subscriber",
    "SubscriberEvent",
    "Subscription",
    "Telling",
]
