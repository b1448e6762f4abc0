"""A post-mortem as plain JSON and back: what a version keeps, and what a digest is taken of."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, TypeVar

from cattrs.preconf.json import make_converter

T = TypeVar("T")
_converter = make_converter()


def dump(value: Any) -> Any:
    """Any of the values as plain JSON: times as ISO 8601, words of enumerations as they are stored."""
    return _converter.unstructure(value)


def load(kind: type[T], data: Any) -> T:
    """The value again; what a later release no longer knows is left out."""
    return _converter.structure(data, kind)


def digest(value: Any) -> str:
    """SHA-256, in hexadecimal: the same for the same value, wherever and whenever it is taken."""
    text = json.dumps(dump(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
