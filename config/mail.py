"""Where mail leaves, from one address: ``smtp://user:password@host:587``, ``smtp+tls://`` (STARTTLS) or ``smtps://``."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def parse(url: str) -> dict[str, str | int | bool]:
    """Django's settings for it. What is wrong with it is said without it: there is a password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong() from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise _wrong()
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def _wrong() -> ImproperlyConfigured:
    return ImproperlyConfigured(
        "EMAIL_URL cannot be read; write smtp://user:password@host:port, smtp+tls://… or smtps://…, with %23, %2F, %3F "
        "or %40 for #, /, ? or @ in a password."
    )
