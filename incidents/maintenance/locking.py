"""The lock of a window, which every verb takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import NotAllowed, StaleVersion
from incidents.maintenance.models import Window
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
