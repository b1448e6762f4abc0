"""A task that runs every two seconds says once that the database is away, and once that it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

logger = logging.getLogger(__name__)


class Outage:
    """One for each task of a process."""

    def __init__(self, waits: str, *, then: Callable[[], None] = lambda: None):
        self._waits, self._then, self._is_on = waits, then, False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """A block that asks the database; where it is away the block ends early, and that is no error of the task."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            connection.close()
            self._then()
            if not self._is_on:
                logger.error("The database does not answer; %s wait for it: %s", self._waits, str(error).strip())
            self._is_on = True
        else:
            if self._is_on:
                logger.warning("The database answers again.")
            self._is_on = False
