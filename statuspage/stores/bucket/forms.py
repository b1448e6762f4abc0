"""How a document stands in a bucket: its bytes, and the headers that the store can keep.

A bucket decides by the hash of the bytes (ETag) whether an object is still the one that a publisher saw. So no two
publishers may ever write the same bytes: else one that was frozen could take old bytes that came back for what it saw,
and put a withdrawn text over them. Every form therefore carries the token of its publisher where no reader looks: in
the time stamp of gzip, or as white space at the end.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256

from statuspage.documents import kinds
from statuspage.documents.document import Document
from statuspage.documents.kind import Packing, ending
from statuspage.stores import headers

DIGITS = ("\n", "\r\n")  # no blanks: programs that read calendars stumble over a line of those
FORMAT = "1"  # of what follows; another one makes every object be written anew


@dataclass(frozen=True, slots=True)
class Form:
    """Ready to be put."""

    body: bytes
    attributes: dict[str, str]
    digest: str


def digest(document: Document) -> str:
    """Of what readers get, whichever publisher wrote it: the same means that nothing has to be written."""
    told = f"{FORMAT} {document.content_type} {cache_control(document.path)} "
    return sha256(told.encode() + document.body).hexdigest()[:32]


def form_of(document: Document, *, page: str = "", token: int = 0) -> Form:
    """The document as ``page``'s publisher with ``token`` puts it; an asset has neither."""
    _type, packing = kinds.PUBLISHED.endings.get(ending(document.path), (None, None))
    attributes = {
        "Content-Type": document.content_type,
        "Cache-Control": cache_control(document.path),
        "digest": digest(document),
        "page": page,
    }
    if packing == Packing.COMPRESSED:
        body = gzip.compress(document.body, 9, mtime=token % 2**32)
        attributes["Content-Encoding"] = "gzip"
    elif packing == Packing.PADDED:
        body = document.body + _spaces(token) if token else document.body
        attributes["length"] = str(len(document.body))
    elif packing == Packing.AS_IT_IS and not token:
        body = document.body
    else:
        raise ValueError(f"Nobody has said where {document.path} can carry the token of its publisher.")
    return Form(body, attributes, attributes["digest"])


def tombstone(*, page: str, token: int) -> Form:
    """Stands for a while where somebody may still put what was withdrawn: their creating it then fails."""
    attributes = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "no-store",
        "digest": "tombstone",
        "page": page,
    }
    return Form(b"There is nothing here." + _spaces(token), attributes, "tombstone")


def plain(body: bytes, attributes: dict[str, str]) -> bytes | None:
    """What the document was; nothing of a tombstone."""
    if attributes.get("digest") == "tombstone":
        return None
    if attributes.get("Content-Encoding") == "gzip":
        return gzip.decompress(body)
    return body[: int(attributes["length"])] if "length" in attributes else body


def cache_control(path: str) -> str:
    """A bucket keeps one header for browsers and caches in between: browsers ask each time, caches each second."""
    said = headers.for_path(path)
    if "CDN-Cache-Control" not in said:
        return said["Cache-Control"]
    browsers = said["Cache-Control"].replace("no-cache", "max-age=0")  # no-cache would forbid caches to serve it stale
    return f"{browsers}, {said['CDN-Cache-Control'].replace('max-age', 's-maxage')}"


def _spaces(token: int) -> bytes:
    """A line end, and the number in base two."""
    written = ""
    while token:
        token, digit = divmod(token, len(DIGITS))
        written += DIGITS[digit]
    return f"\n{written}\n".encode()
