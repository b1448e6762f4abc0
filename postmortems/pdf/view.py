"""From values to the HTML that is printed: one file that holds everything it needs but its fonts."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from incidents.contrast import SEEN, readable
from postmortems.choices import Paper
from postmortems.document.edition import Dress, Edition
from postmortems.document.outline import Outline, course, outline, shown
from postmortems.document.outline.values import Picture
from postmortems.document.values import Content
from postmortems.document.words import Calendar, first_sentences
from postmortems.pdf import bars, figure, shapes
from postmortems.pdf.letters import width

STYLE = Path(__file__).resolve().parent / "style"
WHITE = "#ffffff"
LOGO_HEIGHT, LOGO_WIDTH = 9.0, 60.0  # millimetres, at most
CSS_PIXEL = 25.4 / 96
LONG, LONGEST = 70, 140  # letters of a title from which on it is set smaller
HEAD = 80  # letters of the title in the running head
TRAILING = re.compile(r"\s+(?=</(?:td|th|p|li|h[1-6]|b|span|div)>|<br>)")
LINE_ENDS = {0x85: " ", 0x2028: " ", 0x2029: " "}  # of other systems: fonts have a box for them, or nothing
FAINT = "#f0f0ed"  # of the word behind the text of a draft: text on it keeps 15 : 1


@dataclass(frozen=True, slots=True)
class Logo:
    src: str
    width: float  # millimetres
    height: float


def page(content: Content, edition: Edition, dress: Dress, *, paper: Paper = Paper.A4) -> str:
    """The whole document as HTML for print."""
    o = outline(content, edition, dress)
    with translation.override(dress.language):
        html = render_to_string(
            "postmortems/pdf/document.html",
            {
                "o": o,
                "title": _title(o),
                "created": o.published_at and o.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "style": _style(o, dress, paper),
                "logo": _logo(dress),
                "short_title": first_sentences(o.title, HEAD),
                "size": _size(o.title),
                "bars": [bars.Bar.of(measure) for measure in o.measures],
                "figure": _figure(o, content, edition, dress),
                "signs": {name: shapes.sign(name) for name in shapes.SIGNS},
                "slugs": shapes.SLUG,
            },
        )
    # A space at the end of a cell makes WeasyPrint 70 break its line too early.
    return TRAILING.sub("", html.translate(LINE_ENDS))


def _title(o: Outline) -> str:
    """Of the file, as a reader's window shows it."""
    inside = f" ({o.words['internal'].lower()})" if o.is_internal else ""
    return f"{o.title}: {o.kind.lower()}{inside}"


def _size(title: str) -> str:
    return "longest" if len(title) > LONGEST else "long" if len(title) > LONG else ""


def _figure(o: Outline, content: Content, edition: Edition, dress: Dress) -> SafeString:
    pictures = [block for chapter in o.chapters for block in chapter.blocks if isinstance(block, Picture)]
    if not pictures:
        return mark_safe("")
    way = course(shown(content, edition))
    calendar = Calendar.of(dress.zone, way.start, way.end)
    alternative = _("A timeline drawn to scale. %(told)s") % {"told": pictures[0].alternative}
    return mark_safe(figure.timeline(way, calendar, alternative=alternative))


def _logo(dress: Dress) -> Logo | None:
    """As large as it says of itself, or as there is room for."""
    if not dress.logo:
        return None
    wide, high = (dress.logo_width or 160) * CSS_PIXEL, (dress.logo_height or 32) * CSS_PIXEL
    scale = min(1, LOGO_WIDTH / wide, LOGO_HEIGHT / high)
    src = f"data:image/png;base64,{b64encode(dress.logo).decode()}"
    return Logo(src, round(wide * scale, 2), round(high * scale, 2))


@cache
def _sheet(name: str) -> str:
    return (STYLE / name).read_text()


def _style(o: Outline, dress: Dress, paper: Paper) -> SafeString:
    sheets = [_sheet("print.css"), shapes.rules()]
    if paper == Paper.LETTER:
        sheets.append(_sheet("letter.css"))
    if dress.color:
        sheets.append(f":root {{ --brand: {readable(dress.color, on=WHITE, least=SEEN)}; }}")
    if o.is_draft:
        sheets.append(f"@page {{ background: url({_watermark(o.words['draft'])}) center 55% / 150mm auto no-repeat; }}")
    return mark_safe("\n".join(sheets))


def _watermark(word: str) -> str:
    size = min(196, 196 * 560 / width(word, 196, 600))
    inner = (
        f'<text x="300" y="{300 + size * 0.26:.0f}" text-anchor="middle" transform="rotate(-45 300 300)" '
        f'font-family="Bridgewatch Display" font-weight="600" font-size="{size:.0f}" letter-spacing="2" '
        f'fill="{FAINT}">{word}</text>'
    )
    return shapes.picture(inner, 600, 600)
