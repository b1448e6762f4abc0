"""What messages on maintenance say, in mails with their calendar file, in chats and to programs."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
import vobject
from icalendar import Calendar
from standardwebhooks import Webhook

from incidents.mailing import sender
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Expected
from incidents.maintenance.judging import Affects
from notifications import sending
from notifications.choices import Event, Transport, WebhookFormat
from notifications.messages import bodies, moments, preview
from notifications.models import MessageSettings
from statuspage.documents.calendar_files import CalendarFiles
from statuspage.snapshot.load import load
from tests import factories as make
from tests.notifications import windows
from tests.notifications.sent import leave
from tests.notifications.smtp import server
from tests.notifications.windows import (
    END,
    HANDS,
    HOUR,
    POSTED,
    START,
    act,
    at,
    file_of,
    live,
    plain,
    posted,
    read,
    sent,
)

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
EVENTS = [event for event in Event if event.startswith("maintenance.")]
LATER, MINUTE, NEXT_YEAR = timedelta(days=7), timedelta(minutes=1), timedelta(days=365)


@pytest.fixture
def page(db):
    return windows.page()


def as_html(message):
    return message.get_body(("html",)).get_content()


def mails(page, *verbs, zone="", when=POSTED + HOUR, **facts):
    """Of each that is true at the end, after the window was posted and the verbs done."""
    make.subscriber(page, time_zone=zone)
    window = posted(page, **{"advice": "Point links to our second location."} | facts)
    for verb, how in verbs:
        act(verb, window, **{"when": when} | how)
    return [read(each) for each in sent(when)[0]]


# Words


def test_what_readers_have_to_do_comes_before_the_reason(page):
    (message,) = mails(page)
    assert message["Subject"] == "[Larkwire: Planned maintenance, Thu 10 Dec, 22:00 UTC] Core router upgrade"
    text = plain(message)
    assert text.splitlines()[0] == "Planned maintenance · Announced: Core router upgrade"
    order = ["Thu 10 Dec 2026, 22:00 to Fri 11 Dec, 00:30 UTC (2 h 30 min)", "What you need to do",
             "Point links to our second location.", "SMS: Degraded", "What is done, and why",
             "We replace two routers."]  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert all(words in as_html(message) for words in order[1:3])


def test_where_nothing_is_to_be_done_nothing_is_said_of_it(page):
    make.subscriber(page, transport=Transport.SLACK)
    make.subscriber(page)
    posted(page, advice=" \n")
    told = {each.recipient.transport: each for each in sent(POSTED)[0]}
    mail, chat = read(told[Transport.EMAIL]), bodies.written(told[Transport.SLACK])[1].decode()
    for said in (plain(mail), as_html(mail), chat):
        assert "We replace two routers." in said
        assert "What you need to do" not in said
        assert "without you" not in said


def test_times_are_in_the_readers_zone_and_beside_it_in_the_pages(page):
    (message,) = mails(page, zone="America/New_York")
    text = plain(message)
    assert message["Subject"].endswith(", Thu 10 Dec, 17:00 EST] Core router upgrade")
    assert "When: Thu 10 Dec 2026, 17:00 to 19:30 EST (2 h 30 min)" in text
    assert "on Larkwire: Thu 10 Dec 2026, 22:00 to Fri 11 Dec, 00:30 UTC" in text
    assert "Times are in America/New_York." in text


def test_emergency_maintenance_says_so(page):
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    make.subscriber(page)
    with at(START - timedelta(days=2)):
        window = windows.draft(page, by=by)
        approval = actions.ask_approval(window, approver=approver, reason="It is exploited.", by=by)
        actions.approve(approval, by=approver)
        leave()
    (message,) = map(read, sent(START - timedelta(days=2))[0])
    assert message["Subject"].startswith("[Larkwire: Emergency maintenance, ")
    assert "It is announced at shorter notice than planned maintenance is." in plain(message)
    assert "It is exploited." not in plain(message) + as_html(message)


def test_moved_it_shows_the_new_times_and_the_old(page):
    move = {"starts_at": START + LATER, "ends_at": END + LATER, "message": Message("A part comes late.")}
    first, second = mails(page, (actions.reschedule, move))
    assert second["Subject"] == "[Larkwire: Maintenance moved to Thu 17 Dec, 22:00 UTC] Core router upgrade"
    text = plain(second)
    assert "When: Thu 17 Dec 2026, 22:00 to Fri 18 Dec, 00:30 UTC (2 h 30 min)" in text
    assert "Was: Thu 10 Dec 2026, 22:00 to Fri 11 Dec, 00:30 UTC (2 h 30 min)" in text
    assert "A part comes late." in text
    assert "<s>Thu 10 Dec 2026, 22:00 to Fri 11 Dec, 00:30 UTC</s>" in " ".join(as_html(second).split())
    assert "Thu 17 Dec 2026" in plain(first)  # what leaves late says what holds


def test_a_subject_has_the_year_where_it_is_another_one(page):
    move = {"starts_at": START + NEXT_YEAR + LATER, "ends_at": END + NEXT_YEAR + LATER}
    first, second = mails(page, (actions.reschedule, move), starts_at=START + NEXT_YEAR, ends_at=END + NEXT_YEAR)
    assert first["Subject"] == "[Larkwire: Planned maintenance, Fri 17 Dec 2027, 22:00 UTC] Core router upgrade"
    assert second["Subject"] == "[Larkwire: Maintenance moved to Fri 17 Dec 2027, 22:00 UTC] Core router upgrade"


def test_the_old_times_stand_apart_from_how_long_they_were(page):
    longer = {"starts_at": START + LATER, "ends_at": END + LATER + HOUR / 2}
    mail = mails(page, (actions.reschedule, longer))[-1]
    assert "<s>Thu 10 Dec 2026, 22:00 to Fri 11 Dec, 00:30 UTC</s> (2 h 30 min)" in as_html(mail)
    for event in (Event.MAINTENANCE_MOVED, Event.MAINTENANCE_EXTENDED):
        assert "</s>(" not in as_html(read(preview.sample(event)))


@pytest.mark.parametrize(
    ("ended", "words"),
    [(END, "It is over. Ended as announced."), (END - HOUR / 4, "It is over. Ended 15 min early."),
     (END + HOUR, "It is over. 1 h longer than announced.")],
)  # fmt: skip
def test_ended_it_says_how_long_it_took(page, ended, words):
    steps = [(actions.begin, {"when": START}), (actions.end, {"when": ended})]
    (message,) = mails(page, *steps, when=ended, **HANDS)
    assert words in plain(message).splitlines()


@pytest.mark.parametrize(
    ("ended", "words"),
    [(END - HOUR / 4, "Ended 15 min early."), (END + HOUR, "1 h longer than announced."),
     (END - MINUTE / 2, "Ended as announced.")],
)  # fmt: skip
def test_extended_it_is_measured_against_the_end_that_was_announced_before_it_began(page, ended, words):
    steps = [(actions.begin, {"when": START}), (actions.extend, {"when": START + HOUR, "ends_at": END + 2 * HOUR})]
    mail = mails(page, *steps, (actions.end, {"when": ended}), when=ended, **HANDS)[-1]
    assert f"It is over. {words}" in plain(mail).splitlines()
    assert words in file_of(mail).get_content().replace("\r\n ", "").replace("\n ", "")


def test_each_word_while_it_runs(page):
    make.subscriber(page)
    window = posted(page, **HANDS)
    act(actions.begin, window, when=START)
    act(actions.post_update, window, when=START + HOUR, message=Message("Two of three are replaced."))
    act(actions.extend, window, when=START + 2 * HOUR, ends_at=END + HOUR)
    act(actions.verify, window, when=END)
    found = {each.news.event: plain(read(each)) for each in sent(END)[0]}
    assert "It has begun and is to end by Fri 11 Dec, 01:30 UTC." in found[Event.MAINTENANCE_STARTED]
    assert "Two of three are replaced." in found[Event.MAINTENANCE_UPDATED]
    assert "It takes longer than announced, until 01:30 UTC." in found[Event.MAINTENANCE_EXTENDED]
    assert "Update. Two of three are replaced." in found[Event.MAINTENANCE_EXTENDED]  # among what was said before
    assert "The work is done." in found[Event.MAINTENANCE_VERIFYING]


def test_cancelled_it_does_not_take_place_or_was_broken_off(page):
    (message,) = mails(page, (actions.cancel, {"reason": "For staff.", "message": Message("We chose another way.")}))
    text = plain(message)
    assert message["Subject"] == "[Larkwire: Maintenance cancelled] Core router upgrade"
    assert "It does not take place." in text
    assert "We chose another way." in text
    assert "For staff." not in text + as_html(message)


def test_one_window_is_one_thread_and_its_links_are_its_own(page):
    first, second = mails(page, (actions.amend, {"title": "Core routers"}))
    assert first["In-Reply-To"] == second["In-Reply-To"] == first["References"]
    assert first["In-Reply-To"].startswith("<mnt_")
    assert first["Message-ID"] != second["Message-ID"]
    assert f"/mute/{first['In-Reply-To'][1:].partition('.')[0]}/" in plain(first)
    assert "/maintenance/mnt_" in plain(first)


def test_only_what_the_page_names_is_named(page):
    other, hidden = make.component(name="Voice"), make.component(name="Ledger")
    second = make.page(other, name="Second")
    make.subscriber(second)
    here = make.location(name="Frankfurt")
    with at(POSTED):
        affects = [Affects(page.components.get(), None), Affects(other, here, Expected.OUTAGE), Affects(hidden, None)]
        window = make.window(*affects, starts_at=START, ends_at=END)
        make.place_window(page, window)
        make.place_window(second, window)
        actions.announce(window, by=None)
        leave()
    (message,) = map(read, sent(POSTED)[0])
    whole = plain(message) + as_html(message) + file_of(message).get_content()
    assert "Voice in Frankfurt: Unavailable" in plain(message)
    assert [name for name in ("SMS", "Ledger") if name in whole] == []


# The file


def test_the_file_moves_its_event_and_takes_it_out(page):
    move = {"starts_at": START + LATER, "ends_at": END + LATER, "when": POSTED + HOUR}
    make.subscriber(page)
    window = posted(page)
    raw = [file_of(read(sent(POSTED)[0][-1]))]
    act(actions.reschedule, window, **move)
    raw.append(file_of(read(sent(POSTED + HOUR)[0][-1])))
    act(actions.cancel, window, when=POSTED + 2 * HOUR, reason="Not needed.")
    raw.append(file_of(read(sent(POSTED + 2 * HOUR)[0][-1])))

    assert {(part.get_filename(), part.get_content_type()) for part in raw} == {("maintenance.ics", "text/calendar")}
    assert [part["Content-Type"].params["method"] for part in raw] == ["PUBLISH", "PUBLISH", "CANCEL"]
    calendars = [Calendar.from_ical(part.get_content()) for part in raw]
    events = [calendar.walk("VEVENT")[0] for calendar in calendars]
    assert {str(event["UID"]) for event in events} == {f"{window.public_id}@bridgewatch"}
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
    assert [event.decoded("DTSTART") for event in events] == [START, START + LATER, START + LATER]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [str(calendar["METHOD"]) for calendar in calendars] == ["PUBLISH", "PUBLISH", "CANCEL"]
    for part in raw:
        event = vobject.readOne(part.get_content()).vevent
        assert event.organizer.value == f"mailto:{sender()}"
        assert event.url.value == f"{page.canonical_url}maintenance/{window.public_id}/"
        assert event.x_maintnote_impact.value == "DEGRADED"

    held = {}  # what a program that follows RFC 5546 has in its calendar
    for event in events:
        uid = str(event["UID"])
        if str(event["STATUS"]) == "CANCELLED":
            held.pop(uid, None)
        elif uid not in held or int(held[uid]["SEQUENCE"]) < int(event["SEQUENCE"]):
            held[uid] = event
        assert len(held) <= 1
    assert held == {}


def lives(seed):
    """What may happen to a window, each at its moment: (verb, when, how), by hand and at random."""
    random = Random(seed)
    when, start, end = POSTED, START, END
    for _number in range(random.randrange(3)):
        when, start, end = when + HOUR, start + LATER, end + LATER + MINUTE * random.randrange(90)
        yield actions.reschedule, when, {"starts_at": start, "ends_at": end}
    if random.random() < 0.5:
        when += HOUR
        yield actions.amend, when, {"body": random.choice(["Other *words*.\n\n- a; b\n- c, d", ""])}
    if random.random() < 0.25:
        yield actions.cancel, when + HOUR, {"reason": "Not needed."}
        return
    yield actions.begin, start + 7 * MINUTE, {}
    if is_longer := random.random() < 0.5:
        end += HOUR
        yield actions.extend, start + HOUR, {"ends_at": end}
    if random.random() < 0.3:
        yield actions.cancel, start + 2 * HOUR, {"reason": "Broken off."}
        return
    yield actions.verify, start + 2 * HOUR, {}
    yield actions.end, end + random.choice([-MINUTE / 4, MINUTE, MINUTE * 40, -HOUR / 4] + [-HOUR] * is_longer), {}


@pytest.mark.parametrize("seed", range(8))
def test_the_file_of_the_mail_and_the_one_of_the_page_say_the_same_all_its_life(db, seed):
    frankfurt, words = make.location(name="Frankfurt"), "Point *links* elsewhere.\n\n1. One\n2. Two"
    page = windows.page(label="Platform", support_email=["", "help@example.com"][seed % 2])
    MessageSettings.objects.create(page=page, reply_to="answers@example.com")
    make.subscriber(page)
    with at(POSTED):
        affects = [Affects(page.components.get(), frankfurt, Expected.OUTAGE), Affects(page.components.get(), None)]
        window = make.window(*affects, starts_at=START, ends_at=END, advice=words, **HANDS)
        make.place_window(page, window)
        actions.announce(window, by=None)
        leave()
    event = same_in_both(page, window, POSTED)
    assert (event["X-MAINTNOTE-PROVIDER"], event["X-MAINTNOTE-ACCOUNT"]) == ("Larkwire", "public")
    assert event["DESCRIPTION"].splitlines() == [
        "Point links elsewhere.", "1. One", "2. Two", "Unavailable: SMS in Frankfurt; Degraded: SMS",
        "We replace two routers.", "Planned: announced 28 business days ahead.",
    ]  # fmt: skip
    for verb, when, how in lives(seed):
        act(verb, window, when=when, **how)
        same_in_both(page, window, when)


def same_in_both(page, window, when):
    """Every property of the event; around it, the one says how it is sent, the other how often it is read."""
    mailed = Calendar.from_ical(file_of(read(sent(when)[0][-1])).get_content())
    with at(when):
        shot = load(page.pk, touched={"maintenance": {window.pk}}, now=when)
    [seen] = [each for each in shot.others["maintenance"].values if each.pk == window.pk]
    shown = Calendar.from_ical(CalendarFiles(shot).of_window(seen, "maintenance.ics").body)
    [event], [of_page] = mailed.walk("VEVENT"), shown.walk("VEVENT")
    assert event.to_ical() == of_page.to_ical()
    assert {*mailed} - {"METHOD"} == {*mailed} & {*shown}
    assert all(mailed[name] == shown[name] for name in {*mailed} & {*shown})
    return event


def test_ended_early_the_file_has_the_end_that_it_had(page):
    ended = END - HOUR / 4
    (message,) = mails(page, (actions.begin, {"when": START}), (actions.end, {"when": ended}), when=ended, **HANDS)
    event = Calendar.from_ical(file_of(message).get_content()).walk("VEVENT")[0]
    assert (event.decoded("DTEND"), str(event["X-MAINTNOTE-STATUS"])) == (ended, "COMPLETED")


@pytest.mark.parametrize("event", EVENTS)
def test_every_kind_of_message_has_its_file(event):
    outgoing = preview.sample(event)
    message = read(outgoing)
    [event] = Calendar.from_ical(file_of(message).get_content()).walk("VEVENT")
    assert event["DTEND"].dt > event["DTSTART"].dt
    assert message.get_body(("html",)) is not None


# Over the wire


@pytest.mark.django_db(transaction=True)
def test_it_leaves_by_smtp_whole_and_once(settings):
    page = windows.page()
    reader = make.subscriber(page)
    with server() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        make.scheduled(page.components.get(), page=page)
        assert (sending.run(), sending.run()) == (1, 0)
    ((recipient, raw),) = box.mails
    assert recipient == reader.address
    assert b"text/calendar; method=PUBLISH; charset=utf-8" in raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw


# Programs


def hooked(page, shape):
    make.subscriber(page, transport=Transport.WEBHOOK, secret=SECRET, format=shape)


def body_of(outgoing):
    headers, body = bodies.written(outgoing)
    assert len(body) < 20_000
    Webhook(SECRET).verify(body, headers)
    return json.loads(body)


def test_a_webhook_says_it_in_our_shape(page):
    hooked(page, WebhookFormat.STANDARD)
    window = posted(page, advice="Point links to our second location.")
    move = {"starts_at": START + LATER, "ends_at": END + LATER, "message": Message("A part comes late.")}
    act(actions.reschedule, window, when=POSTED + HOUR, **move)
    told = body_of(sent(POSTED + HOUR)[0][-1])
    assert told["type"] == "maintenance.moved"
    assert told["timestamp"] == "2026-11-02T10:00:00.000Z"
    data = told["data"]
    assert set(data) == {"page", "maintenance", "components", "reminder", "update", "updates", "manage_url"}
    assert data["page"]["name"] == "Larkwire"
    assert data["maintenance"] == {
        "id": window.public_id, "name": "Core router upgrade", "status": "scheduled", "kind": "infrastructure",
        "is_emergency": False, "starts_at": "2026-12-17T22:00:00.000Z", "ends_at": "2026-12-18T00:30:00.000Z",
        "old_starts_at": "2026-12-10T22:00:00.000Z", "old_ends_at": "2026-12-11T00:30:00.000Z",
        "started_at": None, "ended_at": None, "advice": "Point links to our second location.",
        "body": "We replace two routers.", "url": f"{page.canonical_url}maintenance/{window.public_id}/",
    }  # fmt: skip
    (component,) = data["components"]
    assert (component["name"], component["expected"], component["status"]) == ("SMS", "degraded", "under_maintenance")
    assert (data["update"]["kind"], data["update"]["body"]) == ("moved", "A part comes late.")
    assert [row["kind"] for row in data["updates"]] == ["moved", "posted"]


def test_a_webhook_says_it_as_a_statuspage_would(page):
    hooked(page, WebhookFormat.STATUSPAGE)
    live(posted(page, **HANDS))
    told = body_of(sent(END + LATER + HOUR)[0][-1])
    assert set(told) == {"meta", "page", "incident"}
    incident = told["incident"]
    assert (incident["status"], incident["impact"]) == ("completed", "maintenance")
    assert incident["scheduled_for"] == "2026-12-17T22:00:00.000Z"
    assert incident["scheduled_until"] == "2026-12-18T01:30:00.000Z"
    assert (incident["started_at"], incident["resolved_at"]) == (
        "2026-12-17T22:00:00.000Z", "2026-12-18T01:00:00.000Z",
    )  # fmt: skip
    assert incident["shortlink"].startswith(f"{page.canonical_url}maintenance/mnt_")
    statuses = ["completed", "verifying", "in_progress", "in_progress", "in_progress", *["scheduled"] * 3]
    assert [row["status"] for row in incident["incident_updates"]] == statuses
    assert all(row["body"] for row in incident["incident_updates"])


def test_cancelled_it_is_completed_there(page):
    hooked(page, WebhookFormat.STATUSPAGE)
    act(actions.cancel, posted(page), when=POSTED + HOUR, reason="Not needed.")
    incident = body_of(sent(POSTED + HOUR)[0][-1])["incident"]
    assert (incident["status"], incident["incident_updates"][0]["body"]) == ("completed", "Cancelled")
    assert (incident["started_at"], incident["resolved_at"]) == (None, "2026-11-02T10:00:00.000Z")


@pytest.mark.parametrize("shape", WebhookFormat)
@pytest.mark.parametrize("event", EVENTS)
def test_every_body_is_small_however_long_its_texts(event, shape):
    outgoing = preview.sample(event, transport=Transport.WEBHOOK, body="ä" * 25_000, advice="ö" * 2_000)
    recipient = replace(outgoing.recipient, secrets=(SECRET,), format=shape)
    told = body_of(replace(outgoing, recipient=recipient))
    assert ("incident" in told) == (shape == WebhookFormat.STATUSPAGE)


# Chats


@pytest.mark.parametrize("transport", [Transport.SLACK, Transport.TEAMS, Transport.DISCORD])
@pytest.mark.parametrize("event", EVENTS)
def test_chats_say_when_and_what_to_do(event, transport):
    outgoing = preview.sample(event, transport=transport)
    _headers, body = bodies.written(outgoing)
    said = json.loads(body)
    assert said
    whole = json.dumps(said, ensure_ascii=False)
    when = moments.known(outgoing.news.content["starts_at"])
    assert f"{when:%Y}, {when:%H:%M}" in whole
    assert "Planned maintenance" in whole
    is_ahead = outgoing.news.content["status"] == "scheduled"
    assert ("What you need to do" in whole) or not is_ahead
    assert f"/mute/{outgoing.news.content['maintenance']}/" in whole.replace("\\/", "/")


def test_a_chat_calls_nobody_whatever_the_window_says():
    words = {"advice": "<!channel> @here", "body": "@everyone"}
    outgoing = preview.sample(Event.MAINTENANCE_SCHEDULED, transport=Transport.SLACK, **words)
    whole = bodies.written(outgoing)[1].decode()
    assert "<!channel>" not in whole
    assert "@here" not in whole
    assert "@everyone" not in whole


# Settings


def test_header_and_footer_of_the_page_are_filled_in(page):
    MessageSettings.objects.create(page=page, header="Hello from {{ page }}: {{ components }}", footer="{{ title }}!")
    (message,) = mails(page)
    assert "Hello from Larkwire: SMS" in plain(message)
    assert "Core router upgrade!" in plain(message)
