"""The pages on which a maintenance window stands, as places where its notice is counted (3-05), and of its series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidents.choices import Audience
from incidents.maintenance.counting import Source
from incidents.maintenance.models import Series, Window
from statuspage.models import Page, PageWindow
from statuspage.snapshot import layout


def of_window(window: Window, chosen: Sequence[int] | None) -> Iterator[Source]:
    """With the business days that each page asks for. ``chosen``: pages by key, where a form has others than stand."""
    if window.audience != Audience.PUBLIC:
        return
    pages = Page.objects.select_related("calendar")
    if chosen is not None:
        pages = pages.filter(pk__in=chosen)
    elif window.pk is not None:
        pages = pages.filter(listed_windows__window=window.pk)
    else:
        pages = pages.none()
    for page in pages:
        yield Source(page.public_id, str(page), page.time_zone, page.calendar, asked=page.notice_days)


def place(window: Window, series: Series | None) -> None:
    """A window that was made from a series stands on the pages of the series; one that an operator announced, where its
    kind and components belong (3-10)."""
    if series is not None:
        rows = series.listed.order_by("pk")
        PageWindow.objects.bulk_create(PageWindow(page_id=r.page_id, window=window, added_by=r.added_by) for r in rows)
    elif window.audience == Audience.PUBLIC:
        components = [impact.component for impact in window.impacts.select_related("component")]
        pages = layout.proposed(window.origin, components)
        PageWindow.objects.bulk_create(PageWindow(page=page, window=window) for page in pages)
