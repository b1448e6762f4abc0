"""The screens of telling people, on the staff side's site."""

from notifications.admin import channel, subscriber, telling

__all__ = ["channel", "subscriber", "telling"]
