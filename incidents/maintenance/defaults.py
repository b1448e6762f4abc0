"""What the ready groups may of maintenance."""

from incidents.permissions import edit, see

READ = see("maintenance", "window", "series", "windowtemplate", "templateimpact")
PLAN, ANNOUNCE, APPROVE = (f"maintenance.{verb}_window" for verb in ("plan", "announce", "approve"))
SERIES, TEMPLATES = edit("maintenance", "series"), edit("maintenance", "windowtemplate", "templateimpact")

GROUPS = {
    "Viewers": READ,
    "Support": [*READ, PLAN, ANNOUNCE, *SERIES],
    "Engineering": [*READ, PLAN, *TEMPLATES],
    "Engineering Leads": [*READ, PLAN, ANNOUNCE, APPROVE, *SERIES, *TEMPLATES],
    "Reliability": [*READ, PLAN, *TEMPLATES],
    "Managers": [*READ, APPROVE],
    "Security": [*READ, PLAN],
}
