"""What somebody asked for at an open door is looked up here, after the request: neither the answer nor its time tells
who is known. The request writes the same rows for everybody; nothing is lost while no sender runs.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError

from incidents.actions import passwords
from notifications.actions import answering

logger = logging.getLogger(__name__)


def answer() -> None:
    """Before each round of sending. A fault in one kind holds up neither the other nor the sending."""
    for look_up in (passwords.answer_asks, answering.answer_asks):
        try:
            while look_up():
                pass
        except (OperationalError, InterfaceError):
            raise  # the database is away, for the sender too
        except Exception:
            logger.exception("What was asked for cannot be looked up; it is tried again at the next round.")
