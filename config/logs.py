"""Lines of the log: what happened in words, then ``key=value`` to search by; JSON with ``LOG_FORMAT=json``.

One id leads from an update to each delivery: ``update=upd_…`` stands in every line about it, whichever process wrote
it. ``request=…`` holds the lines of one request together, and stands in its answer as ``X-Request-ID``.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

SECRETS = re.compile(
    r"(/subscriptions/(?:confirm/)?|/admin/(?:invitation|address|action-items/calendar)/)[^\s\"'<>]+"
)  # the holder of such a link may act
FIELDS = ("request", "incident", "maintenance", "postmortem", "update", "announcement", "delivery")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request: ContextVar[str] = ContextVar("request", default="")


class RequestId:
    """Keeps the id that a proxy gave the request, or gives it one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        before = _request.set(name)
        try:
            response = self.get_response(request)
        finally:
            _request.reset(before)
        response["X-Request-ID"] = name
        return response


def fields(record: logging.LogRecord) -> dict[str, str]:
    """What the line is about; whatever is not known is left out."""
    found = {name: str(getattr(record, name, "") or "") for name in FIELDS}
    if not isinstance(getattr(record, "request", ""), str):  # Django puts the request itself there
        found["request"] = ""
    found["request"] = found["request"] or _request.get()
    return {name: value for name, value in found.items() if value}


class Lines(logging.Formatter):
    """2026-11-21T18:33:01.204Z INFO notifications.announcements.release: released ann_… update=upd_…"""

    def format(self, record: logging.LogRecord) -> str:
        first, *rest = without_secrets(super().format(record)).split("\n")
        return "\n".join([" ".join([first, *(f"{name}={value}" for name, value in fields(record).items())]), *rest])

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  logging's name
        return _stamp(record)


class Json(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": _stamp(record),
            "level": record.levelname,
            "logger": record.name,
            "text": without_secrets(record.getMessage()),
        } | fields(record)
        if record.exc_info:
            told["exception"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def shorten(record: logging.LogRecord) -> bool:
    """What a client sent wrong is worth a line; where we noticed it says nothing, and anybody may send it."""
    if record.name.startswith("django.security") or (
        record.name == "django.request" and record.levelno < logging.ERROR
    ):
        record.exc_info = None
    return True


def without_secrets(text: str) -> str:
    """Links that stand for a right are cut where they begin to."""
    return SECRETS.sub(r"\1…", text)


def _stamp(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03}Z"


FILTERS = {"short": {"()": lambda: shorten}}
FORMATTERS = {
    "line": {"()": "config.logs.Lines", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    "json": {"()": "config.logs.Json"},
}
