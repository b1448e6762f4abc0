"""Which database, from one address or in a folder of ours, and how it is opened."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

NAME = "bridgewatch.sqlite3"
EXAMPLE = "postgres://user:password@host:5432/database"


def parse(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for it: PostgreSQL or SQLite by ``url``, without one an SQLite file in ``folder``."""
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / NAME)}
    if url:
        database = _read(url)
    more: dict[str, Any] = database.get("OPTIONS", {})
    if database["ENGINE"].endswith("sqlite3"):
        # It opens an existing file only (mode=rw), so that a lost database is an error that /readyz shows, and never
        # a new empty one.
        database["NAME"] = f"file:{quote(os.fsencode(database['NAME']))}?mode=rw"
        database["OPTIONS"] = more | {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
        # A server that does not answer is an error after seconds, not a process that waits for minutes.
        database["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 10_000} | more
    return database


def file_of(name: str) -> Path:
    """The file behind the NAME that :func:`parse` gave to an SQLite database."""
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(name).path)))


def _read(url: str) -> dict[str, Any]:
    """What is wrong with it is said without it: there is a password in it."""
    try:
        found = dict(dj_database_url.parse(url))
        is_whole = url.startswith("sqlite:") or "@" not in urlsplit(url).path  # and no password that a / cut in two
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read; write {EXAMPLE}, with %23, %2F, %3F or %40 for #, /, ? or @ in a password."
        )
    return found
