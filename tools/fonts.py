"""Make the fonts of the PDF (``postmortems/pdf/fonts``) from a release of Inter: ``python -m tools.fonts FOLDER``.

FOLDER is the unpacked package ``inter-ui`` 4.1.1 of the npm registry, or any that holds the same files. What is kept:
Latin, Greek and Cyrillic with their marks, the signs of running text, kerning. What goes: hinting (print needs none),
other alternates, and the ligatures that turn ``->`` into an arrow: a post-mortem may quote a command. The family gets
a name of its own, so that an Inter of the system is never taken for ours. The same input gives the same bytes.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "postmortems" / "pdf" / "fonts"
FACES = {
    "web/Inter-Regular.woff2": ("Bridgewatch Text", "Regular"),
    "web/Inter-Italic.woff2": ("Bridgewatch Text", "Italic"),
    "web/Inter-Medium.woff2": ("Bridgewatch Text", "Medium"),
    "web/Inter-SemiBold.woff2": ("Bridgewatch Text", "SemiBold"),
    "display/InterDisplay-SemiBold.woff2": ("Bridgewatch Display", "SemiBold"),
}
TEXT = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B9, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x1E00, 0x1EFF), (0x2000, 0x206F),
    (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x2122), (0x2190, 0x2199), (0x21D0, 0x21D4), (0x2200, 0x2265),
    (0x25A0, 0x25CF), (0x2713, 0x2717), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD),
)  # fmt: skip
SHORT = ((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x491),
         (0x2010, 0x2026), (0x20AC, 0x20AC))  # fmt: skip
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "zero", "case"]


def make(source: Path, family: str, style: str) -> Path:
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(
        layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    )
    ranges = SHORT if family.endswith("Display") or style == "Italic" else TEXT
    chooser = subset.Subsetter(options)
    chooser.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
    chooser.subset(font)
    _rename(font, family, style)
    font.flavor = None
    path = TARGET / f"{family.replace(' ', '')}-{style}.ttf"
    font.save(path)
    return path


def _rename(font: TTFont, family: str, style: str) -> None:
    whole = f"{family} {style}"
    names = {1: whole, 2: "Regular", 3: whole, 4: whole, 6: whole.replace(" ", ""), 16: family, 17: style}
    if style in ("Regular", "Italic"):
        names |= {1: family, 2: style}
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)


if __name__ == "__main__":
    for file, (family, style) in FACES.items():
        path = make(Path(sys.argv[1]) / file, family, style)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")
