"""Internal channels on the staff side: typed secrets stay secret, refusals are words, a test goes out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.exceptions import NotAllowed
from notifications.actions import channels
from notifications.choices import DeliveryState, Event, Outcome, Topic
from notifications.models import Channel, Delivery
from notifications.queue.claims import Lease
from notifications.sending import outcomes
from notifications.sending.outgoing import Batch
from notifications.transports.base import Answer
from tests import factories as make

pytestmark = pytest.mark.django_db

SLACK = "https://hooks.slack.com/services/T024/B03/verysecretAB12"
HOOK = "https://wall.example.com/hook/9fe2"
LIST = reverse("admin:notifications_channel_changelist")
ADD = reverse("admin:notifications_channel_add")


@pytest.fixture
def lead(client):
    person = make.in_group("Engineering Leads")
    client.force_login(person)
    return person


def change(channel):
    return reverse("admin:notifications_channel_change", args=[channel.pk])


def around(channel, act):
    return reverse(f"admin:notifications_channel_{act}", args=[channel.pk])


def typed(**fields):
    return {
        "name": "#support-incident", "transport": "slack", "new_address": SLACK,
        "topics": [Topic.SUSPECTED, Topic.CLOCKS],
        "team": "", "min_severity": "2", "time_zone": "Europe/Berlin", "is_active": "on",
    } | fields  # fmt: skip


def channel(**fields):
    return Channel.objects.create(**{"name": "#support-incident", "address": SLACK} | fields)


def errors(response):
    return response.context["adminform"].form.errors


def test_a_channel_is_added_and_its_address_never_shown_again(client, lead):
    assert client.post(ADD, typed()).status_code == 302
    row = Channel.objects.get()
    assert (row.address, row.topics, row.min_severity) == (SLACK, ["suspected", "clocks"], 2)
    for address in (LIST, change(row), reverse("admin:notifications_channel_history", args=[row.pk])):
        page = client.get(address).content.decode()
        assert "verysecret" not in page
    assert "hooks.slack.com/…AB12" in client.get(change(row)).content.decode()
    assert row.history.get().history_user == lead


def test_an_address_that_is_shown_is_not_called_a_secret(client, lead):
    mail = channel(name="Support", transport="email", address="support@example.com")
    hook = channel(address="https://hooks.slack.com/services/T0/B0/hidden")
    shown = [client.get(change(each)).content.decode() for each in (mail, hook)]

    assert ["is a secret and not shown" in each for each in shown] == [False, True]
    assert ["support@example.com" in shown[0], "B0/hidden" in shown[1]] == [True, False]


def test_left_empty_the_address_stays_and_a_new_one_is_tried_afresh(client, lead):
    row = channel(quarantined_at=timezone.now(), quarantine_reason="404 no_service")
    client.post(change(row), typed(new_address="", name="#incidents"))
    row.refresh_from_db()
    assert (row.name, row.address, row.quarantine_reason) == ("#incidents", SLACK, "404 no_service")
    client.post(change(row), typed(new_address="https://HOOKS.slack.com/services/T/B/other"))
    row.refresh_from_db()
    assert (row.address, row.quarantined_at) == ("https://hooks.slack.com/services/T/B/other", None)


def test_an_address_is_tried_when_it_is_saved(client, lead):
    said = client.post(ADD, typed(), follow=True).content.decode()
    row = Channel.objects.get()
    assert "A test is on its way to #support-incident." in said
    assert [each.announcement.event for each in Delivery.objects.filter(channel=row)] == [Event.PAGE_TEST]
    client.post(change(row), typed(new_address="", name="#other"))
    assert Delivery.objects.filter(channel=row).count() == 1


@pytest.mark.parametrize("cloud", ["usgovtexas.logic.azure.us", "chinanorth.logic.azure.cn"])
def test_staff_may_give_teams_of_the_clouds_of_governments_and_of_china(client, lead, cloud):
    address = f"https://prod-1.{cloud}/workflows/x/triggers/manual/paths/invoke?sig=y"
    assert client.post(ADD, typed(transport="teams", new_address=address)).status_code == 302
    assert Channel.objects.get().address == address


@pytest.mark.parametrize(
    ("transport", "address"),
    [
        ("slack", ""), ("slack", "not an address"), ("slack", "https://example.com/x"), ("email", SLACK),
        ("webhook", "http://127.0.0.1/x"), ("webhook", "ftp://example.com/x"), ("teams", SLACK),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_is_refused_beside_its_field(client, lead, transport, address):
    response = client.post(ADD, typed(transport=transport, new_address=address))
    assert list(errors(response)) == ["new_address"]
    assert not Channel.objects.exists()
    assert "#support-incident" in response.content.decode()


def test_another_kind_needs_another_address(client, lead):
    response = client.post(change(channel()), typed(transport="email", new_address=""))
    assert list(errors(response)) == ["new_address"]


def test_a_new_channel_begins_with_every_topic(client, lead):
    form = client.get(ADD).context["adminform"].form
    assert form["topics"].value() == list(Topic.values)


def test_a_channel_that_hears_nothing_is_refused(client, lead):
    assert list(errors(client.post(ADD, typed(topics=[])))) == ["topics"]
    assert list(errors(client.post(ADD, typed(time_zone="Mars/Olympus")))) == ["time_zone"]


def test_the_secret_of_a_webhook_is_shown_once(client, lead):
    response = client.post(ADD, typed(transport="webhook", new_address=HOOK))
    row = Channel.objects.get()
    assert response.url == around(row, "secret")
    assert row.secret.startswith("whsec_")
    shown = client.get(response.url)
    assert row.secret in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert row.secret not in client.get(response.url).content.decode()
    assert row.secret not in client.get(change(row)).content.decode()


def test_a_new_secret_lets_the_old_one_sign_for_a_day(client, lead):
    row = channel(transport="webhook", address=HOOK, secret="whsec_old")
    response = client.post(around(row, "rotate"))
    row.refresh_from_db()
    assert (row.old_secret, row.secret == "whsec_old") == ("whsec_old", False)
    assert row.secret in client.get(response.url).content.decode()


def test_rotated_again_within_the_day_the_older_of_the_two_ends(client, lead):
    row = channel(transport="webhook", address=HOOK, secret="whsec_old")
    client.post(around(row, "rotate"))
    lost = Channel.objects.get().secret
    assert "An older one still signs until" in client.get(around(row, "rotate")).content.decode()
    client.post(around(row, "rotate"))
    row.refresh_from_db()
    assert row.old_secret == lost
    assert row.secret not in (lost, "whsec_old")


def test_a_leaked_secret_ends_at_once(client, lead):
    row = channel(transport="webhook", address=HOOK, secret="whsec_old")
    response = client.post(around(row, "rotate"), {"old": "ends"})
    row.refresh_from_db()
    assert (row.old_secret, row.old_secret_until, row.secret == "whsec_old") == ("", None, False)
    assert "Only this one signs." in client.get(response.url).content.decode()


def test_a_new_secret_is_asked_for_once_before_it_acts(client, lead):
    row = channel(transport="webhook", address=HOOK, secret="whsec_old")
    assert f'href="{around(row, "rotate")}"' in client.get(change(row)).content.decode()
    page = client.get(around(row, "rotate")).content.decode()
    assert "No: for a day both sign" in page
    assert "Yes: the old one ends at once" in page
    assert "An older one still signs" not in page
    assert Channel.objects.get().secret == "whsec_old"


def test_only_webhooks_are_signed(client, lead):
    assert "Only webhooks are signed." in client.post(around(channel(), "rotate"), follow=True).content.decode()


def test_a_test_goes_to_this_channel_and_to_no_other(client, lead):
    row, _other = channel(), channel(name="#other", address=f"{SLACK}x")
    page = client.post(around(row, "test"), follow=True).content.decode()
    assert "A test is on its way to #support-incident" in page
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.transport, delivery.announcement.event) == (row, "slack", Event.PAGE_TEST)
    assert delivery.announcement.content["by"] == str(lead)
    assert "on its way already" in client.post(around(row, "test"), follow=True).content.decode()
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"state": DeliveryState.SENT}, "The last test arrived"),
        ({"state": DeliveryState.FAILED, "last_answer": "404 no_service"}, "404 no_service"),
        ({"attempts": 2, "last_answer": "503"}, "tried again"),
    ],
)
def test_how_the_test_went_stands_above_the_form(client, lead, facts, says):
    row = channel()
    delivery = channels.send_channel_test(row, by=None)
    Delivery.objects.filter(pk=delivery.pk).update(**facts, finished_at=timezone.now())
    assert says in client.get(change(row)).content.decode()


def test_in_quarantine_it_says_so_and_is_tried_again_by_a_button(client, lead):
    row = channel(quarantined_at=timezone.now(), quarantine_reason="410 Gone")
    assert "In quarantine since" in client.get(LIST).content.decode()
    assert "410 Gone" in client.get(change(row)).content.decode()
    assert "in quarantine" in client.post(around(row, "test"), follow=True).content.decode()
    assert not Delivery.objects.exists()
    client.post(around(row, "again"))
    assert list(Channel.objects.active()) == [row]


def test_an_answer_is_told_with_its_number(client, lead):
    row = channel(transport="webhook", address=HOOK)
    delivery = channels.send_channel_test(row, by=None)
    for answer, said in (
        (Answer(Outcome.RETRY, 302, "ok <b>"), "The last test has not arrived yet: 302 ok &lt;b&gt;. It is tried"),
        (Answer(Outcome.GONE, 410, "ok"), "The other side said “410 ok”."),
    ):
        lease = Lease("", [delivery.pk], 0)
        [outgoing] = Batch([delivery.pk]).outgoing
        outcomes.record([(lease, outcomes.Done(outgoing, answer, timezone.now(), 9))])
        assert said in client.get(change(row)).content.decode()

    Channel.objects.update(quarantined_at=None)
    assert ": 410 ok" in client.get(change(row)).content.decode()


def test_others_look_and_may_not_touch(client):
    row = channel(transport="webhook", address=HOOK, secret="whsec_old")
    client.force_login(make.in_group("Support"))
    page = client.get(change(row)).content.decode()
    assert "wall.example.com/…9fe2" in page
    assert HOOK not in page
    assert 'name="new_address"' not in page
    for act in ("test", "again", "rotate"):
        assert client.post(around(row, act)).status_code == 403
    assert client.get(around(row, "secret")).status_code == 403
    assert client.get(around(row, "rotate")).status_code == 403
    assert client.post(ADD, typed()).status_code == 403
    assert client.post(change(row), typed()).status_code == 403


def test_the_verbs_refuse_by_themselves():
    row, viewer = channel(), make.in_group("Viewers")
    for act in (
        channels.send_channel_test,
        channels.try_channel_again,
        channels.rotate_channel_secret,
        channels.save_channel,
    ):
        with pytest.raises(NotAllowed):
            act(row, by=viewer)


def test_the_list_costs_the_same_for_one_and_for_many(client, lead, same_queries):
    channel(team=make.team())
    client.get(LIST)
    with same_queries(at_most=30):
        client.get(LIST)
    for n in range(4):
        channel(name=f"#{n}", address=f"{SLACK}{n}", team=make.team())
    with same_queries(at_most=30):
        client.get(LIST)
