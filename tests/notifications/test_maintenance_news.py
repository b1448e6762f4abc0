"""Maintenance is told to subscribers: to whom, when, once, and when not any more."""

from datetime import timedelta

import pytest

from incidents.choices import Audience, SeverityLevel
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects, current
from notifications.announcements import forecast
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Transport
from notifications.content import reasons
from notifications.content.kinds import content_of
from notifications.models import Delivery, MessageSettings, Muted
from notifications.queue import retention
from notifications.sending.outgoing import Batch
from tests import factories as make
from tests.notifications import windows
from tests.notifications.sent import end, leave
from tests.notifications.windows import (
    END,
    HANDS,
    HOUR,
    POSTED,
    START,
    act,
    announced,
    at,
    deliveries,
    live,
    posted,
    sent,
    told,
)

pytestmark = pytest.mark.django_db
SILENT = Message(deliver=False, silence_reason="Nobody notices it.")


@pytest.fixture
def page():
    return windows.page()


# To whom


def test_each_event_reaches_each_address_once(page):
    reader = make.subscriber(page)
    make.subscription(reader, page, kind=Kind.MAINTENANCE)
    make.subscription(reader, page, component=page.components.get())
    live(posted(page, **HANDS))
    events = [
        Event.MAINTENANCE_SCHEDULED, Event.MAINTENANCE_MOVED, Event.MAINTENANCE_CHANGED, Event.MAINTENANCE_STARTED,
        Event.MAINTENANCE_UPDATED, Event.MAINTENANCE_EXTENDED, Event.MAINTENANCE_VERIFYING,
        Event.MAINTENANCE_COMPLETED,
    ]  # fmt: skip
    assert [row.event for row in announced()] == events
    assert [(row.announcement.event, row.subscriber) for row in deliveries()] == [(event, reader) for event in events]


def test_who_asked_for_maintenance_or_everything_hears_whatever_severity_they_asked_for(page):
    everything = make.subscriber(page, scope={"min_severity": SeverityLevel.CRITICAL})
    asked = make.subscriber(page, scope={"kind": Kind.MAINTENANCE, "min_severity": SeverityLevel.MAJOR})
    hook = make.subscriber(page, transport=Transport.WEBHOOK)
    make.subscriber(page, scope={"kind": Kind.INCIDENT})
    make.subscriber(page, scope={"kind": Kind.POSTMORTEM})
    make.subscriber(make.page(make.component(name="Voice")))
    posted(page)
    assert told() == {everything, asked, hook}


def test_who_follows_a_part_or_a_place_hears_of_that_alone(page):
    top = page.components.get()
    part, other = make.component(name="Inbound", parent=top), make.component(name="Voice")
    make.page(other, name="Other")
    here, there = make.location(name="Frankfurt"), make.location(name="Singapore")
    whole = make.subscriber(page, scope={"component": top})
    below = make.subscriber(page, scope={"component": part})
    place = make.subscriber(page, scope={"location": here})
    make.subscriber(page, scope={"location": there})
    make.subscriber(page, scope={"component": part, "location": there})
    make.subscriber(page, scope={"component": other})
    with at(POSTED):
        window = make.window(Affects(top, here), starts_at=START, ends_at=END)
        make.place_window(page, window)
        actions.announce(window, by=None)
        leave()
    assert told() == {whole, below, place}


def test_of_several_pages_an_address_gets_one_message_and_an_endpoint_one_of_each(page):
    second = make.page(page.components.get(), name="Second")
    make.subscriber(page, second)
    make.subscriber(page, second, transport=Transport.WEBHOOK)
    with at(POSTED):
        window = windows.draft(page)
        make.place_window(second, window)
        actions.announce(window, by=None)
        leave()
    assert sorted(row.transport for row in deliveries()) == ["email", "webhook", "webhook"]


def test_who_was_told_of_it_hears_the_rest_also_where_it_affects_something_else_now(page):
    reader = make.subscriber(page, scope={"component": page.components.get()})
    window = posted(page)
    voice = make.component(name="Voice")
    act(actions.amend, window, when=POSTED + HOUR, affects=[Affects(voice, None, Expected.OUTAGE)])
    assert [row.announcement.event for row in deliveries().filter(subscriber=reader)] == [
        Event.MAINTENANCE_SCHEDULED, Event.MAINTENANCE_CHANGED,
    ]  # fmt: skip


def test_nobody_is_told_on_purpose(page):
    make.subscriber(page)
    window = posted(page, message=SILENT)
    assert (announced().get().state, told()) == (AnnouncementState.SILENT, set())
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    assert [row.state for row in announced()] == [AnnouncementState.SILENT, AnnouncementState.DONE]


def test_internal_maintenance_is_told_to_nobody_outside(page):
    make.subscriber(page)
    live(posted(page, audience=Audience.INTERNAL, **HANDS))
    assert not announced().exists()
    assert not Delivery.objects.filter(subscriber__isnull=False).exists()


def test_a_draft_is_told_to_nobody(page):
    make.subscriber(page)
    with at(POSTED):
        actions.cancel(windows.draft(page), reason="A mistake.", by=None)
    assert not announced().exists()


# When, and when not any more


def test_what_is_called_off_before_anything_left_is_news_to_nobody(page):
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=60)
    window = posted(page)
    assert announced().get().state == AnnouncementState.WAITING
    act(actions.cancel, window, when=POSTED + timedelta(seconds=30), reason="A mistake.")
    with at(POSTED + HOUR):
        leave()
    assert [row.state for row in announced()] == [AnnouncementState.CALLED_BACK, AnnouncementState.SILENT]
    assert told() == set()


def test_what_is_cancelled_is_announced_no_more(page):
    make.subscriber(page)
    window = posted(page)
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    first, second = deliveries()
    assert (first.state, second.state) == (DeliveryState.CANCELLED, DeliveryState.DUE)
    end([first], DeliveryState.FAILED)
    first.state = DeliveryState.DUE
    first.save()
    outgoing, cancelled = sent(POSTED + HOUR)
    assert [each.news.event for each in outgoing] == [Event.MAINTENANCE_CANCELLED]
    assert cancelled == [reasons.IS_CANCELLED]


def test_what_waited_until_it_was_over_is_not_said_any_more(page):
    make.subscriber(page)
    live(posted(page, **HANDS))
    outgoing, cancelled = sent(END + timedelta(days=8))
    assert [each.news.event for each in outgoing] == [Event.MAINTENANCE_COMPLETED]
    assert set(cancelled) == {reasons.IS_OVER}


def test_what_leaves_late_says_what_holds_by_then(page):
    make.subscriber(page)
    window = posted(page)
    act(actions.amend, window, when=POSTED + HOUR, title="Core routers", body="We replace three routers.")
    (first, _second), _none = sent(POSTED + HOUR)
    assert (first.news.event, first.news.content["title"]) == (Event.MAINTENANCE_SCHEDULED, "Core routers")
    assert first.news.content["body"] == "We replace three routers."


def test_moved_twice_the_last_move_is_told_with_the_times_that_readers_know(page):
    make.subscriber(page)
    window = posted(page)
    MessageSettings.objects.create(page=page, undo_seconds=60)
    for days, when in ((7, POSTED + HOUR), (14, POSTED + HOUR + timedelta(seconds=20))):
        later = timedelta(days=days)
        act(actions.reschedule, window, when=when, starts_at=START + later, ends_at=END + later)
    with at(POSTED + 2 * HOUR):
        leave()
    assert [row.state for row in announced()] == [
        AnnouncementState.DONE, AnnouncementState.CALLED_BACK, AnnouncementState.DONE,
    ]  # fmt: skip
    frozen = announced().last().content
    assert frozen["old_starts_at"] == "2026-12-10T22:00:00.000Z"
    assert frozen["starts_at"] == "2026-12-24T22:00:00.000Z"


def test_what_is_different_before_it_was_told_is_told_with_it(page):
    make.subscriber(page)
    MessageSettings.objects.create(page=page, undo_seconds=60)
    window, later = posted(page), timedelta(days=7)
    act(actions.amend, window, when=POSTED + timedelta(seconds=10), title="Core routers")
    move = {"starts_at": START + later, "ends_at": END + later}
    act(actions.reschedule, window, when=POSTED + timedelta(seconds=20), **move)
    with at(POSTED + HOUR):
        leave()
    assert [row.state for row in announced()] == [
        AnnouncementState.DONE, AnnouncementState.SILENT, AnnouncementState.SILENT,
    ]  # fmt: skip
    frozen = announced().first().content
    assert (frozen["title"], frozen["starts_at"]) == ("Core routers", "2026-12-17T22:00:00.000Z")
    act(actions.reschedule, window, when=POSTED + 2 * HOUR, starts_at=START + 2 * later, ends_at=END + 2 * later)
    with at(POSTED + 3 * HOUR):
        leave()
    assert announced().last().content["old_starts_at"] == "2026-12-17T22:00:00.000Z"


def test_off_the_page_it_is_not_told_there(page):
    second = make.page(make.component(name="Voice"), name="Second")
    make.subscriber(second)
    with at(POSTED):
        window = windows.draft(page)
        make.place_window(second, window)
        actions.announce(window, by=None)
        leave()
    window.listed.get(page=second).delete()
    act(actions.amend, window, when=POSTED + HOUR, title="Core routers")
    with at(POSTED + HOUR):
        batch = Batch([deliveries().first().pk])
    assert (batch.outgoing, list(batch.cancelled.values())) == ([], [reasons.IS_OFF_THE_PAGE])


def test_more_than_the_limit_is_held_back_and_staff_are_told(page):
    make.subscriber(page)
    room = make.channel()
    MessageSettings.objects.create(page=page, storm_limit=2)
    window = posted(page)
    for number in (1, 2):
        act(actions.post_update, window, when=POSTED + number * HOUR / 60, message=Message(f"Word {number}."))
    assert [row.state for row in announced()] == [
        AnnouncementState.DONE, AnnouncementState.DONE, AnnouncementState.HELD,
    ]  # fmt: skip
    leave()
    held = Delivery.objects.get(channel=room, announcement__event=Event.STAFF_HELD).announcement
    assert held.content["title"] == window.title


def test_who_muted_it_hears_no_more(page):
    reader, other = make.subscriber(page), make.subscriber(page)
    window = posted(page)
    Muted.objects.create(subscriber=reader, window=window)
    assert sent(POSTED)[1] == ["The subscriber left, paused or muted it."]
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    cancelled = announced().get(event=Event.MAINTENANCE_CANCELLED)
    assert {row.subscriber for row in cancelled.deliveries.all()} == {other}


def test_the_ledger_of_what_is_ahead_is_kept(page, settings):
    make.subscriber(page)
    settings.LEDGER_DAYS = 30
    window = posted(page)
    end(deliveries(), DeliveryState.SENT)
    Delivery.objects.update(finished_at=POSTED)
    with at(START - HOUR):
        retention.purge()
    assert deliveries().count() == 1
    act(actions.cancel, window, when=START - HOUR, reason="Not needed.")
    with at(START + timedelta(days=60)):
        retention.purge()
    assert not deliveries().filter(announcement__event=Event.MAINTENANCE_SCHEDULED).exists()


# Costs, and what is known before


def test_the_number_is_known_before(page, same_queries):
    room = make.channel(team=make.team())
    make.channel(topics=["stages"])
    window = windows.draft(page)
    for number in range(20):
        make.subscriber(page, scope={"min_severity": SeverityLevel.CRITICAL})
        if number in (0, 19):
            with same_queries(at_most=20):
                found = forecast.forecast_window(window, [page], current(window))
    assert found.numbers == {Transport.EMAIL: 20}
    assert found.channels == []
    window.team = room.team
    assert forecast.forecast_window(window, [page], current(window)).channels == [room]
    assert forecast.forecast_window(None, [page], current(window)).numbers == {Transport.EMAIL: 20}
    assert forecast.forecast_window(window, [], current(window)).is_nobody


def test_a_batch_costs_the_same_for_one_and_for_fifty(page, same_queries):
    for _number in range(50):
        make.subscriber(page)
    posted(page)
    pks = list(deliveries().values_list("pk", flat=True))
    for some in (pks[:1], pks):
        with at(POSTED), same_queries(at_most=12):
            assert len(Batch(some).outgoing) == len(some)


def test_whoever_may_not_see_maintenance_sees_no_announcement_of_it(page):
    posted(page)
    rows = announced()
    assert rows.visible_to(make.in_group("Support")).count() == 1
    assert rows.visible_to(make.user(permissions=["view_announcement"])).count() == 0


def test_no_word_for_staff_is_in_what_customers_get(page):
    make.subscriber(page)
    secret = "Rack 12, key under the mat"
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    with at(START - timedelta(days=2)):
        window = windows.draft(page, plan=secret, roll_back=secret, ticket=secret, by=by)
        approval = actions.ask_approval(window, approver=approver, reason=secret, by=by)
        actions.approve(approval, by=approver)
        leave()
        window.refresh_from_db()
        actions.cancel(window, reason=secret, by=by)
        leave()
    assert window.is_emergency
    for row in announced():
        assert secret not in str(row.content)
        assert by.username not in str(row.content)
        assert content_of(row).why_not_public() in ("", reasons.IS_CANCELLED)
    assert announced().first().content["is_emergency"]
