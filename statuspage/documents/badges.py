"""Badges: a state as a small picture, and the same as JSON for a badge maker. Pure text, no script.

:func:`from_query` needs neither Django's settings nor the database: it dresses a published ``badge.json`` anew.
"""

from __future__ import annotations

import json
import re
import unicodedata
from html import escape
from urllib.parse import parse_qsl

from django.utils.translation import pgettext

from incidents.choices import ComponentState
from incidents.contrast import READABLE, ratio
from incidents.plain_text import plain
from statuspage.documents.document import JSON, SVG, Document

NAMES = ("badge.svg", "badge.json")
LONGEST = 60  # characters of a label
MOST_FIELDS, LONGEST_QUERY = 10, 500
SECONDS = 60  # that anybody may keep a badge
COLOR = {
    ComponentState.OPERATIONAL: "brightgreen",
    ComponentState.DEGRADED: "yellow",
    ComponentState.PARTIAL: "orange",
    ComponentState.MAJOR: "red",
    ComponentState.UNKNOWN: "lightgrey",
    ComponentState.MAINTENANCE: "blue",
}
NAMED = {  # the names that badge makers know, in our shades: text on each can be read
    "brightgreen": "#1b7a4d", "green": "#1b7a4d", "success": "#1b7a4d", "yellowgreen": "#97ca00", "yellow": "#e3b341",
    "orange": "#f0894a", "important": "#f0894a", "red": "#c0141f", "critical": "#c0141f", "blue": "#2457ad",
    "informational": "#2457ad", "blueviolet": "#8a2be2", "lightgrey": "#6b7278", "lightgray": "#6b7278",
    "inactive": "#6b7278", "grey": "#555555", "gray": "#555555", "black": "#14171a", "white": "#ffffff",
}  # fmt: skip
LABEL_COLOR = "#3d444a"
STYLES = ("flat", "flat-square", "for-the-badge", "plastic")
UNSEEN = re.compile(  # could turn or hide what stands beside
    "[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
JOINERS = "\u200c\u200d"  # within words and families they stay; alone they are nothing to see
FONT = "Verdana,DejaVu Sans,Geneva,sans-serif"
ADVANCE = {  # of Verdana and its kin, in em
    char: width
    for width, chars in {
        0.27: "'", 0.32: " ,.IJijl", 0.37: "-/:;\\f|", 0.42: "!()[]rt", 0.47: '"', 0.52: "*_`sz", 0.55: "?Lc",
        0.61: "FPTYaekovxy", 0.65: "$0123456789EKSbdghnpqu{}", 0.7: "ABCRVXZ", 0.76: "DGHNU", 0.8: "&OQw",
        0.84: "#+<=>M^~", 0.97: "%m", 1.0: "@W",
    }.items()
    for char in chars
}  # fmt: skip


def word(state: ComponentState) -> str:
    """A state as a badge says it."""
    return {
        ComponentState.OPERATIONAL: pgettext("on a badge", "operational"),
        ComponentState.DEGRADED: pgettext("on a badge", "degraded"),
        ComponentState.PARTIAL: pgettext("on a badge", "partial outage"),
        ComponentState.MAJOR: pgettext("on a badge", "major outage"),
        ComponentState.UNKNOWN: pgettext("on a badge", "unknown"),
        ComponentState.MAINTENANCE: pgettext("on a badge", "maintenance"),
    }[state]


def documents(label: str, state: ComponentState, folder: str = "") -> list[Document]:
    """``badge.svg`` and ``badge.json`` of something in this state; without a label it is called "status"."""
    label, message, color = _clean(label) or pgettext("on a badge", "status"), word(state), COLOR[state]
    body = {
        "schemaVersion": 1,
        "label": label,
        "message": message,
        "color": color,
        "isError": state >= ComponentState.PARTIAL,
        "cacheSeconds": SECONDS,
    }
    return [
        Document(f"{folder}badge.svg", SVG, draw(label, message, color)),
        Document(f"{folder}badge.json", JSON, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()),
    ]


def from_query(json_body: bytes, query_string: str) -> bytes | None:
    """The badge of a published ``badge.json``, dressed as a query asks: ``label, style, color, labelColor``.

    None where there is no badge or the query is no honest one; what is not understood in it is passed over.
    """
    if len(query_string) > LONGEST_QUERY:
        return None
    try:
        asked = dict(parse_qsl(query_string, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS))
        badge = json.loads(json_body)
        label, message, color = badge["label"], badge["message"], badge["color"]
    except (ValueError, KeyError, TypeError):
        return None
    return draw(
        asked.get("label", label),
        message,
        _hex(asked.get("color")) or color,
        asked.get("style", ""),
        _hex(asked.get("labelColor")) or LABEL_COLOR,
    )


def draw(label: str, message: str, color: str, style: str = "flat", label_color: str = LABEL_COLOR) -> bytes:
    """The picture. Widths are those of the text, which is then set to fit exactly, whatever font is there."""
    style = style if style in STYLES else "flat"
    label, message = _clean(label), _clean(message)
    fills = _hex(label_color) or LABEL_COLOR, _hex(color) or NAMED["lightgrey"]
    said = f"{label}: {message}" if label else message
    if style == "for-the-badge":
        label, message = label.upper(), message.upper()
    tall, size, pad, spacing, radius = {"for-the-badge": (28, 10, 12, 1.25, 0), "plastic": (18, 11, 6, 0, 4)}.get(
        style, (20, 11, 6, 0, 3 if style == "flat" else 0)
    )
    rects, texts, x = [], [], 0
    for text, fill, is_message in ((label, fills[0], False), (message, fills[1], True)):
        if not text:
            continue
        bold = ' font-weight="700"' if is_message and style == "for-the-badge" else ""
        length = round(_width(text) * size * (1.1 if bold else 1) + spacing * len(text))
        wide = length + 2 * pad
        rects.append(f'<rect x="{x}" width="{wide}" height="{tall}" fill="{fill}"/>')
        texts.append(
            f'<text x="{x + wide / 2:g}" y="{tall / 2 + size * 0.35:.4g}" textLength="{length}" fill="{_ink(fill)}"'
            f"{bold}>{escape(text)}</text>"
        )
        x += wide
    shine, gloss = (
        (f'<rect width="{x}" height="{tall}" fill="url(#bw-shine)"/>', SHINE) if style == "plastic" else ("", "")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{x}" height="{tall}" viewBox="0 0 {x} {tall}" role="img"'
        f' aria-label="{escape(said)}"><title>{escape(said)}</title>'
        f'{gloss}<clipPath id="bw-{x}"><rect width="{x}" height="{tall}" rx="{radius}"/></clipPath>'
        f'<g clip-path="url(#bw-{x})">{"".join(rects)}{shine}</g>'
        f'<g font-family="{FONT}" font-size="{size}" text-anchor="middle">{"".join(texts)}</g></svg>'
    ).encode()


SHINE = (
    '<linearGradient id="bw-shine" x2="0" y2="100%"><stop offset="0" stop-color="#fff" stop-opacity=".35"/>'
    '<stop offset=".2" stop-color="#fff" stop-opacity="0"/><stop offset=".8" stop-opacity="0"/>'
    '<stop offset="1" stop-opacity=".3"/></linearGradient>'
)


def _clean(text: str) -> str:
    """One short line of characters that XML can carry and that stay where they are put."""
    line = " ".join(UNSEEN.sub("", plain(str(text))).split())
    if not line.strip(f"{JOINERS} "):
        return ""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _hex(color: str | None) -> str | None:
    """#rgb or #rrggbb, with or without #, or a name; as #rrggbb. None for anything else."""
    color = (color or "").strip().lower()
    if color in NAMED:
        return NAMED[color]
    found = re.fullmatch("#?([0-9a-f]{3}|[0-9a-f]{6})", color)
    if not found:
        return None
    digits = found[1]
    return f"#{digits if len(digits) == 6 else ''.join(digit * 2 for digit in digits)}"


def _ink(fill: str) -> str:
    """White where it can be read on ``fill``, else black, which then can."""
    return "#fff" if ratio("#ffffff", fill) >= READABLE else "#000"


def _width(text: str) -> float:
    """In em. Beyond ASCII a mean by kind of letter is good enough: the text is set to this length."""
    return sum(ADVANCE.get(char) or _wide(char) for char in text)


def _wide(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.65
