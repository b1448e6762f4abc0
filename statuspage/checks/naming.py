"""How a finding names an incident: a restricted one by its id only."""

from incidents.models import Incident


def name(incident: Incident) -> str:
    return incident.public_id if incident.is_restricted else f"{incident.public_id} “{incident.title}”"
