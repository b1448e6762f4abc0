"""A maintenance window with the pages that it stands on: written, placed and announced in one act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.exceptions import DomainError
from incidents.maintenance import actions
from incidents.maintenance.actions.announcing import check_wider
from incidents.maintenance.actions.base import locked
from incidents.maintenance.judging import Affects, current
from incidents.maintenance.models import Window
from incidents.models import Component, User
from incidents.permissions import require
from statuspage.models import Page, PageWindow
from statuspage.publishing import publisher
from statuspage.snapshot import layout

MAINTENANCE = "maintenance"  # the kind of subject


@transaction.atomic
def write_window(
    window: Window | None,
    *,
    by: User | None,
    affects: Iterable[Affects],
    pages: Sequence[Page],
    version: int | None = None,
    **facts: Any,
) -> Window:
    """A draft, new or as it was, with the pages that it will stand on."""
    affects = list(affects)
    if window is None:
        window = actions.draft(affects=affects, by=by, **facts)
    else:
        window = actions.edit(window, affects=affects, by=by, version=version, **facts)
    place_window(window, pages if window.audience == Audience.PUBLIC else [], by=by)
    return window


@transaction.atomic
def place_window(window: Window, pages: Sequence[Page], *, by: User | None) -> None:
    """Let it stand on exactly these pages; each must name something that it affects (3-10)."""
    require(by, "maintenance.plan_window" if window.is_draft else "maintenance.announce_window")
    window = locked(window, by=by)
    if window.is_public and not pages:
        raise DomainError(_("Choose at least one page."), field="pages")
    check_names(pages, [each.component for each in current(window)])
    before = set(layout.pages_of_window(window))
    new = [page for page in pages if page not in before]
    if window.is_public and new and not window.started_at:
        chosen = [page.pk for page in new]
        check_wider(window, ", ".join(map(str, new)), affects=current(window), field="pages", chosen=chosen)
    PageWindow.objects.filter(window=window).exclude(page__in=pages).delete()
    for page in pages:
        PageWindow.objects.get_or_create(page=page, window=window, defaults={"added_by": by})
    if window.is_public and before != set(pages):
        left = before - set(pages)
        publisher.want({*before, *pages}, subject=(MAINTENANCE, window.pk), takes_back=bool(left))


def check_names(pages: Sequence[Page], components: Iterable[Component]) -> None:
    """Refuses a page that names none of the components."""
    fitting = {page.pk for page in layout.concerned(pages, components)}
    for page in pages:
        if page.pk not in fitting:
            raise DomainError(
                _("%(page)s names nothing that this maintenance affects. Add a component, or leave the page out.")
                % {"page": page},
                field="pages",
            )
