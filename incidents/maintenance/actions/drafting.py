"""A window is written: drafted, edited, thrown away. Nothing of a draft leaves the building."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.maintenance import signals
from incidents.maintenance.actions.base import locked, save, save_audited
from incidents.maintenance.actions.requests import withdraw_all
from incidents.maintenance.judging import Affects, current
from incidents.maintenance.models import SeriesException, Window, WindowImpact
from incidents.models import User
from incidents.moments import wrong_year
from incidents.permissions import require

LONGEST = timedelta(days=30)
PUBLIC = ("title", "kind", "body", "advice")  # what readers see, beside times and components
INTERNAL = ("plan", "roll_back", "owner", "team", "ticket", "is_automatic")
WHEN = ("starts_at", "ends_at", "time_zone")
DRAFTED = (*PUBLIC, *INTERNAL, *WHEN, "audience")


@transaction.atomic
def draft(*, affects: Iterable[Affects], by: User | None, **facts: Any) -> Window:
    """A window that nobody was told of. ``facts`` are :data:`DRAFTED`; title, kind and both times are needed."""
    require(by, "maintenance.plan_window")
    window = Window(author=by, **_known(facts, DRAFTED))
    check_times(window.starts_at, window.ends_at)
    _check_title(window)
    save_audited(window, by=by)
    set_impacts(window, affects)
    signals.changed.send(sender=Window, window=window, text_lost=False)
    return window


@transaction.atomic
def edit(
    window: Window,
    *,
    by: User | None,
    affects: Iterable[Affects] | None = None,
    version: int | None = None,
    **facts: Any,
) -> Window:
    """Change a draft, or of an announced window what only staff see (:data:`INTERNAL`)."""
    require(by, "maintenance.plan_window")
    window = locked(window, by=by, version=version)
    if window.is_over and set(facts) - {"plan", "roll_back", "ticket", "owner", "team"}:
        raise DomainError(_("It is over. What was told stays as it was."))
    facts = _known(facts, DRAFTED if window.is_draft else INTERNAL)
    changed = [name for name, value in facts.items() if getattr(window, name) != value]
    for name in changed:
        setattr(window, name, facts[name])
    if window.is_draft:
        check_times(window.starts_at, window.ends_at)
        _check_title(window)
        moved = affects is not None and set_impacts(window, affects)
        if moved or {*changed} & {*PUBLIC, *WHEN, "audience"}:
            window.author = by or window.author
            changed.append("author")
            withdraw_all(window, by=by)
    elif affects is not None:
        raise DomainError(_("It is announced. What it affects is changed with a word to whoever was told."))
    save(window, *changed, by=by)
    signals.changed.send(sender=Window, window=window, text_lost=False)
    return window


@transaction.atomic
def discard(window: Window, *, by: User | None, version: int | None = None) -> None:
    """A draft that is not needed. What was announced is cancelled instead. A series makes it no second time."""
    require(by, "maintenance.plan_window")
    window = locked(window, by=by, version=version)
    if not window.is_draft:
        raise DomainError(_("It is announced: cancel it, so that whoever was told hears of it."))
    if window.series_id and window.occurrence:
        left_out = {"series_id": window.series_id, "occurrence": window.occurrence}
        SeriesException.objects.get_or_create(**left_out, defaults={"reason": _("Its draft was thrown away.")})
    window._history_user = by
    window.delete()


def set_impacts(window: Window, affects: Iterable[Affects]) -> bool:
    """Exactly these, one for each place; whether anything is another than before."""
    wanted = {each.place: each for each in affects}
    if not wanted:
        raise DomainError(_("Choose at least one component."), field="affects")
    before = {each.place: each for each in current(window)}
    if before == wanted:
        return False
    for row in window.impacts.all():
        place = (row.component_id, row.location_id)
        if place not in wanted:
            row.delete()
        elif row.expected != wanted[place].expected:
            row.expected = wanted[place].expected
            row.save()
    for place, each in wanted.items():
        if place not in before:
            facts = {"component": each.component, "location": each.location, "expected": each.expected}
            WindowImpact(window=window, **facts).save()
    return True


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """For every verb that sets times of a window."""
    for field, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        if sentence := wrong_year(at):
            raise DomainError(sentence, field=field)
    if ends_at <= starts_at:
        raise DomainError(_("It ends before it begins; choose a later end."), field="ends_at")
    if ends_at - starts_at > LONGEST:
        raise DomainError(_("A window lasts 30 days at most. Plan several."), field="ends_at")


def _check_title(window: Window) -> None:
    if not window.title.strip():
        raise DomainError(_("Write what is done, in a line for customers."), field="title")


def _known(facts: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    unknown = set(facts) - set(names)
    if unknown:
        raise DomainError(
            _("%(names)s cannot be changed this way.") % {"names": ", ".join(sorted(unknown))},
            field=sorted(unknown)[0],
        )
    return facts
