"""A customer's colour, bent until it can be read on the paper of both schemes (WCAG contrast; DESIGN section 11)."""

from __future__ import annotations

from incidents.contrast import readable

PAPER = {"light": "#fafaf8", "dark": "#0f1214"}  # --paper of tokens.css


def dress(color: str) -> str:
    """The style rules that put the colour on a page; nothing for a page without one. A status is never dressed."""
    if not color:
        return ""
    light, dark = (readable(color, on=PAPER[scheme]) for scheme in ("light", "dark"))
    return f":root{{--brand:{light}}}@media screen and (prefers-color-scheme:dark){{:root{{--brand:{dark}}}}}"
