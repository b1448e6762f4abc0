from collections.abc import Iterator

from statuspage.documents.document import Document
from statuspage.documents.kind import Caching, Kind, Packing, Piece, Place
from statuspage.documents.pieces import one
from statuspage.snapshot.values import Snapshot
from tests.statuspage.notices.values import Notice

TEXT = "text/plain; charset=utf-8"


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
