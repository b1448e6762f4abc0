"""What the engine hands to a transport, and what it gets back. Plain values: no transport asks the database."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.choices import Outcome
from notifications.messages.outgoing import News, Outgoing, PageDress, Recipient

__all__ = ["MAIL_LIMIT", "SEND_LIMIT", "Answer", "News", "Outgoing", "PageDress", "Recipient", "Unreachable"]

SEND_LIMIT = 10.0  # seconds that one HTTP message may take in all, name resolution included
MAIL_LIMIT = 30.0  # seconds that one mail may take, connecting anew included


@dataclass(frozen=True)
class Answer:
    """How the attempt ended. ``text`` never holds the address.

    ``GONE``: the address is dead. ``REFUSED``: this message is refused for good, the address stays.
    """

    outcome: Outcome
    code: int | None = None
    text: str = ""
    retry_after: float | None = None  # seconds that the receiver asked for

    @property
    def line(self) -> str:
        """With the number that it was said with: the words alone may be anything."""
        number = str(self.code or "")
        return self.text if self.text.startswith(number) else f"{number} {self.text}".strip()


class Unreachable(Exception):
    """No message can leave by this transport now: the fault is no recipient's. Nothing was sent."""

    def __init__(self, text: str, *, retry_after: float | None = None):
        super().__init__(text)
        self.retry_after = retry_after
