"""The lock of a post-mortem, which every verb takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import NotAllowed, StaleVersion
from incidents.models import User
from postmortems.models import Postmortem


def locked(postmortem: Postmortem, *, by: User | None, version: int | None = None) -> Postmortem:
    """The row as it is now, locked but for its key. Refuses users who may not see it, or who read an older version."""
    rows = Postmortem.objects.all() if by is None else Postmortem.objects.visible_to(by)
    try:
        row = rows.select_for_update(of=("self",), no_key=True).get(pk=postmortem.pk)
    except Postmortem.DoesNotExist:
        raise NotAllowed(_("There is no such post-mortem, or it is not open to you.")) from None
    if version is not None and row.version != version:
        raise StaleVersion(_("Somebody changed this post-mortem while you were reading. Nothing of yours was done."))
    return row
