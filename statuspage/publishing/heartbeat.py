"""How fresh a page is, in a small file beside it: published bytes never hold the time of their rendering.

``at``: every fact up to then stands on the page. ``version``: changes with the bytes of the front page. It is written
with each publishing and every ``EVERY`` seconds while nothing is left to publish; so it grows old where something is
wrong, and the page's script says so to readers.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from statuspage import stores
from statuspage.models import PublishState

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=10)
OLD = timedelta(seconds=60)  # from when on operators are warned; readers are after 90 s


def digest(front: bytes) -> str:
    return hashlib.sha256(front).hexdigest()[:16]


def write(page_id: str, *, at: datetime, version: str) -> None:
    told = {"at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "version": version}
    stores.current().beat(page_id, json.dumps(told).encode())


def beat() -> None:
    """Renew what is due. Of several sweeps one renews each page."""
    now = timezone.now()
    fresh = PublishState.objects.filter(done=F("wanted"), done__gt=0).filter(Q(next_at=None) | Q(next_at__gt=now))
    due = fresh.filter(Q(beat_at=None) | Q(beat_at__lte=now - EVERY))
    for state in due.select_related("page"):
        if due.filter(pk=state.pk).update(beat_at=now):
            try:
                write(state.page.public_id, at=now, version=state.front)
            except Exception:  # the page itself is well; readers learn of an old heartbeat by themselves
                logger.exception("The heartbeat of page %s could not be written.", state.page.slug)
