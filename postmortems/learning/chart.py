"""A small chart of a figure by month, as numbers that a template draws: a bar for the median, a line for the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 88  # of the area with the bars
MOST_LABELS = 6


@dataclass(frozen=True)
class Bar:
    """``mean`` is how high the line stands; none where nothing happened. All from the top left, in units."""

    x: float
    y: float
    width: float
    height: float
    mean: float | None
    label: str  # below it; empty: there is no room for it

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def right(self) -> float:
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    top: float  # what the upper line stands for, in the unit of the figures


def chart(figures: Sequence[tuple[str, float | None, float | None]]) -> Chart:
    """Of (label, median, mean), from left to right."""
    top = max((value for _label, *pair in figures for value in pair if value), default=0)
    step = WIDTH / max(len(figures), 1)
    gap = min(step * 0.3, 8)
    every = -(-len(figures) // MOST_LABELS)
    bars = []
    for at, (label, median, mean) in enumerate(figures):
        height = round(HEIGHT * median / top, 2) if median and top else 0
        if median is not None and height < 1:
            height = 1  # it is known, and short
        bars.append(
            Bar(
                x=round(at * step + gap / 2, 2),
                y=round(HEIGHT - height, 2),
                width=round(step - gap, 2),
                height=height,
                mean=None if mean is None or not top else round(HEIGHT - HEIGHT * mean / top, 2),
                label=label if (len(figures) - 1 - at) % every == 0 else "",
            )
        )
    return Chart(bars, top)
