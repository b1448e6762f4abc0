"""An outage brings everybody at once: readers subscribe, some send without end, and staff go on with their work."""

import time

import pytest

from statuspage.serving.places import KINDS
from tests.faults import crowding
from tests.faults.crowding import Seen

pytestmark = pytest.mark.own_data

READERS, SLOW, STAFF = 24, 30, 3  # of a small crowd; the whole is in tests/bench/rush.py
PATIENT = KINDS["forms"].patience - 0.5  # seconds that a reader has waited who is refused


def test_a_crowd_is_served_and_staff_go_on_working(product):
    staff, page = Seen(), []
    with (
        crowding.slow_senders(product.port, SLOW),
        crowding.working(product, STAFF, staff) as people,
        crowding.reading(product.port, page),
    ):
        readers = crowding.readers(product.port, READERS)
        until = time.monotonic() + 30
        while not all(each.posted for each in people) and time.monotonic() < until:
            time.sleep(0.05)

    failed = set(staff.statuses) - {200, 412}  # 412: somebody else has posted meanwhile
    assert not failed, f"{failed}\n{product.said()[-6000:]}"
    assert all(each.posted for each in people)
    assert set(readers.statuses) <= {200, 503}
    assert readers.statuses[200] == 2 * READERS
    assert min(readers.refused, default=PATIENT) >= PATIENT
    assert len(page) > 20
    assert max(page) < 5  # it waits for nobody: a live request would wait for its turn, ten seconds and more
