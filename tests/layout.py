"""How a page lies in a window: what does not fit there, and whether it keeps still under the pointer."""

from pathlib import Path

from playwright.sync_api import Page

FITTING = Path(__file__).with_name("layout.js").read_text()
WIDTHS = {390: 844, 768: 1024, 1280: 800, 1366: 768, 1440: 900, 1920: 1080}  # a phone, a tablet, the usual laptops
LARGE = 1.75  # the size of letters that a reader chose, against the browser's own
TARGET = 24  # CSS px (WCAG 2.2, 2.5.8)


def unfitting(page: Page, *, least: int = 0) -> list[str]:
    """What overlaps, is cut or leaves the window, as it is shown now; with ``least``, which targets are smaller too."""
    is_wide = page.viewport_size["width"] >= 1280
    return page.evaluate(FITTING, {"least": least, "lines": 1 if is_wide else 2})


def at_every_width(page: Page, *, least: int = 0, with_large_letters: bool = True) -> list[str]:
    """The same at each of ``WIDTHS``, and with large letters on a phone and a laptop."""
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for size in (1, LARGE) if with_large_letters and width in (390, 1280) else (1,):
            page.evaluate("size => { document.documentElement.style.fontSize = `${16 * size}px` }", size)
            page.wait_for_timeout(60)  # fonts and container queries
            found += [f"{width} px, letters × {size}: {fault}" for fault in unfitting(page, least=least)]
        page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def top_of(page: Page, selector: str) -> int:
    """Where it begins in the window, px."""
    return round(page.locator(selector).first.evaluate("e => e.getBoundingClientRect().top"))
