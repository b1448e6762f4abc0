"""Announced, moved, changed: the class is computed in the act and stays with its arithmetic (3-05, 3-08)."""

from datetime import date, time, timedelta

import pytest

from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Expected, State, UpdateKind
from incidents.maintenance.exceptions import CountedOtherwise, NeedsApproval
from incidents.maintenance.judging import Affects, frozen_of, read
from incidents.maintenance.models import Window
from incidents.models import CalendarDay, ChangeFreeze
from tests import factories as make
from tests.incidents.maintenance.around import (
    DAY,
    HOUR,
    LATER,
    MONDAY,
    SOON,
    announced,
    asked,
    drafted,
    emergency,
    fresh,
    kinds,
    lead,
    on,
    running,
    support,
)

pytestmark = pytest.mark.django_db

MAY = ["Support", "Engineering Leads"]
MAY_NOT = ["Viewers", "Engineering", "Reliability", "Managers", "Security"]
SILENT = Message(deliver=False, silence_reason="Only us.")


@pytest.mark.parametrize("group", MAY)
def test_who_may_announce_and_what_is_kept(group):
    by, window = make.in_group(group), drafted()
    with on(MONDAY):
        update = actions.announce(window, by=by, message=Message("See you then."))
    row = fresh(window)
    assert (row.state, row.is_emergency, row.announced_at, row.author) == (State.SCHEDULED, False, MONDAY, by)
    assert (row.sequence, row.changed_at, row.version) == (0, MONDAY, window.version + 1)
    assert (update.kind, update.body, update.author) == (UpdateKind.POSTED, "See you then.", by)
    assert (update.is_emergency, update.arithmetic) == (False, row.arithmetic)
    assert row.history.first().history_user == update.history.first().history_user == by


@pytest.mark.parametrize("group", MAY_NOT)
def test_who_may_not(group):
    by, draft, window = make.in_group(group), drafted(), announced()
    for act in (
        lambda: actions.announce(draft, by=by),
        lambda: actions.reschedule(window, starts_at=LATER + DAY, ends_at=LATER + DAY + HOUR, by=by),
        lambda: actions.amend(window, title="Other", by=by),
        lambda: actions.ask_approval(draft, approver=lead(), reason="So", by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert (fresh(draft).state, fresh(window).version) == (State.DRAFT, window.version)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": " "}, "body"),
        ({"starts_at": MONDAY - 2 * HOUR, "ends_at": MONDAY}, "ends_at"),
    ],
)
def test_what_a_window_needs_to_be_announced(change, field):
    window = drafted()
    Window.objects.update(**change)
    with on(MONDAY), pytest.raises(DomainError) as error:
        actions.announce(window, by=None)
    assert (error.value.field, fresh(window).state) == (field, State.DRAFT)


def test_what_customers_read_stands_on_a_page():
    window = make.window(starts_at=LATER)
    with on(MONDAY), pytest.raises(DomainError) as error:
        actions.announce(window, by=None)
    assert error.value.field == "pages"
    with on(MONDAY), pytest.raises(DomainError) as error:
        actions.ask_approval(make.window(starts_at=SOON), approver=lead(), reason="So", by=support())
    assert error.value.field == "pages"


def test_internal_maintenance_needs_neither_page_nor_text_and_is_counted_all_the_same():
    window = make.window(starts_at=LATER, audience="internal", body="")
    with on(MONDAY):
        actions.announce(window, by=None)
    soon = make.window(starts_at=SOON, audience="internal", body="")
    with on(MONDAY), pytest.raises(NeedsApproval):
        actions.announce(soon, by=None)
    assert not fresh(window).is_emergency


def test_it_is_announced_once():
    window = announced()
    with pytest.raises(DomainError):
        actions.announce(window, by=None)
    assert kinds(window) == ["posted"]


def test_to_tell_nobody_needs_a_reason():
    window = drafted()
    with on(MONDAY):
        with pytest.raises(DomainError) as error:
            actions.announce(window, by=None, message=Message(deliver=False))
        assert error.value.field == "silence_reason"
        update = actions.announce(window, by=None, message=SILENT)
    assert (update.deliver_notifications, update.silence_reason) == (False, "Only us.")


# The class


def test_the_latest_of_all_places_counts_and_is_written_down():
    zagreb = make.calendar(name="Croatia", country="HR")
    night = make.calendar(name="Late", cut_off=time(22))
    frankfurt = make.location(name="Zagreb", time_zone="Europe/Zagreb", calendar=zagreb)
    sms = make.component()
    window = drafted(sms, location=frankfurt, page=make.page(sms, calendar=night, time_zone="UTC"))
    with on(MONDAY + 8 * HOUR):  # 18:00 on the page, 19:00 in Zagreb
        actions.announce(window, by=None)
    found = frozen_of(fresh(window))
    assert [(count.name, count.calendar, count.rolled) for count in found.counts] == [
        (str(window.pages.get()), "Late", ""), ("Zagreb", "Croatia", "after_cut_off"),
    ]  # fmt: skip
    # Wed 18 Nov is Remembrance Day there: the tenth business day after Tue 3 Nov is Tue 17 Nov
    assert found.earliest.isoformat() == "2026-11-16T23:00:00+00:00"
    assert found.deciding.name == "Zagreb"


def test_the_most_notice_that_any_page_asks_for_counts():
    sms = make.component()
    window = drafted(sms, page=make.page(sms, notice_days=5))
    make.place_window(make.page(sms, notice_days=13), window)
    with on(MONDAY), pytest.raises(NeedsApproval) as error:
        actions.announce(window, by=None)
    assert error.value.judgement.notice.asked == 13


def test_everywhere_is_every_location():
    late = make.calendar(cut_off=time(1))
    make.location(calendar=late), make.location()
    window = drafted(at=LATER - 2 * DAY)
    with on(MONDAY), pytest.raises(NeedsApproval):
        actions.announce(window, by=None)


def test_the_class_stays_whatever_becomes_of_the_calendar():
    calendar = make.calendar()
    sms = make.component()
    window = announced(sms, page=make.page(sms, calendar=calendar))
    before = (window.is_emergency, window.arithmetic)
    for day in range(3, 14):
        CalendarDay.objects.create(calendar=calendar, day=date(2026, 11, day), name="Feast")
    row = fresh(window)
    assert (row.is_emergency, row.arithmetic) == before
    with on(MONDAY):  # inside of what was announced
        actions.reschedule(row, starts_at=LATER + HOUR, ends_at=LATER + 2 * HOUR, by=None)
    assert (fresh(row).is_emergency, fresh(row).arithmetic) == before
    with on(MONDAY), pytest.raises(NeedsApproval):
        actions.reschedule(row, starts_at=LATER, ends_at=LATER + 2 * HOUR, by=None)


def test_an_act_on_another_class_than_was_read_is_refused_once():
    window = drafted()
    with on(MONDAY):
        with pytest.raises(CountedOtherwise):
            actions.announce(window, by=None, expected=True)
        assert fresh(window).state == State.DRAFT
        actions.announce(window, by=None, expected=False)


def test_an_emergency_is_not_announced_without_reason_and_approver():
    window = drafted(at=SOON)
    with on(MONDAY):
        with pytest.raises(NeedsApproval) as error:
            actions.announce(window, by=support())
        assert error.value.judgement.is_emergency
        with pytest.raises(DomainError) as error:
            actions.ask_approval(window, approver=lead(), reason=" ", by=support())
        assert error.value.field == "reason"
    assert (fresh(window).state, window.approvals.count()) == (State.DRAFT, 0)


# Freezes


def freeze(*calendars, first=date(2026, 11, 16), last=date(2026, 11, 20)):
    row = ChangeFreeze.objects.create(name="Peak season", first_day=first, last_day=last)
    row.calendars.set(calendars)
    return row


def test_a_start_in_a_freeze_needs_an_approver_and_is_no_emergency():
    freeze()
    window, by = drafted(), support()
    with on(MONDAY):
        with pytest.raises(NeedsApproval) as error:
            actions.announce(window, by=by)
        assert not error.value.judgement.is_emergency
        approval = asked(window, by=by)
        actions.approve(approval, by=approval.approver)
    row = fresh(window)
    assert (row.is_emergency, row.approved_by, row.reason) == (False, approval.approver, "Exploited already.")
    assert frozen_of(row).starts_in[0].name == "Peak season"


def test_a_freeze_of_another_calendar_holds_nothing_up():
    freeze(make.calendar())
    sms = make.component()
    window = announced(sms, page=make.page(sms, calendar=make.calendar()))
    assert not window.is_emergency


def test_a_freeze_that_came_later_asks_for_an_approver_when_the_window_is_moved_inside_of_itself():
    window = announced()
    freeze()
    with on(MONDAY):
        times = {"starts_at": LATER + HOUR, "ends_at": LATER + 2 * HOUR}
        with pytest.raises(NeedsApproval):
            actions.reschedule(window, by=None, **times)
        approval = asked(window, **times)
        actions.approve(approval, by=approval.approver)
    row = fresh(window)
    assert (row.is_emergency, row.arithmetic, row.starts_at) == (False, window.arithmetic, LATER + HOUR)
    assert row.approved_by == approval.approver


# Moved


def test_moved_inside_of_itself_it_keeps_its_class():
    window = announced()
    with on(LATER - HOUR):  # far too late for any planned start
        update = actions.reschedule(window, starts_at=LATER + HOUR, ends_at=LATER + 2 * HOUR, by=None)
    row = fresh(window)
    assert (row.is_emergency, row.arithmetic, row.starts_at) == (False, window.arithmetic, LATER + HOUR)
    assert (row.sequence, row.version) == (window.sequence + 1, window.version + 1)
    assert (update.kind, update.old_starts_at, update.old_ends_at) == (UpdateKind.MOVED, LATER, LATER + 2 * HOUR)


@pytest.mark.parametrize(
    "times", [(LATER, LATER + 3 * HOUR), (LATER - HOUR, LATER + HOUR), (LATER + DAY, LATER + 2 * DAY)]
)
def test_postponed_or_made_longer_at_short_notice_it_is_an_emergency(times):
    window = announced()
    starts_at, ends_at = times
    with on(LATER - 2 * DAY):
        with pytest.raises(NeedsApproval):
            actions.reschedule(window, starts_at=starts_at, ends_at=ends_at, by=None)
        approval = asked(window, starts_at=starts_at, ends_at=ends_at)
        update = actions.approve(approval, by=approval.approver)
    row = fresh(window)
    assert (row.is_emergency, row.starts_at, row.ends_at) == (True, starts_at, ends_at)
    assert (update.kind, update.is_emergency, update.reason) == ("moved", True, "Exploited already.")
    assert update.approved_by == approval.approver
    assert read(update.arithmetic).published_at == LATER - 2 * DAY


def test_moved_far_ahead_an_emergency_is_planned_maintenance():
    window = emergency()
    with on(MONDAY):
        actions.reschedule(window, starts_at=LATER, ends_at=LATER + HOUR, by=None)
    row = fresh(window)
    assert (row.is_emergency, row.reason, row.approved_by, row.approved_at) == (False, "", None, None)
    first = row.updates.get(kind="posted")
    assert (first.is_emergency, first.reason, first.approved_by) == (True, "Exploited already.", window.approved_by)


def test_the_latest_announcement_counts_when_it_is_moved_again():
    window = announced(hours=6)
    with on(MONDAY):
        actions.reschedule(window, starts_at=LATER + HOUR, ends_at=LATER + 2 * HOUR, by=None)
    with on(LATER - DAY), pytest.raises(NeedsApproval):  # inside of the first, outside of what holds now
        actions.reschedule(window, starts_at=LATER, ends_at=LATER + 2 * HOUR, by=None)


def test_what_is_not_moved():
    window = announced()
    for times, field in [
        ((LATER, LATER + 2 * HOUR), "starts_at"),
        ((LATER + HOUR, LATER), "ends_at"),
        ((MONDAY - 2 * HOUR, MONDAY - HOUR), "ends_at"),
    ]:
        with on(MONDAY), pytest.raises(DomainError) as error:
            actions.reschedule(window, starts_at=times[0], ends_at=times[1], by=None)
        assert error.value.field == field
    for other in (drafted(), running()):
        with pytest.raises(DomainError):
            actions.reschedule(other, starts_at=LATER + DAY, ends_at=LATER + DAY + HOUR, by=None)
    with on(MONDAY), pytest.raises(StaleVersion):
        actions.reschedule(window, starts_at=LATER + DAY, ends_at=LATER + DAY + HOUR, by=None, version=0)
    assert kinds(window) == ["posted"]


# Changed


def test_what_readers_see_is_changed_with_a_word():
    window, by = announced(), support()
    with on(MONDAY + DAY):
        update = actions.amend(window, title="Two routers", by=by, message=Message("Another title."))
    row = fresh(window)
    assert (row.title, row.sequence, row.changed_at) == ("Two routers", window.sequence + 1, MONDAY + DAY)
    assert (update.kind, update.body, update.is_emergency) == (UpdateKind.CHANGED, "Another title.", None)
    assert (row.is_emergency, row.arithmetic) == (window.is_emergency, window.arithmetic)


def test_what_is_as_before_is_not_told():
    window = announced()
    same = [Affects(each.component, each.location, Expected(each.expected)) for each in window.impacts.all()]
    assert actions.amend(window, title=window.title, affects=same, by=None) is None
    assert kinds(window) == ["posted"]


def test_a_place_that_nobody_was_told_of_is_announced_in_time_or_not_at_all():
    window, voice = announced(), make.component()
    wider = [*[Affects(each.component) for each in window.impacts.all()], Affects(voice)]
    with on(LATER - DAY), pytest.raises(DomainError) as error:
        actions.amend(window, affects=wider, by=None)
    assert error.value.field == "affects"
    assert window.impacts.count() == 1
    with on(MONDAY + HOUR):
        actions.amend(window, affects=wider, by=None)
    assert window.impacts.count() == 2
    with on(LATER - DAY):  # less than was told is no surprise
        actions.amend(window, affects=wider[:1], by=None)
    assert window.impacts.count() == 1


def test_a_place_with_a_change_freeze_then_is_added_by_nobody_alone():
    """It would be a way around the approval that announcing it there asks for."""
    window, paris = announced(), make.location(name="Paris", calendar=(calm := make.calendar()))
    freeze(calm)
    [old] = window.impacts.all()
    wider = [Affects(old.component), Affects(old.component, paris)]
    with on(MONDAY + HOUR), pytest.raises(DomainError, match="change freeze there: Peak season") as error:
        actions.amend(window, affects=wider, by=support())
    assert (error.value.field, window.impacts.count()) == ("affects", 1)

    approved = emergency()
    freeze(calm, first=date(2026, 11, 5), last=date(2026, 11, 6))
    [old] = approved.impacts.all()
    with on(MONDAY + HOUR):
        actions.amend(approved, affects=[Affects(old.component), Affects(old.component, paris)], by=support())
    assert approved.impacts.count() == 2


def test_what_is_not_changed_this_way():
    window = announced()
    for facts in ({"starts_at": LATER + HOUR}, {"audience": "internal"}, {"title": " "}):
        with pytest.raises(DomainError):
            actions.amend(window, by=None, **facts)
    for other in (drafted(), ended()):
        with pytest.raises(DomainError):
            actions.amend(other, title="Other", by=None)


def ended():
    window = running()
    actions.end(window, by=None)
    return fresh(window)


def test_a_change_withdraws_what_was_asked_for_before_it():
    window = announced()
    with on(LATER - 2 * DAY):
        approval = asked(window, starts_at=LATER + DAY, ends_at=LATER + DAY + timedelta(hours=2))
        actions.amend(window, title="Two routers", by=None)
    assert fresh(approval).decision == "withdrawn"
