"""How much of a limit was used: the limit stands at the same place in every bar, so that steps compare."""

from __future__ import annotations

from dataclasses import dataclass

from postmortems.document.outline.values import Measure
from postmortems.document.words import TIGHT
from postmortems.pdf.shapes import GREY, INK, picture

WIDTH, HEIGHT = 52, 9
MOST = 3.5  # limits that a bar shows; what took longer ends with it, and the words say how much it was


@dataclass(frozen=True, slots=True)
class Bar:
    """A step's cells: its time as numbers with their units, and its bar with the words for it."""

    took: tuple[tuple[str, str], ...]
    src: str  # empty where there is nothing to compare
    alternative: str

    @classmethod
    def of(cls, measure: Measure) -> Bar:
        parts = (part.rpartition(TIGHT) for part in measure.took.split(" "))
        took = tuple((number, unit) for number, _tight, unit in parts)
        return cls(took, share(measure.share) if measure.share is not None else "", measure.alternative)


def share(used: float) -> str:
    """The address of an image: grey up to the limit, ink beyond it."""
    unit = WIDTH / MOST
    inside, beyond = min(used, 1) * unit, (min(used, MOST) - 1) * unit
    inner = f'<path d="M0 2.5h{inside:.2f}v4H0z" fill="{GREY}"/>' if inside > 0 else ""
    if beyond > 0:
        inner += f'<path d="M{unit:.2f} 1.5h{beyond:.2f}v6h-{beyond:.2f}z" fill="{INK}"/>'
    inner += f'<path d="M{unit:.2f} 0v9" stroke="{INK}" stroke-width="1"/>'
    return picture(inner, WIDTH, HEIGHT)
