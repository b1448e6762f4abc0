"""SSRF: whatever a stranger types, nothing goes inside, by no spelling, no name, and no change of mind of the DNS."""

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_address

import pytest

from notifications.choices import Event, Outcome, Transport
from notifications.messages import preview
from notifications.transports import guard
from notifications.transports.guard import Refused, check_url, is_inside
from notifications.transports.http import Client
from tests.notifications.hooks import answer, receiver

INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "168.63.129.16", "192.0.0.8", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::",
    "2002:a00:1::1", "2001:0:1::1", "2001:db8::1", "fec0::1", "100::1", "5f00::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8",
    "1.1.1.1",
    "203.0.114.7",
    "2606:4700:4700::1111",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside(address):
    assert is_inside(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Refused):
        check_url(f"https://{host}/")


@pytest.mark.parametrize("address", OUTSIDE)
def test_addresses_outside(address):
    assert not is_inside(ip_address(address))
    host = f"[{address}]" if ":" in address else address
    assert check_url(f"https://{host}:8443/x").port == 8443


@pytest.mark.parametrize(
    "url",
    [
        "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
        "https://", "https:///x", "https://user:pass@example.com/", "https://user@example.com/", "https://@example.com/",
        "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/",
        "https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com\\@127.0.0.1/", "https://example.com/\t",
        "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://intranet/", "https://db.internal/",
        "https://metadata.google.internal/", "https://printer.local/", "https://127.1/", "https://2130706433/",
        "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://1.2.3/", "https://[fe80::1%25eth0]/",
        "https://[::1/", "https://-a.example/", "https://a..example.com/", "https://①②⑦.⓪.⓪.①/",
        "https://" + "a" * 2_000 + ".com/",
    ],
)  # fmt: skip
def test_what_is_no_address_to_send_to(url):
    with pytest.raises(Refused) as refused:
        check_url(url)
    assert str(refused.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "named"),
    [
        ("https://Hooks.Example.COM/a?b=c#d", "hooks.example.com", 443, "/a?b=c", "hooks.example.com"),
        ("http://hooks.example.com:8080", "hooks.example.com", 8080, "/", "hooks.example.com:8080"),
        ("https://exämple.com/ü", "xn--exmple-cua.com", 443, "/%C3%BC", "xn--exmple-cua.com"),
        ("https://[2606:4700:4700::1111]/", "2606:4700:4700::1111", 443, "/", "[2606:4700:4700::1111]"),
    ],
)
def test_an_address_taken_apart(url, host, port, path, named):
    target = check_url(url)
    assert (target.host, target.port, target.path, target.named) == (host, port, path, named)


def test_an_administrator_lets_receivers_inside_through(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["10.1.0.0/16", "hooks.intranet", "fd00:1::/32"]
    for url in ("http://10.1.2.3/", "http://[::ffff:10.1.2.3]/", "http://hooks.intranet/", "http://[fd00:1::5]/"):
        check_url(url)
    for url in ("http://10.2.0.1/", "http://other.intranet/", "http://[fd00:2::5]/"):
        with pytest.raises(Refused):
            check_url(url)


@pytest.mark.parametrize(
    "url", ["https://10.2.0.1/", "https://[::1]/", "https://hooks.intranet/", "https://localhost/"]
)
def test_how_to_let_it_through_is_said_to_staff_only(url):
    with pytest.raises(Refused) as refused:
        check_url(url)
    assert "Set DELIVERY_ALLOWED_NETWORKS in the environment and restart." in str(refused.value)
    assert refused.value.public == "This address cannot be reached from outside. Give one that can."


def test_another_refusal_says_the_same_to_all():
    with pytest.raises(Refused) as refused:
        check_url("ftp://example.com/")
    assert refused.value.public == str(refused.value)


def outgoing(url):
    sample = preview.sample(Event.INCIDENT_UPDATED, transport=Transport.SLACK, address=url)
    return replace(sample, message_id="ann_x.1")


class Resolving(Client):
    """A client whose DNS says what the test wants."""

    def __init__(self, *answers, **how):
        super().__init__(**how)
        self.answers = list(answers)
        self.asked = 0

    async def resolve(self, host, port):
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [ip_address(each) for each in found]


def test_a_name_that_leads_inside_is_refused_before_anybody_is_called():
    async def run():
        async with receiver(answer(200)) as running, Resolving(["127.0.0.1"]) as client:
            got = await client.send(outgoing(f"http://hooks.example.com:{running.port}/"))
        return got, running

    got, running = asyncio.run(run())
    assert got.outcome == Outcome.REFUSED
    assert running.requests == []


def test_one_bad_address_among_good_ones_is_enough():
    async def run():
        async with Resolving(["8.8.8.8", "10.0.0.1"]) as client:
            return await client.send(outgoing("http://hooks.example.com/"))

    assert asyncio.run(run()).outcome == Outcome.REFUSED


def test_each_attempt_asks_anew_and_goes_to_the_address_that_was_checked(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.1/32"]

    async def run():
        async with receiver(answer(200)) as running, Resolving(["127.0.0.1"], ["127.0.0.2"]) as client:
            url = f"http://hooks.example.com:{running.port}/"
            return [await client.send(outgoing(url)), await client.send(outgoing(url))], client, running

    answers, client, running = asyncio.run(run())
    assert [each.outcome for each in answers] == [Outcome.SENT, Outcome.REFUSED]
    assert client.asked == 2
    assert [fields["host"] for _first, fields, _body in running.requests] == [f"hooks.example.com:{running.port}"]


def test_the_real_resolver_is_checked_too():
    """ "localhost" comes out of the machine's own hosts file; a name may lead there with no DNS at all."""

    async def run():
        async with Client() as client:
            return await client.resolve("localhost", 80)

    assert all(is_inside(address) for address in asyncio.run(run()))


def test_a_dead_address_gives_way_to_the_next(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        async def run():
            async with receiver(answer(200)) as running, Resolving(["127.0.0.9", "127.0.0.1"]) as client:
                return await client.send(outgoing(f"http://hooks.example.com:{running.port}/"))

        assert asyncio.run(run()).outcome == Outcome.SENT


def test_a_name_is_looked_up_within_the_limit():
    class Slow(Client):
        async def resolve(self, host, port):
            await asyncio.sleep(30)

    async def run():
        async with Slow(limit=0.3) as client:
            return await client.send(outgoing("http://hooks.example.com/"))

    assert asyncio.run(run()).outcome == Outcome.RETRY


def test_the_setting_may_be_missing(settings):
    del settings.DELIVERY_ALLOWED_NETWORKS
    assert guard.check_url("https://hooks.example.com/").host == "hooks.example.com"
