"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

CONTEXT = 6  # words kept on either side of a change, so that a correction reads without the whole text


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Pieces of (``same`` | ``gone`` | ``new``, words), in order; long sameness is shortened."""
    before, after = re.findall(r"\S+\s*", old), re.findall(r"\S+\s*", new)
    pieces: list[tuple[str, str]] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", _shortened(before[a1:a2], is_first=a1 == 0, is_last=a2 == len(before))))
            continue
        if a2 > a1:
            pieces.append(("gone", "".join(before[a1:a2])))
        if b2 > b1:
            pieces.append(("new", "".join(after[b1:b2])))
    return pieces


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> str:
    head = [] if is_first else words[:CONTEXT]
    tail = [] if is_last else words[-CONTEXT:]
    if len(words) <= len(head) + len(tail) + 2:
        return "".join(words)
    return "".join(head) + "… " + "".join(tail)
