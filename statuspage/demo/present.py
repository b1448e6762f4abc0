"""What is going on at this moment: one open, one suspected, one that only a few may see."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from incidents.choices import Audience, DetectionSource, IncidentType, Level, Status
from statuspage.demo.script import Confirm, Facts, Impacts, Member, Note, Stage, Story, Tell

DEGRADED, PARTIAL, MAJOR = Level.DEGRADED, Level.PARTIAL, Level.MAJOR

OPEN = Story(
    "SMS delayed in Frankfurt and Singapore", severity="major", suspected=True, by="oskar", detected=4, reported=5, lasts=1,
    affects=(("sms_out", "Frankfurt", PARTIAL), ("sms_out", "Singapore", PARTIAL), ("sms_reports", "Frankfurt", DEGRADED)),
    type=IncidentType.DEGRADATION, summary="Median time to handset above two minutes; the queue towards the carriers grows.",
    steps=(
        Note(7, "Only two of four locations. Voice and email are flat, so it is not the network.", by="oskar"),
        Confirm(9, "More than 25 % of merchants", "major", (1310, 4780), note="Merchants with a message older than two minutes in the queue"),
        Facts(11, {"bridge_url": "https://meet.ferrypost.example/sms-delay"}, by="priya"),
        Tell(13, Status.INVESTIGATING, "SMS sent through Frankfurt and Singapore arrive two to four minutes late. SMS through Ashburn and São Paulo, and all other channels, are not affected. We are looking for the cause.", promise=25),
        Note(19, "Number of connections to the carriers is right, but each is used at a fifth. Looking at the pacing."),
        Impacts(22, (("sms_out", "Frankfurt", MAJOR),)),
        Stage(26, Status.IDENTIFIED, "The pacing of the carrier connections went back to its default after this morning's update of both locations."),
        Tell(29, Status.IDENTIFIED, "An update this morning set the pace of our carrier connections in Frankfurt and Singapore too low, so messages wait. No message is lost. We are setting the right pace, one location after the other.", promise=25, tried="Added connections; they were slowed down too.", next_step="Set the pace in Singapore first, then in Frankfurt."),
        Note(37, "Singapore done at 36 minutes, its queue shrinks by 9,000 a minute. Frankfurt needs a restart of the gateways, one by one.", by="jun"),
        Facts(40, {"volume": 1_900_000, "volume_unit": "messages", "customers_affected": 1310}),
        Tell(44, Status.IDENTIFIED, "Singapore has the right pace, and its waiting messages go out now. Frankfurt follows: four of ten gateways are done.", promise=15, states=(("sms_out", "Singapore", DEGRADED), ("sms_out", "Frankfurt", PARTIAL)), tried="Set the pace in Singapore; messages arrive after less than a minute there.", next_step="Set it on the remaining gateways in Frankfurt."),
        Note(46, "Gateway 5 restarted, gateway 6 next. About three minutes each.", by="jun"),
    ),
)  # fmt: skip

SUSPECTED = Story(
    "Webhook retries are rising in Ashburn", suspected=True, by="oskar", detected=1, reported=2, lasts=4,
    affects=(("webhooks", "Ashburn", DEGRADED),), type=IncidentType.DEGRADATION,
    summary="Share of second attempts went from 1 % to 6 % in ten minutes. No customer has written yet.",
    steps=(Note(3, "It may be one large receiver that answers slowly; checking the top ten addresses.", by="jun"),),
)  # fmt: skip

RESTRICTED = Story(
    "Access key of a customer found in a public code repository", severity="critical", suspected=True, by="sam", owner="sam",
    audience=Audience.RESTRICTED, detected=3, reported=6, lasts=95, source=DetectionSource.INTERNAL,
    affects=(("api_send", None, DEGRADED),), summary="A scanner found a live key. It was used from two unknown addresses.",
    steps=(
        Confirm(14, "Any data leak", "critical", by="sam", owner="sam", note="Messages of one account were read"),
        Member(16, "priya"),
        Note(18, "Key revoked. The customer's security contact was called and has a new key.", by="sam"),
        Stage(41, Status.IDENTIFIED, "The key was in a file of examples, published by mistake together with a library.", by="priya"),
        Note(70, "Read access only: 37 message logs of one account. List handed to data protection.", by="sam"),
    ),
)  # fmt: skip
