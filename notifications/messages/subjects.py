"""Subjects of mails: the fact first, and alike in all mails of one subject.

Mail programs keep a conversation together by the headers, and some by the subject without what stands in brackets
before it (RFC 5256, "base subject"): so the brackets hold what differs, and the title follows whole.
"""

from __future__ import annotations

_BRACKETS = str.maketrans("[]", "()")  # of a name would end ours
LONGEST = 120  # characters of a title


def subject(*facts: str, title: str) -> str:
    """[Larkwire Platform: Identified] SMS delayed in Frankfurt."""
    inside = ": ".join(filter(None, facts)).translate(_BRACKETS)
    return f"[{one_line(inside)}] {_cut(one_line(title))}"


def one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(title: str) -> str:
    """After a word, and always at the same one."""
    if len(title) <= LONGEST:
        return title
    words = title[: LONGEST - 1].rpartition(" ")[0].rstrip(" ,;:–-")
    return f"{words if len(words) > LONGEST // 2 else title[: LONGEST - 1].rstrip()}…"
