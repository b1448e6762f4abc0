"""Somebody else approves an emergency (3-07): asked, approved, declined, withdrawn, and never by its author."""

from datetime import timedelta

import pytest

from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.maintenance import actions, signals
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Decision, State
from incidents.maintenance.exceptions import CountedOtherwise
from incidents.maintenance.judging import frozen_of
from incidents.maintenance.models import Window
from incidents.models import BusinessCalendar, ChangeFreeze
from tests import factories as make
from tests.incidents.maintenance.around import (
    DAY,
    HOUR,
    LATER,
    MINUTE,
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


@pytest.fixture
def draft():
    """Too soon to be planned."""
    return drafted(at=SOON)


@pytest.fixture
def monday():
    with on(MONDAY) as clock:
        yield clock


def test_approved_it_is_announced_at_once_in_the_name_of_who_asked(draft, monday):
    by, approver = support(), lead()
    message = Message("Sorry, it cannot wait.", deliver=False, silence_reason="They know.")
    approval = asked(draft, by=by, approver=approver, message=message, version=draft.version)
    assert (fresh(draft).state, approval.is_emergency, approval.decision) == (State.DRAFT, True, "")
    monday.move_to(MONDAY + HOUR)
    update = actions.approve(approval, by=approver)
    row = fresh(draft)
    assert (row.state, row.is_emergency, row.announced_at) == (State.SCHEDULED, True, MONDAY + HOUR)
    assert (row.author, row.approved_by, row.approved_at, row.reason) == (by, approver, MONDAY + HOUR, approval.reason)
    assert (update.author, update.approved_by, update.reason) == (by, approver, "Exploited already.")
    assert (update.body, update.deliver_notifications) == ("Sorry, it cannot wait.", False)
    assert (fresh(approval).decision, fresh(approval).decided_by) == (Decision.APPROVED, approver)
    assert frozen_of(row).published_at == MONDAY + HOUR
    latest = row.history.first()
    assert (latest.history_user, latest.history_change_reason) == (by, "Exploited already.")
    assert fresh(approval).history.first().history_user == approver


@pytest.mark.parametrize("group", ["Viewers", "Support", "Engineering", "Reliability", "Security"])
def test_who_may_not_approve(group, draft, monday):
    person = make.in_group(group)
    with pytest.raises(DomainError) as error:
        asked(draft, approver=person)
    assert error.value.field == "approver"
    approval = asked(draft)
    for act in (actions.approve, lambda it, by: actions.decline(it, reason="No.", by=by)):
        with pytest.raises(NotAllowed):
            act(approval, by=person)
    assert (fresh(draft).state, fresh(approval).decision) == (State.DRAFT, "")


@pytest.mark.parametrize("group", ["Engineering Leads", "Managers"])
def test_anybody_with_the_right_may_approve(group, draft, monday):
    actions.approve(asked(draft), by=make.in_group(group))
    assert fresh(draft).is_emergency


def test_somebody_who_left_is_not_asked(draft, monday):
    with pytest.raises(DomainError):
        asked(draft, approver=make.in_group("Managers", is_active=False))


# Nobody approves what is their own


def test_whoever_asks_neither_names_themselves_nor_approves(draft, monday):
    both = lead()
    with pytest.raises(DomainError) as error:
        asked(draft, by=both, approver=both)
    assert error.value.field == "approver"
    approval = asked(draft, by=both)
    with pytest.raises(NotAllowed):
        actions.approve(approval, by=both)
    assert fresh(draft).state == State.DRAFT


def test_whoever_wrote_the_draft_does_not_approve_it_when_somebody_else_asks(monday):
    author = lead()
    draft = drafted(at=SOON, by=author)
    with pytest.raises(DomainError) as error:
        asked(draft, approver=author)
    assert error.value.field == "approver"
    approval = asked(draft)
    with pytest.raises(NotAllowed):
        actions.approve(approval, by=author)
    actions.approve(approval, by=lead())


def test_at_which_times_it_shall_be_instead_whoever_asks_says(monday):
    first = lead()
    window = drafted()
    actions.announce(window, by=first)
    approval = asked(window, approver=first, starts_at=SOON, ends_at=SOON + HOUR)
    actions.approve(approval, by=first)
    row = fresh(window)
    assert (row.author, row.approved_by) == (approval.asked_by, first)


# Declined, withdrawn, decided twice


def test_declined_it_stays_a_draft_and_can_be_asked_for_again(draft, monday):
    approval, approver = asked(draft), lead()
    with pytest.raises(DomainError) as error:
        actions.decline(approval, reason=" ", by=approver)
    assert error.value.field == "reason"
    actions.decline(approval, reason="Wait for Monday.", by=approver)
    row = fresh(approval)
    assert (row.decision, row.decided_by, row.decision_reason) == ("declined", approver, "Wait for Monday.")
    assert row.history.first().history_change_reason == "Wait for Monday."
    assert fresh(draft).state == State.DRAFT
    actions.approve(asked(draft), by=approver)


def test_declined_an_announced_window_stays_where_it_was(monday):
    window = announced()
    approval = asked(window, starts_at=SOON, ends_at=SOON + HOUR)
    actions.decline(approval, reason="No.", by=lead())
    assert (fresh(window).starts_at, kinds(window)) == (LATER, ["posted"])


@pytest.mark.parametrize("decision", [Decision.APPROVED, Decision.DECLINED, Decision.WITHDRAWN])
def test_it_is_decided_once(decision, draft, monday):
    approval = asked(draft)
    acts = {
        Decision.APPROVED: lambda: actions.approve(approval, by=approval.approver),
        Decision.DECLINED: lambda: actions.decline(approval, reason="No.", by=approval.approver),
        Decision.WITHDRAWN: lambda: actions.withdraw(approval, by=approval.asked_by),
    }
    acts[decision]()
    for again in acts.values():
        with pytest.raises(DomainError):
            again()
    assert fresh(approval).decision == decision


def test_to_ask_somebody_else_withdraws_the_question_before(draft, monday):
    first = asked(draft)
    second = asked(draft)
    assert (fresh(first).decision, second.decision) == ("withdrawn", "")
    assert draft.approvals.open().get() == second


def test_who_may_withdraw(draft, monday):
    approval = asked(draft)
    for group in ("Viewers", "Engineering", "Managers"):
        with pytest.raises(NotAllowed):
            actions.withdraw(approval, by=make.in_group(group))
    actions.withdraw(approval, by=support())
    assert fresh(draft).version > draft.version


@pytest.mark.parametrize(
    "act",
    [
        lambda window: actions.cancel(window, reason="Not needed.", by=None),
        lambda window: actions.reschedule(window, starts_at=LATER + HOUR, ends_at=LATER + 2 * HOUR, by=None),
    ],
)
def test_what_happens_meanwhile_withdraws_the_question(act, monday):
    window = announced()
    approval = asked(window, starts_at=SOON, ends_at=SOON + HOUR)
    act(window)
    assert fresh(approval).decision == "withdrawn"
    with pytest.raises(DomainError):
        actions.approve(approval, by=approval.approver)


def test_when_it_begins_the_question_is_withdrawn():
    window = announced()
    with on(LATER - MINUTE):
        approval = asked(window, starts_at=LATER + DAY, ends_at=LATER + DAY + HOUR)
    actions.begin_by_itself(window, now=LATER)
    assert fresh(approval).decision == "withdrawn"


# What is asked for, and when


def test_nobody_approves_what_needs_no_approval(monday):
    window = drafted()
    with pytest.raises(DomainError):
        asked(window)
    assert not window.approvals.exists()


def test_a_person_asks(draft, monday):
    with pytest.raises(NotAllowed):
        actions.ask_approval(draft, approver=lead(), reason="So.", by=None)


def test_who_read_an_older_version_asks_for_nothing(draft, monday):
    with pytest.raises(StaleVersion):
        asked(draft, version=draft.version - 1)
    assert not draft.approvals.exists()


def test_what_cannot_be_announced_is_not_asked_for(draft, monday):
    with pytest.raises(DomainError):
        asked(running(), starts_at=LATER + DAY, ends_at=LATER + DAY + HOUR)
    with pytest.raises(DomainError) as error:
        asked(draft, message=Message(deliver=False))
    assert error.value.field == "silence_reason"
    monday.move_to(SOON + DAY)
    with pytest.raises(DomainError) as error:
        asked(draft)
    assert error.value.field == "ends_at"


def test_approved_too_late_nothing_is_announced(draft, monday):
    approval = asked(draft)
    monday.move_to(draft.ends_at)
    with pytest.raises(DomainError):
        actions.approve(approval, by=approval.approver)
    assert (fresh(draft).state, fresh(approval).decision) == (State.DRAFT, "")


def test_approved_as_planned_in_a_freeze_it_is_not_announced_as_an_emergency(monday):
    ChangeFreeze.objects.create(name="Peak", first_day=LATER.date(), last_day=LATER.date())
    window = drafted()
    approval = asked(window)
    assert not approval.is_emergency
    monday.move_to(MONDAY + 5 * DAY)
    with pytest.raises(CountedOtherwise):
        actions.approve(approval, by=approval.approver)
    assert (fresh(window).state, fresh(approval).decision) == (State.DRAFT, "")


def test_asked_for_as_an_emergency_it_may_have_become_planned(monday):
    """A holiday was taken out of the calendar meanwhile: the class is that of the moment it is announced."""
    sms = make.component()
    calendar = make.calendar(cut_off=timedelta_time(9))
    window = drafted(sms, at=LATER - 2 * DAY, page=make.page(sms, calendar=calendar))
    approval = asked(window)
    BusinessCalendar.objects.update(cut_off=timedelta_time(17))
    actions.approve(approval, by=approval.approver)
    row = fresh(window)
    assert (row.is_emergency, row.approved_by) == (False, approval.approver)


def timedelta_time(hours):
    return (MONDAY.replace(hour=0) + timedelta(hours=hours)).time()


def test_whoever_listens_hears_of_the_question_and_the_answer(draft, monday):
    heard = []

    def listen(signal, approval, **kwargs):
        heard.append((signal, approval.decision))

    signals.approval_asked.connect(listen)
    signals.decided.connect(listen)
    try:
        approval = asked(draft)
        actions.approve(approval, by=approval.approver)
    finally:
        signals.approval_asked.disconnect(listen)
        signals.decided.disconnect(listen)
    assert heard == [(signals.approval_asked, ""), (signals.decided, "approved")]


def test_an_emergency_keeps_reason_and_approver_to_its_end():
    window = emergency()
    actions.begin_by_itself(window, now=SOON)
    actions.end_by_itself(window, now=SOON + 2 * HOUR)
    row = Window.objects.get()
    assert (row.state, row.is_emergency, row.reason) == (State.COMPLETED, True, "Exploited already.")
    assert row.approved_by == window.approved_by
