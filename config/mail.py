"""Where mail leaves, from one address: ``smtp://user:password@host:587``, ``smtp+tls://`` (STARTTLS) or ``smtps://``."""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def parse(url: str) -> dict[str, str | int | bool]:
    """Django's settings for it."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            f"EMAIL_URL is {url!r}; write smtp://user:password@host:port, smtp+tls://… or smtps://…."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
