"""What happened before Ferrypost had Bridgewatch: recorded afterwards, from the old page."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from incidents.choices import DetectionSource, IncidentType, Level, Origin, Status
from statuspage.demo.script import Story, Tell

DEGRADED, PARTIAL, MAJOR = Level.DEGRADED, Level.PARTIAL, Level.MAJOR
RECORDED = 59  # days ago

STORIES = (
    Story(
        "One-time codes arrive late", day=86, at="17:12", severity="major", recorded=RECORDED,
        affects=(("codes", "Ashburn", PARTIAL), ("sms_out", "Ashburn", DEGRADED)),
        type=IncidentType.DEGRADATION, detected=6,
        steps=(
            Tell(14, Status.INVESTIGATING, "One-time codes sent through Ashburn arrive after two to five minutes instead of seconds. Codes through other locations are not affected. We are looking for the cause."),
            Tell(41, Status.IDENTIFIED, "A queue that serves codes in Ashburn shares its workers with a large campaign. We are giving codes workers of their own."),
            Tell(63, Status.MONITORING, "Codes in Ashburn arrive within seconds again. We are watching that it stays so."),
            Tell(98, Status.RESOLVED, "One-time codes in Ashburn have arrived within seconds for half an hour. They now have workers of their own at every location."),
        ),
    ),
    Story(
        "Messages to one operator in Poland rejected", day=81, at="06:40", recorded=RECORDED, origin=Origin.EXTERNAL,
        affects=(("pl", None, DEGRADED),), type=IncidentType.DISRUPTION, detected=11,
        steps=(
            Tell(19, Status.INVESTIGATING, "One of four operators in Poland rejects about a third of the messages to its subscribers. Messages to the other three arrive. We have asked the operator for the reason."),
            Tell(96, Status.IDENTIFIED, "The operator is restoring a number database. Until it is done we send through a second connection, which is slower."),
            Tell(171, Status.RESOLVED, "The operator accepts all messages again, over both connections."),
        ),
    ),
    Story(
        "Analytics shows yesterday's figures", day=77, at="07:05", recorded=RECORDED,
        affects=(("analytics", None, DEGRADED), ("warehouse", None, DEGRADED)),
        type=IncidentType.QUALITY, source=DetectionSource.CUSTOMER, detected=70,
        steps=(
            Tell(83, Status.INVESTIGATING, "Figures in Analytics and in the warehouse export stop at yesterday, 23:00 UTC. Messages are sent and reported as usual; only the figures are late."),
            Tell(140, Status.IDENTIFIED, "A nightly calculation stopped on an unexpected value. It runs again now and needs about two hours."),
            Tell(268, Status.RESOLVED, "All figures are complete up to now. Nothing was lost."),
        ),
    ),
    Story(
        "Calls to and from Singapore drop after one minute", day=72, at="02:18", severity="major", recorded=RECORDED,
        affects=(("voice_calls", "Singapore", MAJOR),), detected=4,
        steps=(
            Tell(12, Status.INVESTIGATING, "Calls through Singapore end after about one minute. Calls through Frankfurt, Ashburn and São Paulo are not affected. We are looking for the cause."),
            Tell(33, Status.IDENTIFIED, "A media server loses its session after a change from this morning. We are taking it out of service."),
            Tell(47, Status.MONITORING, "Calls through Singapore last again. The media server is out of service; the remaining ones carry its load."),
            Tell(85, Status.RESOLVED, "Calls through Singapore have been stable for more than half an hour. The change has been taken back everywhere."),
        ),
    ),
    Story(
        "Web portal slow to sign in", day=67, at="13:30", recorded=RECORDED,
        affects=(("portal", None, DEGRADED),), type=IncidentType.DEGRADATION, detected=9,
        steps=(
            Tell(15, Status.INVESTIGATING, "Signing in to the web portal takes up to 40 seconds. Whoever is signed in can work; sending over the interfaces is not affected."),
            Tell(52, Status.RESOLVED, "Signing in takes less than a second again. A certificate check waited for an address that did not answer; it no longer asks there."),
        ),
    ),
    Story(
        "Delivery reports from Indonesia missing", day=62, at="09:55", recorded=RECORDED, origin=Origin.EXTERNAL,
        affects=(("id", None, DEGRADED),), type=IncidentType.QUALITY, detected=25,
        steps=(
            Tell(37, Status.IDENTIFIED, "One operator in Indonesia sends no delivery reports. Messages arrive; their state stays on \"sent\". The operator has told us of a fault in its report gateway."),
            Tell(214, Status.MONITORING, "Reports come again. The operator sends the missing ones during the night."),
            Tell(740, Status.RESOLVED, "All missing reports have come, and states are right."),
        ),
    ),
)  # fmt: skip
