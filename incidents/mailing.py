"""The address that mails come from, and addresses and names of hosts as mails carry them."""

from __future__ import annotations

import re
from email.utils import parseaddr
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.host_names import in_ascii

_LOCAL = re.compile(r"[\x21-\x7e]+")


class Unaddressable(ValueError):
    """No mail can carry this address."""


class Unnamable(Unaddressable):
    """What stands after the @ can be no name of a host."""


def mailbox(address: str) -> str:
    """The address as SMTP and a header carry it; raises :class:`Unaddressable`."""
    local, _at, domain = address.rpartition("@")
    if not local or not domain or not _LOCAL.fullmatch(local) or set(local) & set('<>()[],;:\\"@'):
        raise Unaddressable(address)
    try:
        domain = in_ascii(domain)
    except UnicodeError as error:
        raise Unnamable(address) from error
    if not re.fullmatch(r"[A-Za-z0-9.\-\[\]:_]+", domain):
        raise Unaddressable(address)
    return f"{local}@{domain}"


def checked(address: str) -> str:
    """For forms, beside Django's own look at its shape: what no mail can carry is not taken. Empty stays so."""
    try:
        if address:
            mailbox(address)
    except Unnamable:
        raise ValidationError(
            _("What stands after the @ cannot be written as a name in DNS. Write one such as ops@example.com.")
        ) from None
    except Unaddressable:
        raise ValidationError(
            _("No mail can be sent to this address. Write one without quotation marks, such as ops@example.com.")
        ) from None
    return address


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
        return in_ascii(name)
    return f"[{name}]" if "." in name else f"[IPv6:{name}]"
