"""What somebody asked for at an open door is answered here, after the request: its time tells nothing of anybody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

logger = logging.getLogger(__name__)

AT_A_TIME = 100


def answer(pending: QuerySet, answer_one: Callable[[int], bool]) -> bool:
    """Answer what is pending, by primary key; whether anything was done. Any number may run it at once.

    One that fails holds up no other, and is tried again at the next round. ``answer_one`` is atomic, takes the row
    without waiting for it, and says whether it was there to take.
    """
    done, last = False, 0
    rows = pending.order_by("pk").values_list("pk", flat=True)
    while not done and (pks := list(rows.filter(pk__gt=last)[:AT_A_TIME])):
        last = pks[-1]
        for pk in pks:
            with _passed_over("An ask at a form cannot be answered; it is tried again at the next round."):
                done |= answer_one(pk)
    return done


def answer_all(*kinds: Callable[[], bool]) -> None:
    """Each kind until nothing of it is left to do. A fault in one does not hold up the others."""
    for answer_pending in kinds:
        with _passed_over("What was asked for cannot be looked up; it is tried again at the next round."):
            while answer_pending():
                pass


@contextmanager
def _passed_over(words: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError):
        raise  # the database is away, for the others too
    except Exception:
        logger.exception(words)
