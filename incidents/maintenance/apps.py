from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    """Maintenance windows: planned or emergency by business days, announced, run and reported on."""

    name = "incidents.maintenance"
    verbose_name = "Maintenance"

    def ready(self):
        from incidents.clocks import covers
        from incidents.maintenance.coverage import IncidentIsCovered

        covers.offer(IncidentIsCovered)
