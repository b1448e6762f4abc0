"""What a mail server's answer means for one mail: tried again, refused, or an address that is dead.

Only what the server says of the mailbox itself (RFC 3463: 5.1.x, 5.2.1) buries an address. A policy, a full mailbox,
our own sender's name pass: those are tried again.
"""

from __future__ import annotations

import re

from notifications.choices import Outcome

DEAD_CODES = (510, 511, 550, 551, 553)  # where the server gives no enhanced code
OUR_FAULT = (530, 535, 538)  # we are not signed in: no recipient's fault
_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_OUR_SENDER = {(1, 7), (1, 8)}


def of_recipient(code: int, text: str) -> Outcome:
    """The answer to RCPT."""
    if code < 500:
        return Outcome.RETRY
    if found := _ENHANCED.match(text):
        subject, detail = int(found[2]), int(found[3])
        if subject == 1:
            return Outcome.RETRY if (subject, detail) in _OUR_SENDER else Outcome.GONE
        if (subject, detail) in {(2, 0), (2, 1)}:
            return Outcome.GONE
        return Outcome.RETRY
    return Outcome.GONE if code in DEAD_CODES else Outcome.REFUSED


def of_message(code: int) -> Outcome:
    """The answer to DATA, or to the dot that ends it."""
    return Outcome.RETRY if code < 500 else Outcome.REFUSED
