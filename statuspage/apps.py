from django.apps import AppConfig


class StatuspageConfig(AppConfig):
    name = "statuspage"
    verbose_name = "Status pages"

    def ready(self):
        from incidents.maintenance import counting, placing
        from statuspage import notice_places, receivers  # noqa: F401
        from statuspage.checks import checks  # noqa: F401

        counting.offer(notice_places.of_window)
        placing.offer(notice_places.place)
