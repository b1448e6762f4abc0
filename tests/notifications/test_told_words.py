"""What the staff side says of an announcement, a message and an attempt."""

import pytest

from notifications.choices import AnnouncementState, DeliveryState, Event, Outcome
from notifications.models import Announcement
from notifications.queue.overview import DeliveryCounts
from notifications.templatetags.messages_words import outcome_shape, state_shape
from notifications.views.update_messages import line
from tests import factories as make

RELEASED, DONE, BACK = AnnouncementState.RELEASED, AnnouncementState.DONE, AnnouncementState.CALLED_BACK


def said(state, **figures):
    return line(Announcement(state=state, event=Event.INCIDENT_UPDATED), DeliveryCounts(**figures)).words


@pytest.mark.parametrize(
    ("words", "state", "figures"),
    [
        ("Nobody told, on purpose", AnnouncementState.SILENT, {}),
        ("Messages have not left yet", AnnouncementState.WAITING, {}),
        ("Messages are held back", AnnouncementState.HELD, {}),
        ("Written to 1204", DONE, {"forgotten": 1204}),
        ("Called back: nobody told", BACK, {"total": 3, "cancelled": 3}),
        ("Nobody had asked to be told", DONE, {}),
        ("Told 3", DONE, {"total": 4, "sent": 3, "cancelled": 1}),
        ("Told 3 of 3", RELEASED, {"total": 3, "sent": 3}),
        ("Told 3 of 5, 1 failing", DONE, {"total": 5, "sent": 3, "failed": 1, "waiting": 1}),
        ("Told 3 of 5, 2 on the way", DONE, {"total": 5, "sent": 3, "waiting": 2}),
        ("Told 2 of 3, then called back, 1 failing", BACK, {"total": 3, "sent": 2, "failed": 1}),
    ],
)
def test_an_announcement_is_said_in_words(words, state, figures):
    assert said(state, **figures) == words


def test_what_a_person_dropped_is_said_with_their_name(db):
    row = Announcement(state=BACK, event=Event.INCIDENT_UPDATED, decided_by=make.user())
    assert line(row, DeliveryCounts()).words == f"Dropped by {row.decided_by}: nobody told"


def test_only_figures_lead_on():
    assert line(Announcement(state=DONE), DeliveryCounts(total=1, sent=1)).is_counted
    assert not line(Announcement(state=AnnouncementState.SILENT), DeliveryCounts()).is_counted


def test_a_correction_is_told_again_and_a_failure_is_broken():
    row = line(Announcement(state=DONE, event=Event.INCIDENT_CORRECTED), DeliveryCounts(total=1, failed=1))
    assert (str(row.again), row.is_broken) == ("Told again:", True)
    row = line(Announcement(state=DONE, event=Event.INCIDENT_UPDATED), DeliveryCounts(total=1, sent=1))
    assert (row.again, row.is_broken) == ("", False)
    row = line(Announcement(state=DONE, event=Event.INCIDENT_WITHDRAWN), DeliveryCounts(total=1, sent=1))
    assert str(row.again) == "Of the withdrawal:"


def test_shapes_beside_states_and_outcomes():
    assert [state_shape(state) for state in DeliveryState.values] == [
        "ck-running", "ck-running", "ck-met", "ck-missed", "st-dismissed",
    ]  # fmt: skip
    assert [outcome_shape(outcome) for outcome in Outcome.values] == [
        "ck-met", "ck-running", "ck-missed", "ck-missed", "lv-unknown",
    ]  # fmt: skip
