"""SIGSTOP: a publisher that is frozen past its lease, before the file lock and inside it, and let go on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions as incident_actions
from statuspage.models import PublishState
from statuspage.publishing import publisher
from tests.faults import children, publishers, reading

pytestmark = pytest.mark.django_db(transaction=True)
SWEEP = 2.0  # seconds between two sweeps
BUSY = 20.0  # seconds more on a busy machine


def frozen_with(number, page, incident, start, unpublished, *, event):
    """A publisher that read the facts ``number`` and does not come to ``event``."""
    with unpublished:
        incident_actions.change_facts(incident, title=f"Delay no. {number}", by=None)
    process = start(publishers.publish_and_freeze, page.pk, event)
    children.until_frozen(process)
    return process


def is_behind(page):
    return PublishState.objects.behind().filter(page=page).exists()


def stamps(root):
    """Every file with when and where it was written, the version of the page among them."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_ino)
        for path in root.rglob("*")
        if not path.is_dir() and path.name != "lock"
    }


def test_frozen_before_the_lock_it_writes_nothing_when_it_goes_on(
    page, incident, root, start, unpublished, quick, release
):
    process = frozen_with(1, page, incident, start, unpublished, event=children.LOCK)
    PublishState.objects.update(leased_until=timezone.now() + timedelta(minutes=5))  # however busy the machine is
    with unpublished:
        incident_actions.change_facts(incident, title="Delay no. 2", by=None)
    publisher.sweep()
    assert (reading.marks(page, root), is_behind(page)) == ({0}, True)

    release(page)
    children.until(lambda: publisher.sweep() or not is_behind(page), seconds=publisher.LEASE.total_seconds() + BUSY)
    assert reading.marks(page, root) == {2}
    before = stamps(root)
    children.thaw(process)

    assert children.finish(process) == 0
    assert stamps(root) == before
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert not is_behind(page)


@pytest.mark.parametrize("event", ["os.rename", "os.symlink"], ids=["at the fence", "at the switch"])
def test_frozen_inside_the_lock_it_delays_the_others_who_say_so_and_readers_read_on(
    page, incident, root, start, unpublished, quick, event
):
    process = frozen_with(1, page, incident, start, unpublished, event=event)
    with unpublished:
        incident_actions.change_facts(incident, title="Delay no. 2", by=None)
    children.until(
        lambda: publisher.sweep() or PublishState.objects.exclude(last_error="").exists(),
        seconds=publisher.LEASE.total_seconds() + BUSY,
    )

    status, problems = reading.readiness()
    assert status.startswith("503")
    assert problems[0].startswith("Page platform could not be published: Busy: Another publisher has held ")
    assert reading.marks(page, root) == {0}
    assert len(reading.hot(page, root)) > 10

    children.thaw(process)
    children.until(lambda: publisher.sweep() or not is_behind(page), seconds=publisher.RETRY.total_seconds() + BUSY)
    assert children.finish(process) == 0
    assert reading.marks(page, root) == {2}
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert reading.readiness() == ("200 OK", [])
    assert reading.torn(root) == []


def test_the_lease_the_patience_and_the_sweep_are_short_enough_for_a_promise():
    assert publisher.LEASE.total_seconds() <= 5
    assert publisher.RETRY.total_seconds() <= SWEEP
