"""Whose scope matches what. The set-wise query is held against the rule said in plain Python, with made-up trees."""

import pytest
from hypothesis import given, settings as fast, strategies as st
from hypothesis.extra.django import TestCase

from incidents.choices import Audience
from notifications.audience import reach
from notifications.audience.reach import Scope
from notifications.choices import Kind, Transport
from notifications.content.kinds import content_of
from notifications.models import Muted, Subscriber
from tests import factories as make

db = pytest.mark.django_db


def scope(page, *places, severity=1, **more):
    return Scope(pages=[page.pk], places=places, severity=severity, **more)


def channels(announcement):
    return reach.channels_for(announcement.event, content_of(announcement).listeners())


def told(found):
    return set(reach.recipients(found))


@db
def test_a_component_means_whatever_is_below_it_whenever_it_was_added():
    top = make.component()
    page = make.page(top)
    reader = make.subscriber(page, scope={"component": top})
    leaf = make.component(parent=make.component(parent=top))  # added later
    other = make.component()

    assert told(scope(page, (leaf.pk, None))) == {reader}
    assert told(scope(page, (other.pk, None))) == set()


@db
def test_component_and_location_must_meet_in_one_place():
    sms, voice = make.component(), make.component()
    here, there = make.location(), make.location()
    page = make.page(sms, voice)
    reader = make.subscriber(page, scope={"component": sms, "location": here})

    assert told(scope(page, (sms.pk, there.pk), (voice.pk, here.pk))) == set()
    assert told(scope(page, (sms.pk, here.pk))) == {reader}
    assert told(scope(page, (sms.pk, None))) == {reader}  # everywhere is here too


@db
def test_severity_kind_and_page_narrow():
    page, other = make.page(), make.page()
    make.subscriber(other)
    make.subscriber(page, scope={"kind": Kind.MAINTENANCE})
    make.subscriber(page, scope={"min_severity": 3})
    make.subscriber(page, confirmed=False)
    reader = make.subscriber(page, scope={"kind": Kind.INCIDENT, "min_severity": 2})

    assert told(scope(page, severity=2)) == {reader}


@db
def test_who_follows_one_incident_hears_of_that_one():
    page = make.page()
    one, two = make.told(page=page), make.told(page=page)
    reader = make.subscriber(page, scope={"incident": one})

    assert told(scope(page, incidents=[one.pk])) == {reader}
    assert told(scope(page, incidents=[two.pk])) == set()


@db
@pytest.mark.parametrize("state", ["paused_at", "quarantined_at"])
def test_who_paused_or_bounced_is_left_alone(state):
    page = make.page()
    reader = make.subscriber(page)
    setattr(reader, state, reader.created_at)
    reader.save()

    assert told(scope(page)) == set()


@db
def test_muted_is_muted():
    page = make.page()
    incident = make.told(page=page)
    Muted.objects.create(subscriber=make.subscriber(page), incident=incident)

    assert told(scope(page, incidents=[incident.pk])) == set()


@db
def test_many_scopes_of_an_address_are_one_message_in_the_dress_of_the_first_page():
    sms = make.component()
    second, first = make.page(sms, position=2), make.page(sms, position=1)
    reader = make.subscriber(second, first)
    make.subscription(reader, second, component=sms)
    found = Scope(pages=[first.pk, second.pk], places=[(sms.pk, None)], severity=1)

    assert list(reach.recipients(found).values_list("pk", "dress")) == [(reader.pk, first.pk)]


@db
def test_webhooks_get_one_for_each_page():
    first, second = make.page(), make.page()
    make.subscriber(first, second, transport=Transport.WEBHOOK)
    make.subscriber(first)
    found = Scope(pages=[first.pk, second.pk], places=[], severity=1)

    assert reach.count(found) == {Transport.EMAIL: 1, Transport.WEBHOOK: 2}


@db
def test_channels_by_team_severity_topic_and_secrecy():
    team, other = make.team(), make.team()
    part = make.component(parent=make.component(team=team))
    everybody = make.channel()
    mine = make.channel(team=team)
    make.channel(team=other)
    make.channel(min_severity=3)
    make.channel(topics=["clocks"])
    make.channel(is_active=False)
    security = make.channel(is_security=True, topics=[])
    incident = make.confirmed(affects=[part])
    announcement = incident.announcements.get(event="staff.confirmed")

    assert set(channels(announcement)) == {everybody, mine}

    incident.audience = Audience.RESTRICTED
    announcement.incident = incident
    assert channels(announcement) == [security]


COMPONENTS, LOCATIONS = 5, 3


class Rule(TestCase):
    """One query for all = the rule, for each subscription by itself."""

    @fast(max_examples=60, deadline=None)
    @given(
        parents=st.lists(st.integers(0, COMPONENTS - 1), min_size=COMPONENTS, max_size=COMPONENTS),
        places=st.lists(
            st.tuples(st.integers(0, COMPONENTS - 1), st.none() | st.integers(0, LOCATIONS - 1)), max_size=3
        ),
        wishes=st.lists(
            st.tuples(
                st.none() | st.integers(0, COMPONENTS - 1),
                st.none() | st.integers(0, LOCATIONS - 1),
                st.integers(1, 3),
            ),
            min_size=1,
            max_size=6,
        ),
        severity=st.integers(1, 3),
    )
    def test_the_query_is_the_rule(self, parents, places, wishes, severity):
        nodes = []
        for number, parent in enumerate(parents):
            nodes.append(make.component(parent=nodes[parent] if parent < number else None))
        where = [make.location() for _each in range(LOCATIONS)]
        page = make.page()
        readers = {}
        for component, location, least in wishes:
            picked = {
                "component": None if component is None else nodes[component],
                "location": None if location is None else where[location],
                "min_severity": least,
            }
            readers[make.subscriber(page, scope=picked).pk] = (component, location, least)
        found = scope(
            page,
            *((nodes[c].pk, None if at is None else where[at].pk) for c, at in places),
            severity=severity,
        )

        def above(number):
            yield number
            while nodes[number].parent:
                number = nodes.index(nodes[number].parent)
                yield number

        def matches(wish):
            component, location, least = wish
            if least > severity:
                return False
            if component is None and location is None:
                return True
            return any(
                (component is None or component in above(at)) and (location is None or place in (None, location))
                for at, place in places
            )

        expected = {pk for pk, wish in readers.items() if matches(wish)}
        assert set(reach.recipients(found).values_list("pk", flat=True)) == expected
        Subscriber.objects.all().delete()
