"""What readers of each page see now, and how fresh that is: a line for each on the home of the staff side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from incidents.choices import ComponentState
from statuspage import stores
from statuspage.documents.api_v2 import INDICATOR
from statuspage.models import Page, PublishState
from statuspage.serving import SERVED

BEHIND = timedelta(seconds=10)
STATES = {word: state for state, (word, _text) in INDICATOR.items() if state != ComponentState.UNKNOWN}


@dataclass(frozen=True)
class PageStatus:
    """What readers of one page see now, read from what is published, and how fresh that is."""

    page: Page
    level: ComponentState
    words: str
    published_at: datetime | None
    waiting_since: datetime | None
    error: str
    version: int
    processes: int  # web processes of this machine that have it in memory
    older: int  # those of them that still hold an older one


def statuses() -> list[PageStatus]:
    """Each page's state as published, when that was, and what went wrong since."""
    now = timezone.now()
    states = {state.page_id: state for state in PublishState.objects.all()}
    return [_status(page, states.get(page.pk), now) for page in Page.objects.all()]


def _status(page: Page, state: PublishState | None, now: datetime) -> PageStatus:
    try:
        status = json.loads(stores.current().read(page.public_id, "api/v2/status.json") or b"")["status"]
    except (OSError, ValueError):
        status = {"indicator": "unknown"}
    level = STATES.get(status["indicator"], ComponentState.UNKNOWN)
    held = SERVED.numbers(page.public_id)
    version = state.done if state else 0
    waits = state is not None and state.wanted_since is not None and now - state.wanted_since > BEHIND
    return PageStatus(
        page=page,
        level=level,
        words="" if level == ComponentState.UNKNOWN else str(level.label),
        published_at=state.last_success_at if state else None,
        waiting_since=state.wanted_since if waits else None,
        error=state.last_error if state else "",
        version=version,
        processes=len(held),
        older=sum(number < version for number in held.values()),
    )
