from django.apps import AppConfig


class StatuspageConfig(AppConfig):
    name = "statuspage"
    verbose_name = "Status pages"

    def ready(self):
        from statuspage import receivers  # noqa: F401
        from statuspage.checks import checks  # noqa: F401
