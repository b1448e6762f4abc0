"""What readers are shown now is kept for whoever publishes next: no time that they were told turns back."""

from __future__ import annotations

from dataclasses import asdict

from statuspage.models import PublishState, ShownSubject
from statuspage.snapshot.changes import Changes


def keep(page_pk: int, token: int, changes: Changes) -> None:
    """Nothing by a publisher that was overtaken."""
    rows = [ShownSubject(page_id=page_pk, kind=kind, key=key, **asdict(now)) for (kind, key), now in changes.fresh()]
    if rows and PublishState.objects.filter(page=page_pk, token=token).exists():
        ShownSubject.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["page", "kind", "key"],
            update_fields=["form", "digest", "changed_at"],
        )
