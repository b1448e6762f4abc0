from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Subscribers, announcements, deliveries. Empty until they are built: the place is kept."""

    name = "notifications"
