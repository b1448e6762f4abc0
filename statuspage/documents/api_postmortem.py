"""A post-mortem as readers of a Statuspage expect it under ``/api/v2``: an update with its own status, and keys."""

from __future__ import annotations

from statuspage.documents import changed, report_text
from statuspage.documents.times import stamp
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import Incident, Snapshot

STATUS = "postmortem"  # of an incident whose post-mortem is its last word, and of that update
Json = dict[str, object]


def keys(snapshot: Snapshot, report: Report | None) -> Json:
    return {
        "postmortem_body": report_text.markdown(snapshot, report) if report else None,
        "postmortem_body_last_updated_at": stamp(report.changed_at) if report else None,
        "postmortem_ignored": False,
        "postmortem_published_at": stamp(report.at) if report else None,
        "postmortem_notified_subscribers": report.was_announced if report else False,
        "postmortem_notified_twitter": False,
    }


def update(snapshot: Snapshot, incident: Incident, report: Report) -> Json:
    text = report_text.markdown(snapshot, report)
    return {
        "id": report.update_id,
        "status": STATUS,
        "body": text,
        "incident_id": incident.id,
        "created_at": stamp(report.at),
        "updated_at": stamp(changed.update(snapshot, report.update_id, report.changed_at, text)),
        "display_at": stamp(report.at),
        "affected_components": None,
        "deliver_notifications": report.was_announced,
        "custom_tweet": None,
        "tweet_id": None,
    }
