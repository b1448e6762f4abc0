"""``/readyz`` and ``/metrics`` say how messages are doing, as the web process puts them together."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import health as messages
from notifications.actions import pausing
from notifications.choices import DeliveryState, Transport
from notifications.models import Announcement, Delivery, TransportHealth
from statuspage import health
from statuspage.serving import PublishedTree
from tests import factories as make
from tests.notifications.sent import deliveries, end, scene, told
from tests.statuspage.test_serving import ask, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tree(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path / "published"
    return PublishedTree(live, root=settings.PUBLISH_ROOT, probes=health.probes(messages), look=0)


def ready(tree):
    answer = ask(tree, "/readyz")
    told_so = json.loads(answer.body)
    return answer.status, [problem for problem in told_so["problems"] if "no sweep" not in problem], told_so["messages"]


def figures(tree):
    body = ask(tree, "/metrics").body
    lines = (body.decode() if isinstance(body, bytes) else body).splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("bridgewatch_messages"))


def test_while_all_is_well_it_says_how_it_stands(tree):
    page, incident = scene()
    told(page, incident, readers=3)
    rows = list(deliveries())
    end(rows[:1], DeliveryState.SENT)
    end(rows[1:2], DeliveryState.FAILED)

    status, problems, facts = ready(tree)

    assert (status, problems) == (200, [])
    assert (facts["waiting"], facts["failed_in_a_day"], facts["held"], facts["paused"]) == (1, 1, 0, False)
    assert facts["last_sent"]
    assert figures(tree)['bridgewatch_messages_backlog{state="due",transport="email"}'] == "1.0"
    assert figures(tree)['bridgewatch_messages_failed_in_a_day{transport="email"}'] == "1.0"


def test_what_is_due_for_a_minute_means_that_nobody_sends(tree):
    page, incident = scene()
    told(page, incident, readers=2)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=2))

    status, problems, _facts = ready(tree)

    assert status == 503
    assert any(problem.startswith("E-mail: 2 due, the oldest since") and "worker" in problem for problem in problems)
    assert float(figures(tree)['bridgewatch_messages_oldest_due_seconds{transport="email"}']) > 100


def test_paused_is_said_instead(tree):
    page, incident = scene()
    told(page, incident)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=2))
    pausing.pause(reason="The provider blocks us.", by=make.in_group("Support", first_name="Ana", last_name="Ruiz"))

    status, [problem], facts = ready(tree)

    assert status == 503
    assert problem.startswith("All messages are paused since")
    assert problem.endswith("by Ana Ruiz: The provider blocks us.")
    assert facts["paused"] is True
    assert figures(tree)["bridgewatch_messages_paused"] == "1.0"


def test_a_transport_that_cannot_be_reached_is_named_with_the_reason(tree):
    now = timezone.now()
    TransportHealth.objects.create(
        transport=Transport.EMAIL, failures=6, failing_since=now - timedelta(minutes=4),
        blocked_until=now + timedelta(seconds=30), last_error="Connection refused",
    )  # fmt: skip

    status, [problem], _facts = ready(tree)

    assert status == 503
    assert problem.startswith("E-mail cannot be sent since")
    assert problem.endswith("Connection refused")
    assert figures(tree)['bridgewatch_messages_lane_blocked{transport="email"}'] == "1.0"


def test_a_worker_that_never_came_back(tree):
    page, incident = scene()
    told(page, incident)
    then = timezone.now() - timedelta(minutes=5)
    Delivery.objects.update(state=DeliveryState.SENDING, holder="gone", claimed_at=then, leased_until=then)

    status, problems, _facts = ready(tree)

    assert status == 503
    assert any("never came back" in problem for problem in problems)


def test_held_messages_are_counted(tree):
    page, incident = scene()
    told(page, incident)
    Announcement.objects.filter(update__isnull=False).update(state="held")

    assert ready(tree)[2]["held"] == 2
    assert figures(tree)["bridgewatch_messages_held"] == "2.0"


def test_nothing_of_what_is_told_stands_there(tree):
    page, incident = scene(title="A very secret title")
    told(page, incident)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=2))

    assert "secret" not in json.dumps(ready(tree))
