"""Recipients, announcements, and how each message went."""

from notifications.models.announcement import Announcement
from notifications.models.channel import Channel
from notifications.models.delivery import Attempt, Delivery
from notifications.models.message_settings import MessageSettings, MessageText
from notifications.models.sending import SendingSwitch, TransportHealth
from notifications.models.subscribe_request import SubscribeRequest
from notifications.models.subscriber import Muted, Subscriber, SubscriberEvent, Subscription

__all__ = [
    "Announcement",
    "Attempt",
    "Channel",
    "Delivery",
    "MessageSettings",
    "MessageText",
    "Muted",
    "SendingSwitch",
    "SubscribeRequest",
    "Subscriber",
    "SubscriberEvent",
    "Subscription",
    "TransportHealth",
]
