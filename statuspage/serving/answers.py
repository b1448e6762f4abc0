"""What is sent: a published file as answers that are ready, one for each encoding; and short answers of our own."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from statuspage.stores import headers
from statuspage.stores.files import unpacks_to

ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the smallest first
MOST_CHOICES = 64  # ways to write Accept-Encoding that an entry remembers

Headers = list[tuple[str, str]]

PLAIN: Headers = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


@dataclass(frozen=True, slots=True)
class Answer:
    """All of what is sent for one request."""

    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of a document, ready to send."""

    etag: str
    headers: Headers
    body: bytes
    not_modified: Headers


class ServedDocument:
    """A document in all its encodings. ``chosen`` holds what each Accept-Encoding seen so far gets."""

    __slots__ = ("_variants", "chosen")

    def __init__(self, variants: dict[str, Variant]):
        self._variants = variants
        self.chosen: dict[str, Variant] = {}

    def choose(self, accept_encoding: str) -> Variant:
        if accept_encoding in self.chosen:
            return self.chosen[accept_encoding]
        names = [name for name in _accepted(accept_encoding[:200]) if name in self._variants]
        variant = self._variants[names[0] if names else ""]
        if len(accept_encoding) <= 200:
            if len(self.chosen) >= MOST_CHOICES:
                self.chosen.clear()
            self.chosen[accept_encoding] = variant
        return variant


def read_document(file: Path, path: str) -> ServedDocument | None:
    """A published file with its twins; nothing if it is not there. ``path`` decides on its headers."""
    try:
        plain, at = _read(file)
    except (OSError, ValueError):
        return None
    variants = {"": _variant(path, plain, plain, "")}
    for encoding, suffix in ENCODINGS:
        with suppress(OSError):
            packed, packed_at = _read(file.with_name(file.name + suffix))
            if packed_at == at or unpacks_to(plain, packed, suffix):
                variants[encoding] = _variant(path, plain, packed, encoding)
    return ServedDocument(variants)


def _read(file: Path) -> tuple[bytes, int]:
    """The bytes, and when they were written: a publisher dates a file and its twins alike, and each change later.

    So a twin of the bytes that are about to take this file's place is told from its own, which have one ETag.
    """
    with file.open("rb") as opened:
        return opened.read(), os.fstat(opened.fileno()).st_mtime_ns


def document_of(body: bytes, path: str) -> ServedDocument:
    """A document that was made just now, as it is."""
    return ServedDocument({"": _variant(path, body, body, "")})


def matches(if_none_match: str, etag: str) -> bool:
    if if_none_match == etag or if_none_match.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in if_none_match[:2000].split(","))


def text(status: int, words: str, extra: Sequence[tuple[str, str]] = ()) -> Answer:
    """A short answer of our own."""
    body = words.encode()
    return Answer(status, [*extra, ("Content-Length", str(len(body))), *PLAIN], body)


def _variant(path: str, plain: bytes, body: bytes, encoding: str) -> Variant:
    digest = hashlib.sha256(plain).hexdigest()[:20]
    etag = f'"{digest}-{encoding}"' if encoding else f'"{digest}"'
    common = [("ETag", etag), *headers.for_path(path, tls=settings.BEHIND_TLS).items()]
    sent = [("Content-Type", headers.content_type(path)), ("Content-Length", str(len(body))), *common]
    if encoding:
        sent.append(("Content-Encoding", encoding))
    return Variant(etag, sent, body, common)


@lru_cache(maxsize=256)
def _accepted(accept_encoding: str) -> tuple[str, ...]:
    """The encodings of ours that the client takes; one with q=0 is refused."""
    offered = set()
    for part in accept_encoding.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            offered.add(name.strip())
    return tuple(encoding for encoding, _suffix in ENCODINGS if encoding in offered or "*" in offered)
