"""Words as they are looked for: folded alike in the index, in what is typed and in what is shown."""

import re

import pytest
from hypothesis import given, strategies as st

from postmortems.learning import words

TEXTS = st.text(max_size=300)
WORDY = st.text(st.characters(categories=["Ll", "Lu", "Nd", "Mn", "Lo", "Zs", "Po"]), max_size=300)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SMS delayed in Frankfurt", ["sms", "delayed", "in", "frankfurt"]),
        ("Störung: STÖRUNG, storung", ["storung", "storung", "storung"]),
        ("Straße, Strasse", ["strasse", "strasse"]),
        ("eu-west-1 v2.1 queue_age", ["eu", "west", "1", "v2", "1", "queue", "age"]),
        ('O\'Brien & "Söhne" | !not <->', ["o", "brien", "sohne", "not"]),
        ("送信遅延", ["送", "信", "遅", "延"]),
        ("ﬁne ½", ["fine", "1", "2"]),
        ("u\u0308ber", ["uber"]),
        ("🔥 ''' \0", []),
        ("x" * 400, ["x" * words.LONGEST_WORD]),
    ],
)
def test_words(text, found):
    assert list(words.words(text)) == found


def test_what_is_looked_for_is_said_once():
    assert words.wanted("SMS smsc Frank frankfurt SMS") == ("smsc", "frankfurt")


@given(TEXTS | WORDY)
def test_a_word_holds_letters_and_digits_and_nothing_else(text):
    for word in words.words(text):
        assert word
        assert word.isalnum()
        assert not re.search(r"[\s'\\:&|!<>()*_%]", word)


@given(TEXTS | WORDY)
def test_folding_what_is_folded_changes_nothing(text):
    once = list(words.words(text))
    assert list(words.words(" ".join(once))) == once


@given(TEXTS | WORDY, TEXTS | WORDY)
def test_pieces_lose_nothing_and_mark_what_was_looked_for(text, typed):
    beginnings = words.wanted(typed)
    pieces = words.pieces(text, beginnings)
    assert "".join(piece for _is_hit, piece in pieces) == text
    assert any(is_hit for is_hit, _piece in pieces) == words.is_in(text, beginnings)
    for is_hit, piece in pieces:
        assert words.is_in(piece, beginnings) == is_hit


@given(WORDY, st.integers(0, 300))
def test_a_snippet_shows_the_first_hit_of_a_long_text(text, before):
    long = f"{'other ' * before}Zanzibar {text}"
    pieces = words.snippet(long, ("zanzibar",))
    assert (True, "Zanzibar") in pieces
    assert sum(len(piece) for _is_hit, piece in pieces) <= 190


@given(st.lists(st.tuples(st.sampled_from("ABCD"), WORDY), max_size=5))
def test_the_vector_holds_each_word_in_its_place(texts):
    told = [(word, weight) for weight, text in texts for word in words.words(text)]
    vector = words.vector(texts)
    assert re.findall(r" ([^ :]+):\d+([A-D])", vector) == told
    assert vector == "".join(f" {word}:{place}{weight}" for place, (word, weight) in enumerate(told, 1))


def test_the_longest_text_leaves_room():
    vector = words.vector([("A", "Title"), ("D", " ".join(f"word{n}" for n in range(100_000)))])
    assert vector.startswith(" title:1A word0:2D")
    assert len(vector.encode()) <= words.MOST_BYTES
    assert ":16383D" in vector
