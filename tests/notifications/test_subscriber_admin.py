"""Staff and subscribers: each right does what its sentence says, and a list of any length costs the same."""

import csv
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from notifications.choices import Event, SubscriberFact, Transport
from notifications.models import Subscriber, SubscriberEvent, Subscription
from tests import factories as make
from tests.notifications.asking import page, subscriber, told

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/subscriber/"


@pytest.fixture
def support(client):
    person = make.in_group("Support")
    client.force_login(person)
    return person


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("group", "sees", "changes", "exports"),
    [
        ("Viewers", False, False, False),
        ("Engineering", False, False, False),
        ("Support", True, True, False),
        ("Engineering Leads", True, True, True),
    ],
)
def test_who_may_what(client, group, sees, changes, exports):
    row = subscriber(page())
    client.force_login(make.in_group(group))

    assert client.get(LIST).status_code == (200 if sees else 403)
    assert (b'href="/admin/notifications/subscriber/"' in client.get("/admin/").content) == sees
    assert client.get(f"{LIST}export/").status_code == (200 if exports else 403)
    assert client.get(f"{LIST}{row.pk}/change/").status_code == (200 if sees else 403)
    for act in ("pause", "resume", "lift"):
        assert client.post(f"{LIST}{row.pk}/{act}/").status_code == (302 if changes else 403)
    assert client.post(f"{LIST}{row.pk}/remove/").status_code == (302 if changes else 403)
    assert Subscriber.objects.exists() != changes


def test_who_only_looks_changes_nothing(client):
    row = subscriber(page())
    client.force_login(make.user(permissions=["view_subscriber"]))
    shown = client.get(f"{LIST}{row.pk}/change/").content

    assert b"/pause/" not in shown
    assert b"/remove/" not in shown
    assert client.get(f"{LIST}add/").status_code == 403


def test_a_list_of_any_length_asks_the_same_questions(client, lead, same_queries):
    parts = [make.component() for _n in range(3)]
    where = page(*parts)
    SubscriberEvent.objects.create(fact=SubscriberFact.LEFT, transport="email", address_hash="x", page=where)
    for addresses in (["a"], [f"a{n}" for n in range(29)]):
        for name in addresses:
            row = subscriber(where, address=f"{name}@example.com", added_by=lead)
            for part in parts:
                Subscription.objects.create(subscriber=row, page=where, component=part)
        client.get(LIST)
        with same_queries(at_most=30):
            answer = client.get(LIST)
    assert answer.context["cl"].result_count == 30


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("OPS@Example.com", 1),
        ("ops@", 1),
        ("https://hooks.slack.com/services/T/B/secret", 1),
        ("nobody", 0),
        ("example", 2),
    ],
)
def test_an_address_is_found_whole_or_in_part(client, support, term, found):
    where = page()
    subscriber(where)
    subscriber(where, address="b@example.com", paused_at=timezone.now())
    subscriber(where, address="https://hooks.slack.com/services/T/B/secret", transport=Transport.SLACK)

    assert client.get(LIST, {"q": term}).context["cl"].result_count == found


@pytest.mark.parametrize(
    ("query", "found"),
    [("state=active", 1), ("state=paused", 1), ("state=quarantined", 1), ("state=waiting", 1),
     ("page=sp_platform0000", 4), ("page=sp_external0000", 0), ("transport__exact=slack", 0)],
)  # fmt: skip
def test_filters(client, support, query, found):
    where, now = page(public_id="sp_platform0000"), timezone.now()
    make.page(public_id="sp_external0000")
    subscriber(where)
    subscriber(where, address="p@example.com", paused_at=now)
    subscriber(where, address="q@example.com", quarantined_at=now)
    subscriber(where, address="w@example.com", confirmed_at=None)

    assert client.get(f"{LIST}?{query}").context["cl"].result_count == found


def test_a_chat_address_is_whole_only_where_it_is_looked_at(client, support):
    row = subscriber(page(), address="https://hooks.slack.com/services/T/B/verysecret", transport=Transport.SLACK)

    assert b"verysecret" not in client.get(LIST).content
    assert b"verysecret" in client.get(f"{LIST}{row.pk}/change/").content


def add(client, where, **fields):
    given = {"page": where.pk, "transport": "email", "address": "new@example.com", "min_severity": "1"}
    return client.post(f"{LIST}add/", given | fields)


def test_by_hand_the_person_is_asked_to_confirm(client, support):
    where = page()
    assert add(client, where).status_code == 302

    assert Subscriber.objects.active().count() == 0
    assert Subscriber.objects.get().added_by == support
    assert [each.event for each in told()] == [Event.SUBSCRIBER_CONFIRM]


def test_who_vouches_that_they_agreed_is_kept(client, support):
    where = page()
    add(client, where, has_agreed="on")

    assert Subscriber.objects.active().get().added_by == support
    assert told() == []
    event = SubscriberEvent.objects.get()
    assert (event.fact, event.by) == (SubscriberFact.CONFIRMED, support)


def test_what_cannot_be_added_says_why_and_stays_typed(client, support):
    where, elsewhere = page(), make.component()
    wrong = add(client, where, address="nonsense")
    assert b"This is not an e-mail address" in wrong.content
    assert b'value="nonsense"' in wrong.content
    assert b"does not show this part" in add(client, where, component=elsewhere.pk).content
    assert Subscriber.objects.count() == 0


def test_no_log_entry_keeps_an_address(client, support):
    row = subscriber(page())
    client.post(f"{LIST}{row.pk}/change/", {"_save": "1"})
    add(client, row.subscriptions.get().page)
    client.post(f"{LIST}{row.pk}/remove/")

    assert LogEntry.objects.count() == 0


def test_a_quarantine_is_lifted_with_one_press(client, support):
    row = subscriber(page(), quarantined_at=timezone.now(), quarantine_reason="550 no such user")
    assert b"550 no such user" in client.get(LIST).content
    client.post(f"{LIST}{row.pk}/lift/")

    assert Subscriber.objects.active().get().quarantine_reason == ""


def test_a_link_that_is_only_opened_does_nothing(client, support):
    row = subscriber(page())
    for act in ("pause", "lift", "remove"):
        client.get(f"{LIST}{row.pk}/{act}/")
    assert Subscriber.objects.active().count() == 1


def test_removing_keeps_the_count_and_nothing_else(client, support):
    row = subscriber(page())
    client.post(f"{LIST}{row.pk}/remove/")

    assert Subscriber.objects.count() == 0
    event = SubscriberEvent.objects.get()
    assert (event.fact, event.by, event.address_hash) == (SubscriberFact.REMOVED, support, row.address_hash)


def test_the_page_is_named_and_the_address_is_written_as_it_is(client, support):
    row = subscriber(page())

    for path in (LIST, f"{LIST}{row.pk}/change/"):
        assert b"Everything on Plain Post" in client.get(path).content
    shown = client.get(f"{LIST}{row.pk}/change/").content
    assert b"ops@example.com" in shown
    assert b"Ops@example.com" not in shown


def test_the_export_holds_what_is_filtered_and_runs_nothing(client, lead):
    where = page()
    subscriber(where, address="=cmd@example.com")
    subscriber(where, address="b@example.com", paused_at=timezone.now())
    answer = client.get(f"{LIST}export/?state=active")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))

    assert [row[0] for row in rows] == ["Address", "'=cmd@example.com"]
    assert rows[1][1:4] == ["email", "Hears", "Everything on Plain Post"]
    assert answer["Content-Disposition"].startswith('attachment; filename="subscribers-')


def test_counts_by_page_way_and_month(client, support):
    where = page()
    subscriber(where)
    subscriber(where, address="https://hooks.slack.com/services/x", transport=Transport.SLACK)
    Subscription.objects.create(subscriber=subscriber(address="w@example.com"), page=where)
    for days in (0, 40):
        at = timezone.now() - timedelta(days=days)
        SubscriberEvent.objects.create(fact="left", transport="email", address_hash="x", page=where, at=at)
    context = client.get(LIST).context

    assert [(page.slug, numbers, total) for page, numbers, total in context["counts_by_page"]] == [
        ("platform", [1, 1, 0, 0, 0], 2)
    ]
    assert [numbers for _month, numbers in context["months"]] == [[0, 1, 0, 0]] * 2
