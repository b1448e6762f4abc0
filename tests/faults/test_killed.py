"""kill -9 at every step of a publishing: readers see the old or the new version whole, and the next one finishes."""

import signal
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Status
from statuspage import actions
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.stores.directory import PageFolder
from tests.faults import children, publishers, reading

SAMPLES = 12  # steps of a whole publishing at which one is killed; the store alone is killed at each


# The store alone: every step


class Row:
    public_id = publishers.PAGE


def tree(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}


@pytest.mark.parametrize("then", [1, 2, 3], ids=["taken back", "the same again", "something newer"])
def test_a_store_whose_writer_is_killed_at_any_step_stays_whole_and_is_mended_by_the_next(tmp_path, start, then):
    """``then``: the facts when the next publisher comes. What was taken back is on the disk no more."""
    expected, died = None, 0
    for step in range(1, 500):
        root = tmp_path / str(step)
        publishers.write(root, 1, 1)
        expected = expected or tree(root)
        killed = children.finish(start(publishers.write_and_die, root, step, 2))
        died += killed == -signal.SIGKILL

        assert len(reading.marks(Row, root)) == 1, step
        assert set(reading.plain(reading.hot(Row, root))) == {*publishers.HOT, "404.html"}

        publishers.write(root, 3, then)
        found = {reading.unpacked(path) for path in root.rglob("*.*") if path.is_file()}
        assert reading.marks(Row, root) == {then}
        assert reading.torn(root) == [], step
        assert {int(mark) for body in found for mark in reading.MARK.findall(body)} == {then}, step
        assert {path.replace("3-3", "1-1") for path in tree(root)} == expected, step
        if killed == 0:
            break
    assert died > 30


# A whole publisher: the database, the store, the map of addresses


def steps_of_a_publishing(page, start):
    heard, told = children.CONTEXT.Pipe(duplex=False)
    assert children.finish(start(publishers.count_steps, page.pk, told)) == 0
    return heard.recv()


@pytest.mark.django_db(transaction=True)
def test_a_publisher_killed_at_any_step_leaves_one_version_and_nothing_that_was_withdrawn(
    page, incident, root, start, unpublished, release
):
    with unpublished:
        actions.publish_update(incident, by=None, status=Status.INVESTIGATING, body="The first word.")
    count = steps_of_a_publishing(page, start)
    assert count > SAMPLES

    for number, step in enumerate(range(1, count, -(-count // SAMPLES)), 1):
        before = reading.marks(page, root)
        with unpublished:
            incident_actions.change_facts(incident, title=f"Delay no. {number}", by=None)
            slip = actions.publish_update(incident, by=None, status=Status.INVESTIGATING, body=f"Osprey no. {number}")
        assert children.finish(start(publishers.publish_and_die, page.pk, step)) == -signal.SIGKILL
        assert reading.marks(page, root) in (before, {number})

        with unpublished:
            incident_actions.withdraw_update(slip, by=None, reason="Names a carrier.")
        release(page)
        assert children.finish(start(publishers.publish, page.pk)) == 0

        assert reading.marks(page, root) == {number}
        assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
        assert reading.holding(b"Osprey", root) == []
        assert reading.torn(root) == []


@pytest.mark.django_db(transaction=True)
def test_a_publisher_killed_between_commit_and_publishing_is_made_good_by_the_sweep(page, incident, root, start):
    assert children.finish(start(publishers.publish_update_and_die, incident)) == -signal.SIGKILL
    assert reading.holding(b"Committed, and", root) == []

    publisher.sweep()

    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert reading.holding(b"Committed, and", root) != []


@pytest.mark.django_db(transaction=True)
def test_a_publisher_killed_with_the_lease_delays_the_page_for_the_lease_and_no_longer(
    page, incident, root, start, unpublished
):
    with unpublished:
        actions.publish_update(incident, by=None, status=Status.IDENTIFIED, body="It is the router.")
    began = timezone.now()
    assert children.finish(start(publishers.publish_and_die, page.pk, 5)) == -signal.SIGKILL
    over = PublishState.objects.get(page=page).leased_until
    assert began + publisher.LEASE < over < timezone.now() + publisher.LEASE

    with time_machine.travel(over - timedelta(milliseconds=100), tick=False):
        publisher.sweep()
    assert PublishState.objects.behind().filter(page=page).exists()
    with time_machine.travel(over + timedelta(milliseconds=1), tick=False):
        publisher.sweep()

    assert not PublishState.objects.behind().exists()
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert PageFolder(root, page.public_id).versions.exists()
