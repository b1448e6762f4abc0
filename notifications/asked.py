"""What somebody asked for at an open door is looked up here, after the request: neither the answer nor its time tells
who is known. The request writes the same rows for everybody; nothing is lost while no sender runs.
"""

from __future__ import annotations

from incidents import asks
from incidents.actions import passwords
from notifications.actions import answering


def answer() -> None:
    """Before each round of sending. A fault in one kind holds up neither the other nor the sending."""
    asks.answer_all(passwords.answer_asks, answering.answer_asks)
