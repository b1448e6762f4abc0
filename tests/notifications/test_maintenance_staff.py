"""What is said inside of maintenance: to channels by topic and team, and to who is asked to approve it."""

from datetime import timedelta

import pytest

from incidents.choices import Audience, SeverityLevel
from incidents.clocks.clock import Clock
from incidents.clocks.promises import Subject
from incidents.maintenance import actions, explaining, judging, places
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Outcome
from notifications.announcements.announce import announce
from notifications.choices import Event, Kind, Reach, Topic
from notifications.content import reasons
from notifications.content.kinds import CONTENTS, content_of
from notifications.models import Announcement, Delivery
from notifications.sending.outgoing import Batch
from tests import factories as make
from tests.notifications import windows
from tests.notifications.sent import leave
from tests.notifications.windows import END, HANDS, HOUR, POSTED, START, act, at, live, plain, posted, read
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return windows.page()


def inside(event=Event.STAFF_MAINTENANCE):
    return Announcement.objects.filter(event=event).order_by("pk")


def rooms(event=Event.STAFF_MAINTENANCE):
    rows = Delivery.objects.filter(announcement__event=event, channel__isnull=False).order_by("pk")
    return [(row.channel, row.announcement.content.get("what")) for row in rows]


def people(event):
    return {row.person for row in Delivery.objects.filter(announcement__event=event, person__isnull=False)}


def mails(event, when):
    with at(when):
        batch = Batch(Delivery.objects.filter(announcement__event=event).values_list("pk", flat=True))
    return [read(each) for each in batch.outgoing], list(batch.cancelled.values())


def facts(row):
    return dict(row.content["fields"])


# Channels


def test_channels_hear_what_happens_to_a_window_each_once(page):
    room = make.channel(topics=[Topic.MAINTENANCE], min_severity=SeverityLevel.CRITICAL)
    make.channel(topics=[Topic.CLOCKS])
    make.channel(team=make.team(), topics=[Topic.MAINTENANCE])
    live(posted(page, **HANDS))
    assert rooms() == [(room, what) for what in ("posted", "moved", "begun", "extended", "ended")]


def test_the_channels_of_its_team_hear_it_and_those_of_what_it_affects(page):
    own, owners, of_part = make.team(), make.team(), make.team()
    page.components.update(team=of_part)
    found = [make.channel(team=team, topics=[Topic.MAINTENANCE]) for team in (own, owners, of_part)]
    make.channel(team=make.team())
    posted(page, team=own, owner=make.user(team=owners))
    assert {room for room, _what in rooms()} == set(found)


def test_a_channel_that_hears_everything_hears_maintenance(page):
    room = make.channel()
    posted(page)
    assert rooms() == [(room, "posted")]


def test_internal_maintenance_is_told_inside(page):
    room = make.channel()
    window = posted(page, audience=Audience.INTERNAL)
    act(actions.cancel, window, when=POSTED + HOUR, reason="Not needed.")
    assert rooms() == [(room, "posted"), (room, "cancelled")]
    assert facts(inside().last())["Why"] == "Not needed."
    assert not Announcement.objects.filter(reach=Reach.SUBSCRIBERS).exists()


def test_a_channel_reads_who_what_when_and_whether_customers_are_told(page):
    make.channel()
    by = make.in_group("Support", first_name="Ana", last_name="Kovač")
    with at(POSTED):
        window = windows.draft(page, owner=by)
        silent = Message("We replace two.", deliver=False, silence_reason="Nobody notices.")
        actions.announce(window, by=by, message=silent)
        leave()
    (message,), _none = mails(Event.STAFF_MAINTENANCE, POSTED)
    assert message["Subject"] == "[Maintenance announced] Core router upgrade"
    text = plain(message)
    for words in (f"{by} announces planned maintenance", "Begins: Thu 10 Dec, 22:00 UTC", "Takes: 2 h 30 min",
                  "Affects: SMS (Degraded)", f"Owner: {by}", "Customers read:\nWe replace two.",
                  "Subscribers: not told, as chosen"):  # fmt: skip
        assert words in text


def test_moved_and_ended_say_from_what_and_how(page):
    make.channel()
    window = posted(page, **HANDS)
    later = timedelta(days=7)
    act(actions.reschedule, window, when=POSTED + HOUR, starts_at=START + later, ends_at=END + later)
    assert facts(inside().last())["Was to begin"] == {"at": "2026-12-10T22:00:00.000Z"}
    act(actions.begin, window, when=START + later)
    act(actions.end, window, when=END + later + HOUR, outcome=Outcome.PARTLY, result="One is left.")
    ended = facts(inside().last())
    assert (ended["Outcome"], ended["What came of it"]) == ("Partly done", "One is left.")
    assert ended["Longer than announced"] == "1 h"


# Approvals


@pytest.fixture
def asked(page):
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    make.channel()
    with at(START - timedelta(days=2)):
        window = windows.draft(page, by=by)
        approval = actions.ask_approval(window, approver=approver, reason="It is exploited already.", by=by)
        leave()
    return approval


NOW = START - timedelta(days=2)


def test_who_is_asked_reads_what_when_why_and_how_it_was_counted(asked):
    assert people(Event.STAFF_APPROVAL) == {asked.approver}
    assert rooms(Event.STAFF_APPROVAL) == []
    (message,), _none = mails(Event.STAFF_APPROVAL, NOW)
    assert message["Subject"] == "[Your approval is asked for] Core router upgrade"
    text = plain(message)
    assert "Emergency: 1 business day of notice instead of 10." in text
    for words in (f"{asked.asked_by} asks you to approve emergency maintenance",
                  "Why it cannot wait: It is exploited already.", "Begins: Thu 10 Dec, 22:00 UTC",
                  f"Count: {explaining.in_full(judging.read(asked.arithmetic), is_emergency=True)}",
                  "Earliest planned start: ", "> Approve it, or decline it with a reason",
                  places.url_of_approval(asked)):  # fmt: skip
        assert words in text


def test_who_is_asked_reads_that_nobody_outside_would_be_told(page):
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    silent = actions.Message(deliver=False, silence_reason="The hole is not known yet.")
    with at(NOW):
        window = windows.draft(page, by=by)
        actions.ask_approval(window, approver=approver, reason="It is exploited.", message=silent, by=by)
        leave()
    (message,), _none = mails(Event.STAFF_APPROVAL, NOW)
    assert "Subscribers: not told: The hole is not known yet." in plain(message)


def test_who_asked_reads_that_it_was_declined_and_why(asked):
    with at(NOW):
        actions.decline(asked, reason="A launch is on that night.", by=asked.approver)
        leave()
    assert people(Event.STAFF_DECIDED) == {asked.asked_by}
    (message,), _none = mails(Event.STAFF_DECIDED, NOW)
    assert message["Subject"] == "[Maintenance declined] Core router upgrade"
    assert "Why: A launch is on that night." in plain(message)
    assert mails(Event.STAFF_APPROVAL, NOW) == ([], [reasons.IS_DECIDED])


def test_approved_who_asked_reads_that_it_is_announced(asked):
    with at(NOW):
        actions.approve(asked, by=asked.approver)
        leave()
    (message,), _none = mails(Event.STAFF_DECIDED, NOW)
    assert f"{asked.approver} approves it: it is announced" in plain(message)
    assert [what for _room, what in rooms()] == ["posted"]


def test_withdrawn_nobody_is_bothered(asked):
    with at(NOW):
        actions.withdraw(asked, by=asked.asked_by)
        leave()
    assert not inside(Event.STAFF_DECIDED).exists()
    assert mails(Event.STAFF_APPROVAL, NOW) == ([], [reasons.IS_DECIDED])


def test_who_may_not_see_maintenance_any_more_gets_no_mail(page):
    by, approver = make.in_group("Support"), make.user(permissions=["approve_window"])
    with at(NOW):
        actions.ask_approval(windows.draft(page, by=by), approver=approver, reason="It is exploited.", by=by)
        leave()
    assert people(Event.STAFF_APPROVAL) == set()


# Clocks


class Kind_:  # noqa: N801  what an app offers
    name = "maintenance"


def overrun(window):
    return Subject(Kind_(), window), Clock(key="end", label="End of maintenance", started_at=START, due_at=END)


def test_an_overrun_goes_to_the_owner_and_to_channels_that_hear_of_maintenance(page):
    room = make.channel(topics=[Topic.MAINTENANCE])
    make.channel(topics=[Topic.CLOCKS])
    owner, lead = make.in_group("Engineering"), make.in_group("Engineering Leads")
    window = posted(page, owner=owner, **HANDS)
    act(actions.begin, window, when=START)
    subject, clock = overrun(window)
    content = CONTENTS[Kind.MAINTENANCE]
    assert content.reminded(subject, phase="breach") == [owner]
    assert set(content.reminded(subject, phase="escalation")) == {owner, lead}
    words = content.reminder(subject, clock, phase="breach", now=END)
    assert words["line"] == "End of maintenance: the time has passed"
    assert words["next_step"] == "End it, or say how much longer it takes"
    with at(END):
        row = announce(
            Event.STAFF_CLOCK, key="clock:x", reach=Reach.STAFF, kind=Kind.MAINTENANCE, subject_id=window.pk,
            people=[owner], content=words,
        )  # fmt: skip
        leave()
    assert {each.channel or each.person for each in row.deliveries.all()} == {room, owner}


# The screens


def test_a_list_names_its_windows_at_the_same_cost(page, client, same_queries):
    person = make.superuser()
    client.force_login(person)
    for number in range(8):
        posted(page)
        if number in (0, 7):
            with same_queries(at_most=40):
                shown = client.get("/admin/messages/?reach=staff")
            assert shown.status_code == 200
    assert b"Core router upgrade" in shown.content


def test_what_a_person_decides_stands_in_the_windows_history(page):
    window = posted(page)
    by = make.in_group("Support")
    content = content_of(inside().first())
    content.lock(by=by)
    content.keep("Messages dropped.", by=by)
    last = window.history.first()
    assert (last.history_change_reason, last.history_user) == ("Messages dropped.", by)
    assert (content.title, content.url, content.thread) == (window.title, places.url_of(window), window.public_id)


def test_a_window_says_who_will_be_told_and_who_was(page):
    room = make.channel(name="#network")
    make.subscriber(page)
    support, viewer = make.in_group("Support"), make.user()
    window = windows.draft(page)
    said = " ".join(drawn("window_recipients window", request_of(support), window=window).split())
    assert "<b>1</b> subscriber by mail" in said
    assert room.name in said
    assert drawn("window_recipients window", request_of(viewer), window=window).strip() == ""
    live(window := posted(page, **HANDS))
    tags = "window_messages window as told %}{% messages_of update told"
    for update in window.updates.all():
        assert "Told 0 of 1" in drawn(tags, request_of(support), window=window, update=update)
        assert "Told" not in drawn(tags, request_of(viewer), window=window, update=update)


def test_of_an_internal_window_nobody_outside_will_be_told(page):
    make.subscriber(page)
    window = windows.draft(page, audience=Audience.INTERNAL)
    said = drawn("window_recipients window", request_of(make.in_group("Support")), window=window)
    assert "Nobody outside will be told" in said
