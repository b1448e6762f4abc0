from django.apps import AppConfig


class StatuspageConfig(AppConfig):
    name = "statuspage"
    verbose_name = "Status pages"

    def ready(self):
        from statuspage import checks, receivers  # noqa: F401
