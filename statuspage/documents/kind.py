"""What a kind of published document is, and what follows from a path by the table of all kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from statuspage.documents.document import Document, RenderError, rendering
from statuspage.documents.state import State
from statuspage.snapshot.values import Snapshot


class Place(Enum):
    """Where documents of a kind stand."""

    HOT = "hot"  # in the set that switches together
    PERMANENT = "permanent"  # one by one, each at an address of its own
    ASSETS = "assets"  # at the root, for all pages


class Caching(Enum):
    """How long readers and caches may keep it."""

    ASKED_EACH_TIME = "asked_each_time"
    A_MINUTE = "a_minute"
    NEVER_STORED = "never_stored"
    FOR_EVER = "for_ever"


class Packing(Enum):
    """How it stands in a bucket, which packs nothing by itself, and where it carries its publisher's token there."""

    COMPRESSED = "compressed"  # everything that reads it reads gzip
    PADDED = "padded"  # plain: programs without gzip fetch it, CDNs compress, and white space at the end does no harm
    AS_IT_IS = "as_it_is"  # only as assets, whose names hold their hash: nobody writes other bytes there


@dataclass(frozen=True, slots=True)
class Piece:
    """Documents that are drawn together: ``paths`` are theirs, those in ``losing`` said what was taken back."""

    what: str  # names it for operators, should it break
    paths: tuple[str, ...]
    draw: Callable[[], Iterable[Document]]
    losing: frozenset[str] = frozenset()

    def drawn(self) -> dict[str, Document]:
        """By path. Raises :class:`RenderError`, also where the documents are not those of ``paths``."""
        with rendering(self.what):
            made = {document.path: document for document in self.draw()}
            return {path: made[path] for path in self.paths}


Draw = Callable[..., Iterable[Piece]]  # (snapshot, state or why there is none, *kinds drawn by this function)
PLACES = {  # what a name in braces may be in a path
    "{id}": "[A-Za-z0-9_-]{1,60}",
    "{name}": "[a-z-]+(?:/[a-z-]+)*",
    "{file}": r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*",
}
BRACES = re.compile(r"\{\w+\}")
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the table. Kinds with the same ``drawn`` are drawn in one go; without, other code writes them."""

    name: str  # an identifier
    path: str  # below the page's folder (assets: below the root), with a name in braces for what differs
    content_type: str  # one ending has one type
    packing: Packing
    place: Place
    drawn: Draw | None = None
    about: str = ""  # the kind of subject whose id is {id}: where that is gone, so is the document
    caching: Caching = Caching.ASKED_EACH_TIME
    shared: str = ""  # addresses (a pattern) that widgets of other sites may read, whether anything stands there or not
    large: bool = False  # too large for servers to keep in memory
    dressed: Callable[[bytes, str], bytes | None] | None = None  # by a query, from the JSON of the same name

    @property
    def file(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def ending(self) -> str:
        return self.path[self.path.rindex(".") :]

    @property
    def pattern(self) -> str:
        """Of its paths, as a regular expression."""
        parts = BRACES.split(self.path)
        places = [PLACES[name] for name in BRACES.findall(self.path)] + [""]
        return "".join(re.escape(part) + place for part, place in zip(parts, places, strict=True))

    def at(self, id: str) -> str:
        """The path of the one that is about ``id``."""
        return BRACES.sub(lambda _name: id, self.path)


class Kinds:
    """All kinds, and what is asked of them often, made ready."""

    def __init__(self, *rows: Kind):
        self.rows = rows
        self.endings: dict[str, tuple[str, Packing]] = {}
        for kind in rows:
            said = self.endings.setdefault(kind.ending, (kind.content_type, kind.packing))
            if said != (kind.content_type, kind.packing):
                raise ValueError(f"{kind.ending} would mean one thing in {kind.name} and another elsewhere.")
        self._names = {kind.name: kind for kind in rows}
        self._each = re.compile("|".join(f"(?P<{kind.name}>{kind.pattern})" for kind in rows))
        looked_for = [kind for kind in rows if kind.caching != Caching.NEVER_STORED]
        self.permanent = _any(
            f"{kind.pattern.removesuffix(re.escape(INDEX))}(?:{re.escape(INDEX)})?"
            if kind.file == INDEX
            else kind.pattern
            for kind in looked_for
            if kind.place == Place.PERMANENT
        )
        self.assets = _any(kind.pattern for kind in looked_for if kind.place == Place.ASSETS)
        self.large = _any(kind.pattern for kind in rows if kind.large)
        self.dressed = _any(kind.pattern for kind in rows if kind.dressed)
        self.shared = _any(kind.shared for kind in rows if kind.shared)
        self.never_stored = frozenset(kind.path for kind in rows if kind.caching == Caching.NEVER_STORED)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.rows)

    def of(self, path: str) -> Kind | None:
        """The kind of the document at ``path``, if it is one of ours."""
        found = self._each.fullmatch(path)
        return self._names[found.lastgroup] if found else None

    def about(self, subject: str) -> list[Kind]:
        return [kind for kind in self.rows if subject and kind.about == subject]

    def pieces(self, place: Place, snapshot: Snapshot, now: State | RenderError) -> Iterator[Piece]:
        """All that is to be drawn there, in the order of the table."""
        together: dict[Draw, list[Kind]] = {}
        for kind in self.rows:
            if kind.place == place and kind.drawn:
                together.setdefault(kind.drawn, []).append(kind)
        for draw, kinds in together.items():
            yield from draw(snapshot, now, *kinds)


def ending(path: str) -> str:
    """A path without one is a folder, which holds HTML."""
    return path[path.rfind(".") :] if "." in path.rpartition("/")[2] else ".html"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of them; of none, nothing."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns)) or "(?!)")
