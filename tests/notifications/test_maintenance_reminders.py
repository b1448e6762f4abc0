"""Reminders of maintenance: at the times that each page sets, once, and never after the fact."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from incidents.choices import Audience
from incidents.maintenance import actions
from notifications import tasks
from notifications.announcements import maintenance_reminders
from notifications.announcements.maintenance_reminders import remind
from notifications.choices import AnnouncementState, Event, Kind
from notifications.content import reasons
from notifications.forms.message_settings import NoticeForm
from notifications.models import Announcement, MessageSettings
from tests import factories as make
from tests.incidents.test_concurrency import at_once
from tests.notifications import windows
from tests.notifications.sent import leave
from tests.notifications.windows import (
    END,
    HANDS,
    HOUR,
    POSTED,
    START,
    act,
    at,
    file_of,
    plain,
    posted,
    read,
    sent,
    told,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def page():
    return windows.page()


def reminders(state=None):
    rows = Announcement.objects.filter(event=Event.MAINTENANCE_REMINDER).order_by("pk")
    rows = rows.filter(state=state) if state else rows
    return [(row.content["reminder"]["minutes"], row.state) for row in rows]


def look(*moments):
    """The scheduler looks at each of these moments; how many reminders went out each time."""
    found = []
    for moment in moments:
        with at(moment):
            found.append(remind(moment))
            leave()
    return found


def test_a_day_and_an_hour_before_unless_the_page_says_otherwise(page):
    make.subscriber(page)
    posted(page)
    assert look(START - DAY - MINUTE, START - DAY, START - DAY + MINUTE) == [0, 1, 0]
    assert look(START - HOUR - MINUTE, START - HOUR, START - MINUTE, START, START + MINUTE) == [0, 1, 0, 0, 0]
    assert reminders() == [(1440, AnnouncementState.DONE), (60, AnnouncementState.DONE)]


def test_each_subscriber_gets_it_once_with_the_times_and_the_file(page):
    reader = make.subscriber(page)
    make.subscription(reader, page, kind=Kind.MAINTENANCE)
    make.subscriber(page, scope={"kind": Kind.INCIDENT})
    posted(page, advice="Point links to our second location.")
    look(START - DAY)
    assert told() == {reader}
    message = read(sent(START - DAY)[0][-1])
    assert message["Subject"] == "[Larkwire: Reminder: maintenance, Thu 10 Dec, 22:00 UTC] Core router upgrade"
    assert "Point links to our second location." in plain(message)
    assert file_of(message).get_filename() == "maintenance.ics"


def test_a_page_sets_its_own_times_or_none(page):
    make.subscriber(page)
    MessageSettings.objects.create(page=page, maintenance_reminders=[2880, 30])
    posted(page)
    assert look(START - 2 * DAY, START - DAY, START - HOUR, START - HOUR / 2) == [1, 0, 0, 1]
    MessageSettings.objects.update(maintenance_reminders=[])
    posted(page)
    assert look(START - 2 * DAY, START - DAY, START - HOUR) == [0, 0, 0]


def test_of_several_pages_each_keeps_its_times_and_what_falls_together_is_one(page):
    second = make.page(page.components.get(), name="Second")
    MessageSettings.objects.create(page=second, maintenance_reminders=[60])
    first, both, other = make.subscriber(page), make.subscriber(page, second), make.subscriber(second)
    with at(POSTED):
        window = windows.draft(page)
        make.place_window(second, window)
        actions.announce(window, by=None)
    look(START - DAY)
    assert told() - {first, both, other} == set()
    rows = Announcement.objects.filter(event=Event.MAINTENANCE_REMINDER)
    assert {row.subscriber for row in rows.get().deliveries.all()} == {first, both}
    look(START - HOUR)
    assert {row.subscriber for row in rows.order_by("pk").last().deliveries.all()} == {first, both, other}
    assert rows.count() == 2


def test_posted_or_moved_too_late_for_a_reminder_it_is_not_sent(page):
    make.subscriber(page)
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    with at(START - 12 * HOUR):
        window = windows.draft(page, by=by)
        actions.approve(actions.ask_approval(window, approver=approver, reason="Now.", by=by), by=approver)
    assert look(START - 12 * HOUR + MINUTE, START - HOUR) == [0, 1]
    assert reminders() == [(60, AnnouncementState.DONE)]


def test_moved_the_new_start_is_reminded_of_and_the_old_one_is_not(page):
    make.subscriber(page)
    window = posted(page)
    later = timedelta(days=21)
    MessageSettings.objects.create(page=page, undo_seconds=600)
    with at(START - DAY):
        assert remind(START - DAY) == 1
    act(actions.reschedule, window, when=START - DAY + MINUTE, starts_at=START + later, ends_at=END + later)
    look(START - HOUR, START)
    assert reminders() == [(1440, AnnouncementState.CALLED_BACK)]
    assert look(START + later - DAY, START + later - HOUR) == [1, 1]


@pytest.mark.parametrize(
    ("verb", "how", "why"),
    [(actions.cancel, {"reason": "Not needed."}, reasons.IS_CANCELLED), (None, {}, reasons.HAS_BEGUN)],
)
def test_what_had_not_left_by_then_does_not_leave(page, verb, how, why):
    make.subscriber(page)
    window = posted(page)
    look(START - HOUR)
    when = START - HOUR / 2
    if verb is not None:
        act(verb, window, when=when, **how)
    outgoing, cancelled = sent(when if verb else START)
    assert why in cancelled
    assert Event.MAINTENANCE_REMINDER not in {each.news.event for each in outgoing}


def test_late_it_is_sent_while_more_than_half_of_the_time_is_left(page):
    make.subscriber(page)
    posted(page)
    assert look(START - 13 * HOUR, START - 31 * MINUTE) == [1, 1]
    assert reminders() == [(1440, AnnouncementState.DONE), (60, AnnouncementState.DONE)]


def test_later_than_that_it_is_on_the_record_as_sent_to_nobody(page):
    make.subscriber(page)
    posted(page)
    assert look(START - 12 * HOUR, START - 30 * MINUTE) == [0, 0]
    assert reminders() == [(1440, AnnouncementState.SILENT), (60, AnnouncementState.SILENT)]


def test_of_two_that_are_late_the_nearer_one_is_sent(page):
    make.subscriber(page)
    MessageSettings.objects.create(page=page, maintenance_reminders=[120, 90])
    posted(page)
    assert look(START - 80 * MINUTE) == [1]
    assert sorted(reminders()) == [(90, AnnouncementState.DONE), (120, AnnouncementState.SILENT)]


def test_after_the_start_nothing_is_sent_whoever_begins_it(page):
    make.subscriber(page)
    posted(page, **HANDS)
    assert look(START, START + MINUTE) == [0, 0]
    assert reminders() == []


@pytest.mark.parametrize("facts", [{"audience": Audience.INTERNAL}])
def test_of_internal_maintenance_and_of_drafts_nobody_is_reminded(page, facts):
    posted(page, **facts)
    with at(POSTED):
        windows.draft(page)
    assert look(START - DAY, START - HOUR) == [0, 0]


def test_the_task_of_every_ten_seconds_sends_them(page):
    make.subscriber(page)
    posted(page)
    with at(START - HOUR):
        tasks.remind()
    assert reminders(AnnouncementState.WAITING) == [(60, AnnouncementState.WAITING)]


def test_looking_costs_the_same_for_one_window_and_for_many(page, same_queries):
    for number in range(12):
        posted(page, starts_at=START + number * MINUTE)
        if number in (0, 11):
            with at(START - 2 * DAY), same_queries(at_most=6):
                assert remind(START - 2 * DAY) == 0


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_send_it_once():
    page = windows.page()
    make.subscriber(page)
    posted(page)
    if connection.vendor == "sqlite":  # which knows one writer at a time
        acts = [lambda: remind(START - HOUR)]
        found = [act() for act in acts * 2]
    else:
        found = at_once(*[lambda: remind(START - HOUR)] * 2)
    assert sorted(found) == [0, 1]
    assert [minutes for minutes, _state in reminders()].count(60) == 1


def test_another_scheduler_that_had_looked_before_adds_nothing(page, monkeypatch):
    """Its look is older than the words of the one that was quicker."""
    posted(page)
    seen = maintenance_reminders._known
    first = []

    def slow(rows):
        found = seen(rows)
        if not first:
            first.append(True)
            assert remind(START - HOUR) == 1
        return found

    monkeypatch.setattr(maintenance_reminders, "_known", slow)
    with at(START - HOUR):
        assert remind(START - HOUR) == 0
    assert len(reminders()) == 2  # the day before, sent to nobody, and the hour


# The setting


def form(**typed):
    facts = {"undo_seconds": "0", "storm_limit": "12", "maintenance_reminders": ""} | typed
    return NoticeForm(facts, instance=MessageSettings(page=make.page()))


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("24 h, 1 h", [1440, 60], "24 h, 1 h"), ("1h,24h, 24 h", [1440, 60], "24 h, 1 h"), ("", [], ""),
        ("3 d; 90 min", [4320, 90], "3 d, 90 min"), ("5 MIN", [5], "5 min"),
    ],
)  # fmt: skip
def test_times_are_written_with_their_units(typed, kept, shown):
    written = form(maintenance_reminders=typed)
    assert written.is_valid(), written.errors
    saved = written.save()
    saved.refresh_from_db()
    assert saved.maintenance_reminders == kept
    assert f'value="{shown}"' in str(NoticeForm(instance=saved)["maintenance_reminders"]) or not shown


@pytest.mark.parametrize(
    "typed", ["tomorrow", "24", "1 m", "31 d", "4 min", "1 h 30 min", "1 h, 2 h, 3 h, 4 h, 5 h, 6 h"]
)
def test_what_is_no_time_before_a_start_is_refused_in_words(typed):
    written = form(maintenance_reminders=typed)
    assert not written.is_valid()
    assert list(written.errors) == ["maintenance_reminders"]


@pytest.mark.parametrize("minutes", ["60", [60, 1440], [60, 60], [True], [1.5], ["60"], {"60": 1}])
def test_the_field_takes_nothing_else(minutes):
    with pytest.raises(ValidationError):
        MessageSettings(page=make.page(), maintenance_reminders=minutes).clean_fields()


def test_of_what_nobody_was_told_of_on_purpose_nobody_is_reminded(page):
    make.subscriber(page)
    with at(POSTED):
        window = windows.draft(page)
        actions.announce(window, by=None, message=actions.Message(deliver=False, silence_reason="Nobody notices."))
    assert look(START - DAY, START - HOUR) == [0, 0]
    with at(START - HOUR):
        actions.post_update(window, by=None, message=actions.Message("You may notice it after all."))
    assert look(START - HOUR + MINUTE) == [1]
