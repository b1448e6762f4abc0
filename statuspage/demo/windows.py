"""Maintenance of Ferrypost and of the operators it works with: planned, an emergency, running, over, called off."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from __future__ import annotations

from dataclasses import dataclass, field

from incidents.maintenance.choices import Expected, Kind, Outcome

NOTHING, AT_RISK, DEGRADED, OUTAGE = Expected


@dataclass(frozen=True)
class Planned:
    """``day`` is that of its start, counted from today; ``at`` and ``minutes`` its time and length in ``zone``;
    ``ahead`` the days between the announcement and that day.

    ``reason``: it is an emergency. ``late``: minutes that it took longer. ``updates``: minutes after the start, text.
    ``runs``: it runs now. ``cancelled``: why. ``moved``: days that it was moved by, on the day after it was announced.
    """

    title: str
    kind: Kind
    affects: tuple[tuple[str, str | None, Expected], ...]
    day: int
    at: str
    minutes: int
    zone: str
    ahead: int
    body: str
    advice: str = ""
    plan: str = ""
    roll_back: str = ""
    ticket: str = ""
    owner: str = "lena"
    reason: str = ""
    late: int = 0
    updates: tuple[tuple[int, str], ...] = ()
    runs: bool = False
    cancelled: str = ""
    moved: int = 0
    outcome: Outcome = Outcome.DONE
    result: str = ""
    drafted: bool = field(default=False)


WINDOWS = (
    Planned(
        "Webhook workers: new runtime", Kind.SOFTWARE, (("webhooks", None, AT_RISK),), day=-41, at="02:00", minutes=90, zone="Europe/Berlin", ahead=27,
        body="We exchange the runtime of the workers that send events to your addresses, one after the other. Events wait for up to two minutes and arrive in order.",
        plan="1 drain one of six workers\n2 new image, compare rates for ten minutes\n3 the other five", roll_back="Old image, four minutes a worker.", ticket="CHG-2381", owner="jun",
    ),
    Planned(
        "Signing keys of the Sending API renewed", Kind.SECURITY, (("api_send", "Frankfurt", DEGRADED), ("api_send", "Ashburn", DEGRADED)), day=-27, at="23:00", minutes=60, zone="Europe/Berlin", ahead=2,
        reason="A library that checks our keys has a hole that is being used since yesterday.",
        body="We close a hole in a library that our Sending API relies on, and renew the keys with which responses are signed. Requests are answered throughout; for a few seconds at a time they may be slower.",
        advice="If you pin our signing key, take the new one from the portal before the window ends.",
        plan="1 patch canary\n2 renew keys in Ashburn\n3 renew keys in Frankfurt", roll_back="Keys stay valid for 24 hours beside the old ones.", ticket="CHG-2402", owner="sam",
        updates=((25, "Ashburn is done. Frankfurt follows."),), late=25, result="Frankfurt waited for a deploy that was under way.",
    ),
    Planned(
        "Database of Flows moved to new machines", Kind.INFRASTRUCTURE, (("flows", None, OUTAGE), ("audiences", None, DEGRADED)), day=-13, at="01:30", minutes=180, zone="Europe/Berlin", ahead=28,
        body="We move the database behind Flows to machines with twice the memory. Journeys pause for about 40 minutes and go on where they stopped; no message is lost.",
        advice="Start no new journey between 01:30 and 04:30 CET.",
        plan="1 stop writers\n2 promote the replica\n3 start writers\n4 compare counts", roll_back="Until step 3 back to the old primary; afterwards restore from the snapshot.", ticket="CHG-2377",
        updates=((48, "The new machines are in charge, and journeys go on. We are comparing counts."),), result="Journeys paused for 37 minutes.",
    ),
    Planned(
        "Shop connector: search index rebuilt", Kind.OPTIMISATION, (("shop", None, DEGRADED),), day=-6, at="03:00", minutes=120, zone="Europe/Berlin", ahead=25, owner="jun",
        body="The index behind order search is built anew.", cancelled="A shop campaign of several customers runs that night.",
    ),
    Planned(
        "Operator maintenance: Telecom Lusitana, Germany", Kind.OPERATOR, (("de", None, AT_RISK),), day=0, at="00:00", minutes=360, zone="Europe/Berlin", ahead=26, owner="mei", runs=True,
        body="One of three operators in Germany exchanges a switch. Messages take a second way meanwhile, and some may take up to two minutes longer.",
    ),
    Planned(
        "Core routers in Frankfurt exchanged", Kind.INFRASTRUCTURE, (("sms_out", "Frankfurt", DEGRADED), ("api_send", "Frankfurt", DEGRADED), ("smpp", "Frankfurt", OUTAGE)), day=17, at="01:00", minutes=120, zone="Europe/Berlin", ahead=27, moved=2,
        body="We exchange two of four core routers in Frankfurt. Binds over SMPP to Frankfurt are closed once and can be opened again at once; messages may take up to five minutes longer.",
        advice="Let your SMPP clients connect again by themselves, or use Ashburn for these two hours.",
        plan="1 take router 3 out\n2 exchange, check routes\n3 the same with router 4", roll_back="Old routers stay in the rack: 15 minutes each.", ticket="CHG-2419",
    ),
    Planned(
        "Operator maintenance: two operators in Brazil", Kind.OPERATOR, (("br", None, DEGRADED),), day=24, at="02:00", minutes=240, zone="America/Sao_Paulo", ahead=27, owner="mei",
        body="Two of three operators in Brazil move their exchanges. Messages to their numbers may wait for up to half an hour.",
    ),
    Planned(
        "Reading API: log storage compressed", Kind.OPTIMISATION, (("api_logs", None, AT_RISK),), day=3, at="02:00", minutes=60, zone="Europe/Berlin", ahead=0, drafted=True, owner="jun",
        reason="The disks are full on Friday.", body="Old request logs are compressed. Queries for more than 30 days back may take a few seconds longer.", ticket="CHG-2431",
    ),
)  # fmt: skip
