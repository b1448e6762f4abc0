"""How many pages a PDF has, by the objects in it: enough for files that we made ourselves."""

from __future__ import annotations

import re
import zlib

_PACKED = re.compile(rb"<<[^>]*?/ObjStm[^>]*?>>\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


def pages_of(pdf: bytes) -> int:
    found = len(_PAGE.findall(pdf))
    for packed in _PACKED.findall(pdf):
        try:
            found += len(_PAGE.findall(zlib.decompress(packed)))
        except zlib.error:
            continue
    return found
