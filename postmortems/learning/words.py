"""Words as they are looked for: one way for what was written and for what is typed, in any language. Pure.

A word is a run of letters and digits, folded: without case, accents and compatibility forms, so that *Störung*, STÖRUNG
and *storung* are one. Each Chinese or Japanese character is a word, since nothing stands between their words. No stem
is taken and no word is left out: texts are German and English within one sentence, and a stemmer of one language
spoils the words of the other. What is typed finds every word that begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from unicodedata import combining, normalize

MOST_WORDS = 12  # that are typed at once, as in the lists of the admin
LONGEST_SEARCH = 200  # characters
LONGEST_WORD = 50  # of a longer one the beginning counts
MOST_BYTES = 400_000  # of one incident's words; PostgreSQL takes a megabyte
LAST_PLACE = 16_383  # that PostgreSQL tells from others

ALONE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # are words by themselves
MARKS = r"\u0300-\u036f\u3099\u309a"  # accents that stand after their letter
_LETTER = rf"[^\W_{ALONE}]"
_ALONE = rf"(?=[^\W_])[{ALONE}]"
_TOKEN = re.compile(rf"{_ALONE}[{MARKS}]*|(?:{_LETTER}|[{MARKS}])+")
_WORD = re.compile(rf"{_ALONE}|{_LETTER}+")

Piece = tuple[bool, str]  # whether it was looked for, and the text


def words(text: str) -> Iterator[str]:
    """Folded, in their order, as often as they stand there."""
    return chain.from_iterable(map(_of_token, _TOKEN.findall(text)))


def wanted(typed: str) -> tuple[str, ...]:
    """What is looked for: nothing twice, and no word that another one of them begins with."""
    found = list(dict.fromkeys(words(typed)))
    return tuple(word for word in found if not any(other != word and other.startswith(word) for other in found))


def vector(texts: Iterable[tuple[str, str]]) -> str:
    """What the column holds of (weight, text), the weight from A, the heaviest, to D. Parts of the same text stand
    beside each other, and what is beyond :data:`MOST_BYTES` is left out."""
    found: list[str] = []
    place = size = 0
    for weight, text in texts:
        for word in words(text):
            place += 1
            entry = f" {word}:{min(place, LAST_PLACE)}{weight}"
            size += len(entry.encode())
            if size > MOST_BYTES:
                return "".join(found)
            found.append(entry)
    return "".join(found)


def is_in(text: str, beginnings: Sequence[str]) -> bool:
    """Whether any word of it begins with any of these."""
    begins = tuple(beginnings)
    return any(word.startswith(begins) for word in words(text))


def held(text: str, beginnings: Sequence[str]) -> int:
    """With how many of these words of it begin."""
    own = set(words(text))
    return sum(any(word.startswith(each) for word in own) for each in beginnings)


def pieces(text: str, beginnings: Sequence[str]) -> list[Piece]:
    """The whole text, cut where words begin and end that were looked for."""
    found, at = [], 0
    for token in _found(text, beginnings):
        if token.start() > at:
            found.append((False, text[at : token.start()]))
        found.append((True, token[0]))
        at = token.end()
    return [*found, (False, text[at:])] if at < len(text) else found


def snippet(text: str, beginnings: Sequence[str], *, length: int = 180) -> list[Piece]:
    """The same of the part around the first word that was looked for: ``length`` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return pieces(text, beginnings)
    first = next((token.start() for token in _found(text, beginnings)), 0)
    start = max(0, min(first - length // 4, len(text) - length))
    if start:
        start = 1 + max(text.find(" ", start, first), start - 1)
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", first, end), 0) or end
    before, after = (False, "… "), (False, " …")
    cut = pieces(text[start:end], beginnings)
    return [*([before] if start else []), *cut, *([after] if end < len(text) else [])]


def _found(text: str, beginnings: Sequence[str]) -> Iterator[re.Match[str]]:
    begins = tuple(beginnings)
    for token in _TOKEN.finditer(text):
        if any(word.startswith(begins) for word in _of_token(token[0])):
            yield token


@lru_cache(maxsize=16_384)  # most words of a language stand in most texts
def _of_token(token: str) -> tuple[str, ...]:
    if token.isascii():
        return (token.lower()[:LONGEST_WORD],)
    whole = normalize("NFKD", normalize("NFKD", token).casefold())
    bare = "".join(letter for letter in whole if not combining(letter))
    return tuple(word[:LONGEST_WORD] for word in _WORD.findall(bare))
