"""Workers die, freeze and meet receivers that misbehave; the receivers' own logs are held against the ledger.

Every delivery ends as sent or as a failure to be seen. A message comes twice only where a worker died or froze between
its check of the lease and its record, and then under the same id.
"""

import signal
import time

import pytest

from notifications.announcements import release
from notifications.choices import DeliveryState, Outcome, Transport
from notifications.models import Attempt, Delivery, Subscriber
from statuspage.actions import publish_update
from tests import factories as make
from tests.config.processes import until
from tests.faults import senders
from tests.faults.children import is_frozen, thaw, until_frozen
from tests.faults.receivers import Endpoint, Mailbox

pytestmark = pytest.mark.django_db(transaction=True)

MISBEHAVING = ["slow", "later", "never", "broken", "reset", "silent"]
LEASE = 4.0  # seconds
OVER_HTTP = ["slow", "busy", "broken", "reset", "silent", "gone", "hang"]


@pytest.fixture
def mailbox():
    with Mailbox() as box:
        yield box


@pytest.fixture
def endpoint():
    with Endpoint() as point:
        yield point


@pytest.fixture
def readers(page, incident):
    """Who asks when the first notice is out already."""
    while release.step():
        pass
    return lambda *names: [make.subscriber(page, address=f"{name}-{n}@example.com") for n, name in enumerate(names)]


def tell(page, incident):
    return publish_update(incident, by=None, pages=[page], status="identified", body="A cable is cut.")


def finished():
    rows = Delivery.objects.filter(subscriber__isnull=False)
    return rows.exists() and not rows.open().exists()


def states():
    return {
        row.subscriber.address.split("-")[0].rpartition("/")[2]: row.state
        for row in Delivery.objects.filter(subscriber__isnull=False).select_related("subscriber")
    }


def test_mail_servers_that_misbehave(start, page, incident, mailbox, readers):
    readers("well", *MISBEHAVING)
    tell(page, incident)
    start(senders.send_on, mailbox.port)
    until(finished, 60)

    assert states() == {"well": DeliveryState.SENT} | {
        name: DeliveryState.FAILED if name == "never" else DeliveryState.SENT for name in MISBEHAVING
    }
    assert Subscriber.objects.get(address__startswith="never").quarantined_at
    assert {key.split("-")[0] for key in mailbox.log.repeats} == {"silent"}  # it took the mail and never said so
    assert Attempt.objects.filter(outcome=Outcome.UNKNOWN).count() == 1


def test_endpoints_that_misbehave(start, page, incident, mailbox, endpoint, readers):
    for number, name in enumerate(["well", *OVER_HTTP]):
        url = endpoint.url(f"{name}-{number}")
        make.subscriber(
            page, transport=Transport.WEBHOOK, address=url, secret="whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
        )
    tell(page, incident)
    start(senders.send_on, mailbox.port)

    def all_but_the_hanging():
        rest = Delivery.objects.filter(subscriber__isnull=False).exclude(subscriber__address__contains="hang")
        return rest.exists() and not rest.open().exists()

    until(all_but_the_hanging, 60)
    until(lambda: Attempt.objects.filter(delivery__subscriber__address__contains="hang").exists(), 30)
    found = states()
    assert found.pop("hang") in (DeliveryState.DUE, DeliveryState.SENDING)
    assert found.pop("gone") == DeliveryState.FAILED
    assert set(found.values()) == {DeliveryState.SENT}
    assert Subscriber.objects.get(address__contains="gone").quarantined_at
    assert {key.split("-")[0] for key in endpoint.log.repeats} <= {"silent"}


@pytest.mark.parametrize("step", ["claimed", "before DATA", "after 250"])
def test_a_worker_is_killed_and_the_next_one_goes_on(start, page, incident, mailbox, readers, step):
    readers(*["well"] * 12)
    tell(page, incident)
    dead = start(senders.send_and, step, "die", mailbox.port, LEASE)
    dead.join(30)
    assert dead.exitcode == -signal.SIGKILL

    start(senders.send_on, mailbox.port, LEASE)
    until(finished, 60)

    assert set(states().values()) == {DeliveryState.SENT}
    assert sum(len(set(ids)) for ids in mailbox.log.taken.values()) == 12  # the same id where it came again
    again = len(mailbox.log.repeats)
    assert again == (0 if step == "claimed" else 2 if step == "before DATA" else 3), mailbox.log.repeats
    assert Attempt.objects.filter(outcome=Outcome.UNKNOWN).count() == 12


@pytest.mark.parametrize("step", ["claimed", "before the check"])
def test_frozen_past_its_lease_it_sends_nothing_more(start, page, incident, mailbox, readers, step):
    readers(*["well"] * 6)
    tell(page, incident)
    frozen = start(senders.send_and, step, "freeze", mailbox.port, LEASE)
    until_frozen(frozen)
    holders = set(Delivery.objects.filter(state=DeliveryState.SENDING).values_list("holder", flat=True))
    start(senders.send_on, mailbox.port, LEASE)  # it waits until the lease of the frozen one is over
    until(finished, 60)
    taken = mailbox.log.count
    thaw(frozen)
    until(lambda: not is_frozen(frozen), 5)
    time.sleep(1)  # enough for all that it still believes to hold

    assert len(holders) == 1
    assert mailbox.log.count == taken
    assert set(states().values()) == {DeliveryState.SENT}


def test_two_workers_send_each_once(start, page, incident, mailbox, readers):
    mailbox.pause = 0.002
    readers(*["well"] * 400)
    tell(page, incident)
    for _each in range(2):
        start(senders.send_on, mailbox.port)
    until(finished, 60)

    assert mailbox.log.count == 400
    assert not mailbox.log.repeats
    assert Attempt.objects.filter(outcome=Outcome.SENT).count() == 400
