"""One address in its one spelling, whatever it was typed as."""

import pytest

from notifications.addresses import hashed, normalised, shown
from notifications.choices import Transport


@pytest.mark.parametrize(
    ("transport", "typed", "kept"),
    [
        (Transport.EMAIL, " Ana@Example.COM", "ana@example.com"),
        (Transport.EMAIL, "ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        (Transport.EMAIL, "ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        (Transport.EMAIL, "ana@例え.テスト", "ana@xn--r8jz45g.xn--zckzah"),
        (Transport.EMAIL, "ana@Straße.example", "ana@xn--strae-oqa.example"),
        (Transport.EMAIL, "ana@xn--strae-oqa.example", "ana@xn--strae-oqa.example"),
        (Transport.WEBHOOK, "HTTPS://Straße.example:8443/", "https://xn--strae-oqa.example:8443/"),
        (Transport.WEBHOOK, "HTTPS://Bücher.example:8443/Path", "https://xn--bcher-kva.example:8443/Path"),
        (Transport.WEBHOOK, "https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
    ],
)
def test_spellings_of_one_address_are_one(transport, typed, kept):
    assert normalised(transport, typed) == kept
    assert hashed(transport, typed) == hashed(transport, kept)


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("ana@xn--bcher-kva.example", "ana@bücher.example"),
        ("ana@xn--strae-oqa.example", "ana@straße.example"),
        ("ana@example.com", "ana@example.com"),
        ("ana@xn--a.example", "ana@xn--a.example"),
    ],
)
def test_people_read_the_name_that_they_know(kept, read):
    assert shown(Transport.EMAIL, kept) == read
