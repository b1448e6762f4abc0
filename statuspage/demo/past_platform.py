"""What happened on Ferrypost's own platform in the last two months, as it was lived."""
# ruff: noqa: E501  one text, one line: these modules are read for their texts

from incidents.choices import Audience, DetectionSource, IncidentType, Level, Status
from statuspage.demo.script import (
    Confirm,
    Correct,
    Dismiss,
    Facts,
    Gate,
    Impacts,
    Note,
    Reopen,
    Stage,
    Story,
    Tell,
    Withdraw,
)

DEGRADED, PARTIAL, MAJOR = Level.DEGRADED, Level.PARTIAL, Level.MAJOR

STORIES = (
    Story(
        "Batch files wait in the queue", day=55, at="04:20", affects=(("batch", None, DEGRADED),), detected=14, reported=16,
        owner="jun", by="jun", type=IncidentType.DEGRADATION, summary="Pickup job runs, but takes one file at a time.",
        steps=(
            Tell(22, Status.INVESTIGATING, "Lists uploaded over SFTP are picked up after up to an hour. Sending over the HTTP API and SMPP is not affected. We are looking for the cause.", promise=45, by="tomas"),
            Note(31, "The lock of the pickup job is held by a process that ended at 04:06. It was never released.", by="jun"),
            Tell(48, Status.MONITORING, "Lists are picked up at once again, and the waiting ones have been sent. We are watching the next uploads.", promise=60, heals=True, by="tomas"),
            Gate(90, by="jun"),
            Tell(92, Status.RESOLVED, "Lists uploaded over SFTP are picked up within a minute. If you still miss one, please write to us: https://support.ferrypost.example/", by="tomas"),
        ),
    ),
    Story(
        "Part of the webhook events delivered twice", day=49, at="11:02", affects=(("webhooks", None, DEGRADED),),
        detected=18, reported=20, owner="jun", by="jun", type=IncidentType.QUALITY, source=DetectionSource.CUSTOMER,
        facts={"customers_affected": 212}, summary="Two customers report equal event ids within seconds.",
        steps=(
            Tell(27, Status.INVESTIGATING, "Some webhook events reach you twice, with the same event id. No event is missing. If your system looks at the id, there is nothing to do.", promise=30),
            Correct(33, "Some webhook events reach you twice, with the same webhook-id header. No event is missing. If your system looks at that header, there is nothing to do.", "The id stands in the header"),
            Tell(55, Status.IDENTIFIED, "Since this morning's release, a retry begins before the first attempt has been given up. We are taking that release back.", promise=40),
            Tell(84, Status.MONITORING, "The release has been taken back and no event was repeated since 12:19 UTC. We are watching.", promise=60, heals=True),
            Gate(126, by="jun"),
            Tell(128, Status.RESOLVED, "Events are delivered once again. Repeated events carry the same webhook-id header as the first."),
        ),
    ),
    Story(
        "SMS from São Paulo delayed", day=44, at="19:36", severity="major",
        affects=(("sms_out", "São Paulo", PARTIAL), ("sms_reports", "São Paulo", DEGRADED)), detected=3, reported=5,
        suspected=True, by="oskar", type=IncidentType.DEGRADATION, summary="Median time to handset in São Paulo rises from 4 s to 190 s.",
        steps=(
            Confirm(9, "More than 25 % of merchants", "major", (412, 1490), note="Merchants with traffic in São Paulo in the last hour"),
            Tell(13, Status.INVESTIGATING, "SMS sent through São Paulo arrive about three minutes late. SMS through Frankfurt, Ashburn and Singapore are not affected. We are looking for the cause.", promise=30, by="tomas"),
            Note(21, "Disk latency on the São Paulo queue is 40 times its usual value. The other locations are flat."),
            Stage(28, Status.IDENTIFIED, "A disk of the queue cluster is failing slowly, and the cluster waits for it."),
            Tell(34, Status.IDENTIFIED, "One disk of the queue in São Paulo answers slowly and holds the others up. We are moving the queue away from it.", promise=30, tried="Restarted the node; the delay returned within two minutes.", next_step="Move its part of the queue to the two other nodes.", by="tomas"),
            Tell(58, Status.MONITORING, "The queue runs without the slow disk, and SMS through São Paulo arrive within seconds. We are watching that it stays so.", promise=45, heals=True, by="tomas"),
            Gate(82, workflow="Campaigns with a time window sent late.", catch_up=5, by="priya"),
            Tell(96, Status.RESOLVED, "SMS through São Paulo have arrived within seconds for more than half an hour, and all waiting messages are out. If you still see delays, please write to us: https://support.ferrypost.example/", by="tomas"),
            Facts(150, {"volume": 86_000, "volume_unit": "messages", "customers_affected": 412}, "Counted from the delivery log"),
        ),
    ),
    Story(
        "Shared inbox does not load for some accounts", day=38, at="08:47", affects=(("inbox", None, PARTIAL),), detected=7,
        reported=9, owner="jun", by="jun", source=DetectionSource.CUSTOMER,
        steps=(
            Tell(16, Status.INVESTIGATING, "For about one account in ten the shared inbox stays empty. Replies are received and kept; they appear once the inbox loads. We are looking for the cause.", promise=30),
            Tell(39, Status.MONITORING, "The inbox loads for all accounts. A setting that some accounts did not have yet now has a default.", promise=40, heals=True),
            Tell(70, Status.RESOLVED, "The shared inbox loads for all accounts."),
            Reopen(118, "Three accounts report an empty inbox again after signing in anew."),
            Tell(124, Status.INVESTIGATING, "For a few accounts the shared inbox is empty again after a new sign-in. We have opened this incident again and are looking further.", promise=30),
            Tell(147, Status.IDENTIFIED, "The earlier fix was lost where a session was older than a day. We are bringing it to all sessions.", promise=30, states=(("inbox", None, DEGRADED),)),
            Tell(171, Status.MONITORING, "All sessions have the fix. We are watching for a longer time than before.", promise=90, heals=True),
            Gate(255, by="jun"),
            Tell(256, Status.RESOLVED, "The shared inbox has loaded for all accounts for more than an hour, with old and new sessions. If yours does not, please write to us: https://support.ferrypost.example/"),
        ),
    ),
    Story(
        "HTTP API answers with errors in Frankfurt and Ashburn", day=31, at="14:08", severity="critical",
        affects=(("api_send", "Frankfurt", MAJOR), ("api_send", "Ashburn", MAJOR), ("api_logs", None, PARTIAL), ("portal", None, DEGRADED)),
        detected=1, reported=2, suspected=True, by="oskar", owner="priya", summary="Error rate of Send above 60 % since 14:08.",
        steps=(
            Confirm(4, "More than 25 % of merchants", "critical", (3380, 4780), by="priya", owner="priya", note="Merchants with at least one failed request since 14:08"),
            Tell(7, Status.INVESTIGATING, "Requests to the HTTP API fail in Frankfurt and Ashburn. Singapore, São Paulo and SMPP are not affected; requests that name another location work. We are looking for the cause.", promise=20),
            Facts(8, {"bridge_url": "https://meet.ferrypost.example/api-errors"}, by="priya"),
            Note(12, "Configuration version 8841 went out at 14:06. Both failing locations have it, the others do not.", by="jun"),
            Stage(15, Status.IDENTIFIED, "Version 8841 of the routing configuration refuses keys made before 2024.", by="jun"),
            Tell(18, Status.IDENTIFIED, "A change to the routing configuration at 14:06 UTC makes both locations refuse part of the keys. We are taking it back.", promise=20, tried="Stopped the change from reaching Singapore and São Paulo.", next_step="Take it back in Frankfurt, then in Ashburn."),
            Impacts(24, (("api_send", "Frankfurt", DEGRADED),), by="jun"),
            Tell(27, Status.MONITORING, "The change has been taken back in both locations, and requests succeed. We are watching error rates and the requests that were repeated.", promise=45, heals=True),
            Gate(60, workflow="Requests between 14:08 and 14:34 UTC failed and had to be repeated.", catch_up=10, by="priya"),
            Tell(74, Status.RESOLVED, "The HTTP API has answered without errors at all locations since 14:35 UTC. Requests that failed were not sent: please repeat those that your system gave up. Questions: https://support.ferrypost.example/"),
            Facts(130, {"volume": 2_140_000, "volume_unit": "requests", "customers_affected": 3380}, "Counted from the access log", by="priya"),
        ),
    ),
    Story(
        "Orders missing in the shop connector", day=24, at="22:15", affects=(("shop", None, PARTIAL),), detected=31,
        reported=34, owner="jun", by="jun", type=IncidentType.QUALITY, source=DetectionSource.CUSTOMER,
        steps=(
            Tell(41, Status.INVESTIGATING, "New orders do not appear in journeys that begin with the shop connector. Other journeys run. We are looking for the cause.", promise=40, by="tomas"),
            Note(60, "The other side renamed a field. The order arrives, and we drop it as incomplete.", by="jun"),
            Tell(77, Status.IDENTIFIED, "The shop software sends a field under a new name. We are teaching the connector both names and will bring in the missed orders.", promise=60, by="tomas"),
            Tell(128, Status.MONITORING, "New orders appear. The missed ones are being brought in, the oldest first.", promise=90, heals=True, by="tomas"),
            Gate(206, data="1,130 orders were brought in up to three hours late.", catch_up=15, by="jun"),
            Tell(209, Status.RESOLVED, "All orders are there, including those that were missed. Journeys that began late are marked in their log.", by="tomas"),
        ),
    ),
    Story(
        "Email to some inboxes delayed", day=17, at="05:50", affects=(("email", "Frankfurt", DEGRADED),), detected=12,
        reported=15, type=IncidentType.DEGRADATION,
        steps=(
            Tell(21, Status.IDENTIFIED, "Mail from two of our addresses in Frankfurt waits at one large mailbox provider. We are sending through other addresses meanwhile.", promise=60),
            Tell(30, Status.IDENTIFIED, "SMS to two operators in Germany are delayed by ten minutes.", promise=30),
            Withdraw(32, "Meant for another incident that turned out to be none"),
            Tell(74, Status.MONITORING, "Mail arrives within a minute again, over all addresses. We are watching for the next peak at 08:00 UTC.", promise=120, heals=True),
            Gate(190),
            Tell(192, Status.RESOLVED, "Mail arrived within a minute through the morning peak."),
        ),
    ),
    Story(
        "WhatsApp templates stay in review", day=12, at="10:25", affects=(("whatsapp", None, DEGRADED),), detected=40,
        reported=45, type=IncidentType.DEGRADATION, source=DetectionSource.CUSTOMER,
        steps=(
            Tell(52, Status.INVESTIGATING, "New WhatsApp templates stay in review for longer than a day. Approved templates can be sent as usual.", promise=120),
            Tell(165, Status.IDENTIFIED, "Answers of the review reach us, but part of them waits in a queue that nobody reads any more. We are reading it.", promise=60),
            Tell(201, Status.RESOLVED, "All templates show the result of their review."),
        ),
    ),
    Story(
        "RCS messages fall back to SMS", day=9, at="16:40", severity="major",
        affects=(("rcs", "Frankfurt", MAJOR), ("rcs", "Ashburn", MAJOR)), detected=2, reported=4, suspected=True, by="oskar",
        summary="Fallback share 100 % in two locations.",
        steps=(
            Confirm(8, "A business-critical flow is interrupted", "major", note="No RCS message was accepted since 16:40"),
            Tell(12, Status.INVESTIGATING, "RCS messages through Frankfurt and Ashburn are sent as SMS where a fallback is set, and fail where none is. Singapore and São Paulo are not affected.", promise=30, by="tomas"),
            Stage(25, Status.IDENTIFIED, "The certificate of the RCS gateway ran out at 16:40."),
            Tell(29, Status.IDENTIFIED, "A certificate between us and the RCS gateway has run out. We are putting a new one in place.", promise=20, by="tomas"),
            Tell(41, Status.MONITORING, "The new certificate is in place and RCS messages are accepted again.", promise=30, heals=True, by="tomas"),
            Note(47, "All certificates on this path checked: the next one runs out in eleven months.", by="oskar"),
            Tell(53, Status.RESOLVED, "RCS messages are delivered as RCS at all locations. Messages without a fallback that failed between 16:40 and 17:20 UTC have to be sent again.", override="The cause is known and gone; health checks of the gateway are green at both ends.", by="priya"),
            Facts(61, {"workflow_impact": True, "workflow_impact_note": "Messages without a fallback failed.", "data_impact": False}, by="priya"),
        ),
    ),
    Story(
        "Exports of Analytics end early", day=6, at="12:12", affects=(("analytics", None, DEGRADED),), detected=25, reported=28,
        owner="jun", by="jun", type=IncidentType.QUALITY, source=DetectionSource.INTERNAL,
        steps=(
            Tell(36, Status.INVESTIGATING, "Exports with more than 100,000 rows end early. Figures on screen are complete.", promise=60),
            Tell(88, Status.MONITORING, "Large exports are complete again. Exports made today between 12:12 and 13:35 UTC have to be made anew.", promise=60, heals=True),
            Gate(133, by="jun"),
            Tell(135, Status.RESOLVED, "Exports of any length are complete."),
        ),
    ),
    Story(
        "Flows start late after contacts are imported", day=2, at="15:20", affects=(("flows", None, DEGRADED), ("audiences", None, DEGRADED)),
        detected=10, reported=12, owner="jun", by="jun", type=IncidentType.DEGRADATION,
        steps=(
            Tell(18, Status.INVESTIGATING, "Journeys that begin with an import of contacts start up to 20 minutes late. Journeys with other beginnings start at once.", promise=30),
            Tell(44, Status.IDENTIFIED, "A very large import holds back the smaller ones. We are letting small imports pass.", promise=30),
            Tell(69, Status.MONITORING, "Small imports pass large ones, and journeys start within a minute.", promise=45, heals=True),
            Gate(108, by="jun"),
            Tell(110, Status.RESOLVED, "Journeys start within a minute of an import. If one of yours did not start, please write to us: https://support.ferrypost.example/"),
        ),
    ),
    # Three that no customer read of
    Story(
        "Drill: Singapore is unreachable", day=20, at="07:00", severity="major", audience=Audience.DRILL, suspected=True,
        affects=(("sms_out", "Singapore", MAJOR), ("api_send", "Singapore", MAJOR)), by="oskar", owner="priya", reported=1, detected=0,
        steps=(
            Confirm(5, "A business-critical flow is interrupted", "major", by="priya", owner="priya"),
            Tell(9, Status.INVESTIGATING, "Drill: messages through Singapore are not accepted. We are moving traffic to Frankfurt.", promise=20),
            Note(24, "Traffic moved in 11 minutes; the aim is 10. The runbook lacks the step for inbound numbers.", by="oskar"),
            Tell(40, Status.RESOLVED, "Drill: traffic is back in Singapore.", override="A drill", by="priya"),
        ),
    ),
    Story(
        "Delivery rate dips at one customer", day=14, at="13:05", suspected=True, by="amara", affects=(("sms_out", "Ashburn", DEGRADED),),
        summary="A customer asks why a third of a campaign failed.", source=DetectionSource.CUSTOMER,
        steps=(Dismiss(12, "The list held numbers that no longer exist; sending works."),),
    ),
    Story(
        "Internal dashboards without data", day=8, at="09:30", audience=Audience.INTERNAL, by="lena", affects=(("analytics", None, DEGRADED),),
        summary="Staff dashboards are empty; customers are not affected.", source=DetectionSource.INTERNAL,
        steps=(
            Stage(25, Status.IDENTIFIED, "The collector ran out of disk."),
            Stage(48, Status.RESOLVED, "Disk enlarged; an alert at 80 % added."),
        ),
    ),
)  # fmt: skip
