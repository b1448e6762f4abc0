"""The facts of maintenance: windows and what happened to them, what they are made from, what operators send."""

from incidents.maintenance.models.operator_notice import OperatorNotice
from incidents.maintenance.models.planning import (
    Series,
    SeriesException,
    SeriesImpact,
    TemplateImpact,
    WindowTemplate,
)
from incidents.maintenance.models.update import Approval, WindowUpdate
from incidents.maintenance.models.window import Window, WindowImpact, WindowIncident

__all__ = [
    "Approval",
    "OperatorNotice",
    "Series",
    "SeriesException",
    "SeriesImpact",
    "TemplateImpact",
    "Window",
    "WindowImpact",
    "WindowIncident",
    "WindowTemplate",
    "WindowUpdate",
]
