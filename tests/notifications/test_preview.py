"""Who will be told, said before it happens: the number is the number of messages, for every form that writes."""

import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Level, SeverityLevel
from incidents.scope import Affected
from notifications.actions import pausing
from notifications.announcements import forecast
from notifications.audience import reach
from notifications.choices import AnnouncementState, Kind, Transport
from notifications.content.kinds import content_of
from notifications.models import Announcement, MessageSettings, Subscriber
from statuspage.actions import publish_update
from tests import factories as make
from tests.notifications.sent import deliveries, leave, news, post, scene, told
from tests.statuspage.staff import fields, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def support(client):
    person = make.in_group("Support")
    client.force_login(person)
    return person


def ask(client, row, data=None):
    address = reverse("notifications_staff:recipients", args=[row.public_id])
    answer = client.get(address) if data is None else client.post(address, data)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>|send$", " ", answer.content.decode()).split())


def test_by_transport_and_our_own_channels(client, support):
    page, incident = scene()
    for _n in range(2):
        make.subscriber(page)
    make.subscriber(page, transport=Transport.SLACK)
    for _n in range(3):
        make.subscriber(page, transport=Transport.WEBHOOK)
    make.subscriber(page, confirmed=False)
    make.channel(name="#support-incident")
    make.channel(name="#elsewhere", team=make.team())
    post(incident, page)

    said = ask(client, incident)

    assert "2 subscribers by mail, 1 Slack channel, 3 webhooks" in said
    assert "Our own channels: #support-incident" in said
    assert "#elsewhere" not in said


def test_it_says_that_the_limit_is_used_up_by_the_rule_that_holds_back(client, support):
    page, incident = scene()
    MessageSettings.objects.create(page=page, storm_limit=2, undo_seconds=30)
    with time_machine.travel(timezone.now() - timedelta(minutes=5), tick=True):
        told(page, incident)
    Announcement.objects.filter(state=AnnouncementState.WAITING).update(release_at=timezone.now())
    leave()
    said = ask(client, incident)
    assert "1 subscriber by mail" in said
    assert "Held back" not in said
    assert "They leave 30 s after posting" in said

    post(incident, page)  # still in its undo delay: it will have used up the limit by the time that the next one leaves
    said = ask(client, incident)

    assert "1 subscriber by mail" in said
    assert "Held back: 2 of 2 told about this incident within the hour." in said
    assert "They leave 30 s" not in said
    last = post(incident, page)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        leave()
    assert news().get(update=last).state == AnnouncementState.HELD


def test_it_says_that_all_is_paused(client, support):
    page, incident = scene()
    told(page, incident)
    assert "paused" not in ask(client, incident)

    pausing.pause(reason="Blocked.", by=None)

    assert "All sending is paused: they wait." in ask(client, incident)


def test_nobody_is_said_too(client, support):
    page, incident = scene()
    post(incident, page)

    assert "Nobody outside has asked to hear of this" in ask(client, incident)


def test_a_drill_tells_nobody_outside(client, support):
    page, _incident = scene()
    make.subscriber(page)
    drill = make.confirmed(affects=[page.components.get()], audience=Audience.DRILL)

    assert "Nobody outside will be told: it is a drill." in ask(client, drill)


def test_it_follows_the_pages_the_places_and_the_tick(client, support):
    page, incident = scene()
    post(incident, page)
    other = make.component(name="Voice")
    second = make.page(other, name="Second")
    for _n in range(3):
        make.subscriber(page, scope={"component": other})
    make.subscriber(page)
    make.subscriber(second)
    given = fields(client.get(url("composer", incident)))

    assert "1 subscriber by mail" in ask(client, incident, given)
    rows = {
        "rows-TOTAL_FORMS": "2", "rows-1-component": other.public_id, "rows-1-location": "", "rows-1-level": "1",
    }  # fmt: skip
    assert "4 subscribers by mail" in ask(client, incident, given | rows)
    both = given | rows | {"pages": [page.public_id, second.public_id]}
    assert "5 subscribers by mail" in ask(client, incident, both)
    silent = {name: value for name, value in both.items() if name != "deliver_notifications"}
    assert "Nobody outside gets a message. The page changes" in ask(client, incident, silent)


def test_whoever_heard_the_alarm_counts(client, support):
    page, incident = scene()
    told(page, incident, readers=2)
    for row in Subscriber.objects.all():  # they want something else from now on
        row.subscriptions.update(component=make.component(name=f"Other {row.pk}"))

    assert "2 subscribers by mail" in ask(client, incident)


def test_an_incident_that_does_not_exist_yet(client, support):
    page, _incident = scene()
    make.subscriber(page)
    make.subscriber(page, scope={"min_severity": SeverityLevel.MAJOR})
    sms = page.components.get().public_id

    assert "1 subscriber by mail" in ask(client, page)
    given = {"components": [sms], "severity": str(SeverityLevel.MINOR.value), "status": "investigating"}
    assert "1 subscriber by mail" in ask(client, page, given)
    assert "2 subscribers by mail" in ask(client, page, given | {"severity": str(SeverityLevel.MAJOR.value)})


def test_confirming_counts_only_where_it_publishes(client, support):
    page, _incident = scene()
    make.subscriber(page)
    suspicion = make.suspicion(affected=[Affected(page.components.get(), None, Level.DEGRADED)])
    rule = make.rule()
    given = {
        "publish": "on", "pages": [page.public_id], "severity": "1", "rule": str(rule.pk), "audience": "public",
        "title": "SMS is late", "body": "We look.", "version": "1",
    }  # fmt: skip

    assert "1 subscriber by mail" in ask(client, suspicion)
    assert "1 subscriber by mail" in ask(client, suspicion, given)
    assert "Nobody outside will be told." in ask(client, suspicion, given | {"audience": "internal"})
    assert "Nobody outside will be told." in ask(client, suspicion, given | {"publish": ""})


def test_it_stands_in_every_form_that_writes_to_customers(client, support):
    page, incident = scene()
    make.subscriber(page)
    suspicion = make.suspicion(affected=[Affected(page.components.get(), None, Level.DEGRADED)])
    for address in (
        reverse("admin:incidents_incident_change", args=[incident.public_id]),
        reverse("statuspage_staff:confirm", args=[suspicion.public_id]),
        reverse("statuspage_staff:new_incident", args=[page.public_id]),
    ):
        html = client.get(address).content.decode()
        assert "<b>1</b> subscriber by mail" in " ".join(html.split()), address


def test_only_for_those_who_may_publish(client):
    page, incident = scene()
    client.force_login(make.in_group("Engineering"))

    for row in (page, incident):
        address = reverse("notifications_staff:recipients", args=[row.public_id])
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_never_about_a_restricted_incident(client):
    page, incident = scene()
    make.subscriber(page)
    incident.refresh_from_db()
    actions.set_audience(incident, audience=Audience.RESTRICTED, reason="A leak.", by=None)
    client.force_login(make.superuser())

    address = reverse("notifications_staff:recipients", args=[incident.public_id])
    assert client.get(address).status_code == 404


def test_more_than_can_be_counted_in_a_moment(client, support, monkeypatch):
    page, incident = scene()
    for _n in range(4):
        make.subscriber(page)
    post(incident, page)
    monkeypatch.setattr(forecast, "MANY", 3)

    assert "more than 3 subscribers by mail" in ask(client, incident)


@pytest.mark.parametrize("seed", range(6))
def test_the_number_is_the_number_of_messages(seed):
    """Whatever the scopes: what is said before is what fan-out writes."""
    dice = random.Random(seed)
    top = make.component(name="Messaging")
    sms, voice = make.component(name="SMS", parent=top), make.component(name="Voice", parent=top)
    places = [None, make.location(), make.location()]
    pages = [make.page(top, name="One"), make.page(sms, name="Two")]
    incident = make.confirmed(affects=[Affected(sms, places[1], Level.PARTIAL)], severity="major")
    for number in range(40):
        row = make.subscriber(transport=dice.choice([Transport.EMAIL, Transport.SLACK, Transport.WEBHOOK]))
        for page in dice.sample(pages, dice.randint(1, 2)):
            make.subscription(
                row, page, confirmed=dice.random() > 0.1, component=dice.choice([None, top, sms, voice]),
                location=dice.choice(places), min_severity=dice.choice(list(SeverityLevel)),
                kind=dice.choice([Kind.EVERYTHING, Kind.INCIDENT, Kind.MAINTENANCE]),
            )  # fmt: skip
        if number % 10 == 0:
            actions_of_theirs(dice, row, incident)
    for body, more in (("First.", {}), ("Wider.", {"states": [Affected(voice, places[2], Level.DEGRADED)]})):
        named = [Affected(sms, places[1]), *more.get("states", [])]
        found = forecast.forecast_update(incident, pages, [each.place for each in named], severity=incident.severity_id)
        incident.refresh_from_db()
        post_on(incident, pages, body=body, **more)
        leave()
        written = deliveries().filter(announcement=news().last())
        assert sum(found.numbers.values()) == written.count() > 0
        for transport in Transport:
            assert found.numbers.get(transport, 0) == written.filter(transport=transport).count()
        scope = content_of(news().last()).scope(pages)
        assert reach.recipients(scope).count() == written.exclude(transport=Transport.WEBHOOK).count()


def actions_of_theirs(dice, row, incident):
    if dice.random() > 0.5:
        row.muted.create(incident=incident)
    else:
        Subscriber.objects.filter(pk=row.pk).update(paused_at=row.created_at)


def post_on(incident, pages, **fields):
    return publish_update(incident, by=None, pages=pages, status=incident.status, **fields)
