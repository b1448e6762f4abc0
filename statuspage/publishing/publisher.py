"""When a page is published: ``wanted`` rises with the facts, one publisher at a time brings ``done`` up to it.

It works in whatever process changed the facts, with worker and broker dead; the sweep is the fallback and publishes
what changes with time alone (DESIGN section 8).
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from statuspage import documents, stores
from statuspage.documents.kinds import FRONT
from statuspage.models import AddressKind, DirtyPage, FormerAddress, Page, PublishState
from statuspage.publishing import heartbeat, shown
from statuspage.serving.tree import LOOK
from statuspage.snapshot.load import load
from statuspage.snapshot.values import INCIDENT
from statuspage.stores import Fenced, Sites

logger = logging.getLogger(__name__)

LEASE = timedelta(
    seconds=5
)  # the fence keeps order if one publishing takes longer; a dead publisher delays for this long
RETRY = timedelta(seconds=2)  # after a failure, so that a broken template does not fill the log

Subject = tuple[str, int]  # its kind, as in statuspage.snapshot.subjects, and its primary key


def want(pages: Iterable[Page], *, subject: Subject | None = None, takes_back: bool = False) -> None:
    """Say, in the transaction that changes the facts, that these pages must be published; it happens on commit.

    With a ``subject``, its permanent pages are looked at again; without, every permanent page is. ``takes_back``: what
    they said of it may not be read any more, from the moment that it is published.
    """
    pks = sorted({page.pk for page in pages})
    if not pks:
        return
    PublishState.objects.bulk_create([PublishState(page_id=pk, wanted=0) for pk in pks], ignore_conflicts=True)
    kind, key = subject or (INCIDENT, None)
    DirtyPage.objects.bulk_create(
        [DirtyPage(page_id=pk, kind=kind, subject_id=key, takes_back=takes_back) for pk in pks]
    )
    _raise(PublishState.objects.filter(page__in=pks))
    transaction.on_commit(lambda: [publish(pk) for pk in pks])


def forget(page: Page) -> None:
    """The page is about to be deleted: its folder goes, on commit or at the next sweep."""
    transaction.on_commit(publish_sites)


def _raise(states) -> int:
    return states.update(wanted=F("wanted") + 1, wanted_since=Coalesce(F("wanted_since"), timezone.now()))


def publish(page_pk: int) -> bool:
    """Publish while ``wanted`` is ahead of ``done``. False if another publisher holds the lease, or this one failed."""
    while True:
        token = _take_lease(page_pk)
        if token is None:
            return not PublishState.objects.behind().filter(page=page_pk).exists()
        try:
            _publish_once(page_pk, token)
        except Fenced as fence:
            if not _pass(page_pk, token, fence.highest):
                logger.warning("Page %s: this publisher lost its lease to a newer one, which goes on.", page_pk)
                return False
        except Exception as error:  # whatever it is, readers keep the last good version and operators see why
            logger.exception("Page %s could not be published.", page_pk)
            _record_failure(page_pk, token, error)
            return False


def sweep() -> None:
    """Publish what was left over, and what changes with time alone: a promise passes, a pin ends, midnight."""
    now = timezone.now()
    missing = _missing()  # asks the store, and so outside of the transaction
    with transaction.atomic():
        want(missing)
    for state in PublishState.objects.filter(next_at__lte=now):
        with transaction.atomic():
            _raise(PublishState.objects.filter(pk=state.pk, next_at=state.next_at, done=F("wanted")))
    for pk in (
        PublishState.objects.behind()
        .filter(Q(last_error="") | Q(last_error_at__lte=now - RETRY))
        .values_list("pk", flat=True)
    ):
        publish(pk)
    heartbeat.beat()


def _missing() -> set[Page]:
    """Pages that were never published, and those whose bytes are gone from the store."""
    pages = set(Page.objects.select_related("publish_state"))
    store = stores.current()
    try:
        return {page for page in pages if store.version(page.public_id) is None}
    except OSError:  # the store is away: what is due says so when it is tried
        logger.warning("The store of published pages does not answer.", exc_info=True)
        return {page for page in pages if not hasattr(page, "publish_state")}


def publish_sites() -> None:
    """Write the map of addresses, from the database as it is now."""
    stores.current().write_sites(_sites)


def _sites() -> Sites:
    pages = list(Page.objects.only("public_id", "slug", "host", "is_default"))
    ours = urlsplit(settings.PUBLIC_URL).hostname  # the admin's name is never a page's own, whatever was set before
    former: dict[str, dict[str, str]] = {AddressKind.SLUG: {}, AddressKind.HOST: {}}
    for row in FormerAddress.objects.leading_on().select_related("page"):
        if row.name != ours:
            former[row.kind][row.name] = row.page.public_id
    roots = FormerAddress.objects.filter(kind=AddressKind.ROOT).newest_first()
    return {
        "default": next((page.public_id for page in pages if page.is_default), None),
        "slugs": {page.slug: page.public_id for page in pages},
        "hosts": {page.host: page.public_id for page in pages if page.host and page.host != ours},
        "former_slugs": former[AddressKind.SLUG],
        "former_hosts": former[AddressKind.HOST],
        "former_defaults": list(roots.values_list("page__public_id", flat=True)),
    }


def _take_lease(page_pk: int) -> int | None:
    """A fencing token, higher than all before; none if nothing is wanted or somebody else is at it."""
    now = timezone.now()
    free = PublishState.objects.behind().filter(Q(leased_until=None) | Q(leased_until__lt=now), page=page_pk)
    with transaction.atomic():
        if not free.update(token=F("token") + 1, leased_until=now + LEASE):
            return None
        return PublishState.objects.values_list("token", flat=True).get(page=page_pk)


def _pass(page_pk: int, token: int, highest: int) -> bool:
    """Fenced with the newest lease of all: the database is from a backup, older than the tree. It goes on there."""
    restored = PublishState.objects.filter(
        page=page_pk, token=token, leased_until__gt=timezone.now(), token__lt=highest
    )
    return bool(restored.update(token=highest, leased_until=None))


def _publish_once(page_pk: int, token: int) -> None:
    now = timezone.now()
    with _one_snapshot():
        state = PublishState.objects.select_related("page").get(page=page_pk)
        rows = list(DirtyPage.objects.filter(page=page_pk))
        touched = None if any(row.subject_id is None for row in rows) else _by_kind(rows)
        taken_back = _by_kind(row for row in rows if row.takes_back and row.subject_id is not None)
        shot = load(page_pk, touched=touched, now=now, due=state.next_at, taken_back=taken_back)
    now_shown = documents.current_state(shot)
    hot = documents.drawn(shot, now_shown)
    store, page_id = stores.current(), state.page.public_id
    permanent = documents.pending(shot, now_shown)
    gone = set(documents.gone(shot))
    there = store.paths(page_id) if shot.is_whole or (gone and not taken_back) else set()
    if shot.is_whole:  # all that may stand is drawn: what is left of a deleted component or another zone's months goes
        gone |= there - hot.paths - {each.path for each in permanent}
    takes_back = bool(taken_back or gone & there)
    if hot.error and not takes_back:
        raise hot.error  # the last good version stays
    publish_sites()  # a bucket writes a page at the addresses that are known before
    store.write_assets(documents.assets(shot))
    store.write(
        page_id,
        token=token,
        version=f"{state.wanted}-{token}",
        hot=documents.with_stand_ins(shot, hot),
        permanent=permanent,
        gone=sorted(gone),
        takes_back=takes_back,
    )
    if takes_back:
        time.sleep(2 * LOOK)  # by then every web process has looked at the pointer again: "published" means gone
    publish_sites()  # and leaves those that it has no more; a page that was deleted meanwhile goes
    if hot.error:
        raise hot.error  # what was taken back is gone; the rest is not done
    front = next(heartbeat.digest(document.body) for document in hot.documents if document.path == FRONT)
    heartbeat.write(page_id, at=now, version=front)
    shown.keep(page_pk, token, shot.changes)
    mine = PublishState.objects.filter(page=page_pk, token=token)
    mine.update(
        done=state.wanted,
        leased_until=None,
        last_success_at=timezone.now(),
        last_error="",
        front=front,
        beat_at=now,
        next_at=documents.next_change(shot),
    )
    mine.filter(wanted=F("done")).update(wanted_since=None)
    DirtyPage.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _by_kind(rows: Iterable[DirtyPage]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        found[row.kind].add(row.subject_id)
    return dict(found)


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """All reads inside see the database as it was at one moment."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _record_failure(page_pk: int, token: int, error: Exception) -> None:
    """Keep what went wrong for operators; if the database itself is away there is nowhere to keep it."""
    told = f"{type(error).__name__}: {error}".replace(str(settings.DATA_DIR), "DATA_DIR")
    try:
        PublishState.objects.filter(page=page_pk, token=token).update(
            leased_until=None, last_error=told[:2000], last_error_at=timezone.now()
        )
    except DatabaseError:
        logger.warning("Page %s: the failure could not be recorded, the database is away.", page_pk)
