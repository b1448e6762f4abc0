"""A window runs: begun, told of, extended, looked at, ended, broken off, by hand or by itself."""

from datetime import timedelta

import pytest

from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import TRANSITIONS, Outcome, State, UpdateKind
from incidents.maintenance.models import WindowIncident
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
    support,
)

pytestmark = pytest.mark.django_db

END = LATER + 2 * HOUR
WORD = Message("We are halfway.")


def by_hand(**facts):
    return announced(is_automatic=False, **facts)


def done(window):
    actions.end_by_itself(window, now=window.ends_at)
    return fresh(window)


VERBS = {
    "begin": lambda window, **who: actions.begin(window, **who),
    "post_update": lambda window, **who: actions.post_update(window, message=WORD, **who),
    "extend": lambda window, **who: actions.extend(window, ends_at=END + HOUR, **who),
    "verify": lambda window, **who: actions.verify(window, **who),
    "go_on": lambda window, **who: actions.go_on(window, message=WORD, **who),
    "end": lambda window, **who: actions.end(window, **who),
    "cancel": lambda window, **who: actions.cancel(window, reason="Too much traffic.", **who),
}
ALLOWED = {  # in which state what is possible
    "begin": {State.SCHEDULED},
    "post_update": {State.SCHEDULED, State.IN_PROGRESS, State.VERIFYING},
    "extend": {State.IN_PROGRESS, State.VERIFYING},
    "verify": {State.IN_PROGRESS},
    "go_on": {State.VERIFYING},
    "end": {State.IN_PROGRESS, State.VERIFYING},
    "cancel": {State.DRAFT, State.SCHEDULED, State.IN_PROGRESS},
}


def in_state(state):
    if state == State.DRAFT:
        return drafted()
    window = by_hand()
    with on(LATER):
        if state == State.CANCELLED:
            actions.cancel(window, reason="So.", by=None)
        elif state != State.SCHEDULED:
            actions.begin(window, by=None)
        if state == State.VERIFYING:
            actions.verify(window, by=None)
        if state == State.COMPLETED:
            actions.end(window, by=None)
    return fresh(window)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", VERBS)
def test_what_is_possible_in_which_state(verb, state):
    window = in_state(state)
    with on(LATER + MINUTE):
        if state in ALLOWED[verb]:
            VERBS[verb](window, by=None)
            assert fresh(window).version == window.version + 1
        else:
            with pytest.raises(DomainError):
                VERBS[verb](window, by=None)
            assert fresh(window).version == window.version


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("group", ["Viewers", "Engineering", "Reliability", "Managers", "Security", "Support"])
def test_who_may(verb, group):
    window = in_state(sorted(ALLOWED[verb])[0])
    with on(LATER + MINUTE):
        with pytest.raises(StaleVersion):
            VERBS[verb](window, by=support(), version=window.version - 1)
        if group == "Support":
            VERBS[verb](window, by=make.in_group(group), version=window.version)
        else:
            with pytest.raises(NotAllowed):
                VERBS[verb](window, by=make.in_group(group))


def test_every_transition_has_a_verb():
    assert {state for state, after in TRANSITIONS.items() if not after} == {State.COMPLETED, State.CANCELLED}
    for old in State:
        assert not old.can_become(old)


# By hand


def test_nothing_begins_before_readers_were_told_that_it_does():
    window = by_hand()
    with on(LATER - timedelta(seconds=1)), pytest.raises(DomainError):
        actions.begin(window, by=None)
    with on(LATER):
        update = actions.begin(window, by=None)
    row = fresh(window)
    assert (row.state, row.started_at, row.sequence) == (State.IN_PROGRESS, LATER, window.sequence + 1)
    assert (update.kind, update.posted_at, update.is_late) == (UpdateKind.BEGUN, LATER, False)


def test_a_word_before_and_while_it_runs_moves_no_calendar():
    window = announced()
    with pytest.raises(DomainError) as error:
        actions.post_update(window, message=Message(" "), by=None)
    assert error.value.field == "body"
    update = actions.post_update(window, message=WORD, by=None)
    assert (update.body, fresh(window).sequence) == ("We are halfway.", window.sequence)


def test_it_is_extended_to_a_later_end_only():
    window = running()
    with on(LATER + HOUR):
        for ends_at in (END, END - MINUTE, LATER, LATER + timedelta(days=30, seconds=1)):
            with pytest.raises(DomainError) as error:
                actions.extend(window, ends_at=ends_at, by=None)
            assert error.value.field == "ends_at"
        update = actions.extend(window, ends_at=END + HOUR, by=None, message=WORD)
    row = fresh(window)
    assert (row.ends_at, row.sequence, row.is_emergency) == (END + HOUR, window.sequence + 1, False)
    assert (update.kind, update.old_ends_at, update.ends_at) == (UpdateKind.EXTENDED, END, END + HOUR)
    assert (update.is_emergency, update.arithmetic) == (None, None)  # no class of its own: it runs


def test_an_end_that_has_passed_is_not_told():
    window = by_hand()
    with on(LATER):
        actions.begin(window, by=None)
    with on(END + HOUR):
        with pytest.raises(DomainError):
            actions.extend(window, ends_at=END + MINUTE, by=None)
        actions.extend(window, ends_at=END + 2 * HOUR, by=None)
    assert fresh(window).ends_at == END + 2 * HOUR


def test_what_was_looked_at_and_is_not_well_goes_on():
    window = running()
    with on(LATER + HOUR):
        actions.verify(window, by=None)
        assert fresh(window).verifying_at == LATER + HOUR
        with pytest.raises(DomainError) as error:
            actions.go_on(window, message=Message(), by=None)
        assert error.value.field == "body"
        actions.go_on(window, message=WORD, by=None)
    row = fresh(window)
    assert (row.state, row.verifying_at) == (State.IN_PROGRESS, None)
    assert kinds(row)[-2:] == ["verifying", "update"]


def test_it_ends_early_or_late_with_what_came_of_it():
    early, late = by_hand(), by_hand()
    with on(LATER):
        actions.begin(early, by=None), actions.begin(late, by=None)
    with on(END - 8 * MINUTE):
        actions.end(early, by=None, outcome=Outcome.PARTLY, result=" One of two. ", message=WORD)
    with on(END + 12 * MINUTE):
        assert fresh(late).overran_by(END + 12 * MINUTE) == 12 * MINUTE
        actions.end(late, by=None)
    early, late = fresh(early), fresh(late)
    assert (early.outcome, early.result, early.ended_early_by()) == ("partly", "One of two.", 8 * MINUTE)
    assert (late.outcome, late.overran_by(END + DAY), late.ended_early_by()) == ("done", 12 * MINUTE, timedelta())


def test_how_it_went_may_be_found_out_later():
    window = done(running())
    actions.note_result(window, outcome=Outcome.ROLLED_BACK, result="Undone.", by=make.in_group("Engineering"))
    row = fresh(window)
    assert (row.outcome, row.result, row.changed_at) == ("rolled_back", "Undone.", window.changed_at)
    with pytest.raises(DomainError):
        actions.note_result(running(), outcome=Outcome.DONE, result="", by=None)


def test_cancelled_with_a_reason_that_stays_on_the_record():
    window, by = announced(), support()
    with on(MONDAY + DAY):
        with pytest.raises(DomainError) as error:
            actions.cancel(window, reason=" ", by=by)
        assert error.value.field == "reason"
        update = actions.cancel(window, reason="Too much traffic.", by=by)
    row = fresh(window)
    assert (row.state, row.cancelled_at, row.started_at, row.ended_at) == (State.CANCELLED, MONDAY + DAY, None, None)
    assert (row.sequence, update.kind, update.reason) == (
        window.sequence + 1,
        UpdateKind.CANCELLED,
        "Too much traffic.",
    )
    latest = row.history.first()
    assert (latest.history_user, latest.history_change_reason) == (by, "Too much traffic.")


def test_broken_off_it_has_an_end():
    window = running()
    with on(LATER + HOUR):
        actions.cancel(window, reason="Alarms.", by=None)
    row = fresh(window)
    assert (row.started_at, row.ended_at, row.cancelled_at) == (LATER, LATER + HOUR, LATER + HOUR)


def test_a_cancelled_draft_is_told_to_nobody():
    window = drafted()
    assert actions.cancel(window, reason="Not needed.", by=None) is None
    assert (fresh(window).state, kinds(window)) == (State.CANCELLED, [])


def test_to_act_in_silence_needs_a_reason():
    window = running()
    quiet = Message("Nothing to see.", deliver=False)
    with on(LATER + HOUR):
        for act in (
            lambda: actions.post_update(window, message=quiet, by=None),
            lambda: actions.extend(window, ends_at=END + HOUR, message=quiet, by=None),
            lambda: actions.verify(window, message=quiet, by=None),
            lambda: actions.end(window, message=quiet, by=None),
            lambda: actions.cancel(window, reason="So.", message=quiet, by=None),
        ):
            with pytest.raises(DomainError) as error:
                act()
            assert error.value.field == "silence_reason"
    assert (fresh(window).version, fresh(window).state) == (window.version, State.IN_PROGRESS)


# What it caused


def test_an_incident_is_linked_to_one_window():
    first, second, by = running(), running(), support()
    incident = make.confirmed()
    link = actions.link_incident(first, incident, by=by)
    assert (link.window, link.by) == (first, by)
    actions.link_incident(second, incident, by=by)
    assert WindowIncident.objects.get().window == second
    assert (fresh(second).version, fresh(incident).version) == (second.version + 1, incident.version + 2)
    actions.unlink_incident(incident, by=by)
    actions.unlink_incident(incident, by=by)
    assert not WindowIncident.objects.exists()
    assert WindowIncident.history.filter(history_type="-").get().history_user == by


def test_what_has_not_begun_caused_nothing():
    with pytest.raises(DomainError) as error:
        actions.link_incident(announced(), make.confirmed(), by=None)
    assert error.value.field == "window"


def test_who_may_link_what():
    window, restricted = running(), make.restricted()
    for group in ("Viewers", "Managers"):
        with pytest.raises(NotAllowed):
            actions.link_incident(window, make.confirmed(), by=make.in_group(group))
    with pytest.raises(NotAllowed):  # an incident that is not open to them
        actions.link_incident(window, restricted, by=support())
    assert not WindowIncident.objects.exists()
