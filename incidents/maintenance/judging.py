"""The class that a window has, or would have, at a time: computed, never chosen (3-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from cattrs.preconf.json import make_converter

from incidents.maintenance.business_days import Frozen, Notice, Place, freezes_at, judge
from incidents.maintenance.choices import Expected
from incidents.maintenance.counting import counting
from incidents.maintenance.models import Window
from incidents.models import Component, Location

_converter = make_converter()
_converter.register_unstructure_hook(time, time.isoformat)
_converter.register_structure_hook(time, lambda text, _kind: time.fromisoformat(text))


@dataclass(frozen=True)
class Affects:
    """One component at one location (none: everywhere), and what is expected there. As doors hand it to actions."""

    component: Component
    location: Location | None = None
    expected: Expected = Expected.DEGRADED

    @property
    def place(self) -> tuple[int, int | None]:
        return self.component.pk, self.location.pk if self.location else None


@dataclass(frozen=True)
class Judgement:
    """``notice`` is the arithmetic. ``stands``: that of the last announcement, because the window stays inside of what
    was announced (DESIGN section 6); ``starts_in`` are the freezes that nobody has approved of yet."""

    notice: Notice
    is_emergency: bool
    stands: bool = False
    starts_in: tuple[Frozen, ...] = ()
    is_placed: bool = True  # somewhere where customers read it
    places: tuple[Place, ...] = ()  # where it was counted, for drawing days that no count holds

    @property
    def needs_approval(self) -> bool:
        return bool(self.starts_in) or (self.is_emergency and not self.stands)


def current(window: Window) -> list[Affects]:
    """What the window affects. One query."""
    rows = window.impacts.select_related("component", "location__calendar")
    return [Affects(row.component, row.location, Expected(row.expected)) for row in rows]


def judged(
    window: Window,
    *,
    starts_at: datetime,
    ends_at: datetime,
    affects: Iterable[Affects],
    now: datetime,
    chosen: Sequence[int] | None = None,
) -> Judgement:
    """What it would be if these times were announced ``now``, at what it ``affects``.

    ``chosen``: see :func:`~incidents.maintenance.counting.counting`.
    """
    locations = [each.location for each in affects]
    where = counting(window, locations=locations, now=now, until=starts_at, chosen=chosen)
    if window.announced_at is not None and window.starts_at <= starts_at and ends_at <= window.ends_at:
        approved = window.approved_by_id is not None
        starts_in = () if approved else freezes_at(where.places, starts_at)
        return Judgement(
            frozen_of(window),
            bool(window.is_emergency),
            stands=True,
            starts_in=starts_in,
            is_placed=where.stands,
            places=where.places,
        )
    notice = judge(where.places, published_at=now, starts_at=starts_at, asked=where.asked)
    return Judgement(
        notice, notice.is_emergency, starts_in=notice.starts_in, is_placed=where.stands, places=where.places
    )


def as_new(
    window: Window,
    *,
    starts_at: datetime,
    ends_at: datetime,
    affects: Iterable[Affects],
    now: datetime,
    chosen: Sequence[int] | None = None,
) -> Judgement:
    """What it would be if nothing of it had been announced before ``now``: :func:`judged` without what stands."""
    fresh = Window(pk=window.pk, audience=window.audience, time_zone=window.time_zone)
    return judged(fresh, starts_at=starts_at, ends_at=ends_at, affects=affects, now=now, chosen=chosen)


def dumped(notice: Notice) -> dict[str, Any]:
    """As it is kept with an announcement."""
    return _converter.unstructure(notice)


def read(arithmetic: dict[str, Any]) -> Notice:
    return _converter.structure(arithmetic, Notice)


def frozen_of(window: Window) -> Notice:
    """The arithmetic of its last announcement that computed a class."""
    return read(window.arithmetic)
