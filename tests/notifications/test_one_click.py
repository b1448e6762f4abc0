"""Stopping: RFC 8058, by hand, and for good."""

import pytest

from notifications import links
from notifications.models import Subscriber, SubscriberEvent, Subscription
from tests import factories as make
from tests.notifications.asking import page, subscriber

pytestmark = pytest.mark.django_db
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ENCODINGS = ["application/x-www-form-urlencoded", "multipart"]


def leave_path(row, slug=""):
    return f"{slug}/subscriptions/{links.token(row.public_id)}/leave/"


def click(client, path, encoding="multipart"):
    if encoding == "multipart":
        return client.post(path, ONE_CLICK)
    return client.post(path, "List-Unsubscribe=One-Click", content_type=encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_one_click_leaves_at_once_and_again_and_again(client, encoding):
    row = subscriber(page())
    path = leave_path(row)

    for _time in range(3):
        answer = click(client, path, encoding)
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert "Location" not in answer
        assert not answer.cookies
    assert Subscriber.objects.count() == 0
    assert SubscriberEvent.objects.count() == 1


def test_a_scanner_leaves_nothing(client):
    row = subscriber(page())
    answer = client.get(leave_path(row))

    assert (answer.status_code, b"Stop them" in answer.content) == (200, True)
    assert Subscription.objects.count() == 1


def test_other_pages_go_on(client):
    row = subscriber(page(), make.page(slug="external"))
    click(client, leave_path(row, "/p/external"))

    assert [each.page.slug for each in row.subscriptions.all()] == ["platform"]


def test_by_hand_it_answers_with_a_page(client):
    row = subscriber(page())
    answer = client.post(leave_path(row))

    assert b"You hear no more from Plain Post" in answer.content
    assert Subscriber.objects.count() == 0
    assert client.get(leave_path(row)).status_code == 200


def test_a_guessed_address_leaves_nobody(client):
    row = subscriber(page())

    assert click(client, f"/subscriptions/{row.public_id}.AAAAAAAAAAAAAAAAAAAAAA/leave/").status_code == 404
    assert Subscription.objects.count() == 1


def test_forgetting_asks_once_and_deletes_everything(client):
    row = subscriber(page(), make.page())
    path = f"/subscriptions/{links.token(row.public_id)}/forget/"

    assert b"cannot be undone" in client.get(path).content
    assert Subscriber.objects.count() == 1
    assert client.post(path).status_code == 200
    assert (Subscriber.objects.count(), Subscription.objects.count()) == (0, 0)
    assert client.post(path).status_code == 200
    assert set(SubscriberEvent.objects.values_list("address_hash", flat=True)) == {row.address_hash}
