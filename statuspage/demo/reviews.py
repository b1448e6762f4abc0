"""What Ferrypost wrote after its incidents: a published RCA, one in review, one that is late, a short post-mortem."""
# ruff: noqa: E501  one text, one line: this module is read for its texts

from __future__ import annotations

from django.utils import timezone

from incidents.models import Incident
from postmortems import actions
from postmortems.choices import Way
from postmortems.models import ActionItem, Cause, Event, Mitigation, Paragraph, Postmortem, ReviewPolicy
from statuspage.demo import rca
from statuspage.demo.aging import published_at
from statuspage.demo.records import DAY, ENDED, HOUR, HOW, MINUTE, NOTICED, SUMMARY, WHY_NOT, People, begin, record

ERRORS = "HTTP API answers with errors in Frankfurt and Ashburn"
CERTIFICATE = "RCS messages fall back to SMS"
EXPORTS = "Exports of Analytics end early"
DISK = "SMS from São Paulo delayed"


def not_yet() -> dict[int, str]:
    """The policy came after the stories: what they would have owed is owed by nobody. What it was, to be put back."""
    was = dict(ReviewPolicy.objects.values_list("pk", "way"))
    for policy in ReviewPolicy.objects.all():
        ReviewPolicy.objects.filter(pk=policy.pk).update(way=Way.NONE, record_minutes=None)
    return was


def write(people: People, ways: dict[int, str]) -> None:
    """All of them, by the people whom the incidents concerned."""
    for pk, way in ways.items():
        minutes = 1440 if way == Way.FULL else None
        ReviewPolicy.objects.filter(pk=pk).update(way=way, record_minutes=minutes)
    found = {
        incident.title: incident for incident in Incident.objects.filter(title__in=[ERRORS, CERTIFICATE, EXPORTS, DISK])
    }
    rca.publish(found[ERRORS], people)
    _in_review(found[DISK], people)
    _late(found[CERTIFICATE], people)
    _short(found[EXPORTS], people)


def _in_review(incident: Incident, people: People) -> None:
    """Short of two signatures."""
    oskar, lena = people["oskar"], people["lena"]
    start = incident.started_at
    postmortem = begin(incident, lead=oskar)
    record(postmortem, lena, by=oskar, after=18 * HOUR, answers={
        SUMMARY: "A disk of the queue cluster in São Paulo answered slowly, and the cluster waited for it. SMS through São Paulo arrived about three minutes late for an hour.",
        HOW: "The alert on the time to handset, three minutes after it began.",
        WHY_NOT: "The disk reported itself as healthy until the end.",
        NOTICED: "Messages came late, one-time passcodes sometimes too late.",
        ENDED: "The two other nodes had room for what the slow disk held, so nothing had to be stopped.",
    }, parts=[
        (Event, {"at": start + 21 * MINUTE, "text": "Disk latency on the queue is found to be 40 times its usual value.", "kind": "cause_found"}),
        (Mitigation, {"at": start + 50 * MINUTE, "text": "The slow disk's part of the queue is moved to the two other nodes", "lasts": "permanent", "effect": "Messages arrive within seconds", "role": "Messaging engineer", "who": "Lena Fischer"}),
        (Cause, {"text": "The cluster waits for its slowest disk without a limit.", "kind": "hardware", "is_root": True, "affects": "both"}),
        (ActionItem, {"text": "Take a disk out of the queue by itself when it is ten times slower than the others for a minute", "kind": "prevent", "owner": lena, "due_on": (timezone.now() + 16 * DAY).date()}),
    ])  # fmt: skip
    actions.draft_from_records(postmortem, by=oskar)
    section = {row.kind: row for row in postmortem.sections.all()}
    actions.add(
        Paragraph,
        postmortem,
        section=section["root_cause"],
        by=oskar,
        text="Every message is written to three disks, and counts as written when all three have answered. One of them answered after seconds rather than milliseconds.",
    )
    actions.link(postmortem.actionitems.of_document().get(), postmortem.causes.of_document().get(), on=True, by=oskar)
    postmortem.refresh_from_db()
    version = actions.ask_for_review(postmortem, change="First version", by=oskar)
    actions.sign(postmortem, role="Reliability", digest=version.digest, by=oskar)
    actions.comment(
        postmortem,
        section=section["impact"],
        text="Customers will ask how many passcodes came too late. Do we have the number?",
        by=people["amara"],
    )
    Postmortem.objects.filter(pk=postmortem.pk).update(is_owed=False)  # asked for by nobody then


def _late(incident: Incident, people: People) -> None:
    """Two of three records are in, they disagree, and causes are without an action."""
    oskar, priya, lena = people["oskar"], people["priya"], people["lena"]
    start = incident.started_at
    postmortem = begin(incident, lead=priya)
    record(postmortem, oskar, by=priya, after=15 * HOUR, answers={
        SUMMARY: "A certificate between us and the RCS gateway ran out at 16:40. RCS messages through Frankfurt and Ashburn fell back to SMS or failed for 41 minutes.",
        HOW: "The share of fallbacks rose to 100 % at 16:42.",
        NOTICED: "Messages came as SMS, or not at all where no fallback was set.",
    }, parts=[
        (Event, {"at": start + 25 * MINUTE, "text": "The certificate is read and found to have run out.", "kind": "cause_found"}),
        (Mitigation, {"at": start + 38 * MINUTE, "text": "A new certificate is put in place by hand", "lasts": "temporary", "effect": "RCS messages are accepted", "role": "Reliability engineer", "who": "Oskar Nyman"}),
        (Cause, {"text": "Nothing watches when the certificates of this path run out.", "kind": "monitoring", "is_root": True, "affects": "both"}),
    ])  # fmt: skip
    record(postmortem, lena, by=priya, after=19 * HOUR, answers={
        SUMMARY: "The RCS gateway closed every connection from 16:40 on. We looked at the gateway first.",
        HOW: "Called by the alert.",
        NOTICED: "Two campaigns went out as SMS.",
    }, parts=[
        (Event, {"at": start + 33 * MINUTE, "text": "The certificate is named as the cause.", "kind": "cause_found"}),
        (Cause, {"text": "The error of the gateway does not say that the certificate is the reason.", "kind": "dependency", "affects": "duration"}),
    ])  # fmt: skip
    record(
        postmortem,
        people["jun"],
        by=priya,
        after=None,
        answers={SUMMARY: "The API kept accepting RCS messages"},
        parts=[],
    )
    actions.draft_from_records(postmortem, by=priya)


def _short(incident: Incident, people: People) -> None:
    """Ten minutes of one person."""
    jun = people["jun"]
    writer = people["tomas"]
    postmortem = begin(incident, lead=writer)
    actions.draft_from_facts(postmortem, by=writer)
    cause, item = postmortem.causes.of_document().get(), postmortem.actionitems.of_document().get()
    actions.change(
        cause,
        text="An export was read in pages of 100,000 rows, and the second page was asked for with the number of the first.",
        kind="software",
        by=writer,
    )
    actions.change(
        item,
        text="Exports are tried with 250,000 rows before each release",
        kind="detect",
        owner=jun,
        due_on=(timezone.now() + 12 * DAY).date(),
        by=writer,
    )
    actions.link(item, cause, on=True, by=writer)
    actions.change(postmortem.assessments.of_document().get(), customers=38, customers_total=4780, by=writer)
    version = actions.publish(postmortem, notify=False, by=writer)
    published_at(version, incident.resolved_at + 20 * HOUR)
