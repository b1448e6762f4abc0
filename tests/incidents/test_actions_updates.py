"""What the public is told, corrected and withdrawn; private notes (0-16, 4-06)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, EntryKind, Level, Status
from incidents.exceptions import DomainError
from incidents.models import Incident
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gate_only_warns")]

START = timezone.now().replace(microsecond=0) - timedelta(days=1)


def minutes(count):
    return time_machine.travel(START + timedelta(minutes=count), tick=False)


def test_an_update_moves_the_stage_and_is_in_the_timeline():
    support = make.in_group("Support")
    incident = make.confirmed()
    update = make.update(incident, status=Status.IDENTIFIED, body=" A full disk. ", by=support)
    incident.refresh_from_db()

    assert (incident.status, update.status, update.body) == (Status.IDENTIFIED, Status.IDENTIFIED, "A full disk.")
    assert update.author == update.history.get().history_user == support
    assert incident.identified_at == update.posted_at
    entry = incident.timeline.get(kind=EntryKind.UPDATE)
    assert (entry.update, entry.by, entry.at) == (update, support, update.posted_at)


def test_any_stage_may_be_the_first_one_told():
    for status in (Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED):
        assert make.told(status=status).status == status


def test_the_next_update_is_due_when_promised_else_after_the_limit_of_the_severity():
    with minutes(0):
        incident = make.confirmed()
        promised = START + timedelta(minutes=12)
        update = make.update(incident, promised_at=promised)
        assert (update.promised_at, update.due_at, update.limit_minutes) == (promised, promised, 30)
        update = make.update(incident)
        assert (update.promised_at, update.due_at) == (None, START + timedelta(minutes=30))


@pytest.mark.parametrize("minutes_ahead", [0, -1])
def test_a_promise_lies_in_the_future(minutes_ahead):
    incident = make.confirmed()
    with pytest.raises(DomainError) as refusal, minutes(10):
        make.update(incident, promised_at=START + timedelta(minutes=10 + minutes_ahead))
    assert refusal.value.field == "promised_at"
    assert not incident.updates.exists()


def test_the_last_update_promises_nothing():
    update = make.update(make.confirmed(), status=Status.RESOLVED, promised_at=timezone.now() + timedelta(hours=1))
    assert (update.promised_at, update.due_at) == (None, None)


def test_states_set_impacts_and_are_told_with_what_was_not_named():
    sms, voice, here = make.component(), make.component(), make.location()
    incident = make.confirmed(
        affects=[make.affected(sms, here, Level.MAJOR), make.affected(voice, level=Level.DEGRADED)]
    )
    update = make.update(
        incident, states=[make.affected(sms, here, Level.DEGRADED), make.affected(voice, level=Level.OPERATIONAL)]
    )

    assert {(i.component, i.level) for i in incident.impacts.open()} == {(sms, Level.DEGRADED)}
    told = {(s.component, s.location, s.level) for s in update.states.all()}
    assert told == {(sms, here, Level.DEGRADED), (voice, None, Level.OPERATIONAL)}


def test_what_was_told_stays_whatever_changes_later():
    sms = make.component()
    incident = make.confirmed(affects=[make.affected(sms, level=Level.MAJOR)])
    update = make.update(incident)
    actions.set_impacts(incident, [make.affected(sms, level=Level.DEGRADED)], by=None)
    assert [s.level for s in update.states.all()] == [Level.MAJOR]


@pytest.mark.parametrize("body", ["", "  \n"])
def test_an_update_says_something(body):
    with pytest.raises(DomainError) as refusal:
        make.update(make.confirmed(), body=body)
    assert refusal.value.field == "body"


@pytest.mark.parametrize("kind", ["internal", "restricted", "suspicion", "dismissed"])
def test_nothing_is_written_to_customers_about_what_they_may_not_know(kind):
    incident = getattr(make, kind)()
    with pytest.raises(DomainError):
        make.update(incident, status=Status.INVESTIGATING)
    assert not incident.updates.exists()


def test_a_confirmed_suspicion_is_written_about_only_once_it_is_confirmed():
    incident = make.suspicion()
    Incident.objects.filter(pk=incident.pk).update(audience=Audience.PUBLIC)
    with pytest.raises(DomainError, match="Confirm the suspicion"):
        make.update(incident, status=Status.INVESTIGATING)


def test_a_drill_is_rehearsed_to_the_end_and_never_public():
    incident = make.drill()
    make.update(incident)
    make.update(incident, status=Status.RESOLVED)
    incident.refresh_from_db()
    assert (incident.status, incident.first_notice_at) == (Status.RESOLVED, None)
    assert not Incident.objects.public().exists()


def test_a_resolved_incident_is_reopened_before_it_goes_on():
    incident = make.resolved()
    for status in (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING):
        with pytest.raises(DomainError, match="Reopen it first"):
            make.update(incident, status=status)


def test_more_may_be_said_after_the_end():
    incident = make.resolved()
    make.update(incident, body="The root cause analysis follows tomorrow.")
    assert incident.resolutions.count() == 1
    assert incident.timeline.filter(kind=EntryKind.RESOLVED).count() == 1


# The first notice


def test_the_first_update_is_the_first_notice():
    with minutes(0):
        incident = make.confirmed()
        assert list(Incident.objects.awaiting_first_notice()) == [incident]
    with minutes(5):
        make.update(incident)
    with minutes(9):
        make.update(incident)
    incident.refresh_from_db()
    assert incident.first_notice_at == START + timedelta(minutes=5)
    assert not Incident.objects.awaiting_first_notice().exists()


def test_when_the_first_notice_is_withdrawn_the_next_that_stands_counts():
    with minutes(0):
        incident = make.confirmed()
        first = make.update(incident)
    with minutes(5):
        second = make.update(incident)
    actions.withdraw_update(first, reason="Wrong incident.", by=None)
    incident.refresh_from_db()
    assert incident.first_notice_at == second.posted_at

    actions.withdraw_update(second, reason="Wrong too.", by=None)
    incident.refresh_from_db()
    assert incident.first_notice_at is None
    assert list(Incident.objects.awaiting_first_notice()) == [incident]
    assert not Incident.objects.public().exists()

    third = make.update(incident)
    incident.refresh_from_db()
    assert incident.first_notice_at == third.posted_at


def test_a_corrected_first_notice_time_survives_the_withdrawal_of_a_later_update():
    with minutes(0):
        incident = make.confirmed()
    with minutes(5):
        make.update(incident)
        later = make.update(incident)
    told_by_phone = START + timedelta(minutes=2)
    actions.change_facts(incident, first_notice_at=told_by_phone, reason="By phone before.", by=None)
    actions.withdraw_update(later, reason="Twice.", by=None)
    incident.refresh_from_db()
    assert incident.first_notice_at == told_by_phone


# Corrections and withdrawals


def test_a_correction_keeps_both_texts_and_tells_nobody_again():
    support = make.in_group("Support")
    incident = make.told(body="SMS in Frankfrut are slow.")
    update = incident.updates.get()
    update = actions.correct_update(update, body="SMS in Frankfurt are slow.", reason="Typing error", by=support)

    assert update.corrected_at is not None
    assert not update.tell_again
    entry = incident.timeline.get(kind=EntryKind.CORRECTION)
    assert entry.data == {
        "old": "SMS in Frankfrut are slow.", "new": "SMS in Frankfurt are slow.", "reason": "Typing error",
        "told_again": False,
    }  # fmt: skip
    last = update.history.first()
    assert (last.history_user, last.history_change_reason) == (support, "Typing error")
    assert [h.body for h in update.history.all()] == ["SMS in Frankfurt are slow.", "SMS in Frankfrut are slow."]


def test_a_correction_may_be_told_again_and_touches_only_what_it_names():
    incident = make.confirmed()
    update = make.update(incident, tried="Restarted.", next_step="Roll back.")
    update = actions.correct_update(update, body=update.body, next_step="Rolled back.", tell_again=True, by=None)
    assert (update.tried, update.next_step, update.tell_again) == ("Restarted.", "Rolled back.", True)


def test_a_text_that_was_corrected_no_longer_stands_as_the_template_did():
    update = make.update(make.confirmed(), body="SMS is slow.", template_unmodified=True)
    later = timezone.now() + timedelta(hours=2)
    moved = actions.correct_update(update, body=update.body, promised_at=later, reason="It takes longer.", by=None)
    assert moved.template_unmodified
    assert not actions.correct_update(moved, body="SMS is late.", by=None).template_unmodified


def test_an_empty_or_idle_correction_is_refused():
    incident = make.told(body="Slow.")
    update = incident.updates.get()
    for body in ("", " Slow. "):
        with pytest.raises(DomainError) as refusal:
            actions.correct_update(update, body=body, by=None)
        assert refusal.value.field == "body"
    update.refresh_from_db()
    assert update.corrected_at is None


def test_a_withdrawn_update_is_final():
    incident = make.told()
    update = actions.withdraw_update(incident.updates.get(), reason="Wrong incident.", by=None)
    with pytest.raises(DomainError):
        actions.withdraw_update(update, reason="Again.", by=None)
    with pytest.raises(DomainError):
        actions.correct_update(update, body="Better.", by=None)


def test_withdrawing_needs_a_reason():
    incident = make.told()
    with pytest.raises(DomainError) as refusal:
        actions.withdraw_update(incident.updates.get(), reason=" ", by=None)
    assert refusal.value.field == "reason"


def test_withdrawing_the_all_clear_waits_for_support():
    incident = make.resolved()
    actions.withdraw_update(incident.updates.first(), reason="Too early.", by=None)
    waiting = Incident.objects.awaiting_telling().get()
    assert (waiting.status, waiting.told_status) == (Status.RESOLVED, Status.INVESTIGATING)


# Notes


def test_a_note_is_private_and_collides_with_nothing():
    incident = make.told()
    engineer = make.in_group("Engineering")
    entry = actions.add_note(incident, text=" Disk full. ", by=engineer)

    assert (entry.kind, entry.text, entry.by) == (EntryKind.NOTE, "Disk full.", engineer)
    version = incident.version
    incident.refresh_from_db()
    assert incident.version == version


def test_an_empty_note_is_refused():
    with pytest.raises(DomainError) as refusal:
        actions.add_note(make.told(), text=" ", by=None)
    assert refusal.value.field == "text"


# A promise put right


def promised(at=30, **facts):
    with minutes(0):
        incident = make.confirmed(**facts)
        return make.update(incident, promised_at=START + timedelta(minutes=at))


def test_a_promise_that_still_runs_is_put_right_with_a_reason():
    update, later = promised(), START + timedelta(minutes=75)
    support = make.in_group("Support")
    with minutes(20):
        actions.correct_update(
            update, body=update.body, promised_at=later, reason="The carrier needs longer.", by=support
        )

    update.refresh_from_db()
    assert (update.promised_at, update.due_at) == (later, later)
    assert update.corrected_at == START + timedelta(minutes=20)
    old, new = update.history.all()[1], update.history.first()
    assert (old.promised_at, new.promised_at) == (START + timedelta(minutes=30), later)
    assert (new.history_user, new.history_change_reason) == (support, "The carrier needs longer.")
    data = update.incident.timeline.get(kind=EntryKind.CORRECTION).data
    assert (data["old_promise"], data["new_promise"]) == (
        (START + timedelta(minutes=30)).isoformat(),
        later.isoformat(),
    )


@pytest.mark.parametrize(
    ("now", "to", "reason", "field"),
    [
        (31, 75, "So", "promised_at"),  # it was broken: no correction makes it kept
        (20, 19, "So", "promised_at"),
        (20, 75, " ", "reason"),
    ],
)
def test_a_promise_is_not_put_right(now, to, reason, field):
    update = promised()
    with minutes(now), pytest.raises(DomainError) as refusal:
        actions.correct_update(
            update, body="Better.", promised_at=START + timedelta(minutes=to), reason=reason, by=None
        )
    assert refusal.value.field == field
    update.refresh_from_db()
    assert (update.due_at, update.body, update.corrected_at) == (
        START + timedelta(minutes=30), "We are looking into it.", None,
    )  # fmt: skip


def test_only_the_last_update_promises():
    update = promised()
    with minutes(5):
        make.update(update.incident)
    with minutes(6), pytest.raises(DomainError, match="no longer wait"):
        actions.correct_update(update, body="x", promised_at=START + timedelta(minutes=75), reason="So", by=None)
