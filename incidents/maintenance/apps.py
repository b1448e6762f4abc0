from django.apps import AppConfig
from django.urls import register_converter

from incidents.maintenance.converters import WindowConverter


class MaintenanceConfig(AppConfig):
    """Maintenance windows: planned or emergency by business days, announced, run and reported on."""

    name = "incidents.maintenance"
    verbose_name = "Maintenance"

    def ready(self):
        from incidents.clocks import covers, promises
        from incidents.maintenance import clocks
        from incidents.maintenance.coverage import IncidentIsCovered

        promises.offer(clocks.MAINTENANCE_CLOCKS)
        covers.offer(IncidentIsCovered)
        register_converter(WindowConverter, "mnt")
