"""Many incidents of the past with what was written about them, made quickly: to try what must not grow with them."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from incidents.choices import Audience, EntryKind, Level, Status
from incidents.models import Component, Impact, Incident, IncidentUpdate, TimelineEntry
from postmortems.choices import CauseKind
from postmortems.learning import index
from postmortems.models import ActionItem, Cause, Mitigation, Paragraph, Postmortem, SearchMark, Section, Template
from tests import factories as make

PRODUCTS = ["SMS", "WhatsApp", "Voice", "Viber", "Email", "Lookup", "Reports", "Portal", "Billing", "Webhooks"]
PLACES = ["Frankfurt", "Singapore", "Ashburn", "São Paulo", "Mumbai", "Zagreb", "Sydney", "Johannesburg"]
FAULTS = [
    "delayed",
    "delayed, receipts missing",
    "delayed and sent twice",
    "delayed behind a lock",
    "delayed by a carrier",
]
SAID = (
    "Messages are delayed. We are looking into it and have found the cause: a {fault} gateway in {place} had lost its "
    "pace. It was mended, and the queues of {product} are being worked off. The next update follows in 30 minutes."
)
NOTE = "Restart of gw-{n} at {place}; queue age 310 s, limit 120 s. Ticket OPS-{n}."


def read() -> None:
    """As after a commit: what the test has written within its one transaction is found by, what it writes next is
    marked again."""
    connection.run_on_commit.clear()
    index.read_marked()


def fill(count: int, products: list[Component], *, every: int = 5) -> None:
    """One each three hours; ``every`` so many-th with a post-mortem of 3 causes, 3 actions, 2 mitigations and 8
    paragraphs. All are marked to be read."""
    now, severity = timezone.now(), make.severity("minor")
    words_of = [{"product": PRODUCTS[n % 10], "place": PLACES[n // 10 % 8], "fault": FAULTS[n // 80 % 5], "n": n}
                for n in range(count)]  # fmt: skip
    incidents = Incident.objects.bulk_create(
        Incident(
            title="{product} {fault} in {place}, case{part}".format(**each, part=n % 100), status=Status.RESOLVED,
            severity=severity, audience=Audience.PUBLIC, started_at=at, detected_at=at + timedelta(minutes=4),
            declared_at=at + timedelta(minutes=5), confirmed_at=at + timedelta(minutes=5),
            resolved_at=at + timedelta(hours=1), mitigated_at=at + timedelta(minutes=50), first_notice_limit=15,
            first_notice_at=at + timedelta(minutes=12), suspicion_limit=10, summary=SAID.format(**each),
        )
        for n, each in enumerate(words_of)
        if (at := now - timedelta(hours=2 + n * 3))
    )  # fmt: skip
    both = list(zip(incidents, words_of, strict=True))
    IncidentUpdate.objects.bulk_create(
        IncidentUpdate(incident=incident, status=Status.RESOLVED, body=SAID.format(**each), limit_minutes=30)
        for incident, each in both for _time in range(3)
    )  # fmt: skip
    TimelineEntry.objects.bulk_create(
        TimelineEntry(incident=incident, kind=EntryKind.NOTE, text=NOTE.format(**each))
        for incident, each in both for _time in range(2)
    )  # fmt: skip
    Impact.objects.bulk_create(
        Impact(
            incident=incident, component=products[n % len(products)], level=Level.DEGRADED,
            started_at=incident.started_at, ended_at=incident.resolved_at,
        )
        for n, (incident, _words) in enumerate(both)
    )  # fmt: skip
    template = Template.objects.get(way="short")
    found = Postmortem.objects.bulk_create(
        Postmortem(incident=incident, template=template) for incident, _words in both[::every]
    )
    sections = Section.objects.bulk_create(Section(postmortem=each, title="Root cause") for each in found)
    pairs = list(zip(found, [each for _incident, each in both[::every]], sections, strict=True))
    kinds = CauseKind.values
    Paragraph.objects.bulk_create(
        Paragraph(postmortem=row, section=section, text=SAID.format(**each))
        for row, each, section in pairs for _time in range(8)
    )  # fmt: skip
    causes = Cause.objects.bulk_create(
        Cause(postmortem=row, kind=kinds[(each["n"] + n) % len(kinds)], text=SAID.format(**each))
        for row, each, _section in pairs for n in range(3)
    )  # fmt: skip
    actions = ActionItem.objects.bulk_create(
        ActionItem(postmortem=row, text=NOTE.format(**each)) for row, each, _section in pairs for _time in range(3)
    )
    ActionItem.causes.through.objects.bulk_create(
        ActionItem.causes.through(actionitem=action, cause=cause) for action, cause in zip(actions, causes, strict=True)
    )
    Mitigation.objects.bulk_create(
        Mitigation(postmortem=row, at=row.incident.started_at, text=NOTE.format(**each))
        for row, each, _section in pairs for _time in range(2)
    )  # fmt: skip
    SearchMark.objects.bulk_create(SearchMark(incident=incident) for incident in incidents)
