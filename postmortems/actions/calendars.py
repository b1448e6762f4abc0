"""The address that a person's calendar reads: made when asked for, and revoked for good."""

from __future__ import annotations

from django.db import transaction

from incidents.models import User
from incidents.permissions import require
from postmortems.models import CalendarFeed


@transaction.atomic
def make_calendar(*, by: User) -> CalendarFeed:
    """A new address for ``by``; one that there was before opens nothing any more."""
    require(by, "postmortems.view_actionitem")
    revoke_calendar(by=by)
    return CalendarFeed.objects.create(person=by)


@transaction.atomic
def revoke_calendar(*, by: User) -> None:
    """Calendars that read it find nothing any more."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    CalendarFeed.objects.filter(person=by).delete()
