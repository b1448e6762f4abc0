"""Whoever was told of a post-mortem hears, once, that it was withdrawn."""

import json

import pytest
from django.urls import reverse

from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Transport
from notifications.messages import webhooks
from notifications.sending.outgoing import Batch
from postmortems import actions
from tests import factories as make
from tests.notifications.sent import end, leave, text_of
from tests.notifications.test_postmortem_news import announced, over, publish  # noqa: F401

pytestmark = pytest.mark.django_db

REASON = "The count of *customers* was wrong."


@pytest.fixture
def published(over):  # noqa: F811
    """A post-mortem of which a reader and a program were told."""
    page, incident = over
    readers = [make.subscriber(page), make.subscriber(page, transport=Transport.WEBHOOK)]
    made = publish(incident)
    end(rows(), DeliveryState.SENT)
    make.subscriber(page)  # who came later, and has heard nothing
    return page, made, readers


def rows():
    return announced().last().deliveries.order_by("pk")


def withdraw(made, **how):
    made.refresh_from_db()
    actions.withdraw(made, reason=REASON, by=None, **how)
    leave()


def test_whoever_was_told_hears_that_it_was_withdrawn_and_why(published):
    page, made, readers = published
    withdraw(made)
    assert announced().last().event == Event.POSTMORTEM_WITHDRAWN
    assert {row.subscriber for row in rows()} == set(readers)
    batch = Batch([row.pk for row in rows()])
    assert batch.cancelled == {}
    sent = {each.recipient.transport: each for each in batch.outgoing}
    subject, text = text_of(sent["email"])
    words = " ".join(text.split())
    assert subject == f"[Larkwire: Post-mortem withdrawn] {made.incident.title}"
    assert "was withdrawn: it does not hold." in words
    assert REASON in words
    address = f"{page.canonical_url}postmortems/{made.public_id}/"
    assert f"See when and why: {address}" in words
    standard = json.loads(webhooks.standard(sent["webhook"]))
    assert (standard["type"], standard["data"]["incident"]["status"]) == ("postmortem.withdrawn", "resolved")
    told = standard["data"]["postmortem"]
    assert (told["id"], told["body"], told["withdrawal_reason"]) == (made.public_id, "", REASON)
    assert told["withdrawn_at"] == standard["timestamp"]
    shape = json.loads(webhooks.statuspage(sent["webhook"]))["incident"]
    assert (shape["status"], shape["postmortem_body"], shape["postmortem_published_at"]) == ("resolved", None, None)
    assert [row["status"] for row in shape["incident_updates"]] == ["resolved"]


def test_it_is_told_once_and_again_only_of_what_was_told_again(published):
    _page, made, readers = published
    withdraw(made)
    end(rows(), DeliveryState.SENT)
    actions.publish(made, by=None, change="Counted anew.", notify=False)
    withdraw(made)
    assert announced().filter(event=Event.POSTMORTEM_WITHDRAWN).count() == 1

    made.refresh_from_db()
    actions.publish(made, by=None, change="Counted once more.")
    leave()
    end(rows(), DeliveryState.SENT)
    withdraw(made)
    assert set(readers) < {row.subscriber for row in rows()}


def test_published_again_before_it_left_it_does_not_leave(published):
    _page, made, _readers = published
    withdraw(made)
    gone = announced().last()
    made.refresh_from_db()
    actions.publish(made, by=None, change="Counted anew.")
    assert set(Batch(gone.deliveries.values_list("pk", flat=True)).cancelled.values()) == {
        "The post-mortem is published again."
    }


@pytest.mark.parametrize("tells", [True, False])
def test_the_form_says_who_hears_it_and_asks(client, published, tells):
    page, made, readers = published
    page.tell_withdrawals = tells
    page.save()
    client.force_login(make.in_group("Engineering Leads"))
    address = reverse("postmortems_staff:withdraw", args=[made.public_id])
    shown = client.get(address).content.decode()
    assert f'<input type="checkbox" name="tell"{" checked" if tells else ""}>' in shown
    assert f"[Larkwire: Post-mortem withdrawn] {made.incident.title}" in shown
    assert "<b>1</b>\n          subscriber by mail" in shown

    client.post(address, {"version": made.version, "reason": REASON} | ({"tell": "on"} if tells else {}))
    leave()
    row = announced().get(event=Event.POSTMORTEM_WITHDRAWN)
    assert row.state == (AnnouncementState.DONE if tells else AnnouncementState.SILENT)
    assert {each.subscriber for each in row.deliveries.all()} == (set(readers) if tells else set())


def test_what_nobody_was_told_is_withdrawn_without_a_word(over):  # noqa: F811
    page, incident = over
    make.subscriber(page)
    made = publish(incident, notify=False)
    withdraw(made)
    assert list(announced().values_list("event", flat=True)) == [Event.POSTMORTEM_PUBLISHED]
    assert announced().get().kind == Kind.POSTMORTEM
