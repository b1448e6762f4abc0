"""Which requests the tree does not answer, and which kind of place each waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from incidents.accounts.sessions import is_ours
from statuspage.serving.pages import ServedPage

LIVE = {"admin": "staff", "static": "files", "v1": "programs", "v2": "programs"}  # first part of the path → kind
DOORS = re.compile(r"/admin/(login|forgot-password|invitation)(/|$)")  # where nobody is signed in yet
FORMS = re.compile(
    r"(/p/(?P<slug>[\w-]{1,50}))?(?P<rest>/(subscribe|subscriptions)(/(?!\.)[\w.:-]{1,300}){0,3}/?)", re.ASCII
)
ALIVE = "/healthz"  # needs nothing that it might wait for
COUNTED = "/metrics"  # takes longer than the other probes, and keeps none waiting


@dataclass(frozen=True, slots=True)
class Live:
    """What the tree does not answer: who does, and what that one is to hear."""

    application: Callable
    kind: str  # of statuspage.serving.places
    environ: dict
    page: ServedPage | None = None  # whose form it is


def kind_of(path: str, environ: dict) -> str | None:
    """Of what Django answers under its own addresses. A client without a session of ours stands at a door."""
    kind = LIVE.get(path[1:].partition("/")[0])
    return "doors" if kind == "staff" and (DOORS.match(path) or not _has_a_session(environ)) else kind


def _has_a_session(environ: dict) -> bool:
    """On the event loop: so the key is cut out, and no cookie is read as cookies may be written."""
    found = re.search(
        rf"(?:^|; ?){settings.SESSION_COOKIE_NAME}=([0-9a-z]{{40}})(?:;|$)", environ.get("HTTP_COOKIE", "")
    )
    return found is not None and is_ours(found[1])
