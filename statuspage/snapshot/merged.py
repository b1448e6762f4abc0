"""Where a merged incident goes on, as a page may tell it: named only if that incident stands on the page too."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from incidents import models as incident_models
from incidents.choices import Status
from incidents.plain_text import plain
from statuspage.models import Page as PageRow
from statuspage.snapshot.page import Page
from statuspage.snapshot.values import Merged, Update


def on_page(page: PageRow):
    """What may stand there. Where a merged one goes on is named only if that stands there too."""
    into = incident_models.Incident.objects.public().filter(listed__page=page, pk=OuterRef("merged_into"))
    return (
        incident_models.Incident.objects.public()
        .with_told()
        .filter(listed__page=page)
        .annotate(into_id=Subquery(into.values("public_id")), into_title=Subquery(into.values("title")))
    )


def with_what_came_in(touched: Collection[int] | None) -> Collection[int] | None:
    """The pages of what came into a touched incident name it, or no longer may."""
    if not touched:
        return touched
    came_in = incident_models.Incident.objects.filter(merged_into__in=list(touched)).values_list("pk", flat=True)
    return {*touched, *came_in}


def merged(row: incident_models.Incident, page: Page) -> Merged:
    """The end of a merged incident, as this page publishes it: in its language, which the caller has set."""
    into, title = row.into_id or "", plain(row.into_title or "")
    text = continued(title, f"{page.url}incidents/{into}/" if into else "")
    word = Update(
        id=last_word_id(row.public_id),
        status=Status.RESOLVED,
        text=text,
        at=row.merged_at,
        promised_at=None,
        corrected_at=None,
        tell_again=False,
        deliver_notifications=True,
        told=(),
    )
    return Merged(at=row.merged_at, into=into, title=title, word=word)


def continued(title: str, url: str) -> str:
    """The last word, in the language that is active; without an address where the page may not name the other one."""
    if not url:
        return _("This incident is closed. Nothing more follows here.")
    return _("Continued in “%(title)s”: %(url)s") % {"title": title, "url": url}


def last_word_id(public_id: str) -> str:
    return f"upd_{sha256(f'last word of {public_id}'.encode()).hexdigest()[:12]}"
