"""The facts: people, the catalogue, incidents and everything that happened in them."""

from incidents.models.account import AccountEvent, AddressChange
from incidents.models.breach import Breach
from incidents.models.business_calendar import BusinessCalendar, CalendarDay, ChangeFreeze
from incidents.models.catalogue import Component, Location, Pin, Team
from incidents.models.impact import Impact
from incidents.models.incident import Incident
from incidents.models.member import Member
from incidents.models.people import PasswordResetRequest, User
from incidents.models.policy import DeclareRule, Severity
from incidents.models.resolution import Resolution
from incidents.models.submission import Submission
from incidents.models.timeline import TimelineEntry
from incidents.models.update import IncidentUpdate, UpdateComponentState

__all__ = [
    "AccountEvent",
    "AddressChange",
    "Breach",
    "BusinessCalendar",
    "CalendarDay",
    "ChangeFreeze",
    "Component",
    "DeclareRule",
    "Impact",
    "Incident",
    "IncidentUpdate",
    "Location",
    "Member",
    "PasswordResetRequest",
    "Pin",
    "Resolution",
    "Severity",
    "Submission",
    "Team",
    "TimelineEntry",
    "UpdateComponentState",
    "User",
]
