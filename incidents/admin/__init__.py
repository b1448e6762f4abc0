"""The staff side's screens, on the site of :mod:`incidents.staff.site`."""

from incidents.admin import catalogue, incident, people, pins, policy

__all__ = ["catalogue", "incident", "people", "pins", "policy"]
