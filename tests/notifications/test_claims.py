"""A delivery has one holder at a time, whatever happens to workers, clocks and databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from notifications.choices import DeliveryState, Outcome, Priority, Transport
from notifications.models import Announcement, Attempt, Delivery
from notifications.queue import claims
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """The database has been there for a while."""
    monkeypatch.setattr(claims, "_well_since", claims.clock() - claims.SETTLE)


def rows(count, **fields):
    announcement = Announcement.objects.create(key="test", event="page.test", reach="one", state="done")
    return Delivery.objects.bulk_create(
        Delivery(announcement=announcement, transport=Transport.EMAIL, address_hash="0" * 32, **fields)
        for _each in range(count)
    )


def left_behind():
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


def test_what_is_claimed_is_claimed_by_nobody_else():
    rows(3)
    lease = claims.claim(Transport.EMAIL)

    assert len(lease.pks) == 3
    assert claims.claim(Transport.EMAIL) is None
    assert set(Delivery.objects.values_list("holder", flat=True)) == {lease.holder}


def test_only_what_is_due_of_this_transport():
    rows(1, due_at=timezone.now() + timedelta(minutes=1))

    assert claims.claim(Transport.EMAIL) is None
    assert claims.claim(Transport.WEBHOOK) is None


def test_the_urgent_first():
    late, soon = rows(2)
    Delivery.objects.filter(pk=soon.pk).update(priority=Priority.ASKED_FOR)

    assert claims.claim(Transport.EMAIL, limit=1).pks == {soon.pk}
    assert claims.claim(Transport.EMAIL, limit=1).pks == {late.pk}


def test_a_lease_allows_what_ends_before_it_does(monkeypatch):
    rows(1)
    lease = claims.claim(Transport.EMAIL)
    now = claims.clock()

    assert lease.allows(claims.LEASE - 1)
    assert not lease.allows(claims.LEASE + 1)
    monkeypatch.setattr(claims, "clock", lambda: now + claims.LEASE)  # frozen, and let go
    assert not lease.allows(0)


def test_what_a_dead_worker_held_is_taken_over_and_the_ledger_says_so():
    (row,) = rows(1)
    dead = claims.claim(Transport.EMAIL)
    left_behind()
    lease = claims.claim(Transport.EMAIL)

    assert lease.pks == {row.pk}
    assert lease.holder != dead.holder
    assert [attempt.outcome for attempt in Attempt.objects.all()] == [Outcome.UNKNOWN]
    assert Delivery.objects.get().attempts == 1


def test_who_lost_the_lease_renews_nothing_and_gives_nothing_back():
    rows(2)
    frozen = claims.claim(Transport.EMAIL)
    left_behind()
    lease = claims.claim(Transport.EMAIL)
    frozen.renew()
    frozen.give_back()

    assert frozen.pks == set()
    assert set(Delivery.objects.values_list("holder", "state")) == {(lease.holder, DeliveryState.SENDING)}


def test_a_lease_that_ran_out_is_not_renewed_even_if_nobody_took_over():
    rows(1)
    lease = claims.claim(Transport.EMAIL)
    left_behind()
    lease.renew()

    assert lease.pks == set()


def test_what_was_not_sent_goes_back_untouched():
    rows(2)
    claims.claim(Transport.EMAIL).give_back()

    assert set(Delivery.objects.values_list("state", "attempts", "holder")) == {(DeliveryState.DUE, 0, "")}
    assert not Attempt.objects.exists()


def test_after_an_outage_others_get_the_time_to_record():
    rows(1)
    claims.claim(Transport.EMAIL)
    left_behind()
    claims.database_is(well=False)
    claims.database_is(well=True)

    assert claims.claim(Transport.EMAIL) is None


def test_what_kills_every_worker_ends_as_a_failure_to_be_seen():
    rows(1, attempts=claims.MOST_ATTEMPTS - 1)
    claims.claim(Transport.EMAIL)
    left_behind()

    assert claims.claim(Transport.EMAIL) is None
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == (DeliveryState.FAILED, claims.MOST_ATTEMPTS)
    assert "again and again" in row.last_answer


def test_nobody_is_written_as_sending_without_a_holder():
    (row,) = rows(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.SENDING)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_share_without_overlap():
    made = {row.pk for row in rows(200)}

    def work(_number):
        mine = []
        try:
            while lease := claims.claim(Transport.EMAIL, limit=7):
                mine += lease.pks
        finally:
            connection.close()
        return mine

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(work, range(8)))

    everything = [pk for mine in found for pk in mine]
    assert len(everything) == len(set(everything))
    assert set(everything) == made


@pytest.mark.django_db(transaction=True)
def test_subscribers_are_not_part_of_the_lock():
    """Leaving works while one's message is being claimed."""
    reader = make.subscriber(make.page())
    rows(1, subscriber=reader)
    claims.claim(Transport.EMAIL)
    reader.delete()

    assert Delivery.objects.get().subscriber is None
