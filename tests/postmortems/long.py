"""An invented incident of a sender of short messages, told at length: about ten pages."""

from datetime import UTC, date, datetime

from incidents.choices import Level
from postmortems.choices import (
    ActionKind,
    ActionState,
    Affects,
    CauseKind,
    EventKind,
    Lasts,
    Metric,
    Priority,
    SectionKind,
)  # fmt: skip
from postmortems.document.facts import Counts, Impact, Notice, Step, Times
from postmortems.document.values import (  # fmt: skip
    Action,
    Cause,
    Content,
    Event,
    Meeting,
    Mitigation,
    Paragraph,
    RecordInfo,
    Section,
    Source,
    Why,
)


def at(clock: str, day: int = 19) -> datetime:
    hour, _colon, minute = clock.partition(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=UTC)


def rests(*labels: str) -> tuple[Source, ...]:
    names = {"A": "Messaging", "B": "Routing and release", "C": "Support", "T": ""}
    return tuple(Source(label, names[label[0]]) for label in labels)


TIMES = Times(
    started_at=at("09:14"), detected_at=at("09:31"), acknowledged_at=at("09:34"), first_notice_at=at("09:43"),
    identified_at=at("10:17"), mitigated_at=at("11:02"), resolved_at=at("12:08"), caught_up_at=at("11:52"),
)  # fmt: skip

SECTIONS = (
    Section(SectionKind.SUMMARY, "Summary", paragraphs=(
        Paragraph(
            "SMS and one-time passcodes sent through Frankfurt and Singapore arrived up to **1 h 28 min** late. "
            "All were delivered, and none was sent twice.", sources=rests("A 1.1", "B 1.1", "T")),
        Paragraph(
            "From 09:14 UTC a new release limited each of the two locations to 30 messages a second, while about "
            "160 and "
            "110 a second arrived. What could not be sent was held and left later, oldest first. The last held message "
            "left at 11:48, its receipt at 11:52.", sources=rests("A 1.2", "C 5.1")),
        Paragraph(
            "1,310 of 4,780 merchants had delayed messages. 41,200 passcodes arrived after they had expired and had to "
            "be asked for again. Virginia and São Paulo, WhatsApp, Voice and the HTTP API worked throughout."),
    ), is_required=True),
    Section(SectionKind.IMPACT, "Scope and impact", paragraphs=(
        Paragraph("Whoever sent through one of the two locations was affected, whatever the kind of message. Accepted "
                  "messages were never refused, so that no merchant saw an error."),
        Paragraph("214 merchants have an agreement that names a delivery time. Credits by contract come to about "
                  "EUR 46,000; finance confirms them by 4 December.", is_internal=True, sources=rests("C 5.4")),
    )),
    Section(SectionKind.TIMELINE, "Timeline"),
    Section(SectionKind.DETECTION, "Detection and detection gap", paragraphs=(
        Paragraph("Monitoring saw it 17 minutes after it had begun; our limit is 5. The alert looks at the age of the "
                  "oldest waiting message and fires once that has been 10 minutes for 5 minutes running. The rate of "
                  "sending had fallen by four fifths within seconds, but no alert watched it.",
                  sources=rests("A 2.1", "A 2.3", "T")),
        Paragraph("Two merchants called at 09:24, seven minutes before the alert. Their calls reached account managers "
                  "only: cause C7, action A9.", is_internal=True, sources=rests("C 2.1")),
    )),
    Section(SectionKind.ROOT_CAUSE, "Root cause", paragraphs=(
        Paragraph("Release 2026.45 of the pacing service changed what one number means. Until then it was the "
                  "rate of a "
                  "connection, of which a location has 16; since then it is the rate of the whole location. Frankfurt "
                  "and Singapore were switched over with the old number, `30`, where `480` was needed.",
                  sources=rests("A 4.1", "B 4.1")),
    ), is_required=True),
    Section(SectionKind.FACTORS, "Contributing factors"),
    Section(SectionKind.MITIGATION, "Mitigation and resolution", paragraphs=(
        Paragraph("Passcodes came first: from 10:21 they left through Virginia. The number was then put right in "
                  "Singapore by hand at 10:48, and in Frankfurt by a release at 11:02. Held messages were sent oldest "
                  "first.", sources=rests("B 3.1", "B 3.4", "T")),
        Paragraph("The incident was closed at 12:08, after 16 healthy minutes."),
    )),
    Section(SectionKind.RESPONSE_LOG, "Response log"),
    Section(SectionKind.ACTIONS, "Corrective and preventive actions"),
    Section(SectionKind.TEXT, "What this means for your integration", paragraphs=(
        Paragraph("You need not change anything. If you count deliveries by the time of their receipt, leave out "
                  "those of "
                  "19 November between 09:14 and 11:52 UTC:\n\n- receipts came late, by as much as their message\n"
                  "- no receipt was lost, and none came twice"),
    )),
    Section(SectionKind.CONTACT, "Contact and sign-off"),
)  # fmt: skip

EVENTS = tuple(
    Event(at(clock), text, kind, is_internal, sources, link)
    for clock, text, kind, is_internal, sources, link in (
        ("09:14", "A configuration change takes effect in Frankfurt and Singapore. From here on each location sends at "
                  "most 30 messages a second.", EventKind.BEGAN, False, rests("A 1.1"), ""),
        ("09:20", "Delivery receipts fall behind: they are written when a message leaves.", "", False, (), ""),
        ("09:24", "Two merchants ask by phone. The calls are noted in the sales channel, which Support does not watch.",
         "", True, rests("C 2.1"), "https://calls.ferrypost.example/8841"),
        ("09:31", "The alert on the age of the oldest message fires for Frankfurt.", EventKind.DETECTED, False,
         rests("T"), "https://alerts.ferrypost.example/a/5512"),
        ("09:34", "The engineer on call takes the alert.", EventKind.ACKNOWLEDGED, False, (), ""),
        ("09:41", "Confirmed as critical: 1,310 of 4,780 merchants have delayed messages.", "", False, (), ""),
        ("09:43", "First notice. Next update promised by 10:13.", "", False, (), ""),
        ("09:52", "SMS and Verify get worse in Frankfurt: messages are now late by more than 30 minutes.", "", False,
         (), ""),
        ("09:56", "The same in Singapore, four minutes later: less traffic arrives there.", "", False, (), ""),
        ("10:10", "Second notice. Virginia and São Paulo are named as not affected.", "", False, (), ""),
        ("10:17", "The pacing values of all locations are compared; two differ by a factor of 16.",
         EventKind.CAUSE_FOUND,
         False, rests("A 4.1"), ""),
        ("10:19", "The owner of the change joins. It was found through the list of releases, not through its "
                  "announcement.", "", True, rests("B 3.1"), ""),
        ("10:21", "Passcodes leave through Virginia, about 40 seconds slower than usual.", "", False, (), ""),
        ("10:38", "Third notice. Next update promised by 11:00.", "", False, (), ""),
        ("10:48", "Singapore at full pace: held messages leave at 480 a second.", "", False, (), ""),
        ("11:02", "Frankfurt at full pace. No location holds messages back any longer.", EventKind.MITIGATED, False,
         (), ""),
        ("11:08", "Fourth notice. It had been promised by 11:00 and waited for the result in Frankfurt.", "", False,
         (), ""),
        ("11:10", "Singapore has sent its last held message.", "", False, (), ""),
        ("11:40", "Fifth notice. Frankfurt still holds 113,000 messages.", "", False, (), ""),
        ("11:48", "Frankfurt has sent its last held message.", "", False, (), ""),
        ("11:52", "The last delivery receipt is written.", EventKind.CAUGHT_UP, False, (), ""),
        ("12:08", "Healthy for 16 minutes; 15 are asked for.", EventKind.RESOLVED, False, (), ""),
    )
)  # fmt: skip

MITIGATIONS = tuple(
    Mitigation(at(clock), text, role, who, at(ended) if ended else None, lasts, effect, fixes, is_internal)
    for clock, text, role, who, ended, lasts, effect, fixes, is_internal in (
        ("09:34", "Takes the alert, compares the queues of all four locations", "Engineer on call", "Lena Fischer", "",
         Lasts.PERMANENT, "Delay confined to Frankfurt and Singapore", (), False),
        ("09:49", "Adds eight sending workers in Frankfurt", "Messaging engineer", "Jun Watanabe", "", Lasts.NO_EFFECT,
         "No effect. Withdrawn at 10:05", (), False),
        ("10:05", "Asks both carriers for refused connections", "Routing engineer", "Tomás Rey", "", Lasts.NO_EFFECT,
         "Carriers see no refusals and a low rate", (), False),
        ("10:12", "Opens a second call with a carrier, of which the incident channel learns at 10:19",
         "Routing engineer",
         "Tomás Rey", "", Lasts.NO_EFFECT, "Seven minutes of double work", (), True),
        ("10:21", "Moves passcodes to Virginia, announced at 10:19", "Routing engineer", "Tomás Rey", "11:30",
         Lasts.TEMPORARY, "Passcodes arrive within 45 seconds", (7,), False),
        ("10:30", "Starts the release of the corrected value; it takes 32 minutes", "Release engineer", "Priya Nair",
         "",
         Lasts.PERMANENT, "In force in Frankfurt at 11:02", (), False),
        ("10:48", "Sets the value by hand in Singapore, announced at 10:44", "Messaging engineer", "Jun Watanabe",
         "11:02", Lasts.TEMPORARY, "480 messages a second", (2,), False),
        ("11:15", "Stops releases of pacing values for all locations", "Release engineer", "Priya Nair", "",
         Lasts.TEMPORARY, "", (3,), False),
        ("12:08", "Closes the incident", "Incident lead", "Oskar Nyman", "", Lasts.PERMANENT, "Resolved", (), False),
    )
)  # fmt: skip

CAUSES = (
    Cause(1, "Release 2026.45 changed the pacing value from “per connection” to “per location”. Frankfurt and "
             "Singapore "
             "were switched to it with the old value.", CauseKind.CONFIGURATION, True, Affects.BOTH, (
        Why("Why were messages delayed?", "Frankfurt and Singapore each sent at most 30 messages a second. About "
                                          "160 and "
                                          "110 a second arrived."),
        Why("Why at most 30?", "The value was applied to the location as a whole. Until then it had applied to each of "
                               "its 16 connections."),
        Why("Why to the location?", "Release 2026.45 changed what the value means, and the two locations were switched "
                                    "over at 09:14."),
        Why("Why with the old number?", "The field has no unit, so that nothing showed that 30 had to become 480."),
        Why("Why did no check stop it?", "The check of a configuration asks whether the value is a positive number. It "
                                         "does not compare the rate with the traffic of the location."),
    ), sources=rests("A 4.1", "B 4.1")),
    Cause(2, "The field carries no unit, in its name or in its schema, so that 30 is valid in both meanings.",
          CauseKind.SOFTWARE, False, Affects.IMPACT, sources=rests("A 4.2")),
    Cause(3, "Both locations were changed in one step. Nothing held the second back until the first had proved "
             "healthy.",
          CauseKind.CHANGE, False, Affects.IMPACT, sources=rests("B 4.2")),
    Cause(4, "The alert on message age waits for 10 minutes of age during 5 minutes. The rate of sending is not "
             "watched.",
          CauseKind.MONITORING, False, Affects.DURATION, sources=rests("A 2.3")),
    Cause(5, "A configuration value can be put back only by a full release, which takes 32 minutes.", CauseKind.TOOLING,
          False, Affects.DURATION, sources=rests("B 3.4")),
    Cause(6, "One-time passcodes wait in the same queue as bulk messages.", CauseKind.SOFTWARE, False, Affects.BOTH,
          sources=rests("C 5.1")),
    Cause(7, "Calls of merchants reach account managers in a channel that Support does not watch.", CauseKind.PROCESS,
          False, Affects.DURATION, is_internal=True, sources=rests("C 2.1")),
)  # fmt: skip

TODO, GOING, DONE = ActionState.TODO, ActionState.IN_PROGRESS, ActionState.DONE
ACTIONS = tuple(
    Action(number, f"act_{number:012d}", text, kind, state, priority, owner, role, due, done, causes,
           f"https://tickets.ferrypost.example/MSG-{2200 + number}", is_internal=is_internal)
    for number, text, kind, state, priority, owner, role, due, done, causes, is_internal in (
        (1, "Set 480 messages a second per location in Frankfurt and Singapore", ActionKind.MITIGATE, DONE,
         Priority.HIGH,
         "Jun Watanabe", "Messaging", date(2026, 11, 19), date(2026, 11, 19), (1,), False),
        (2, "Put the unit into the name of the field; refuse the old name", ActionKind.PREVENT, GOING, Priority.HIGH,
         "Jun Watanabe", "Messaging", date(2026, 11, 27), None, (1, 2), False),
        (3, "Refuse a pacing value below 120 % of the location’s busiest hour of the last seven days",
         ActionKind.PREVENT,
         GOING, Priority.NORMAL, "Priya Nair", "Release engineering", date(2026, 12, 4), None, (1,), False),
        (4, "Change one location first; hold the next until 30 minutes are healthy", ActionKind.PREVENT, TODO,
         Priority.NORMAL, "Priya Nair", "Release engineering", date(2026, 12, 11), None, (3,), False),
        (5, "Alert per location when messages are 2 minutes old or the rate falls by half", ActionKind.DETECT, DONE,
         Priority.HIGH, "Lena Fischer", "Reliability", date(2026, 11, 20), date(2026, 11, 20), (4,), False),
        (6, "Put back a configuration value in under 5 minutes without a full release", ActionKind.PROCESS, TODO,
         Priority.NORMAL, "Priya Nair", "Release engineering", date(2026, 12, 18), None, (5,), False),
        (7, "Give passcodes their own queue in every location", ActionKind.PREVENT, TODO, Priority.NORMAL, "Tomás Rey",
         "Verify", date(2027, 1, 29), None, (6,), False),
        (8, "Check the 62 other numeric settings for a unit", ActionKind.PREVENT, TODO, Priority.LOW, "Lena Fischer",
         "Reliability", date(2026, 12, 15), None, (2,), False),
        (9, "Route calls about late messages to Support’s queue", ActionKind.DETECT, TODO, Priority.NORMAL,
         "Amara Osei",
         "Support", date(2026, 12, 2), None, (7,), True),
    )
)  # fmt: skip

D, P, M = Level.DEGRADED, Level.PARTIAL, Level.MAJOR
IMPACTS = tuple(
    Impact(component, location, level, at(start), at(end), component_id)
    for component, component_id, location, runs in (
        ("SMS", "comp_sms", "Frankfurt", (("09:14", "09:52", P), ("09:52", "11:02", M), ("11:02", "11:48", D))),
        ("SMS", "comp_sms", "Singapore", (("09:14", "09:56", P), ("09:56", "10:48", M), ("10:48", "11:10", D))),
        ("Verify", "comp_verify", "Frankfurt", (("09:14", "09:52", P), ("09:52", "10:21", M), ("10:21", "11:02", D))),
        ("Verify", "comp_verify", "Singapore", (("09:14", "09:56", P), ("09:56", "10:21", M), ("10:21", "10:48", D))),
        ("Delivery receipts", "comp_receipts", "Frankfurt", (("09:20", "11:52", D),)),
        ("Delivery receipts", "comp_receipts", "Singapore", (("09:20", "11:14", D),)),
    )
    for start, end, level in runs
)  # fmt: skip

NOTICES = tuple(
    Notice(at(clock), status, text, at(promised) if promised else None)
    for clock, status, promised, text in (
        ("09:43", "Investigating", "10:13", "SMS and one-time passcodes through Frankfurt and Singapore are delayed "
         "since 09:14. Accepted messages are held and will be sent. Do not send them again."),
        ("10:10", "Investigating", "10:40", "Messages leave both locations more slowly than they arrive. Virginia and "
         "São Paulo are not affected."),
        ("10:38", "Identified", "11:00", "A pacing value limits both locations. We are putting it right, Singapore "
         "first. One-time passcodes now leave through Virginia."),
        ("11:08", "Monitoring", "11:40", "Both locations send at full pace. Held messages are being sent oldest first; "
         "the last ones leave by 12:00."),
        ("11:40", "Monitoring", "12:10", "Singapore has caught up. Frankfurt still holds 113,000 messages."),
        ("12:08", "Resolved", "", "All held messages were sent by 11:48 and all receipts by 11:52. A root cause "
                                  "analysis "
         "follows within 48 hours."),
    )
)  # fmt: skip

STEPS = (
    Step(Metric.DETECT, 17, 5, "beginning"),
    Step(Metric.ACKNOWLEDGE, 3, 5, "detection"),
    Step(Metric.FIRST_NOTICE, 12, 15, "detection"),
    Step(Metric.MITIGATE, 108, 60, "beginning", "Verify was mitigated at 10:21 already", "Tomás Rey"),
    Step(Metric.RESOLVE, 174, 240, "beginning"),
    Step(Metric.CATCH_UP, 50, 60, "mitigation"),
)

CONTENT = Content(
    id="rca_7m2q9xk4t8wp", incident_id="inc_8v6q4wyzw4j3", title="SMS through Frankfurt and Singapore arrived late",
    severity="Critical", origin="Our platform", is_full=True, times=TIMES,
    counts=Counts(1310, 4780, 1_855_000, "messages", "The longest wait was 1 h 28 min.",
                  "No message was lost, none was sent twice"),
    sections=SECTIONS, events=EVENTS, mitigations=MITIGATIONS, causes=CAUSES, actions=ACTIONS, impacts=IMPACTS,
    notices=NOTICES, steps=STEPS,
    records=(
        RecordInfo("A", "Messaging", "Jun Watanabe", at("16:40")),
        RecordInfo("B", "Routing and release", "Tomás Rey", at("09:05", 20)),
        RecordInfo("C", "Support", "Amara Osei", at("18:20")),
    ),
    meeting=Meeting(at("14:00", 20), 50, ("Oskar Nyman", "Priya Nair", "Lena Fischer", "Jun Watanabe", "Amara Osei"),
                    "Sent back once: cause C6 had no action. *Agreed:* passcodes get a queue of their own."),
    contact="reliability@ferrypost.example",
    settled=("The beginning is 09:14, when the change took effect (A 1.1), not 09:16, when it was noticed (B 1.2).",),
)  # fmt: skip
