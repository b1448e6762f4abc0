"""Where windows stand that nobody placed, of a series or an operator's notice: an app above says it, since its places
are not known here."""

from __future__ import annotations

from collections.abc import Callable

from incidents.maintenance.models import Series, Window

Place = Callable[[Window, Series | None], None]
OFFERED: list[Place] = []


def offer(place: Place) -> None:
    """Called in ``ready()`` of an app above. ``place`` puts a window that was just made where its series stands, or
    without one where its kind and components belong, in the same transaction."""
    OFFERED.append(place)


def place(window: Window, series: Series | None = None) -> None:
    for offered in OFFERED:
        offered(window, series)
