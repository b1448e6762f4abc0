"""A made-up kind of subject and of document: words to readers, each at an address of its own, as plain text.

This is all that a kind is: the function that loads it, the one that draws it, and a line in each of the two tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from statuspage.documents.document import Document
from statuspage.documents.kind import Caching, Kind, Packing, Piece, Place
from statuspage.documents.pieces import one
from statuspage.snapshot.subjects import Reading
from statuspage.snapshot.values import Loaded, Snapshot

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Notice:
    pk: int
    id: str
    text: str
    about: int | None = None  # a component
    ends_at: datetime | None = None


class Board:
    """In place of a table of the database and its history."""

    def __init__(self):
        self.standing: dict[int, Notice] = {}
        self.ever: dict[int, Notice] = {}

    def put(self, notice: Notice) -> None:
        self.standing[notice.pk] = self.ever[notice.pk] = notice

    def take_down(self, notice: Notice) -> None:
        del self.standing[notice.pk]

    def load(self, reading: Reading) -> Loaded:
        touched = frozenset(self.ever if reading.touched is None else reading.touched)
        named = (self.ever[pk].about for pk in touched)
        return Loaded(
            values=tuple(self.standing.values()),
            touched=touched & self.standing.keys(),
            loses_text=reading.taken_back & self.standing.keys(),
            gone=frozenset(self.ever[pk].id for pk in touched if pk not in self.standing),
            components=frozenset(anchor for pk in named for anchor in reading.tree.anchors.get(pk, ())),
            turns=tuple(each.ends_at for each in self.standing.values() if each.ends_at),
        )


def pieces(snapshot: Snapshot, now: object, kind: Kind) -> Iterator[Piece]:
    notices = snapshot.others["notice"]
    for each in notices.values:
        if each.pk in notices.touched:
            losing = each.pk in notices.loses_text
            yield one(f"Notice {each.id}", kind.at(each.id), draw, each, loses_text=losing)


def draw(notice: Notice, path: str) -> Document:
    return Document(path, TEXT, f"{notice.text}\n".encode())


KIND = Kind(
    "notice",
    "notices/{id}/notice.txt",
    TEXT,
    Packing.PADDED,
    Place.PERMANENT,
    drawn=pieces,
    about="notice",
    caching=Caching.A_MINUTE,
    shared="^/notices/",
)
