"""A page's own host name: what people write or paste, as it stands in the addresses of the page."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy

from incidents.exceptions import DomainError
from incidents.host_names import in_ascii

LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
USUAL_PORTS = (None, 80, 443)
LONGEST = 253
NO_NAME = gettext_lazy("This is not a host name. Write one such as status.example.com.")


def clean(typed: str) -> str:
    """The host in ``typed``, in lower case and in ASCII; empty stays empty. A refusal says what to write instead."""
    typed = typed.strip()
    if not typed:
        return ""
    host, port = (typed, None) if _is_number(typed) else _split(typed)
    name = _ascii(host.removesuffix("."))
    if _is_number(name):
        raise _refusal(_("This is an IP address. Write a name that leads to it, such as status.example.com."))
    if len(name) > LONGEST or "." not in name or not all(LABEL.fullmatch(label) for label in name.split(".")):
        raise _refusal(str(NO_NAME))
    if name == urlsplit(settings.PUBLIC_URL).hostname:
        raise _refusal(
            _("At %(host)s staff sign in, and the default page answers. Choose another name for this page."), host=name
        )
    if port not in USUAL_PORTS:
        raise _refusal(_("Leave the port out: readers come by the usual one. Write only %(host)s."), host=name)
    return name


def _split(typed: str) -> tuple[str, int | None]:
    """Host and port of an address that was pasted whole, or of a host alone."""
    address = typed if re.match(r"[a-z][a-z0-9+.-]*://", typed, re.IGNORECASE) else f"//{typed.removeprefix('//')}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _refusal(str(NO_NAME)) from None
    if not parts.hostname:
        raise _refusal(str(NO_NAME))
    return parts.hostname, port


def _is_number(host: str) -> bool:
    """Whether browsers would take it for an IP address: theirs may be written in parts, short or in hexadecimal."""
    try:
        ipaddress.ip_address(host)
        return True
    except ValueError:
        return bool(re.fullmatch(r"(\d+|0x[0-9a-f]*)", host.rsplit(".", 1)[-1], re.IGNORECASE))


def _ascii(host: str) -> str:
    """With letters beyond ASCII in the form that DNS knows (xn--…)."""
    try:
        return in_ascii(host).lower()
    except UnicodeError:
        raise _refusal(_("This name cannot be written in DNS. Write one such as status.example.com.")) from None


def _refusal(sentence: str, **facts: str) -> DomainError:
    return DomainError(sentence % facts if facts else sentence, field="host")
