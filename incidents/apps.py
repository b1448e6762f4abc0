from django.apps import AppConfig
from django.urls import register_converter

from incidents.forms import sentences
from incidents.numbers import KeyConverter
from incidents.veiled import VeiledConverter

sentences.install()  # before any module with a form is read


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self):
        from incidents import receivers  # noqa: F401
        from incidents.clocks import compliance, promises

        promises.offer(compliance.INCIDENT_CLOCKS)

        register_converter(KeyConverter, "key")
        register_converter(VeiledConverter, "veiled")
