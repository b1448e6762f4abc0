"""Where a message given by a stranger's address may go: nowhere inside (SSRF).

The name is resolved for every attempt, each of its addresses is checked, and the connection goes to the very address
that was checked, so that a name that changes its mind in between gains nothing. On-premises receivers are let through
by ``DELIVERY_ALLOWED_NETWORKS``: networks (10.1.0.0/16) or names (hooks.intranet.example).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.host_names import in_ascii

Address = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
LONGEST = 2_000

# Beside what Python calls not global: networks that lead inside by another spelling, and clouds' own helpers.
_INSIDE: list[IPv4Network | IPv6Network] = [
    ip_network(each)
    for each in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "169.254.0.0/16", "192.0.0.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "224.0.0.0/3", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/9", "ff00::/8",
    )
]  # fmt: skip
_NAT64, _SIX_TO_FOUR = IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_LOCAL_NAMES = ("localhost", "local", "internal", "localdomain", "home.arpa", "lan", "intranet", "corp")


class Refused(ValueError):
    """Nothing is sent there. ``public`` is fit for the user who typed the address; the message itself may tell staff
    more, such as what the server can be told to let through."""

    def __init__(self, message: str, *, public: str = ""):
        super().__init__(message)
        self.public = public or message


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart. ``path`` holds the query too, in ASCII."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def check_url(url: str) -> Target:
    """For forms, without a look at the network: the shape, and what the address itself gives away."""
    if len(url) > LONGEST or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused(_("Write an address without spaces, such as https://hooks.example.com/status."))
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise Refused(_("This is not an address. Write one such as https://hooks.example.com/status.")) from error
    if parts.scheme not in PORTS or not host:
        raise Refused(_("Write an address that begins with https://, such as https://hooks.example.com/status."))
    if parts.username is not None or parts.password is not None:
        raise Refused(_("Leave out the user name and password. Put a secret into the path if the receiver needs one."))
    if port == 0:
        raise Refused(_("Port 0 cannot be reached."))
    host = _ascii(host)
    literal = _literal(host)
    if literal is not None:
        require_outside(literal, host)
    elif _is_local(host) and not _named(host):
        words = _(
            "This name exists only inside a network. Use one that the internet knows. To allow this one: Set "
            "DELIVERY_ALLOWED_NETWORKS in the environment and restart."
        )
        raise Refused(words, public=_unreachable())
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def require_outside(address: Address, host: str) -> None:
    """Raises :class:`Refused` for an address that leads inside and is not allowed by name or by network."""
    if is_inside(address) and not _named(host) and not _allowed(address):
        words = _(
            "This leads to an internal address. To allow it: "
            "Set DELIVERY_ALLOWED_NETWORKS in the environment and restart."
        )
        raise Refused(words, public=_unreachable())


def _unreachable() -> str:
    return _("This address cannot be reached from outside. Give one that can.")


def is_inside(address: Address) -> bool:
    """Private, loopback, link-local, shared, multicast, reserved, or one of these in the clothes of IPv6."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return True
        for inner in _inner(address):
            if is_inside(inner):
                return True
        if address.ipv4_mapped is not None:
            return False
    return (
        not address.is_global
        or address.is_multicast
        or (address.is_reserved and address not in _NAT64)
        or address.is_unspecified
        or any(address in network for network in _INSIDE if network.version == address.version)
    )


def _inner(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that it stands for."""
    number = int(address)
    inner = [address.ipv4_mapped] if address.ipv4_mapped is not None else []
    if address in _NAT64:
        inner.append(IPv4Address(number & 0xFFFFFFFF))
    if address in _SIX_TO_FOUR:
        inner.append(IPv4Address((number >> 80) & 0xFFFFFFFF))
    return inner


def _literal(host: str) -> Address | None:
    """The address that is written there; raises where it is one in a spelling that readers disagree about."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    if ":" in host or "%" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        raise Refused(_("Write the address in its usual form, such as 203.0.113.7."))
    return None


def _ascii(host: str) -> str:
    if ":" in host:
        return host
    try:
        name = in_ascii(host).lower()
    except UnicodeError as error:
        raise Refused(_("This host name cannot be looked up.")) from error
    if not _HOST.fullmatch(name) or len(name) > 253:
        raise Refused(_("This host name cannot be looked up."))
    return name


def _is_local(host: str) -> bool:
    return "." not in host or any(host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES)


def _allow_list() -> list[str]:
    return [str(each).strip().lower() for each in getattr(settings, "DELIVERY_ALLOWED_NETWORKS", [])]


def _named(host: str) -> bool:
    return host in _allow_list()


def _allowed(address: Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    for each in _allow_list():
        try:
            network = ip_network(each, strict=False)
        except ValueError:
            continue  # a name
        if any(
            known is not None and known.version == network.version and known in network for known in (address, mapped)
        ):
            return True
    return False
