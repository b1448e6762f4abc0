"""The network that a request counts for."""

import pytest
from django.test import RequestFactory

from incidents import network


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7:555 ", "192.0.2.7"),
        ("[192.0.2.7]:555", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("[2001:DB8:1:2::6]:443", "2001:db8:1:2::"),
        ('"[2001:db8:1:2::6]:443"', "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:555", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("unknown", ""),
        ("_hidden:80", ""),
        ("[", ""),
        ("192.0.2.²", ""),
        ("1" * 5000, ""),
        ("192.0.2.7\0", ""),
    ],
)
def test_an_address_without_what_changes_from_request_to_request(text, read):
    assert (network.network(text), network.network(read)) == (read, read)


@pytest.mark.parametrize(
    ("trusts", "forwarded", "remote", "counts"),
    [
        (False, "192.0.2.7", "198.51.100.1", "198.51.100.1"),
        (True, "192.0.2.7", "198.51.100.1", "192.0.2.7"),
        (True, "192.0.2.7, 203.0.113.5:81", "198.51.100.1", "203.0.113.5"),
        (True, "192.0.2.7, who", "198.51.100.1", "198.51.100.1"),
        (True, "", "198.51.100.1:5", "198.51.100.1"),
        (True, "", "", network.UNKNOWN),
    ],
)
def test_only_a_trusted_proxy_is_believed(settings, trusts, forwarded, remote, counts):
    settings.TRUST_PROXY = trusts
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR=remote)

    assert network.client(request) == counts
