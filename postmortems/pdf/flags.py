"""Where the flags of a timeline stand: right or left of their line, each on the lowest level without a clash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEVELS = 4
PATIENCE = 20_000  # steps of the search; after that the best that was found counts


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label would stand. ``start`` and ``end`` of the label; its line goes from ``x`` down to the axis."""

    x: float
    level: int
    is_left: bool
    start: float
    end: float

    @property
    def cost(self) -> float:
        return self.level + (0.4 if self.is_left else 0)

    def clashes(self, other: Spot) -> bool:
        """Both labels meet, or the line of one runs through the label of the other."""
        meet = self.level == other.level and self.start < other.end - 0.5 and other.start < self.end - 0.5
        return meet or self._is_run_through_by(other) or other._is_run_through_by(self)

    def _is_run_through_by(self, other: Spot) -> bool:
        return other.level >= self.level and self.start + 0.5 < other.x < self.end - 0.5


def place(flags: Sequence[tuple[float, float]], *, left: float, right: float) -> list[Spot]:
    """A spot for each flag (where it stands, how wide its label is), between ``left`` and ``right``.

    There always is one: with as many levels as flags, labels to the left of their lines never clash.
    """
    best = _stair(flags)
    found = _Search([_spots(x, width, left, right) for x, width in flags]).best()
    return found if found is not None else best


def _spots(x: float, width: float, left: float, right: float) -> list[Spot]:
    spots = []
    for level in range(LEVELS):
        if x + width <= right:
            spots.append(Spot(x, level, False, x, x + width))
        if x - width >= left:
            spots.append(Spot(x, level, True, x - width, x))
    return sorted(spots, key=lambda spot: spot.cost)


def _stair(flags: Sequence[tuple[float, float]]) -> list[Spot]:
    placed: dict[int, Spot] = {}
    for index in sorted(range(len(flags)), key=lambda index: (flags[index][0], index)):
        x, width = flags[index]
        under = [spot.level for spot in placed.values() if spot.end > x - width]
        placed[index] = Spot(x, max(under, default=-1) + 1, True, x - width, x)
    return [placed[index] for index in range(len(flags))]


class _Search:
    """Depth first, with the cheapest whole choice so far as its bound."""

    def __init__(self, spots: list[list[Spot]]):
        self._spots = spots
        self._bound = float("inf")
        self._found: list[Spot] | None = None
        self._steps = 0

    def best(self) -> list[Spot] | None:
        self._go([], 0)
        return self._found

    def _go(self, chosen: list[Spot], cost: float) -> None:
        self._steps += 1
        if cost >= self._bound or self._steps > PATIENCE:
            return
        if len(chosen) == len(self._spots):
            self._bound, self._found = cost, chosen
            return
        for spot in self._spots[len(chosen)]:
            if not any(spot.clashes(other) for other in chosen):
                self._go([*chosen, spot], cost + spot.cost)
