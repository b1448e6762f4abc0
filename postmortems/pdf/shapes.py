"""The shapes of the document: silhouettes of the levels, signs of causes and actions, the hatch of what is internal.

In tables and logs they are backgrounds, and so ornaments for a screen reader: the word always stands beside them.
"""

from __future__ import annotations

from base64 import b64encode

from incidents.choices import Level

INK, QUIET, RULE = "#14171a", "#545b61", "#d6d7d2"
GREY = "#8b9197"
HUE = {Level.OPERATIONAL: "#1b7a4d", Level.DEGRADED: "#8a5a00", Level.PARTIAL: "#b5480b", Level.MAJOR: "#c0141f"}
SLUG = {Level.OPERATIONAL: "op", Level.DEGRADED: "degraded", Level.PARTIAL: "partial", Level.MAJOR: "major"}

LEVELS = {  # each in a square of 16 by 16, in the colour that it is filled with
    Level.OPERATIONAL: '<circle cx="8" cy="8" r="6"/>',
    Level.DEGRADED: '<path d="M8 1l7.6 13.5H.4z"/>',
    Level.PARTIAL: (
        '<path d="M8 1.4 14.6 8 8 14.6 1.4 8z" fill="none" stroke="{hue}" stroke-width="2"/><path d="M8 .5v15L.5 8z"/>'
    ),
    Level.MAJOR: (
        '<path d="M1 1h14v14H1z"/>'
        '<path d="M4.6 4.6l6.8 6.8m0-6.8-6.8 6.8" fill="none" stroke="#fff" stroke-width="2.2"/>'
    ),
}
SIGNS = {
    "good": '<path d="M1 1h14v14H1z" fill="{ink}"/>',
    "temporary": (
        '<path d="M1.5 1.5h13v13h-13z" fill="#fff" stroke="{ink}" stroke-width="1.4"/>'
        '<path d="M2 9l7-7M2 14L14 2M7 14l7-7" stroke="{ink}" stroke-width="1.4"/>'
    ),
    "hole": '<path d="M1.7 1.7h12.6v12.6H1.7z" fill="#fff" stroke="{ink}" stroke-width="1.4" stroke-dasharray="3 2"/>',
    "duration": '<path d="M0 5.5h16v5H0z" fill="{ink}"/>',  # lies
    "impact": '<path d="M5.5 0h5v16h-5z" fill="{ink}"/>',  # stands
    "both": '<path d="M2 0h5v11h9v5H2z" fill="{ink}"/>',
}
HATCH = f'<path d="M0 0h5v5H0z" fill="#fff"/><path d="M-1 1l2-2M-1 6l7-7M4 6l2-2" stroke="{INK}" stroke-width="1.9"/>'


def picture(inner: str, width: float = 16, height: float = 16) -> str:
    """A drawing as the address of an image."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{inner}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def level(which: Level) -> str:
    """A silhouette in its own colour."""
    hue = HUE[which]
    return f'<g fill="{hue}">{LEVELS[which].format(hue=hue)}</g>'


def sign(name: str) -> str:
    return picture(SIGNS[name].format(ink=INK))


def rules() -> str:
    """The style rules that put the shapes where a class names them."""
    told = [f".s-{SLUG[which]}{{background-image:url({picture(level(which))})}}" for which in LEVELS]
    told += [f".s-{name}{{background-image:url({sign(name)})}}" for name in SIGNS]
    told.append(f".hatch,tr.int>th,.rests{{background-image:url({picture(HATCH, 5, 5)})}}")
    return "\n".join(told)
