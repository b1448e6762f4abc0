"""What a series may hold: its facts, checked before they are written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance import recurrence
from incidents.maintenance.models import Series
from incidents.maintenance.recurrence import BadRule
from incidents.models.public_id import validate_time_zone
from incidents.moments import wrong_year

GIVEN = ("title", "kind", "audience", "is_automatic", "body", "advice", "plan", "roll_back", "owner", "team")
STARTS = ("rule", "time_zone", "first_at")  # what its starts come of
FACTS = (*GIVEN, "minutes", *STARTS, "announce_days")


def known(facts: dict[str, Any]) -> dict[str, Any]:
    """The same, where all of them are :data:`FACTS`."""
    unknown = sorted(set(facts) - set(FACTS))
    if unknown:
        raise DomainError(_("That cannot be changed this way."), field=unknown[0])
    return facts


def check(series: Series) -> None:
    """Also writes its rule as it is kept."""
    if not series.title.strip():
        raise DomainError(_("Write what is done, in a line for customers."), field="title")
    if not 1 <= series.minutes <= 30 * 24 * 60:
        raise DomainError(_("A window lasts 30 days at most. Plan several."), field="minutes")
    if not 1 <= series.announce_days <= 180:
        raise DomainError(_("Announce it 1 to 180 days ahead."), field="announce_days")
    if sentence := wrong_year(series.first_at):
        raise DomainError(sentence, field="first_at")
    try:
        validate_time_zone(series.time_zone)
        series.rule = recurrence.normal(series.rule)
        length = timedelta(minutes=series.minutes)
        recurrence.check(series.rule, first_at=series.first_at, zone=series.time_zone, length=length)
    except BadRule as error:
        raise DomainError(str(error), field="rule") from None
    except ValidationError as error:
        raise DomainError(error.messages[0], field="time_zone") from None


def check_it_comes(series: Series) -> None:
    """At least once from now on."""
    if not comes_after(series, timezone.now()):
        raise DomainError(_("By this rule it never comes again. Write a later end, or none."), field="rule")


def comes_after(series: Series, moment: datetime) -> bool:
    return recurrence.comes_after(series.rule, moment, first_at=series.first_at, zone=series.time_zone)
