"""A series of maintenance windows with the pages that its windows stand on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.exceptions import DomainError
from incidents.maintenance import actions
from incidents.maintenance.judging import Affects
from incidents.maintenance.locking import locked_series
from incidents.maintenance.models import Series
from incidents.models import User
from incidents.permissions import require
from statuspage.actions.windows import check_names
from statuspage.models import Page, PageSeries, PageWindow


@transaction.atomic
def write_series(
    series: Series | None,
    *,
    by: User | None,
    affects: Iterable[Affects],
    pages: Sequence[Page],
    version: int | None = None,
    **facts: Any,
) -> Series:
    """New, or as it was, on these pages; each must name something that it affects (3-10)."""
    affects = list(affects)
    if series is None:
        series = actions.create_series(affects=affects, by=by, **facts)
    else:
        series = actions.change_series(series, affects=affects, by=by, version=version, **facts)
    pages = list(pages) if series.audience == Audience.PUBLIC else []
    check_names(pages, [each.component for each in affects])
    place_series(series, pages=pages, by=by)
    series.refresh_from_db()
    return series


@transaction.atomic
def place_series(series: Series, *, pages: Iterable[Page], by: User | None) -> None:
    """Exactly these pages, for windows that are still to be made and for drafts that wait. What was announced stays."""
    require(by, "maintenance.change_series")
    series = locked_series(series, by=by)
    wanted = {page.pk for page in pages}
    if series.audience == Audience.PUBLIC and not wanted:
        raise DomainError(_("Choose at least one page."), field="pages")
    series.listed.exclude(page__in=wanted).delete()
    rows = [PageSeries(page_id=page, series=series, added_by=by) for page in sorted(wanted)]
    PageSeries.objects.bulk_create(rows, ignore_conflicts=True)
    for window in series.windows.waiting_to_be_announced():
        window.listed.exclude(page__in=wanted).delete()
        listed = [PageWindow(page_id=page, window=window, added_by=by) for page in sorted(wanted)]
        PageWindow.objects.bulk_create(listed, ignore_conflicts=True)
