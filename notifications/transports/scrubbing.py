"""What the other side answered, fit for the ledger: one line, short, and without the address it was asked about."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from incidents.plain_text import plain

KEPT = 200
_MAILBOX = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
GONE = "…"


def scrubbed(text: str, address: str) -> str:
    """Mail addresses and links go as well: a server likes to repeat what it was sent."""
    parts = urlsplit(address) if "://" in address else None
    secrets = [address, address.partition("@")[0], *((parts.netloc, parts.path, parts.query) if parts else ())]
    text = plain(text)
    for secret in sorted((each for each in secrets if len(each) > 3), key=len, reverse=True):
        if secret.lower() in text.lower():  # to write a pattern for every mail would cost more than the mail
            text = re.sub(re.escape(secret), GONE, text, flags=re.IGNORECASE)
    text = _LINK.sub(GONE, _MAILBOX.sub(GONE, text))
    return " ".join(text.split())[:KEPT]
