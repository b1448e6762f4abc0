"""A webhook in Statuspage's shape and ``/api/v2`` say the same of one incident and of one maintenance window."""

import json

import pytest
from django.utils import timezone

from incidents.choices import Status
from notifications.choices import Transport, WebhookFormat
from notifications.messages import bodies
from notifications.sending.outgoing import Batch
from statuspage import documents
from statuspage.snapshot.load import load
from tests import factories as make
from tests.notifications import windows
from tests.notifications.sent import deliveries, leave, post, scene

pytestmark = pytest.mark.django_db
SHAPE = {"transport": Transport.WEBHOOK, "format": WebhookFormat.STATUSPAGE}


def in_the_api(page, name, part):
    found = documents.hot(load(page.pk, touched=None, now=timezone.now()))
    return json.loads(next(each.body for each in found if each.path == f"api/v2/{name}.json"))[part][0]


def same(sent, read, *, but=frozenset()):
    """Of what both have; updates that both hold, key by key."""
    shared = set(sent) & set(read) - {"incident_updates"}
    assert {key: sent[key] for key in shared} == {key: read[key] for key in shared}
    assert set(read) <= set(sent)
    for one, other in zip(sent["incident_updates"], read["incident_updates"], strict=True):
        keys = set(other) - but
        assert {key: one[key] for key in keys} == {key: other[key] for key in keys}


def test_an_incident():
    page, incident = scene()
    make.subscriber(page, **SHAPE)
    post(incident, page, body="**First** word.")
    post(incident, page, status=Status.IDENTIFIED, body="Second.", deliver_notifications=True)
    leave()
    outgoing = Batch(deliveries().values_list("pk", flat=True)).outgoing[-1]
    told = json.loads(bodies.written(outgoing)[1])
    same(told["incident"], in_the_api(page, "incidents", "incidents"))
    assert [each["name"] for each in told["incident"]["components"]] == ["SMS"]
    assert told["incident"]["shortlink"] == f"{page.canonical_url}incidents/{incident.public_id}/"
    assert told["incident"]["created_at"] != told["incident"]["started_at"]
    assert told["incident"]["incident_updates"][-1]["affected_components"][0]["new_status"] == "degraded_performance"


def test_a_maintenance_window():
    page = windows.page()
    make.subscriber(page, **SHAPE)
    windows.posted(page, body="We replace two.")
    with windows.at(windows.POSTED):
        outgoing = Batch(windows.deliveries().values_list("pk", flat=True)).outgoing[-1]
        told = json.loads(bodies.written(outgoing)[1])
        same(told["incident"], in_the_api(page, "scheduled-maintenances", "scheduled_maintenances"), but={"body"})
