"""One's own page: whoever holds the link changes, pauses, tries and stops; nobody else can."""

import pytest
from django.utils import timezone

from incidents.choices import Audience
from incidents.models import Incident
from notifications import links
from notifications.choices import Event, Kind, Transport
from notifications.models import Muted, Subscriber, Subscription
from tests import factories as make
from tests.incidents.browser import Forms
from tests.notifications.asking import page, subscriber, told

pytestmark = pytest.mark.django_db


def at(row):
    return f"/subscriptions/{links.token(row.public_id)}/"


def act(client, row, name, **fields):
    return client.post(at(row), {"act": name} | fields)


@pytest.fixture
def row():
    return subscriber(page())


def test_the_page_says_what_one_hears(client, row):
    answer = client.get(at(row))

    assert answer.status_code == 200
    assert b"ops@example.com" in answer.content
    assert b"Everything" in answer.content


def test_saving_untouched_changes_nothing(client, row):
    before = list(Subscription.objects.values())
    answer = act(client, row, "choose", keep=[row.subscriptions.get().pk])

    assert (answer.status_code, answer["Location"]) == (303, "./?done=choose")
    assert list(Subscription.objects.values()) == before
    assert b"Saved." in client.get(at(row) + "?done=choose").content


def test_parts_are_added_and_removed_without_another_confirmation(client):
    part = make.component(name="SMS")
    row = subscriber(page(part))
    act(client, row, "choose", component=part.public_id, kind=Kind.INCIDENT)

    left = Subscription.objects.get()
    assert (left.component, left.kind, left.confirmed_at is not None) == (part, Kind.INCIDENT, True)
    assert told() == []


def test_severity_is_changed_for_one_scope(client, row):
    pk = row.subscriptions.get().pk
    act(client, row, "choose", **{"keep": pk, f"severity-{pk}": "3"})

    assert Subscription.objects.get().min_severity == 3


def test_taking_all_away_is_asked_about_and_not_done(client, row):
    answer = act(client, row, "choose")

    assert answer.status_code == 422
    assert b"leave it below" in answer.content
    assert Subscription.objects.count() == 1


def test_scopes_of_others_and_of_other_pages_stay_untouched(client, row):
    other = subscriber(make.page(), address="b@example.com")
    mine = row.subscriptions.get().pk
    act(client, row, "choose", keep=[mine, other.subscriptions.get().pk], **{f"severity-{other.pk}": "3"})

    assert set(Subscription.objects.values_list("min_severity", flat=True)) == {1}
    assert Subscription.objects.count() == 2


@pytest.mark.parametrize(("zone", "status"), [("Europe/Berlin", 303), ("", 303), ("Mars/Base", 422)])
def test_the_zone_of_messages(client, row, zone, status):
    answer = act(client, row, "details", time_zone=zone)

    assert answer.status_code == status
    row.refresh_from_db()
    assert row.time_zone == (zone if status == 303 else "")
    if status == 422:
        assert b"Mars/Base" in answer.content


def test_pausing_and_resuming(client, row):
    act(client, row, "pause")
    assert Subscriber.objects.active().count() == 0
    assert b"Paused since" in client.get(at(row)).content
    act(client, row, "resume")
    assert Subscriber.objects.active().count() == 1


def test_a_test_message_goes_to_the_address_and_not_too_often(client, row):
    assert act(client, row, "test").status_code == 303
    assert [each.event for each in told()] == [Event.PAGE_TEST]
    answer = act(client, row, "test")
    assert (answer.status_code, len(told())) == (429, 1)
    assert b"A test was sent already" in answer.content


def test_a_webhook_sees_and_changes_its_secret_and_shape(client):
    row = subscriber(page(), address="https://hooks.example.com/a", transport=Transport.WEBHOOK, secret="whsec_one")
    assert b"whsec_one" in client.get(at(row)).content
    act(client, row, "rotate")
    act(client, row, "details", time_zone="", format="statuspage")
    row.refresh_from_db()

    assert (row.old_secret, row.format) == ("whsec_one", "statuspage")
    shown = client.get(at(row)).content
    assert row.secret.encode() in shown
    assert b"The one before it signs too" in shown


def test_a_mailbox_has_no_secret(client, row):
    assert act(client, row, "rotate").status_code == 422


def test_muted_incidents_can_be_heard_again(client, row):
    incident = make.told(page=row.subscriptions.get().page, title="SMS delayed")
    path = f"{at(row)}mute/{incident.public_id}/"
    assert client.get(path).status_code == 200
    assert Muted.objects.count() == 0
    client.post(path)
    assert Muted.objects.get().incident == incident
    assert b"SMS delayed" in client.get(at(row)).content
    act(client, row, "unmute", incident=incident.public_id)
    assert Muted.objects.count() == 0


def test_muting_all_that_one_follows_says_that_the_address_goes(client, row):
    incident = make.told(page=row.subscriptions.get().page, title="SMS delayed")
    path = f"{at(row)}mute/{incident.public_id}/"
    assert b"Other news comes as before" in client.get(path).content
    row.subscriptions.update(incident=incident)

    assert b"your address is deleted with it" in client.get(path).content
    said = client.post(path).content
    assert b"That was all you followed here: your address is deleted." in said
    assert b"Other news" not in said
    assert Subscriber.objects.count() == 0


def test_what_became_restricted_is_named_nowhere(client, row):
    at_page = row.subscriptions.get().page
    incident = make.told(page=at_page, title="Hush")
    Subscription.objects.create(subscriber=row, page=at_page, incident=incident, confirmed_at=timezone.now())
    Muted.objects.create(subscriber=row, incident=incident)
    Incident.objects.update(audience=Audience.RESTRICTED)

    assert b"Hush" not in client.get(at(row)).content
    answer = client.get(f"{at(row)}mute/{incident.public_id}/")
    assert (answer.status_code, b"Hush" in answer.content) == (404, False)


def test_other_pages_are_named_with_their_own_link(client):
    first, second = page(), make.page(name="Anders", slug="other")
    row = subscriber(first, second)

    assert f"/p/{second.public_id}/subscriptions/{links.token(row.public_id)}/" in client.get(at(row)).content.decode()


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: token + "x", lambda token: token.upper()])
def test_a_link_that_was_changed_opens_nothing(client, row, change):
    answer = client.get(f"/subscriptions/{change(links.token(row.public_id))}/")

    assert answer.status_code == 404
    assert b"ops@example.com" not in answer.content


def test_an_address_that_is_gone_says_so(client, row):
    path = at(row)
    row.delete()
    for answer in (client.get(path), client.post(path, {"act": "test"})):
        assert (answer.status_code, b"This address gets no messages" in answer.content) == (404, True)


def test_waiting_scopes_are_shown_as_such(client, row):
    Subscription.objects.create(subscriber=row, page=row.subscriptions.get().page, kind=Kind.MAINTENANCE)

    assert b"Waits to be confirmed" in client.get(at(row)).content


def test_an_unknown_act_does_nothing(client, row):
    assert act(client, row, "explode").status_code == 200


def test_any_number_of_scopes_asks_the_same_questions(client, same_queries):
    parts = [make.component() for _n in range(31)]
    where, other = page(*parts), make.page()
    row = subscriber(where, other)
    for some in (parts[:1], parts[1:]):
        for part in some:
            incident = make.told(page=where)
            for each in (where, other):
                Subscription.objects.create(subscriber=row, page=each, component=part, confirmed_at=timezone.now())
                Subscription.objects.create(subscriber=row, page=each, incident=incident, confirmed_at=timezone.now())
            Muted.objects.create(subscriber=row, incident=incident)
        with same_queries(at_most=10):
            client.get(at(row))


def test_each_form_of_the_page_posts_to_itself(client, row):
    assert set(Forms(client.get(at(row)).content.decode()).forms) == {"./"}


def test_a_secret_that_leaked_ends_at_once(client):
    row = subscriber(page(), transport=Transport.WEBHOOK, address="https://hooks.example.com/x", secret="whsec_old")
    act(client, row, "replace")

    row.refresh_from_db()
    assert row.old_secret == ""
    assert row.secret.startswith("whsec_")
    assert row.secret != "whsec_old"
    assert b"signs no more" in client.get(at(row) + "?done=replace").content
