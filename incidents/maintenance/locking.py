"""The lock of a window or a series, which every verb takes first; of both the series'."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import NotAllowed, StaleVersion
from incidents.maintenance.models import Series, Window
from incidents.models import User


def locked(window: Window, *, by: User | None, version: int | None = None) -> Window:
    """The row as it is now, locked but for its key. Refuses users who may not see it, or who read an older version."""
    rows = Window.objects.all() if by is None else Window.objects.visible_to(by)
    try:
        row = rows.select_for_update(of=("self",), no_key=True).get(pk=window.pk)
    except Window.DoesNotExist:
        raise NotAllowed(_("There is no such maintenance window, or it is not open to you.")) from None
    if version is not None and row.version != version:
        raise StaleVersion(_("Somebody changed this window while you were writing. Nothing of yours was saved."))
    return row


def locked_series(series: Series, *, by: User | None, version: int | None = None) -> Series:
    """The same of a series."""
    if by is not None and not by.has_perm("maintenance.view_series"):
        raise NotAllowed(_("There is no such series, or it is not open to you."))
    try:
        row = Series.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
    except Series.DoesNotExist:
        raise NotAllowed(_("There is no such series, or it is not open to you.")) from None
    if version is not None and row.version != version:
        raise StaleVersion(_("Somebody changed this series while you were writing. Nothing of yours was saved."))
    return row
