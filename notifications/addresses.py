"""An address in its one spelling, and the keyed hash that stands for it where the address itself must not."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from incidents import host_names
from incidents.network import network
from notifications.choices import Transport

HASH_LENGTH = 32  # hexadecimal digits, 128 bits


def normalised(transport: str, address: str) -> str:
    """A mail address in lower case, a URL with its host in lower case, the host in ASCII: what is the same is one
    row."""
    address = address.strip()
    if transport == Transport.EMAIL:
        local, at, domain = address.lower().rpartition("@")
        return f"{local}{at}{_ascii(domain)}"
    parts = urlsplit(address)
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=_ascii(parts.netloc.lower())))


def can_be(address: str) -> bool:
    """Whether it can be taken apart at all."""
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def shown(transport: str, address: str) -> str:
    """For people who know it: a mail address whole, of a URL no more than tells it from others, since who knows one
    may post there."""
    if transport == Transport.EMAIL:
        local, at, domain = address.rpartition("@")
        return f"{local}{at}{host_names.readable(domain)}"
    if not can_be(address):
        return address
    parts = urlsplit(address)
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    host = host_names.readable(parts.netloc)
    return f"{host}{rest}" if len(rest) < 12 else f"{host}/…{rest[-5:]}"


def _ascii(host: str) -> str:
    """As the name system has it: bücher.example and xn--bcher-kva.example are one."""
    try:
        return host_names.in_ascii(host)
    except UnicodeError:
        return host


def hashed(transport: str, address: str) -> str:
    """Only the holder of the installation's key can tell whether an address is the one that is asked about."""
    return _hash(f"{transport}|{normalised(transport, address)}")


def hashed_client(address: str) -> str:
    """Of the network that somebody asks from (:mod:`incidents.network`)."""
    return _hash(f"client|{network(address) or 'unknown'}")


def _hash(text: str) -> str:
    return hmac.new(_key(settings.SECRET_KEY), text.encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hashlib.sha256(f"notifications.addresses|{secret}".encode()).digest()
