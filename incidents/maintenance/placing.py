"""Where the windows of a series stand: an app above says it, since its places are not known here."""

from __future__ import annotations

from collections.abc import Callable

from incidents.maintenance.models import Series, Window

Place = Callable[[Window, Series], None]
OFFERED: list[Place] = []


def offer(place: Place) -> None:
    """Called in ``ready()`` of an app above. ``place`` puts a window that was just made from a series where the series
    stands, in the same transaction."""
    OFFERED.append(place)


def place(window: Window, series: Series) -> None:
    for offered in OFFERED:
        offered(window, series)
