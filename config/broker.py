"""The broker of the first shape: files in a folder, each of which appears whole.

Kombu's own writes into the file that readers already see: one that looks in between takes an empty message and dies.
"""

from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

LOOK = 0.4  # seconds


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):  # type: ignore[override]  # as the class above has it
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}"  # which no queue's name ends like
        draft.write_text(dumps(payload))
        draft.replace(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection, timeout=None, **kwargs):
        """A worker that looks for messages for two seconds on end stops as late as that when it is asked to."""
        return super().drain_events(connection, timeout=timeout and min(timeout, LOOK), **kwargs)


def check(url: str) -> str:
    """The address, or several with a semicolon between them, if it can be read; what is wrong is said without it."""
    try:
        parts = [urlsplit(each) for each in url.split(";")]
        readable = "://" in url and all(part.scheme.partition("+")[0] in TRANSPORT_ALIASES for part in parts)
        readable &= not any(part.port == 0 or "@" in part.path + part.query + part.fragment for part in parts)
    except ValueError:
        readable = False
    if not readable:
        raise ImproperlyConfigured(
            "CELERY_BROKER_URL cannot be read; write redis://:password@host:6379/0 or amqp://user:password@host//, "
            "with %23, %2F, %3F or %40 for #, /, ? or @ in a password."
        )
    return url


def register() -> None:
    """For every process that speaks to the broker."""
    TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
