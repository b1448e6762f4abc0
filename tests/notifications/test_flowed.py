"""The text part of mails: lines within the limits of every program, and the same words once they are joined again."""

import email
import email.policy

import pytest
from hypothesis import given, strategies as st

from notifications.choices import Event
from notifications.messages import mail, preview
from notifications.messages.flowed import WIDTH, flowed, joined

PIECES = st.sampled_from(
    ["word", " ", "  ", "> ", "From ", "-- ", "https://e.example/" + "a" * 120, "障害が発生しました。", "(再)",
     "é\u0301", "\n", "\n\n", "x" * 90, "👩\u200d💻", "- ", "אבג "]
)  # fmt: skip


def same(text):
    """What no reader sees: spaces at an end, and how a quotation is written."""
    lines = (line.rstrip() if line != "-- " else line for line in text.split("\n"))
    return "\n".join(quoted(line) for line in lines)


def quoted(line):
    depth = 0
    while line.startswith(">"):
        line, depth = line[1:].removeprefix(" "), depth + 1
    return ">" * depth + (" " if depth else "") + line


@given(st.lists(PIECES, max_size=60).map("".join))
def test_joined_again_it_says_the_same(text):
    assert same(joined(flowed(text))) == same(text)


@given(st.lists(PIECES, max_size=60).map("".join))
def test_no_line_is_wider_than_a_program_shows_but_for_what_has_no_break(text):
    for line in flowed(text).split("\n"):
        assert len(line) <= WIDTH + 2 or max(map(len, line.split())) > WIDTH - 12


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a " * 50, ["a " * 37 + " ", "a " * 12 + "a"]),
        ("> " + "a " * 50, ["> " + "a " * 37 + " ", "> " + "a " * 12 + "a"]),
        ("> > twice", [">> twice"]),
        ("  in", ["   in"]),
        ("From here", [" From here"]),
        ("-- \nfoot", ["-- ", "foot"]),
        ("障" * 40, ["障" * 37 + " ", "障" * 3]),
    ],
)
def test_lines_as_rfc_3676_has_them(text, lines):
    assert flowed(text).split("\n") == lines


@pytest.mark.parametrize("event", [Event.INCIDENT_UPDATED, Event.STAFF_UPDATE, Event.SUBSCRIBER_CONFIRM])
def test_every_mail_is_written_so(event):
    outgoing = preview.sample(event, body="**Bold** and long. " * 80 + "\n\n- one\n- two")
    message = email.message_from_bytes(mail.prepare(outgoing).addressed(outgoing), policy=email.policy.default)
    part = message.get_body(("plain",))
    assert (part.get_param("format"), part.get_param("delsp")) == ("flowed", "yes")
    assert all(len(line) <= 78 or "://" in line for line in part.get_content().splitlines())
