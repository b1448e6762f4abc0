"""Mail: what stands in it, and one true answer for each, whatever the server does (real sockets)."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from notifications.choices import Event, Outcome
from notifications.messages import mail, preview, preview_maintenance
from notifications.messages.flowed import joined
from notifications.messages.outgoing import Outgoing
from notifications.transports.base import Unreachable
from notifications.transports.mail import Session
from tests.notifications.smtp import CLOSE, DRIP, HANG, RESET, server

NOW = datetime(2026, 11, 20, 14, 24, tzinfo=UTC)
LISTS = [e for e in Event if e.startswith(("incident.", "maintenance.", "postmortem."))]


@pytest.fixture(autouse=True)
def _own_settings(settings):
    settings.PUBLIC_URL = "https://status.example.com"
    settings.DEFAULT_FROM_EMAIL = "status@example.com"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False


def read(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert not any(part.defects for part in message.walk())
    return message


def written(event=Event.INCIDENT_UPDATED, **how):
    outgoing = preview.sample(event, now=NOW, **how)
    return read(mail.prepare(outgoing).addressed(outgoing))


def text(message):
    return joined(message.get_body(("plain",)).get_content())


def html(message):
    return message.get_body(("html",)).get_content()


# What stands in it


def test_the_subject_states_the_fact_and_the_first_line_is_the_news():
    message = written()
    assert message["Subject"] == "[Larkwire Platform: Identified] SMS delayed in Frankfurt and Singapore"
    assert text(message).splitlines()[0] == "Identified: SMS delayed in Frankfurt and Singapore"


def test_what_is_affected_has_a_word_and_a_shape():
    message = written()
    assert "◆ SMS in Frankfurt: Partial outage (was: Operational)" in text(message)
    assert re.search(r'style="[^"]*color: #b5480b[^"]*">\s*◆ Partial outage', html(message))


@pytest.mark.parametrize(
    ("own", "page", "said"), [("Asia/Tokyo", "UTC", "23:54 JST"), ("", "Europe/Zagreb", "15:54 CET")]
)
def test_the_promise_is_a_time_in_the_readers_zone_else_the_pages(own, page, said):
    message = written(time_zone=own, page=preview.page_dress(time_zone=page))
    assert f"Next update by {said}." in text(message)
    assert said in html(message)


def test_a_promise_of_another_day_names_it():
    message = written(time_zone="Asia/Tokyo", promised_at="2026-11-20T15:30:00.000Z")
    assert "Next update by Sat 21 Nov, 00:30 JST." in text(message)


def test_the_all_clear_promises_nothing_and_says_how_long_it_was():
    message = written(Event.INCIDENT_RESOLVED)
    assert message["Subject"].startswith("[Larkwire Platform: Resolved] ")
    assert "Next update" not in text(message)
    assert "lasted 56 min" in text(message)


def test_a_correction_says_so():
    assert written(Event.INCIDENT_CORRECTED)["Subject"].startswith("[Larkwire Platform: Corrected] ")


def test_it_says_why_it_came_and_how_to_stop_in_both_parts():
    message = written()
    for part in (text(message), html(message)):
        for end in ("/", "/leave/", f"/mute/{preview.INCIDENT}/"):
            assert (
                f"https://status.example.com/p/sp_preview000000/subscriptions/sub_preview00000.cHJldmlldy1zaWduYXR1cmU{end}"
                in part
            )


@pytest.mark.parametrize("event", LISTS)
def test_news_carry_what_mailbox_programs_ask_of_lists(event):
    message = written(event)
    leave = (
        "https://status.example.com/p/sp_preview000000/subscriptions/sub_preview00000.cHJldmlldy1zaWduYXR1cmU/leave/"
    )
    assert message["List-Unsubscribe"] == f"<{leave}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "Larkwire Platform <sp_preview000000.status.example.com>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<ann_preview00000.1@status.example.com>"
    subject = preview_maintenance.WINDOW if event.startswith("maintenance.") else preview.INCIDENT
    root = f"<{subject}.sub_preview00000@status.example.com>"
    assert (message["In-Reply-To"], message["References"]) == (root, root)
    assert message["From"] == "Larkwire Platform <status@example.com>"
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None


@pytest.mark.parametrize("event", [e for e in Event if e not in LISTS])
def test_mail_to_one_person_is_no_list(event):
    message = written(event)
    assert message["Auto-Submitted"] == "auto-generated"
    assert not [name for name in message.keys() if name.startswith("List-")]  # noqa: SIM118
    assert message["Precedence"] is None
    assert text(message).strip()
    assert "<h1" in html(message)


@pytest.mark.parametrize("event", list(Event))
def test_no_mail_needs_pictures_or_anything_from_elsewhere(event):
    page = html(written(event))
    assert not re.search(r"<img|<link|url\(|@import|<script|var\(--", page)
    assert "{{" not in page
    assert "{%" not in page


@pytest.mark.parametrize("event", list(Event))
def test_every_line_is_short_and_none_begins_with_a_dot(event):
    outgoing = (
        preview.sample(event, now=NOW, title=f".{'ä' * 300}\n.\n") if event.startswith("inc") else preview.sample(event)
    )
    raw = mail.prepare(outgoing).addressed(outgoing)
    head, _blank, body = raw.partition(b"\r\n\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 200  # the address to leave by is one word
    assert not [line for line in raw.split(b"\r\n") if line.startswith(b".")]
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def test_it_is_dark_where_the_reader_is_and_wears_the_pages_colour():
    page = html(written(page=preview.page_dress(brand_color="#0b5fa5")))
    assert "prefers-color-scheme:dark" in page
    assert "[data-ogsc] h1" in page
    assert "#0f1214" in page  # --paper of tokens.css
    assert "#0b5fa5" in page


def test_what_people_typed_cannot_leave_its_place():
    evil = 'x\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script> "'
    message = written(
        title=evil, body="<img src=x onerror=y> [a](javascript:b) <b>c</b>", page=preview.page_dress(name=evil)
    )
    assert message["Bcc"] is None
    assert "<script" not in html(message)
    assert "<img" not in html(message)
    assert "javascript:" not in re.sub(r"\[a\]\(javascript:b\)", "", html(message))


def test_a_pages_own_texts_are_filled_in_and_a_broken_one_is_shown_as_it_stands():
    texts = {
        Event.INCIDENT_UPDATED: (
            "{{ page }}: {{ status }}",
            "Dear reader: {{ components }}{% if locations %} in {{ locations }}{% endif %}.",
        )
    }
    page = preview.page_dress(
        texts=texts,
        header="**{{ title }}**",
        footer="Ask {{ support_url }} or [stop]({{ manage_url }}). {% include 'x' %}",
    )
    message = written(page=page)
    assert message["Subject"] == "Larkwire Platform: Identified"
    assert "Dear reader: SMS in Frankfurt and Singapore, and WhatsApp in Frankfurt." in text(message)
    assert "<strong" in html(message)
    assert "{% include 'x' %}" in text(message)
    footer = text(written(page=replace(page, footer="Stop: {{ manage_url }}")))
    assert (
        "Stop: https://status.example.com/p/sp_preview000000/subscriptions/sub_preview00000.cHJldmlldy1zaWduYXR1cmU/"
        in footer
    )


def test_names_of_another_page_are_not_told():
    other = preview.page_dress(id="sp_other0000000", name="Other")
    outgoing = replace(preview.sample(Event.INCIDENT_UPDATED, now=NOW), page=other)
    message = read(mail.prepare(outgoing).addressed(outgoing))
    assert "WhatsApp" not in text(message)


def test_a_restricted_incident_is_told_without_a_word_of_it():
    message = written(Event.STAFF_RESTRICTED)
    assert message["Subject"] == "[Restricted] A restricted incident"
    assert "Frankfurt" not in text(message) + html(message)


@pytest.mark.parametrize(
    ("zone", "detected", "due"), [("Asia/Tokyo", "23:20 JST", "23:30 JST"), ("", "14:20 UTC", "14:30 UTC")]
)
def test_times_for_staff_are_in_each_ones_own_zone(zone, detected, due):
    message = written(Event.STAFF_SUSPECTED, time_zone=zone)
    for part in (text(message), html(message)):
        assert detected in part
        assert f"by {'Fri 20 Nov, '}{due}" in part or f"by {due}" in part
        assert "{'at'" not in part


def test_no_door_is_offered_twice():
    url = "https://status.example.com/admin/x/"
    message = written(Event.STAFF_CONFIRMED, url=url, action={"label": "Open the incident", "url": url}, bridge_url="")
    assert text(message).count(url) == 1
    assert "Open the incident" in text(message)


def test_one_draft_serves_many_and_each_gets_their_own():
    first = preview.sample(Event.INCIDENT_UPDATED, now=NOW)
    draft = mail.prepare(first)
    second = replace(
        first,
        message_id="ann_x.2",
        recipient=replace(first.recipient, address="Zoë@exämple.com".replace("ë", "e"), token="sub_two000000000.x"),
    )
    message = read(draft.addressed(second))
    assert message["To"] == "Zoe@xn--exmple-cua.com"
    assert message["Message-ID"] == "<ann_x.2@status.example.com>"
    for part in (text(message), html(message), str(message["List-Unsubscribe"]), str(message["References"])):
        assert "sub_preview" not in part
        assert "sub_two000000000" in part


def test_a_draft_is_not_used_for_other_news_or_a_page_that_changed():
    one = preview.sample(Event.PERSON_PASSWORD, now=NOW)
    draft = mail.prepare(one)
    assert draft.is_of(replace(one, news=replace(one.news, content=dict(one.news.content))))
    assert not draft.is_of(replace(one, news=replace(one.news, content={"url": "https://other"})))
    assert not draft.is_of(replace(one, page=preview.page_dress(name="New")))


# The server


def outgoing(number=1, address="ada@example.com") -> Outgoing:
    sample = preview.sample(Event.INCIDENT_UPDATED, now=NOW, address=address)
    return replace(sample, message_id=f"ann_x.{number}")


def session(running, settings, **limits):
    settings.EMAIL_PORT = running.port
    return Session(settings, **({"step_limit": 0.5, "mail_limit": 1.5} | limits))


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_batch_goes_over_one_connection_byte_for_byte(settings, pipelining):
    with server(pipelining=pipelining) as running:
        with session(running, settings) as it:
            answers = [it.send(outgoing(n, f"a{n}@example.com")) for n in range(3)]
        assert [(a.outcome, a.code) for a in answers] == [(Outcome.SENT, 250)] * 3
        assert running.connections == 1
        assert [who for who, _raw in running.mails] == ["a0@example.com", "a1@example.com", "a2@example.com"]
        assert read(running.mails[2][1])["Message-ID"] == "<ann_x.2@status.example.com>"
        assert text(read(running.mails[0][1])).startswith("Identified: ")


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("550 5.1.1 <ada@example.com> unknown", Outcome.GONE),
        ("550 no such user ada@example.com", Outcome.GONE),
        ("553 5.1.3 bad syntax", Outcome.GONE),
        ("550 5.7.1 policy", Outcome.RETRY),
        ("550 5.1.8 sender's domain", Outcome.RETRY),
        ("552 5.2.2 mailbox full", Outcome.RETRY),
        ("554 no relaying", Outcome.REFUSED),
        ("450 4.2.1 greylisted", Outcome.RETRY),
        ("452 too many", Outcome.RETRY),
    ],
)
def test_a_refused_recipient_spoils_nothing_for_the_next(settings, reply, outcome, pipelining):
    with server({("RCPT", "ada@example.com"): reply}, pipelining=pipelining) as running:
        with session(running, settings) as it:
            answer = it.send(outgoing())
            assert (answer.outcome, answer.code) == (outcome, int(reply[:3]))
            assert "ada" not in answer.text
            assert it.send(outgoing(2, "bob@example.com")).outcome == Outcome.SENT
        assert [who for who, _raw in running.mails] == ["bob@example.com"]
        assert running.connections == 1


def test_a_server_that_takes_data_for_nobody_is_told_to_drop_it(settings):
    with server({("RCPT", "ada@example.com"): "550 5.1.1 no", "DATA": "354 go on all the same"}) as running:
        with session(running, settings) as it:
            assert it.send(outgoing()).outcome == Outcome.GONE
            assert it.send(outgoing(2, "bob@example.com")).outcome == Outcome.SENT
        assert [who for who, _raw in running.mails] == ["bob@example.com"]


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("at", "reply", "outcome"),
    [
        ("DATA", "451 later", Outcome.RETRY),
        ("DATA", "554 no", Outcome.REFUSED),
        ("DOT", "452 full", Outcome.RETRY),
        ("DOT", "554 5.6.0 content", Outcome.REFUSED),
        ("DOT", "550 5.7.1 spam", Outcome.REFUSED),
        ("DOT", "421 going down", Outcome.RETRY),
        ("RCPT", RESET, Outcome.RETRY),
        ("RCPT", HANG, Outcome.RETRY),
        ("RCPT", "421 later", Outcome.RETRY),
        ("DATA", CLOSE, Outcome.RETRY),
        ("DOT", HANG, Outcome.UNKNOWN),
        ("DOT", RESET, Outcome.UNKNOWN),
        ("DOT", CLOSE, Outcome.UNKNOWN),
        ("DOT", "gibberish", Outcome.UNKNOWN),
    ],
)
def test_each_answer_is_the_true_one_and_the_next_mail_finds_a_way(settings, at, reply, outcome, pipelining):
    with server({at: reply}, pipelining=pipelining) as running, session(running, settings) as it:
        assert it.send(outgoing()).outcome == outcome
        running.answers.clear()
        assert it.send(outgoing(2)).outcome == Outcome.SENT
        assert len(running.mails) == 1


@pytest.mark.parametrize(
    "reply", [RESET, HANG, CLOSE, "421 busy", "451 no", "530 sign in first", "550 5.7.1 who are you"]
)
def test_where_the_server_refuses_everybody_no_mail_is_blamed(settings, reply):
    with server({"MAIL": reply}) as running, session(running, settings) as it, pytest.raises(Unreachable):
        it.send(outgoing())


@pytest.mark.parametrize("at", ["GREETING", "EHLO"])
@pytest.mark.parametrize("reply", [RESET, HANG, CLOSE, DRIP, "421 busy", "554 go away"])
def test_a_server_that_will_not_talk_is_unreachable(settings, at, reply):
    answers = {at: reply, "HELO": reply}
    with server(answers) as running, pytest.raises(Unreachable), session(running, settings, mail_limit=1.0):
        pass


def test_nobody_there(settings):
    settings.EMAIL_PORT = 9
    with pytest.raises(Unreachable), Session(settings, step_limit=0.5):
        pass


@pytest.mark.parametrize(("at", "outcome"), [("RCPT", Outcome.RETRY), ("DOT", Outcome.UNKNOWN)])
def test_a_reply_that_drips_holds_nobody_longer_than_the_limit(settings, at, outcome):
    with server({at: DRIP}) as running, session(running, settings, step_limit=5.0, mail_limit=0.6) as it:
        begun = datetime.now(UTC)
        answer = it.send(outgoing())
        assert answer.outcome == outcome
        assert "longer than 0.6 s" in answer.text
        assert (datetime.now(UTC) - begun).total_seconds() < 2


def test_a_server_that_counts_mails_gets_another_connection(settings):
    with server(mails_per_connection=2) as running:
        with session(running, settings) as it:
            assert [it.send(outgoing(n)).outcome for n in range(5)] == [Outcome.SENT] * 5
        assert (running.connections, len(running.mails)) == (3, 5)


@pytest.mark.parametrize(
    "address", ["no-at", "a@b\r\nRCPT TO:<c@d>", "zoë@example.com", "a b@example.com", "<a@b>", "@x", "a@"]
)
def test_what_is_no_address_never_reaches_the_server(settings, address):
    with server() as running, session(running, settings) as it:
        assert it.send(outgoing(1, address)).outcome == Outcome.GONE
        assert "RCPT" not in running.verbs


def test_a_server_that_asks_for_tls_and_cannot_is_not_talked_to_in_the_clear(settings):
    settings.EMAIL_USE_TLS = True
    with server({"STARTTLS": "454 not now"}) as running:
        with pytest.raises(Unreachable), session(running, settings):
            pass
        assert "MAIL" not in running.verbs
