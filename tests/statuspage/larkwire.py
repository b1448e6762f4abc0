"""Larkwire, an invented company: a page like the demo's in size, and its bad day (19 Nov 2026)."""
# ruff: noqa: E501  the texts of incidents

from datetime import timedelta

from incidents import models
from incidents.choices import Level, Status
from tests.statuspage import build
from tests.statuspage.build import NOW, SOON, minutes

TREE = {
    "Channels": ["SMS", "WhatsApp", "RCS", "Viber", "Voice", "Email", "Push notifications", "Live chat"],
    "API": [
        "HTTP API",
        "SMPP",
        "Number lookup",
        "Webhooks",
        "Delivery receipts",
        "Event stream",
        "Sandbox",
        "SDK downloads",
    ],
    "Products": ["Conversations", "Answers", "Moments", "People", "Flow builder", "Verify", "Signals", "Numbers"],
    "Dashboards": ["Sign-in", "Reports", "Campaigns", "Billing", "Log search", "Alerts", "Team settings", "Exports"],
    "Integrations": ["Salesforce", "HubSpot", "Zendesk", "Shopify", "Microsoft Dynamics", "Segment", "Zapier", "Slack"],
}

PAST = [  # days ago, hour, minutes, title, group, parts, level, last words
    (
        1,
        9,
        38,
        "Campaigns slow to open",
        "Dashboards",
        ["Campaigns"],
        1,
        "A report query held a database lock. The query is now limited to 20 seconds.",
    ),
    (
        6,
        3,
        55,
        "SMS to Indonesia delayed",
        "Channels",
        ["SMS"],
        1,
        "One carrier slowed its intake. Traffic moved to a second route.",
    ),
    (
        23,
        16,
        17,
        "Webhooks and delivery receipts not sent",
        "API",
        ["Webhooks", "Delivery receipts"],
        2,
        "All held events were sent in order by 17:06. None were lost.",
    ),
    (
        25,
        11,
        71,
        "Sign-in refused for accounts with single sign-on",
        "Dashboards",
        ["Sign-in"],
        2,
        "An expired certificate was renewed; renewal is now automatic.",
    ),
    (
        29,
        22,
        24,
        "Voice calls cut off after 30 seconds",
        "Channels",
        ["Voice"],
        3,
        "A faulty media server was taken out. Calls are stable.",
    ),
    (33, 5, 130, "Answers replied late", "Products", ["Answers"], 1, "A queue was given more workers."),
    (
        38,
        14,
        12,
        "HTTP API answered with errors",
        "API",
        ["HTTP API"],
        3,
        "A release was rolled back after nine minutes.",
    ),
    (41, 8, 44, "HubSpot contacts not synchronised", "Integrations", ["HubSpot"], 2, "Contacts have caught up."),
    (44, 19, 90, "Reports a day behind", "Dashboards", ["Reports", "Exports"], 1, "Reports are complete again."),
    (48, 2, 21, "WhatsApp templates not approved", "Channels", ["WhatsApp"], 1, "Approvals run again."),
    (52, 13, 33, "Number lookup timed out", "API", ["Number lookup"], 2, "Lookups answer in the usual time."),
    (55, 7, 65, "Email bounced at one provider", "Channels", ["Email"], 1, "The provider lifted its block."),
    (60, 21, 15, "Flow builder did not save", "Products", ["Flow builder"], 2, "Saving works; drafts were kept."),
    (63, 10, 40, "Verify codes late in Brazil", "Products", ["Verify"], 2, "Codes arrive within seconds again."),
    (
        67,
        15,
        27,
        "SMPP binds dropped in Virginia",
        "API",
        ["SMPP"],
        2,
        "Binds are stable; clients reconnect by themselves.",
    ),
    (71, 4, 18, "Zendesk tickets doubled", "Integrations", ["Zendesk"], 1, "Doubled tickets were merged."),
    (77, 12, 52, "Live chat unavailable", "Channels", ["Live chat"], 3, "A failed disk was replaced."),
    (
        82,
        18,
        36,
        "Billing pages showed an error",
        "Dashboards",
        ["Billing"],
        2,
        "Pages open again. No invoice was affected.",
    ),
    (86, 6, 29, "Event stream behind", "API", ["Event stream"], 1, "The stream has caught up."),
]


def demo(**fields):
    """40 components in 5 groups, 4 places, 19 past incidents; returns the page, the parts by name and the places."""
    places = [
        models.Location.objects.create(name=n, position=i)
        for i, n in enumerate(["Frankfurt", "Singapore", "Virginia", "São Paulo"])
    ]
    groups, parts = [], {}
    for at, (name, children) in enumerate(TREE.items()):
        groups.append(build.component(name, position=at))
        parts[name] = groups[-1]
        for place, child in enumerate(children):
            parts[child] = build.component(child, groups[-1], position=place, description=f"{child} of Larkwire")
    row = build.page(*groups, **{"label": "Platform", "support_url": "https://support.larkwire.example/"} | fields)
    midnight = NOW.replace(hour=0, minute=0)
    for ago, hour, lasted, title, _group, hit, level, words in PAST:
        began = midnight - timedelta(days=ago) + timedelta(hours=hour, minutes=7)
        ended = began + minutes(lasted)
        build.incident(
            title, page=row, began=began, ended=ended, severity=level,
            impacts=[(parts[name], places[0] if level == 2 else None, level) for name in hit],
            updates=[
                (began + minutes(6), Status.INVESTIGATING, "We are looking into it.", began + minutes(36)),
                (ended, Status.RESOLVED, words),
            ],
        )  # fmt: skip
    return row, parts, places


def outage(row, parts, places, *, promised=SOON, resolved=False):
    """SMS and WhatsApp out in two places since 13:52, told three times; with ``resolved`` told six times and over at 16:13."""
    frankfurt, singapore = places[:2]
    at = lambda hour, minute: NOW.replace(hour=hour, minute=minute)  # noqa: E731
    ends = (lambda hour, minute: at(hour, minute)) if resolved else (lambda hour, minute: None)
    sms, whatsapp, rcs, receipts = (parts[name] for name in ("SMS", "WhatsApp", "RCS", "Delivery receipts"))
    major, partial, degraded = Level.MAJOR, Level.PARTIAL, Level.DEGRADED
    impacts = [
        (sms, frankfurt, major, at(13, 52), ends(14, 58)),
        (sms, singapore, major, at(13, 52), ends(14, 49)),
        (whatsapp, frankfurt, major, at(13, 52), ends(14, 58)),
        (whatsapp, singapore, partial if resolved else major, at(13, 52), ends(14, 49)),
        (rcs, frankfurt, degraded, at(13, 58), ends(15, 34)),
        (receipts, None, degraded, at(13, 58), ends(16, 13)),
    ]
    if resolved:
        impacts += [
            (sms, frankfurt, degraded, at(14, 58), at(15, 34)),
            (sms, singapore, partial, at(14, 49), at(15, 21)),
            (whatsapp, frankfurt, degraded, at(14, 58), at(15, 34)),
            (whatsapp, singapore, degraded, at(14, 49), at(15, 21)),
        ]
    made = build.incident(
        "SMS and WhatsApp messages are not being delivered", page=row, began=at(13, 52), severity=3,
        ended=at(16, 13) if resolved else None, impacts=impacts, status=Status.RESOLVED if resolved else Status.IDENTIFIED,
    )  # fmt: skip
    told = [
        (sms, frankfurt, major),
        (sms, singapore, major),
        (whatsapp, frankfurt, major),
        (whatsapp, singapore, partial),
        (rcs, frankfurt, degraded),
        (receipts, None, degraded),
    ]
    build.update(
        made,
        at=at(13, 58),
        body="SMS and WhatsApp messages are accepted but not handed to carriers in Frankfurt and Singapore, since 13:52. We are looking for the cause.",
        promised_at=at(14, 15),
        told=told,
    )
    build.update(
        made,
        at=at(14, 12),
        body="Messages accepted since 13:52 are held for up to 72 hours and will be sent. Do not send them again.",
        promised_at=at(14, 35),
        told=told,
        corrected_at=at(14, 15),
    )
    build.update(
        made,
        at=at(14, 31),
        status=Status.IDENTIFIED,
        body="A message router in Frankfurt lost its queue, and Singapore depends on it. We are moving both to Virginia. Accepted messages are held and will be sent; do not send them again.",
        promised_at=at(14, 50) if resolved else promised,
        told=told,
    )
    if resolved:
        build.update(
            made,
            at=at(15, 2),
            status=Status.IDENTIFIED,
            body="Both locations now send through Virginia. Frankfurt delivers with a delay of about 4 minutes. Singapore delivers SMS to most carriers.",
            promised_at=at(15, 40),
            told=[
                (sms, singapore, partial),
                (sms, frankfurt, degraded),
                (whatsapp, frankfurt, degraded),
                (whatsapp, singapore, degraded),
                (rcs, frankfurt, degraded),
                (receipts, None, degraded),
            ],
        )
        build.update(
            made,
            at=at(15, 36),
            status=Status.MONITORING,
            body="All routes deliver at normal speed. 210,000 held messages remain and are being sent oldest first. Receipts for them are late.",
            promised_at=at(16, 15),
            told=[(receipts, None, degraded), (sms, None, 0), (whatsapp, None, 0), (rcs, None, 0)],
        )
        build.update(
            made,
            at=at(16, 13),
            status=Status.RESOLVED,
            body="All held messages were sent by 16:02 and all receipts by 16:10. A review will be added here by Thu 26 Nov.",
            told=[(sms, None, 0), (whatsapp, None, 0), (rcs, None, 0), (receipts, None, 0)],
        )
    return made
