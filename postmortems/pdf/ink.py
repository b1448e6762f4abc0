"""Lines, boxes and words of a drawing as SVG. Units are points; sizes are of type that is printed."""

from __future__ import annotations

from html import escape

from postmortems.pdf.letters import FAMILY
from postmortems.pdf.shapes import INK, RULE


class Ink:
    """What was drawn so far."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, *, color: str = RULE, width: float = 0.5) -> None:
        self._parts.append(
            f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{color}" stroke-width="{width:g}" fill="none"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = INK, stroke: float = 0) -> None:
        edge = f' stroke="{INK}" stroke-width="{stroke:g}"' if stroke else ""
        self._parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{edge}/>'
        )

    def text(
        self, x: float, y: float, words: str, *, size: float = 6.9, fill: str = INK, anchor: str = "start",
        weight: int = 400,
    ) -> None:  # fmt: skip
        self._parts.append(
            f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{escape(words)}</text>'
        )

    def shape(self, inner: str, x: float, y: float, size: float) -> None:
        """A silhouette of 16 by 16."""
        self._parts.append(f'<g transform="translate({x:.2f} {y:.2f}) scale({size / 16:.4f})">{inner}</g>')

    def svg(self, width: float, height: float, *, alternative: str) -> str:
        size = f'viewBox="0 0 {width:g} {height:.1f}" width="{width:g}" height="{height:.1f}"'
        title = f"<title>{escape(alternative)}</title>"
        inside = "".join(self._parts)
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FAMILY}">{title}{inside}</svg>'
