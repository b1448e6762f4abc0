"""Mails about somebody's account: who asked, where they go, and that nothing changes for whoever did not want it."""

from urllib.parse import urlsplit

import pytest

from incidents.actions import addresses, passwords, people
from notifications.addresses import hashed
from notifications.choices import Event
from notifications.messages import mail
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from tests import factories as make

pytestmark = pytest.mark.django_db
OLD, NEW = "vera@example.com", "vera.holm@example.com"


def vera(**fields):
    return make.user(**{"email": OLD, "username": OLD, "first_name": "Vera", "password": make.PASSWORD} | fields)


def mails():
    """What would leave now: event, address and text of each; and why the rest does not."""
    batch = Batch(Delivery.objects.values_list("pk", flat=True))
    found = {}
    for each in batch.outgoing:
        said = mail.prepare(each)
        text = b"".join(said.pieces).decode().replace("=\r\n", "").replace("\r\n", " ")
        found[each.news.event] = (each.recipient.address, text)
    return found, list(batch.cancelled.values())


def test_a_link_that_somebody_sent_says_who_and_goes_to_the_address_on_the_account():
    passwords.send_link(vera(), by=make.superuser(first_name="Ingrid", last_name="Solberg"))
    to, text = mails()[0][Event.PERSON_PASSWORD]
    assert to == OLD
    assert "Ingrid Solberg had this link sent to you." in text
    assert "If you did not want it, do nothing: nothing has changed." in text


def test_a_change_of_address_asks_the_new_one_and_tells_the_old_one():
    person = vera()
    change = addresses.ask_address(person, address=NEW, by=make.superuser(first_name="Ingrid"))
    found, _none = mails()

    assert {event: to for event, (to, _text) in found.items()} == {Event.PERSON_ADDRESS: NEW, Event.PERSON_MOVING: OLD}
    asking, telling = found[Event.PERSON_ADDRESS][1], found[Event.PERSON_MOVING][1]
    assert f"Ingrid asked that your account go on to this address. Until now it is {OLD}." in asking
    assert f"Ingrid asked that your account go on to {NEW}." in telling
    assert "/admin/address/" in asking
    assert "/admin/address/" not in telling
    assert "/admin/preferences/" in telling
    assert not any("/admin/address/" in str(row.content) for row in Announcement.objects.all())
    assert {row.address_hash for row in Delivery.objects.all()} == {hashed("email", NEW), hashed("email", OLD)}
    assert addresses.whose(urlsplit(addresses.confirm_url(change)).path.split("/")[3], by=person) == change


def test_of_one_s_own_change_both_say_you():
    person = vera()
    addresses.ask_address(person, address=NEW, by=vera_may(person))
    found, _none = mails()
    assert "You asked that your account go on to" in found[Event.PERSON_ADDRESS][1]
    assert "You asked that your account go on to" in found[Event.PERSON_MOVING][1]


def vera_may(person):
    person.is_superuser = True
    return person


def test_the_old_address_is_told_even_when_the_new_one_counts_already():
    person = vera()
    change = addresses.ask_address(person, address=NEW, by=None)
    addresses.confirm_address(urlsplit(addresses.confirm_url(change)).path.split("/")[3], by=person)
    found, cancelled = mails()
    assert {event: to for event, (to, _text) in found.items()} == {Event.PERSON_MOVING: OLD}
    assert cancelled == ["The change of the address was cancelled."]


def test_what_was_cancelled_is_not_asked_any_more():
    person = vera()
    addresses.ask_address(person, address=NEW, by=None)
    addresses.cancel_address(person, by=person)
    found, cancelled = mails()
    assert set(found) == {Event.PERSON_MOVING}
    assert cancelled == ["The change of the address was cancelled."]


def test_who_is_kept_out_gets_none_of_it():
    person = vera()
    addresses.ask_address(person, address=NEW, by=None)
    people.set_active(person, is_active=False, by=make.superuser())
    found, cancelled = mails()
    assert (found, cancelled) == ({}, ["The person is no longer active."] * 2)
