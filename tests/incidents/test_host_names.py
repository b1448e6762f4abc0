"""A name of a host is the one that browsers and mail servers of today look up, and no other."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st

from incidents import mailing
from incidents.host_names import in_ascii, readable

GERMAN = st.text(st.sampled_from("abcßäöüς"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("σίγμας.example", "xn--kxaef0b5ab.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("a_b.bücher.example:8443", "a_b.xn--bcher-kva.example:8443"),
        ("STATUS.example", "STATUS.example"),
    ],
)
def test_letters_stand_for_themselves(typed, name):
    assert in_ascii(typed) == name


@given(GERMAN)
def test_two_names_are_never_one(label):
    name = in_ascii(f"{label}.example")
    assert name.isascii()
    assert readable(name) == f"{label}.example"


@pytest.mark.parametrize("typed", ["☃.example", "a\u200db.example", "\ue000.example", "ü" * 64 + ".example"])
def test_what_cannot_be_written_is_refused(typed):
    with pytest.raises(UnicodeError):
        in_ascii(typed)
    with pytest.raises(ValidationError, match="What stands after the @ cannot be written as a name in DNS"):
        mailing.checked(f"ana@{typed}")


def test_a_mail_goes_to_the_domain_that_was_typed():
    assert mailing.mailbox("ana@straße.example") == "ana@xn--strae-oqa.example"
    assert mailing.checked("ana@straße.example") == "ana@straße.example"
    assert mailing.host("https://straße.example/x") == "xn--strae-oqa.example"
