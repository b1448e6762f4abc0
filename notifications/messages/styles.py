"""The look of mails from the tokens that pages and staff screens use: there is no second palette.

Rules are written into the elements, because many programs drop a stylesheet. Dark, narrow screens and Outlook's own
dark mode stand in a sheet that is simply absent where it is dropped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import css_inline
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from incidents.contrast import readable
from statuspage.branding.contrast import PAPER

_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_DECLARED = re.compile(r"(--[\w-]+):\s*([^;]+);")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@lru_cache(maxsize=1)
def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """What each variable means, in light and in dark."""
    css = _COMMENT.sub("", Path(finders.find("bridgewatch/tokens.css")).read_text())
    light = dict(_DECLARED.findall(css.partition("@media")[0]))
    dark = dict(_DECLARED.findall(css.partition(":root.dark")[2]))
    return light, light | dark


@lru_cache(maxsize=64)
def sheet(brand_color: str) -> str:
    """What is written into the elements."""
    return _filled(_source("mail.css"), tokens()[0], brand_color, PAPER["light"])


@lru_cache(maxsize=64)
def extra(brand_color: str) -> str:
    """What stays a stylesheet."""
    light, dark = tokens()
    rules = _filled(_source("dark.css"), dark, brand_color, PAPER["dark"])
    narrow = _filled(_source("narrow.css"), light, brand_color, PAPER["light"])
    outlook = _RULE.sub(lambda rule: f"{_below('[data-ogsc]', rule[1])}{{{rule[2]}}}", rules)
    return (
        f":root{{color-scheme:light dark;supported-color-schemes:light dark}}"
        f"@media (max-width:480px){{{narrow}}}"
        f"@media (prefers-color-scheme:dark){{{rules}}}{outlook}"
    )


def inlined(html: str, brand_color: str) -> str:
    """The document with its styles in place."""
    document = _inliner.inline(html.replace("</head>", f"<style>{sheet(brand_color)}</style></head>", 1))
    return document.replace("</head>", f"<style>{extra(brand_color)}</style></head>", 1)


_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def _source(name: str) -> str:
    return " ".join(_COMMENT.sub("", get_template(f"notifications/mail/{name}").template.source).split())


def _filled(css: str, values: dict[str, str], brand_color: str, paper: str) -> str:
    brand = readable(brand_color, on=paper) if re.fullmatch(r"#[0-9a-fA-F]{6}", brand_color) else values["--ink"]
    values = values | {"--brand": brand}
    return _VARIABLE.sub(lambda name: values[name[1]].replace('"', "'"), css)


def _below(ancestor: str, selectors: str) -> str:
    return ",".join(f"{ancestor} {selector.strip()}" for selector in selectors.split(","))
