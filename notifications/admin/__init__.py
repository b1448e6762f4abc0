"""The screens of telling people, on the staff side's site."""

from notifications.admin import channel, message_settings, subscriber

__all__ = ["channel", "message_settings", "subscriber"]
