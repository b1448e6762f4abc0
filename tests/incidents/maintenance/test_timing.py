"""Windows begin and end at their times: in time, late, once, whoever looks."""

from datetime import timedelta

import pytest

from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import State
from incidents.maintenance.models import Window, WindowUpdate
from incidents.maintenance.signals import told
from incidents.maintenance.timing import keep_time
from tests import factories as make
from tests.incidents.maintenance.around import (
    DAY,
    HOUR,
    LATER,
    MINUTE,
    MONDAY,
    announced,
    drafted,
    fresh,
    kinds,
    on,
    running,
)  # fmt: skip
from tests.incidents.test_concurrency import at_once, refused

END = LATER + 2 * HOUR
SECOND = timedelta(seconds=1)


@pytest.mark.django_db
def test_it_begins_and_ends_at_its_times():
    window = announced()
    assert keep_time(LATER - SECOND) == 0
    assert keep_time(LATER) == 1
    row = fresh(window)
    assert (row.state, row.started_at, row.version) == (State.IN_PROGRESS, LATER, window.version + 1)
    assert keep_time(END - SECOND) == 0
    assert keep_time(END + 4 * SECOND) == 1
    row = fresh(window)
    assert (row.state, row.started_at, row.ended_at, row.outcome) == (State.COMPLETED, LATER, END, "")
    assert keep_time(END + DAY) == 0
    assert kinds(window) == ["posted", "begun", "ended"]
    assert not WindowUpdate.objects.filter(is_late=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("after", "is_late"), [(MINUTE, False), (MINUTE + SECOND, True)])
def test_what_was_missed_is_done_late_and_marked_so(after, is_late):
    window = announced()
    keep_time(LATER + after)
    update = window.updates.get(kind="begun")
    assert (update.is_late, update.posted_at, update.deliver_notifications) == (is_late, LATER + after, True)
    assert fresh(window).started_at == LATER
    keep_time(END + after)
    assert window.updates.get(kind="ended").is_late == is_late


@pytest.mark.django_db
def test_what_was_missed_whole_begins_and_ends_and_nobody_is_told_that_it_begins():
    window = announced()
    assert keep_time(END + DAY) == 2
    begun, ended = window.updates.get(kind="begun"), window.updates.get(kind="ended")
    assert (begun.is_late, begun.deliver_notifications, bool(begun.silence_reason)) == (True, False, True)
    assert (ended.is_late, ended.deliver_notifications) == (True, True)
    row = fresh(window)
    assert (row.state, row.started_at, row.ended_at) == (State.COMPLETED, LATER, END)


@pytest.mark.django_db
def test_of_what_nobody_was_told_of_on_purpose_nobody_is_told_by_itself():
    window = drafted()
    silent = Message(deliver=False, silence_reason="Nobody notices it.")
    with on(MONDAY):
        actions.announce(window, by=None, message=silent)
    assert keep_time(END) == 2
    told = window.updates.order_by("pk").values_list("kind", "deliver_notifications", "silence_reason")
    assert list(told) == [(kind, False, "Nobody notices it.") for kind in ("posted", "begun", "ended")]

    window = drafted()
    with on(MONDAY):
        actions.announce(window, by=None, message=silent)
        actions.post_update(fresh(window), by=None, message=Message("After all: you may notice it."))
    assert [keep_time(LATER), keep_time(END)] == [1, 1]
    assert [each.deliver_notifications for each in window.updates.order_by("pk")] == [False, True, True, True]


@pytest.mark.django_db
def test_one_that_fails_holds_up_no_other(caplog):
    broken, sound, over = announced(), announced(), running()

    def fails(update, window, **kwargs):
        if window.pk == broken.pk:
            raise ValueError("a receiver broke")

    told.connect(fails)
    try:
        with pytest.raises(ValueError, match="a receiver broke"):
            keep_time(END)
    finally:
        told.disconnect(fails)
    assert [fresh(row).state for row in (broken, sound, over)] == ["scheduled", "completed", "completed"]
    assert [broken.public_id in record.getMessage() for record in caplog.records] == [True]
    assert kinds(broken) == ["posted"]
    assert keep_time(END) == 2


@pytest.mark.django_db
def test_by_hand_nothing_happens_by_itself():
    window = announced(is_automatic=False)
    assert keep_time(END + DAY) == 0
    with on(LATER + MINUTE):
        actions.begin(window, by=None)
    assert keep_time(END + DAY) == 0
    assert fresh(window).state == State.IN_PROGRESS


@pytest.mark.django_db
def test_what_was_moved_cancelled_or_extended_meanwhile_is_left_alone():
    moved, cancelled, extended = announced(), announced(), running()
    with on(LATER - HOUR):
        actions.reschedule(moved, starts_at=LATER + HOUR, ends_at=END, by=None)
        actions.cancel(cancelled, reason="So.", by=None)
        actions.extend(extended, ends_at=END + HOUR, by=None)
    assert actions.begin_by_itself(moved, now=LATER) is None
    assert actions.begin_by_itself(cancelled, now=LATER) is None
    assert actions.end_by_itself(extended, now=END) is None
    assert [fresh(row).state for row in (moved, cancelled, extended)] == ["scheduled", "cancelled", "in_progress"]


@pytest.mark.django_db
def test_verifying_it_ends_at_its_time_too():
    window = running()
    with on(LATER + HOUR):
        actions.verify(window, by=None)
    keep_time(END)
    assert fresh(window).state == State.COMPLETED


@pytest.mark.django_db
def test_where_nothing_is_due_two_questions_are_asked_whatever_there_is(same_queries):
    sms = make.component()
    page = make.page(sms)
    announced(sms, page=page)
    with same_queries(at_most=2):
        keep_time(LATER - SECOND)
    for _number in range(20):
        announced(sms, page=page)
    with same_queries(at_most=2):
        keep_time(LATER - SECOND)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_begin_and_end_each_window_once():
    for _number in range(5):
        announced()
    assert refused(at_once(*[lambda: keep_time(LATER)] * 4)) == 0
    assert WindowUpdate.objects.filter(kind="begun").count() == 5
    results = at_once(*[lambda: keep_time(END)] * 4)
    assert (refused(results), sum(results)) == (0, 5)
    assert WindowUpdate.objects.filter(kind="ended").count() == 5
    assert set(Window.objects.values_list("state", "sequence")) == {(State.COMPLETED, 2)}


@pytest.mark.django_db(transaction=True)
def test_begun_by_itself_and_cancelled_at_once_it_has_one_story():
    window = announced()
    with on(LATER):
        results = at_once(
            lambda: keep_time(LATER), lambda: actions.cancel(window, reason="So.", by=None, version=window.version)
        )
    row = fresh(window)
    if refused(results):  # it had begun
        assert (row.state, kinds(row)) == (State.IN_PROGRESS, ["posted", "begun"])
    else:
        assert (row.state, kinds(row), row.started_at) == (State.CANCELLED, ["posted", "cancelled"], None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_does():
    from tests.incidents.maintenance.around import MONDAY, SOON, asked, drafted, lead

    with on(MONDAY):
        approval = asked(drafted(at=SOON))
        people = [lead() for _number in range(3)]
        results = at_once(*[lambda by=by: actions.approve(approval, by=by) for by in people])
    assert refused(results) == 2
    assert WindowUpdate.objects.count() == 1
