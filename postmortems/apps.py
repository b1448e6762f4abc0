from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    """Incident records (IRFs), root cause analyses (RCAs), action items, and their review."""

    name = "postmortems"
    verbose_name = "Post-mortems"

    def ready(self):
        from incidents.clocks import promises
        from postmortems import clocks, receivers  # noqa: F401

        promises.offer(clocks.POSTMORTEM_CLOCKS)
        promises.offer(clocks.ACTION_ITEM_CLOCKS)
