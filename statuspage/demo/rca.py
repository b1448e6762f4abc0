"""The RCA of the demo's worst incident: from three records, a contradiction settled, three signatures."""
# ruff: noqa: E501  one text, one line: this module is read for its texts

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from incidents.models import Incident, User
from postmortems import actions
from postmortems.models import ActionItem, Cause, Event, Mitigation, Paragraph, Postmortem, Why
from statuspage.demo.aging import published_at
from statuspage.demo.records import (
    DAY,
    ENDED,
    HOUR,
    HOW,
    MINUTE,
    NOTICED,
    SIGNAL,
    SUMMARY,
    WHY_NOT,
    People,
    begin,
    record,
)


def publish(incident: Incident, people: People) -> None:
    """From three records, a contradiction settled, three signatures."""
    oskar, priya, jun, amara, claire = (people[name] for name in ("oskar", "priya", "jun", "amara", "claire"))
    start = incident.started_at
    postmortem = begin(incident, lead=oskar)
    record(postmortem, jun, by=oskar, after=5 * HOUR, answers={
        SUMMARY: "Version 8841 of the routing configuration reached Frankfurt and Ashburn at 14:06. From 14:08 both refused every key that was made before 2024. We took the version back by 14:35.",
        HOW: "The alert on failed requests went off at 14:09, a minute after it began.",
        SIGNAL: "api_send error rate 62 %, limit 5 % for one minute.",
        WHY_NOT: "It could hardly have been sooner. The two minutes between the release and the first refusals are the cache of keys.",
        ENDED: "Version 8840 was still on every node, so going back needed no build.",
        NOTICED: "Requests answered 401 although the key was right. Requests that named another location worked.",
    }, parts=[
        (Event, {"at": start - 2 * MINUTE, "text": "Version 8841 of the routing configuration is released to Frankfurt and Ashburn."}),
        (Event, {"at": start + 12 * MINUTE, "text": "Version 8841 is found on both failing locations and on no other.", "kind": "cause_found"}),
        (Mitigation, {"at": start + 15 * MINUTE, "text": "The change is stopped from reaching Singapore and São Paulo", "lasts": "temporary", "effect": "Both locations stay healthy", "role": "Interface engineer", "who": "Jun Watanabe"}),
        (Mitigation, {"at": start + 24 * MINUTE, "text": "Version 8840 is put back in Frankfurt, three minutes later in Ashburn", "lasts": "permanent", "effect": "Requests succeed at once", "role": "Interface engineer", "who": "Jun Watanabe"}),
        (Cause, {"text": "Version 8841 reads keys in a format that those made before 2024 do not have, and refuses what it cannot read.", "kind": "configuration", "is_root": True, "affects": "both"}),
        (Cause, {"text": "Two locations got the version in the same minute; nothing held the second back until the first had proved healthy.", "kind": "process", "affects": "impact"}),
        (ActionItem, {"text": "Release a routing configuration to one location, and to the next after 20 healthy minutes", "kind": "prevent", "owner": jun, "due_on": (start + 14 * DAY).date(), "priority": 3, "state": "done", "closed_at": start + 11 * DAY, "proof": "The release tool refuses a second location before that."}),
    ])  # fmt: skip
    record(postmortem, priya, by=oskar, after=9 * HOUR, answers={
        SUMMARY: "A routing configuration that nobody had tried with old keys went to two locations at once. Sixty percent of requests there failed for 27 minutes.",
        HOW: "Called by the alert at 14:10.",
        WHY_NOT: "The test of a configuration uses keys that are made for the test, and so are always new.",
        NOTICED: "3,380 of 4,780 customers had at least one refused request.",
    }, parts=[
        (Event, {"at": start + 15 * MINUTE, "text": "The cause is said in the bridge.", "kind": "cause_found"}),
        (Cause, {"text": "The test of a routing configuration uses only keys that were made for it, all of them in the new format.", "kind": "tooling", "affects": "both"}),
        (ActionItem, {"text": "Try every routing configuration with a sample of real keys of each year", "kind": "prevent", "owner": priya, "due_on": (timezone.now() + 4 * DAY).date(), "state": "in_progress", "ticket": "https://tickets.ferrypost.example/ROUTE-214"}),
        (ActionItem, {"text": "Refuse a version at a location where more than 5 % of requests fail within its first minute, and go back by itself", "kind": "mitigate", "owner": priya, "due_on": (timezone.now() + 30 * DAY).date()}),
    ])  # fmt: skip
    record(postmortem, amara, by=oskar, after=6 * HOUR, answers={
        SUMMARY: "Customers wrote from 14:11 on that their keys were refused. We told them seven minutes after it began that the keys were right.",
        HOW: "From the alert in the channel at 14:10; the first ticket came a minute later.",
        NOTICED: "Many took it for a fault of their own key. Eleven made a new key, which worked, and so believed it had been theirs.",
    }, parts=[
        (Event, {"at": start + 3 * MINUTE, "text": "First ticket: a key that worked for years is refused.", "is_internal": True}),
        (Cause, {"text": "An error of the routing reads “key refused”, as if the key were wrong.", "kind": "software", "affects": "impact"}),
        (ActionItem, {"text": "Answer 503 with a retry time where the routing cannot read a key", "kind": "prevent", "owner": jun, "due_on": (timezone.now() - 6 * DAY).date(), "priority": 3, "state": "in_progress"}),
    ])  # fmt: skip
    actions.draft_from_records(postmortem, by=oskar)
    _settle_times(
        postmortem,
        start + 12 * MINUTE,
        "The log of the release tool shows the comparison at 14:20; the bridge heard of it at 14:23.",
        by=oskar,
    )
    _finish_published(postmortem, people)
    postmortem.refresh_from_db()
    version = actions.ask_for_review(postmortem, change="First version, from three records", by=oskar)
    actions.record_meeting(
        postmortem,
        at=incident.resolved_at + 26 * HOUR,
        minutes=40,
        attendees=[oskar, priya, jun, amara],
        text="Decided: one location at a time, for every kind of configuration, from next week.",
        by=oskar,
    )
    for role, person in (("Reliability", oskar), ("Engineering Leads", priya), ("Managers", claire)):
        actions.sign(postmortem, role=role, digest=version.digest, by=person)
    actions.publish(postmortem, notify=False, by=claire)
    published_at(version, incident.resolved_at + 44 * HOUR)


def _settle_times(postmortem: Postmortem, at: datetime, reason: str, *, by: User) -> None:
    chosen = at.replace(second=0, microsecond=0).isoformat()
    actions.settle(postmortem, question="time.cause_found", chosen=chosen, reason=reason, by=by)


def _finish_published(postmortem: Postmortem, people: People) -> None:
    """What the records left open: which action works on what, the whys, a paragraph for ourselves."""
    oskar, section = people["oskar"], {row.kind: row for row in postmortem.sections.all()}
    causes = {row.kind: row for row in postmortem.causes.of_document()}
    items = {row.text.split()[0]: row for row in postmortem.actionitems.of_document()}
    for word, kind in (
        ("Release", "process"),
        ("Try", "tooling"),
        ("Try", "configuration"),
        ("Answer", "software"),
        ("Refuse", "configuration"),
    ):
        actions.link(items[word], causes[kind], on=True, by=oskar)
    temporary = postmortem.mitigations.of_document().get(lasts="temporary")
    actions.link(items["Release"], temporary, on=True, by=oskar)
    for text, answer in (
        ("Why were keys refused?", "Version 8841 could not read them, and refuses what it cannot read."),
        ("Why could it not read them?", "Keys made before 2024 lack the part that it looks for first."),
        ("Why did nobody see it before?", "The test makes its own keys, and those are new."),
    ):
        actions.add(Why, postmortem, cause=causes["configuration"], text=text, answer=answer, by=oskar)
    actions.add(
        Paragraph,
        postmortem,
        section=section["root_cause"],
        by=oskar,
        text="The routing configuration says how a key is read. Version 8841 looks first for a part that **keys made before 2024 do not have**, and refuses a key without it. Two of five keys in use are older than that.",
    )
    actions.add(
        Paragraph,
        postmortem,
        section=section["impact"],
        by=oskar,
        text="Requests between 14:08 and 14:35 UTC that failed were not sent, and had to be repeated. Nothing was sent twice, and no data was lost.",
    )
    actions.add(
        Paragraph,
        postmortem,
        section=section["text"],
        by=oskar,
        text="Going back took nine minutes because the version before was still on every node. That was luck: the tool removes it after a day.",
    )
    actions.change(
        postmortem.assessments.of_document().get(),
        customers=3380,
        customers_total=4780,
        volume=2_140_000,
        volume_unit="requests",
        by=oskar,
    )
