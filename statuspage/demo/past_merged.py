"""Two that began apart and turned out to be one: readers of the first are led to the second."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from incidents.choices import DetectionSource, IncidentType, Level, Status
from statuspage.demo.script import ComesIn, Gate, Note, Stage, Story, Tell

DEGRADED, PARTIAL = Level.DEGRADED, Level.PARTIAL

FLOWS = Story(
    "One-time codes arrive too late",
    affects=(("codes", None, DEGRADED),),
    detected=5,
    reported=7,
    lasts=3,
    owner="jun",
    by="jun",
    type=IncidentType.DEGRADATION,
    source=DetectionSource.CUSTOMER,
    summary="Three customers write that codes arrive after they have run out.",
    steps=(
        Tell(
            12,
            Status.INVESTIGATING,
            "One-time codes arrive up to two minutes late, so that some run out before they can be typed. We are looking for the cause.",
            promise=30,
        ),
        Note(16, "Only codes over SMS, and only through Singapore. Voice and email codes are on time.", by="jun"),
    ),
)

STORIES = (
    Story(
        "SMS through Singapore delayed", day=19, at="06:12", severity="major", affects=(("sms_out", "Singapore", PARTIAL),),
        detected=4, reported=6, type=IncidentType.DEGRADATION, summary="Median time to handset in Singapore rises from 3 s to 110 s.",
        steps=(
            Tell(11, Status.INVESTIGATING, "SMS sent through Singapore arrive about two minutes late. SMS through the other locations are not affected. We are looking for the cause.", promise=30),
            Note(22, "One of two links to the data centre loses packets; traffic that takes it is sent again and again."),
            ComesIn(27, FLOWS, "Codes take the same link: all late ones went through Singapore."),
            Stage(28, Status.IDENTIFIED, "Packet loss of 12 % on the second link."),
            Tell(31, Status.IDENTIFIED, "One of two network links to our data centre in Singapore loses packets. Messages and one-time codes that take it arrive late. We are moving all traffic to the other link.", promise=30),
            Tell(46, Status.MONITORING, "All traffic takes the good link, and messages and one-time codes arrive within seconds. We are watching.", promise=60, heals=True),
            Gate(78, workflow="One-time codes that ran out on the way had to be asked for again.", catch_up=5, by="priya"),
            Tell(83, Status.RESOLVED, "SMS and one-time codes through Singapore arrive within seconds. The link is being repaired by its operator and stays out of use until then."),
        ),
    ),
)  # fmt: skip
