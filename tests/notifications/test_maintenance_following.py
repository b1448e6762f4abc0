"""Maintenance on a reader's own pages: asked for, followed one by one, muted and heard again."""

import pytest
from django.db import IntegrityError

from incidents.choices import Audience
from incidents.maintenance import actions
from notifications import links
from notifications.actions import leaving
from notifications.choices import Kind, Transport
from notifications.models import Muted, Subscriber, SubscribeRequest, Subscription
from tests import factories as make
from tests.notifications.asking import confirm_path, page, subscribe, subscriber, told
from tests.notifications.sent import leave
from tests.notifications.windows import HOUR, POSTED, act, announced, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def on():
    return page(make.component(name="SMS"))


def path_of(reader, rest=""):
    return f"/subscriptions/{links.token(reader.public_id)}/{rest}"


def test_the_form_says_what_maintenance_is_and_offers_it(client, on):
    shown = client.get("/subscribe/").content.decode()
    assert 'name="kind" value="maintenance"' in shown
    assert "with a file for your calendar" in " ".join(shown.split())


def test_maintenance_alone_can_be_asked_for(client, on):
    subscribe(client, kind=["maintenance"])
    row = Subscription.objects.get()
    assert row.kind == Kind.MAINTENANCE
    client.post(confirm_path())
    posted(on)
    assert [each.subscriber for each in announced().get().deliveries.all()] == [row.subscriber]


def test_one_window_can_be_followed_and_nothing_else_is_told(client, on):
    window, other = posted(on), posted(on)
    shown = client.get(f"/subscribe/?maintenance={window.public_id}").content.decode()
    assert "Follow this maintenance" in shown
    assert window.title in shown
    subscribe(client, maintenance=window.public_id, only="on")
    row = Subscription.objects.get()
    assert (row.window, row.incident, row.kind) == (window, None, Kind.EVERYTHING)
    assert "The maintenance “Core router upgrade”" in told()[-1].content["scope"][0]
    client.post(confirm_path())
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    act(actions.cancel, other, when=POSTED + HOUR, reason="Not needed.")
    make.told(page=on)
    leave()
    heard = [
        each.announcement.subject_id for each in row.subscriber.deliveries.filter(announcement__reach="subscribers")
    ]
    assert heard == [window.pk]


def test_over_it_is_followed_no_more(client, on):
    window = posted(on)
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    answer = client.get(f"/subscribe/?maintenance={window.public_id}")
    assert b"That maintenance is over. You can follow the page instead." in answer.content
    assert (
        client.post(
            "/subscribe/", {"address": "a@example.com", "maintenance": window.public_id, "only": "on"}
        ).status_code
        == 422
    )
    assert not SubscribeRequest.objects.exists()


@pytest.mark.parametrize("hides", ["draft", "internal", "elsewhere"])
def test_of_what_does_not_stand_there_nothing_is_said(client, on, hides):
    if hides == "draft":
        window = make.window(*on.components.all(), title="Secret work")
        make.place_window(on, window)
    elif hides == "internal":
        window = posted(on, audience=Audience.INTERNAL, title="Secret work")
    else:
        window = posted(make.page(make.component()), title="Secret work")
    reader = subscriber(on)
    at = [f"/subscribe/?maintenance={window.public_id}", path_of(reader, f"mute/{window.public_id}/")]
    shown = [client.get(path) for path in at]
    assert [answer.status_code for answer in shown] == [200, 404]
    assert not any(b"Secret work" in answer.content for answer in shown)


def test_the_link_in_the_mail_mutes_one_window(client, on):
    reader = subscriber(on)
    window, other = posted(on), posted(on)
    path = path_of(reader, f"mute/{window.public_id}/")
    asked = client.get(path).content.decode()
    assert "No more about this maintenance?" in asked
    assert "not even where it is moved or cancelled" in asked
    assert not Muted.objects.exists()
    assert b"You hear no more about" in client.post(path).content
    assert Muted.objects.get().window == window
    assert announced().filter(subject_id=window.pk).get().deliveries.get().state == "cancelled"
    assert announced().filter(subject_id=other.pk).get().deliveries.get().state == "due"
    for each in (window, other):
        act(actions.cancel, each, when=POSTED + HOUR, reason="Not needed.")
    last = announced().filter(event="maintenance.cancelled")
    assert [row.deliveries.count() for row in last] == [0, 1]


def test_muted_it_can_be_heard_again(client, on):
    reader = subscriber(on)
    window = posted(on)
    leaving.mute(reader, window)
    shown = client.get(path_of(reader)).content.decode()
    assert window.title in shown
    client.post(path_of(reader), {"act": "unmute", "incident": window.public_id})
    assert not Muted.objects.exists()


def test_who_followed_nothing_but_the_muted_window_has_left(client, on):
    window = posted(on)
    reader = make.subscriber()
    make.subscription(reader, on, window=window)
    assert leaving.is_all(reader, window)
    assert (
        "your address is deleted with it" in client.get(path_of(reader, f"mute/{window.public_id}/")).content.decode()
    )
    assert leaving.mute(reader, window)
    assert not Subscriber.objects.exists()


def test_one_s_own_page_names_what_is_followed_without_a_severity(client, on):
    window = posted(on)
    reader = make.subscriber(on, scope={"kind": Kind.MAINTENANCE})
    make.subscription(reader, on, window=window)
    shown = client.get(path_of(reader)).content.decode()
    assert "The maintenance “Core router upgrade”" in shown
    assert "Everything, maintenance only" in shown
    assert 'name="severity-' not in shown


def test_following_both_is_two_rows_and_twice_is_once(on):
    incident, window = make.told(page=on), posted(on)
    reader = make.subscriber(on)
    make.subscription(reader, on, incident=incident)
    make.subscription(reader, on, window=window)
    with pytest.raises(IntegrityError):
        make.subscription(reader, on, window=window)


def test_a_program_follows_by_its_own_address(on):
    hook = make.subscriber(on, transport=Transport.WEBHOOK, scope={"kind": Kind.MAINTENANCE})
    posted(on)
    assert announced().get().deliveries.get().subscriber == hook
