"""What happened on networks that are not Ferrypost's, in the last two months."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from incidents.choices import DetectionSource, IncidentType, Level, Origin, Status
from statuspage.demo.script import Facts, Gate, Impacts, Note, Reopen, Story, Tell

DEGRADED, PARTIAL, MAJOR = Level.DEGRADED, Level.PARTIAL, Level.MAJOR
EXTERNAL = Origin.EXTERNAL

STORIES = (
    Story(
        "Messages to India delayed at one operator", day=52, at="12:30", origin=EXTERNAL, affects=(("in", None, DEGRADED),),
        detected=8, reported=10, type=IncidentType.DEGRADATION,
        steps=(
            Tell(18, Status.IDENTIFIED, "One of three operators in India takes messages with up to 15 minutes of delay. The operator knows and is adding capacity. Messages to the other two arrive as usual.", promise=60),
            Tell(75, Status.IDENTIFIED, "The delay is down to four minutes. The operator expects the end within the hour.", promise=75),
            Tell(142, Status.RESOLVED, "Messages to all operators in India arrive without delay."),
        ),
    ),
    Story(
        "Messages to the United States filtered by a hub", day=40, at="18:22", severity="major", origin=EXTERNAL,
        affects=(("us", None, PARTIAL),), detected=6, reported=8, owner="priya", by="priya",
        steps=(
            Tell(15, Status.INVESTIGATING, "A hub on the way to operators in the United States drops about 40 % of messages from long codes. Messages from short codes and toll-free numbers arrive. We have opened a case with the hub.", promise=30, by="tomas"),
            Note(29, "The hub sees our campaign registrations as expired. They are not; we have sent the proof.", by="priya"),
            Tell(44, Status.IDENTIFIED, "The hub takes valid registrations for expired ones. It is loading them anew, while we send part of the traffic through a second hub.", promise=45, states=(("us", None, DEGRADED),), by="tomas"),
            Tell(86, Status.MONITORING, "The hub has loaded the registrations, and messages pass. We are watching the share of each operator.", promise=60, heals=True, by="tomas"),
            Gate(130, workflow="Part of the messages from long codes was not delivered.", catch_up=5, by="priya"),
            Tell(141, Status.RESOLVED, "Messages from long codes arrive at all operators in the United States. Messages that were dropped are marked as failed in your log.", by="tomas"),
            Facts(200, {"volume": 310_000, "volume_unit": "messages"}, "From the hub's own report", by="priya"),
        ),
    ),
    Story(
        "No delivery reports from one operator in France", day=28, at="09:14", origin=EXTERNAL, affects=(("fr", None, DEGRADED),),
        detected=22, reported=24, type=IncidentType.QUALITY,
        steps=(
            Tell(31, Status.IDENTIFIED, "One of four operators in France sends no delivery reports. Messages arrive; their state stays on \"sent\".", promise=120),
            Tell(149, Status.RESOLVED, "Reports come again, and the missing ones have come."),
            Reopen(205, "Reports stopped again at 12:35 UTC."),
            Tell(211, Status.IDENTIFIED, "Reports of the same operator are missing again since 12:35 UTC. Messages arrive. The operator is exchanging the gateway.", promise=120),
            Tell(330, Status.RESOLVED, "The operator has exchanged its gateway. All reports are there."),
        ),
    ),
    Story(
        "Messages to Germany rejected by one operator", day=15, at="20:05", severity="major", origin=EXTERNAL,
        affects=(("de", None, PARTIAL),), detected=2, reported=3, by="priya", owner="priya",
        steps=(
            Tell(10, Status.INVESTIGATING, "One of three operators in Germany rejects all messages. Messages to the other two arrive. We have reached the operator's desk.", promise=30, by="tomas"),
            Tell(36, Status.IDENTIFIED, "A power failure has stopped one of the operator's sites. Half of the messages pass over another site.", promise=45, states=(("de", None, DEGRADED),), by="tomas"),
            Tell(79, Status.MONITORING, "The operator's site is back and takes all messages. What waited is being delivered.", promise=60, heals=True, by="tomas"),
            Gate(110, data="About 4,000 messages expired before the operator took them.", catch_up=10, by="priya"),
            Tell(124, Status.RESOLVED, "Messages to all operators in Germany are delivered at once. Messages that expired meanwhile are marked in your log.", by="tomas"),
        ),
    ),
    Story(
        "Slow delivery to two operators in Brazil", day=4, at="23:10", origin=EXTERNAL, affects=(("br", None, DEGRADED),),
        detected=15, reported=17, type=IncidentType.DEGRADATION, source=DetectionSource.CUSTOMER,
        steps=(
            Tell(24, Status.INVESTIGATING, "Messages to two of three operators in Brazil arrive after up to eight minutes. We are asking both for the cause.", promise=60, by="tomas"),
            Impacts(50, (("br", None, PARTIAL),), by="priya"),
            Tell(62, Status.IDENTIFIED, "A cable between two exchanges is cut; both operators use it. Traffic takes a longer way.", promise=120, by="tomas"),
            Tell(170, Status.MONITORING, "The longer way has enough capacity now, and messages arrive within seconds.", promise=180, heals=True, by="tomas"),
            Tell(340, Status.RESOLVED, "The cable is repaired. Messages to Brazil arrive within seconds.", by="tomas"),
        ),
    ),
)  # fmt: skip
