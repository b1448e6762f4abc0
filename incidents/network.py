"""Where a request comes from: the one reading that all limits count by."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"  # a socket that has no address
PREFIX = 64  # of IPv6: a household has that many addresses to choose from


def client(request: HttpRequest) -> str:
    """The client's network. Behind a trusted proxy it is what that saw, the last entry: those before it anybody can
    write. Where that cannot be read it is the proxy itself."""
    seen = ""
    if settings.TRUST_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
    return network(seen) or network(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def network(text: str) -> str:
    """The IPv4 address, or the first one of the IPv6 network, without port and brackets; empty where it is neither."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ipaddress.ip_network((ip, PREFIX), strict=False).network_address
    return str(ip)
