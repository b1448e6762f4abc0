"""How wide a text is, read from our own fonts: in a drawing a label stands only where it fits."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Bridgewatch Text"
STYLES = {400: "Regular", 500: "Medium", 600: "SemiBold"}


@dataclass(frozen=True, slots=True)
class Face:
    advances: dict[int, int]  # by code point
    unit: int  # of which an em has so many


@cache
def face(weight: int) -> Face:
    with TTFont(FONTS / f"BridgewatchText-{STYLES[weight]}.ttf", lazy=True) as font:
        metrics = font["hmtx"].metrics
        return Face({code: metrics[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm)


def width(text: str, size: float, weight: int = 400) -> float:
    """In the unit of ``size``. A letter of another script counts as a whole em, a mark that combines as nothing."""
    own = face(weight)
    return size * sum(own.advances.get(ord(each), _foreign(each, own.unit)) for each in text) / own.unit


def _foreign(letter: str, unit: int) -> int:
    return 0 if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn") else unit


def shortened(text: str, room: float, size: float, weight: int = 400) -> str:
    """The text itself where it fits, else its beginning with an ellipsis."""
    if width(text, size, weight) <= room:
        return text
    while text and width(f"{text}…", size, weight) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
