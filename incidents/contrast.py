"""Whether a colour can be read on another (WCAG contrast), and its nearest shade that can."""

from __future__ import annotations

READABLE = 4.5
SEEN = 3.0  # a line or a shape


def ratio(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours such as #0b5fa5: from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: str, *, on: str, least: float = READABLE) -> str:
    """The colour itself where it can be read on ``on``, else its nearest shade that can."""
    towards = "#000000" if _luminance(on) > 0.18 else "#ffffff"
    for step in range(101):
        shade = _mix(color, towards, step / 100)
        if ratio(shade, on) >= least:
            return shade
    return towards


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _luminance(color: str) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(color: str, other: str, share: float) -> str:
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
