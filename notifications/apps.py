from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Subscribers and internal channels, announcements, deliveries, reminders."""

    name = "notifications"

    def ready(self):
        from notifications import (  # noqa: F401
            ending_receivers,
            maintenance_receivers,
            postmortem_receivers,
            receivers,
        )
