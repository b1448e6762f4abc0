from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    """Incident records (IRFs), root cause analyses (RCAs), action items, and their review."""

    name = "postmortems"
    verbose_name = "Post-mortems"

    def ready(self):
        from postmortems import receivers  # noqa: F401
