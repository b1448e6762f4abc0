"""What the tests around one incident share: its addresses, its acts as a person posts them, and a snapshot of it."""

from django.utils import timezone

from incidents.models import Incident
from incidents.veiled import veil
from tests import factories as make

LIST = "/admin/incidents/incident/"


def where(incident, act="change"):
    return f"{LIST}{incident.public_id}/{act}/"


def snapshot(incident):
    """Everything that a refused act must leave as it was."""
    row = Incident.objects.filter(pk=incident.pk).values().get()
    return (
        row,
        incident.timeline.count(),
        list(incident.impacts.values()),
        sorted(incident.member_set.values_list("user", flat=True)),
    )


def acts(incident):
    """Each POST around an incident, as a person would send it: (act, data, what is needed)."""
    impact = incident.impacts.first()
    person = make.user()
    found = [
        ("note", {"text": "Looking."}, "note_incident"),
        ("facts", {"version": incident.version, "title": "Another title"}, "work_incident"),
        ("owner", {"owner": person.pk}, "work_incident"),
        ("audience", {"audience": "restricted", "reason": "Names."}, "work_incident"),
        ("stage", {"status": "monitoring"}, "work_incident"),
        ("attest", {"condition": "stable", "given": "yes"}, "work_incident"),
        ("dismiss", {"reason": "Nothing."}, "work_incident"),
        ("reconsider", {"reason": ""}, "work_incident"),
        ("take-back", {"reason": "Too early."}, "note_incident"),
        ("members", {"add": "1", "user": person.pk}, "note_incident"),
    ]
    if impact:
        place = f"level_{impact.component_id}_{impact.location_id or 0}"
        found += [
            ("impacts", {place: "3", f"initial-{place}": "1"}, "work_incident"),
            (
                f"impacts/{veil(impact.pk)}",
                {"started_at": f"{timezone.now():%Y-%m-%d %H:%M}", "level": "3", "reason": "x"},
                "work_incident",
            ),
            (f"impacts/{veil(impact.pk)}", {"remove": "1", "removal-reason": "Never."}, "work_incident"),
        ]
    return found


GROUPS = ["Viewers", "Support", "Engineering", "Engineering Leads", "Reliability", "Managers", "Security"]
