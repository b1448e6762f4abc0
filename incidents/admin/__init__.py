"""The staff side's screens, on the site of :mod:`incidents.staff.site`."""

from incidents.admin import business_calendars, catalogue, incident, people, pins, policy

__all__ = ["business_calendars", "catalogue", "incident", "people", "pins", "policy"]
