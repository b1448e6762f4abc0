"""Messages, for whoever looks after them: what waits, what failed and why, what is stuck, one message's ledger."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience
from incidents.models import Incident
from incidents.veiled import veil
from notifications.actions import pausing
from notifications.announcements.announce import announce, tell_one
from notifications.choices import DeliveryState, Event, Reach, Transport
from notifications.models import Announcement, Delivery, Subscriber, TransportHealth
from notifications.queue import overview
from notifications.views import announcement, queue as screen
from tests import factories as make
from tests.notifications.sent import deliveries, end, leave, news, post, scene, told

pytestmark = pytest.mark.django_db

NOTHING = Incident.objects.none()


@pytest.fixture
def mixed():
    """Of ten: five sent, three failed, one waits, one is being sent."""
    page, incident = scene(title="SMS is late")
    people = told(page, incident, readers=10)
    rows = list(deliveries())
    end(rows[:5], DeliveryState.SENT, answer="250 ok")
    end(rows[5:7], DeliveryState.FAILED, answer="550 no such mailbox")
    end(rows[7:8], DeliveryState.FAILED, answer="554 refused")
    now = timezone.now()
    Delivery.objects.filter(pk=rows[8].pk).update(due_at=now - timedelta(minutes=7))
    Delivery.objects.filter(pk=rows[9].pk).update(
        state=DeliveryState.SENDING, holder="alive", claimed_at=now, leased_until=now + timedelta(minutes=2)
    )
    return page, incident, people


def test_each_transport_in_numbers(mixed):
    mail = overview.transports(timezone.now(), hidden=NOTHING)[0]

    assert (mail.transport, mail.waiting, mail.due, mail.sending, mail.failed) == (Transport.EMAIL, 1, 1, 1, 3)
    assert timezone.now() - mail.oldest >= timedelta(minutes=7)
    assert mail.answers == [("550 no such mailbox", 2), ("554 refused", 1)]
    assert overview.delivery_counts(news())[news().get().pk] == overview.DeliveryCounts(
        total=10, sent=5, failed=3, waiting=2, cancelled=0
    )


def test_what_waits_for_its_next_attempt_is_not_due(mixed):
    Delivery.objects.filter(state=DeliveryState.DUE).update(due_at=timezone.now() + timedelta(minutes=5))

    mail = overview.transports(timezone.now(), hidden=NOTHING)[0]

    assert (mail.waiting, mail.due, mail.oldest) == (1, 0, None)


def test_very_many_are_not_counted_one_by_one(mixed, monkeypatch):
    monkeypatch.setattr(overview, "MANY", 5)

    assert overview.delivery_counts(news())[news().get().pk] == overview.DeliveryCounts(
        total=10, sent=5, failed=3, waiting=2, cancelled=0
    )


def test_where_the_ledger_is_gone_it_says_so_and_not_that_nobody_was_told(client, mixed):
    Delivery.objects.all().delete()
    client.force_login(make.in_group("Support"))

    assert overview.delivery_counts(news())[news().get().pk] == overview.DeliveryCounts(forgotten=10)
    html = get(client, "queue").content.decode()
    assert "Written to 10" in html
    assert "how each went is no longer kept" in html


def test_the_rate_counts_what_was_taken():
    page, incident = scene()
    told(page, incident, readers=3)
    rows = list(deliveries())
    end(rows[:1], DeliveryState.SENT)
    end(rows[1:2], DeliveryState.SENT, ago=timedelta(minutes=20))
    end(rows[2:], DeliveryState.FAILED)

    assert [(rate.minutes, rate.sent) for rate in overview.rates(timezone.now(), 5, 60, hidden=NOTHING)] == [
        (5, 1),
        (60, 2),
    ]


def test_what_failed_long_ago_asks_for_no_attention(mixed):
    person = make.in_group("Support")
    assert overview.attention(person, timezone.now()) == 3

    Delivery.objects.filter(state=DeliveryState.FAILED).update(finished_at=timezone.now() - timedelta(days=2))

    assert overview.attention(person, timezone.now()) == 0


# Screens


def get(client, name, *args, **query):
    return client.get(reverse(f"notifications_staff:{name}", args=args), query)


def test_the_screen_says_what_waits_failed_and_is_blocked(client, mixed):
    client.force_login(make.in_group("Support"))
    now = timezone.now()
    TransportHealth.objects.create(
        transport=Transport.SLACK, failures=3, blocked_until=now + timedelta(minutes=1),
        failing_since=now - timedelta(minutes=3), last_error="Name does not resolve",
    )  # fmt: skip

    html = get(client, "queue").content.decode()

    assert "2 on the way." in html
    assert "3 failed within a day." in html
    assert "550 no such mailbox" in html
    assert "Name does not resolve" in html
    assert "3 failed</b>" in html
    assert "5 sent, 2 on the way" in " ".join(html.split())
    assert ">3<span" in html  # beside the place in the sidebar


def test_stuck_messages_are_shown_and_sent_again(client, mixed):
    client.force_login(make.in_group("Support"))
    then = timezone.now() - timedelta(minutes=9)
    Delivery.objects.filter(state=DeliveryState.SENDING).update(claimed_at=then, leased_until=then)
    row = Delivery.objects.get(state=DeliveryState.SENDING)

    assert "A worker took them and never came back" in get(client, "queue").content.decode()
    client.post(reverse("notifications_staff:replay", args=[row.announcement.public_id, row.pk]))

    row.refresh_from_db()
    assert row.state == DeliveryState.DUE
    assert "never came back" not in get(client, "queue").content.decode()


def test_addresses_are_for_those_who_may_see_subscribers(client, mixed):
    _page, _incident, people = mixed
    its = news().get()
    row = deliveries().first()
    for group, sees in (("Support", True), ("Engineering", False)):
        client.force_login(make.in_group(group))
        for answer in (get(client, "announcement", its.public_id), get(client, "delivery", its.public_id, row.pk)):
            html = answer.content.decode()
            assert (people[0].address in html) is sees
            assert (row.address_hash[:8] in html) is not sees


def test_one_message_with_its_ledger(client, mixed):
    client.force_login(make.in_group("Support"))
    row = deliveries().filter(state=DeliveryState.FAILED).first()

    html = get(client, "delivery", row.announcement.public_id, row.pk).content.decode()

    assert row.message_id in html
    assert "12 ms" in html
    assert "Refused for good" in html
    assert "Send again" in html
    client.post(reverse("notifications_staff:replay", args=[row.announcement.public_id, row.pk]))
    row.refresh_from_db()
    assert row.state == DeliveryState.DUE
    html = get(client, "delivery", row.announcement.public_id, row.pk).content.decode()
    assert "Refused for good" in html
    assert "Send again" not in html


def test_all_that_failed_again_by_announcement_and_by_transport(client, mixed):
    client.force_login(make.in_group("Support"))
    its = news().get()

    answer = client.post(reverse("notifications_staff:replay_failed", args=[its.public_id]), follow=True)
    assert "3 messages are sent again." in answer.content.decode()
    end(deliveries().filter(state=DeliveryState.DUE), DeliveryState.FAILED)
    answer = client.post(reverse("notifications_staff:replay_transport"), {"transport": "email"}, follow=True)
    assert "4 messages are sent again." in answer.content.decode()
    answer = client.post(reverse("notifications_staff:replay_transport"), {"transport": "email"}, follow=True)
    assert "Nothing to send again" in answer.content.decode()
    assert client.post(reverse("notifications_staff:replay_transport"), {"transport": "pigeon"}).status_code == 404


def test_who_sends_again_reads_how_many_were_left_out_and_why_and_the_screen_keeps_it(client, mixed):
    client.force_login(make.in_group("Support"))
    its = news().get()
    failed = deliveries().filter(state=DeliveryState.FAILED)
    Subscriber.objects.filter(pk=failed.first().subscriber_id).update(quarantined_at=timezone.now())

    answer = client.post(reverse("notifications_staff:replay_failed", args=[its.public_id]), follow=True)
    assert "2 messages are sent again. 1 is left out: The address is quarantined." in answer.content.decode()

    end(deliveries().filter(state=DeliveryState.DUE), DeliveryState.FAILED)
    actions.withdraw_update(its.update, by=None, reason="Wrong.")
    n = failed.count()
    answer = client.post(reverse("notifications_staff:replay_failed", args=[its.public_id]), follow=True)
    assert f"Nothing is sent again. {n} are left out: The update was withdrawn." in answer.content.decode()
    row = deliveries().filter(last_answer="The update was withdrawn.").first()
    assert "The update was withdrawn." in get(client, "delivery", its.public_id, row.pk).content.decode()


def test_who_reads_only_changes_nothing(client, mixed):
    client.force_login(make.in_group("Viewers"))
    its, row = news().get(), deliveries().filter(state=DeliveryState.FAILED).first()

    html = get(client, "queue").content.decode() + get(client, "announcement", its.public_id).content.decode()
    assert "again</button>" not in html
    for address in (
        reverse("notifications_staff:replay", args=[its.public_id, row.pk]),
        reverse("notifications_staff:replay_failed", args=[its.public_id]),
    ):
        client.post(address)
    client.post(reverse("notifications_staff:replay_transport"), {"transport": "email"})
    assert deliveries().filter(state=DeliveryState.FAILED).count() == 3


def test_without_the_right_to_see_messages_there_is_no_such_screen(client, mixed):
    client.force_login(make.user(permissions=["view_incident"]))
    its, row = news().get(), deliveries().first()

    assert get(client, "queue").status_code == 403
    assert get(client, "announcement", its.public_id).status_code == 403
    assert get(client, "delivery", its.public_id, row.pk).status_code == 403
    assert get(client, "pause").status_code == 403
    home = client.get(reverse("admin:index")).content.decode()
    assert reverse("notifications_staff:queue") not in home
    assert "bw-count-warn" not in home


def test_nothing_about_a_restricted_incident(client, mixed):
    _page, incident, _people = mixed
    its = news().get()
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    client.force_login(make.in_group("Engineering Leads"))

    for to in ("subscribers", "staff", "one"):
        html = get(client, "queue", to=to).content.decode()
        assert "SMS is late" not in html
        for row in Announcement.objects.filter(incident=incident):
            assert row.public_id not in html
    assert get(client, "announcement", its.public_id).status_code == 404


def test_a_long_list_is_turned_over(client, monkeypatch):
    monkeypatch.setattr(screen, "AT_ONCE", 2)
    monkeypatch.setattr(announcement, "AT_ONCE", 2)
    page, incident = scene()
    told(page, incident, readers=3)
    for _n in range(2):
        post(incident, page, body="More.")
    leave()
    client.force_login(make.in_group("Support"))
    first, second, third = news()

    html = get(client, "queue").content.decode()
    assert first.public_id not in html
    assert f"before={veil(second.pk)}" in html
    assert first.public_id in get(client, "queue", before=veil(second.pk)).content.decode()
    rows = list(deliveries().filter(announcement=third))
    html = get(client, "announcement", third.public_id).content.decode()
    assert f"after={veil(rows[1].pk)}" in html
    html = get(client, "announcement", third.public_id, after=veil(rows[1].pk)).content.decode()
    assert f"/{veil(rows[2].pk)}/" in html
    assert f"/{veil(rows[0].pk)}/" not in html


def test_only_those_in_one_state(client, mixed):
    client.force_login(make.in_group("Support"))

    html = get(client, "announcement", news().get().public_id, state="failed").content.decode()

    assert html.count("550 no such mailbox") == 2
    assert "250 ok" not in html


def test_the_queries_follow_neither_announcements_nor_messages(client, same_queries):
    page, incident = scene()
    told(page, incident, readers=2)
    client.force_login(make.in_group("Support"))
    its = news().first()
    addresses = [
        reverse("notifications_staff:queue"),
        reverse("notifications_staff:announcement", args=[its.public_id]),
    ]
    for address in addresses:
        client.get(address)
        with same_queries(at_most=22, kind=address):
            client.get(address)
    for _n in range(3):
        told(page, incident, readers=2)
    for number in range(5):
        row = make.subscriber(page)
        Delivery.objects.create(
            announcement=its, subscriber=row, page=page, transport=Transport.EMAIL, address_hash=row.address_hash,
            state=DeliveryState.FAILED, finished_at=timezone.now(), last_answer=f"5{number} no",
        )  # fmt: skip
    for address in addresses:
        with same_queries(at_most=22, kind=address):
            client.get(address)


def test_a_message_to_one_recipient_has_its_screens_too(client):
    person = make.in_group("Support", first_name="Ana", last_name="Ruiz")
    row = tell_one(Event.PAGE_TEST, key="test:1", person=person, content={"page": None, "by": "Ana"})
    client.force_login(person)

    assert row.announcement.public_id in get(client, "queue", to="one").content.decode()
    assert "Ana Ruiz" in get(client, "delivery", row.announcement.public_id, row.pk).content.decode()


def test_of_a_message_to_one_recipient_it_says_to_whom(client, same_queries):
    page, _incident = scene()
    person = make.in_group("Support", first_name="Ana", last_name="Ruiz")
    reader, gone = make.subscriber(page), make.subscriber(page)
    content = {"page": None, "by": "Ana"}
    tell_one(Event.PAGE_TEST, key="test:1", person=person, content=content)
    client.force_login(person)
    get(client, "queue", to="one")
    with same_queries(at_most=40):
        get(client, "queue", to="one")
    for number, row in enumerate((reader, gone)):
        tell_one(Event.SUBSCRIBER_MANAGE, key=f"manage:{number}", subscriber=row, content={})
    head = Delivery.objects.get(subscriber=gone).address_hash[:8]
    message = Delivery.objects.get(subscriber=gone)
    gone.delete()

    with same_queries(at_most=40):
        html = get(client, "queue", to="one").content.decode()

    assert "Ana Ruiz" in html.split("told-h")[-1]
    assert reader.address in html
    for screen_ in (
        html,
        get(client, "announcement", message.announcement.public_id).content.decode(),
        get(client, "delivery", message.announcement.public_id, message.pk).content.decode(),
    ):
        assert f"deleted; known here only as <code>{head}…</code>" in screen_
    client.force_login(make.in_group("Engineering"))
    html = get(client, "queue", to="one").content.decode()
    assert reader.address not in html
    assert f"<code>{reader.address_hash[:8]}…</code>" in html


def test_of_a_clock_it_says_which(client):
    _page, incident = scene()
    announce(
        Event.STAFF_CLOCK, key="clock:1", reach=Reach.STAFF, incident=incident,
        content={"line": "Next update: due in 10 min"},
    )  # fmt: skip
    client.force_login(make.in_group("Support"))

    its = Announcement.objects.get(key="clock:1")
    for html in (get(client, "queue", to="staff"), get(client, "announcement", its.public_id)):
        assert "Next update: due in 10 min" in html.content.decode()


def test_one_that_waits_for_its_next_attempt_is_one(client, mixed):
    Delivery.objects.filter(state=DeliveryState.SENDING).delete()
    Delivery.objects.filter(state=DeliveryState.DUE).update(due_at=timezone.now() + timedelta(minutes=5))
    client.force_login(make.in_group("Support"))

    assert "1 waits for its next attempt." in get(client, "queue").content.decode()
    pausing.pause(reason="Blocked.", by=None)
    html = get(client, "queue").content.decode()
    assert "1 waits: all is paused." in html
    assert "1 message waits." in html  # in the banner: it counts the same


def home(client, group):
    client.force_login(make.in_group(group))
    return client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("seconds", [30, 90])
def test_a_mail_server_that_cannot_be_reached_stands_on_the_home(client, seconds):
    now = timezone.now()
    TransportHealth.objects.create(
        transport=Transport.EMAIL, failures=3, blocked_until=now, failing_since=now - timedelta(seconds=seconds)
    )

    html = home(client, "Support")

    assert ("E-mail cannot be sent since" in html) is (seconds > 60)
    if seconds > 60:
        assert f'<a href="{reverse("notifications_staff:queue")}">See the messages</a>' in html
        assert "cannot be sent since" not in home(client, "Viewers")
        client.force_login(make.in_group("Support"))
        assert "See the messages" not in get(client, "queue").content.decode()


def test_messages_that_do_not_leave_stand_on_the_home_but_not_while_paused(client):
    page, incident = scene()
    told(page, incident)
    words = "Messages are due for more than a minute"
    assert words not in home(client, "Support")

    deliveries().update(due_at=timezone.now() - timedelta(seconds=61))
    assert words in home(client, "Support")
    pausing.pause(reason="Blocked.", by=None)
    assert words not in home(client, "Support")


def test_no_worker_at_all_stands_on_the_home(client):
    page, incident = scene()
    post(incident, page)
    Announcement.objects.update(release_at=timezone.now() - timedelta(seconds=61))

    assert "Messages are due for more than a minute" in home(client, "Support")
