"""The address that mails come from, and names of hosts as mails carry them."""

from __future__ import annotations

from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def sender() -> str:
    """The address that mails come from, and that bounces return to."""
    local, _at, domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")
    return f"{local}@{host(f'//{domain}') if ':' not in domain and '[' not in domain else domain}"


@lru_cache(maxsize=64)
def host(url: str) -> str:
    """In ASCII; an IP address in brackets, as after an ``@``."""
    name = urlsplit(url).hostname or "localhost"
    try:
        ip_address(name)
    except ValueError:
        return name.encode("idna").decode() if not name.isascii() else name
    return f"[{name}]" if "." in name else f"[IPv6:{name}]"
