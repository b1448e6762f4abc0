"""The few files that all documents share: a style sheet, a script, a font, and the same for forms. Their names hold
their hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders

from statuspage.branding.contrast import dress
from statuspage.documents.document import CSS, JS, PNG, WOFF2, Document
from statuspage.snapshot.page import Page

FONTS = ("inter.woff2", "inter-ext.woff2")


@dataclass(frozen=True, slots=True)
class Addresses:
    style: str
    script: str
    font: str
    forms: str  # the two that only live pages refer to
    forms_script: str


def documents(brand_color: str = "") -> list[Document]:
    """Everything that a page in this colour refers to; each may be served for ever."""
    return [*_fonts().values(), _script(), _script("forms.js"), _forms(), _style(brand_color)]


def logos(page: Page) -> list[Document]:
    return [Document(logo.path, PNG, logo.image) for logo in page.logos]


def addresses(brand_color: str = "") -> Addresses:
    found = (_style(brand_color), _script(), _fonts()[FONTS[0]], _forms(), _script("forms.js"))
    return Addresses(*(f"/{document.path}" for document in found))


def _document(name: str, content_type: str, body: bytes) -> Document:
    stem, _dot, ending = name.rpartition(".")
    return Document(f"assets/{stem}.{sha256(body).hexdigest()[:12]}.{ending}", content_type, body)


@cache
def _fonts() -> dict[str, Document]:
    return {name: _document(name, WOFF2, _source(name)) for name in FONTS}


@cache
def _script(name: str = "page.js") -> Document:
    """Without the lines of comment and the indents that only people need."""
    script = re.sub(r"^\s+|^\s*//.*\n", "", _source(name).decode(), flags=re.MULTILINE)
    return _document(name, JS, script.encode())


@cache
def _forms() -> Document:
    """What the live forms of a page need beside its own sheet; no published page loads it."""
    return _document("forms.css", CSS, _tight(_source("forms.css").decode()).encode())


@cache
def _style(brand_color: str) -> Document:
    """Tokens, the page's colour where it has one, and the page's rules: one sheet, so that a page needs one request."""
    sheet = _source("bridgewatch/tokens.css").decode() + dress(brand_color) + _source("page.css").decode()
    for name, font in _fonts().items():
        sheet = sheet.replace(f"url({name})", f"url({font.path.removeprefix('assets/')})")
    return _document("page.css", CSS, _tight(sheet).encode())


def _tight(sheet: str) -> str:
    """Without comments and the spaces that only people need."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    sheet = re.sub(r"\s+", " ", sheet)
    return re.sub(r" ?([{};,]) ?", r"\1", sheet).replace(";}", "}").strip()


def _source(name: str) -> bytes:
    found = finders.find(name if "/" in name else f"statuspage/{name}")
    if found is None:
        raise FileNotFoundError(f"The static file {name} is missing; published pages need it.")
    return Path(found).read_bytes()
