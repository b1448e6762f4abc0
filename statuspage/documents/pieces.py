"""Which documents of each kind there are to draw, and by what: the functions that the table of kinds names.

Each is given the snapshot, the state of the page (or why there is none) and the kinds that it draws, and yields pieces
without drawing them: that is done when their turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from statuspage.documents import api_v2, badges, feeds, html, tree, truncation
from statuspage.documents.document import PDF, Document, RenderError
from statuspage.documents.kind import Kind, Piece
from statuspage.documents.state import State, known
from statuspage.snapshot.report import Report
from statuspage.snapshot.values import POSTMORTEM, Snapshot, month_id

Now = State | RenderError
Pieces = Iterator[Piece]


def one(what: str, path: str, draw: Callable[..., Document], *facts: object, loses_text: bool = False) -> Piece:
    """A piece of one document, drawn from ``facts`` for ``path``; a fact that could not be derived breaks it."""

    def drawn() -> list[Document]:
        for fact in facts:
            if isinstance(fact, RenderError):
                raise fact
        return [draw(*facts, path)]

    return Piece(what, (path,), drawn, frozenset((path,) if loses_text else ()))


def front(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    yield one("The front page", kind.path, html.front, snapshot, now)


def history(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    yield one("The history", kind.path, html.history, snapshot)


def not_found(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    yield one("The page for unknown addresses", kind.path, html.not_found, snapshot)


def unavailable(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    yield one("The page for forms that do not answer", kind.path, html.unavailable, snapshot)


def api(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    for name, body in api_v2.bodies(snapshot, now).items():
        yield one("A document of /api/v2", kind.at(name), api_v2.document, body)


def feed(snapshot: Snapshot, now: Now, *kinds: Kind) -> Pieces:
    yield Piece("A feed of the page", tuple(kind.path for kind in kinds), lambda: feeds.documents(snapshot))


def badge(snapshot: Snapshot, now: Now, *kinds: Kind) -> Pieces:
    paths = tuple(kind.path for kind in kinds)
    yield Piece("The page's badge", paths, lambda: badges.documents("", known(now).worst))


def incidents(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """Of the touched ones; of those that are open, which say what others have broken, with any component."""
    for each in snapshot.incidents:
        if each.pk in snapshot.touched or (each.is_open and snapshot.touched_components):
            what, loses_text = f"The page of incident {each.id}", each.pk in snapshot.taken_back.incidents
            state = now if each.is_open else None  # of one that is over no more is said than of itself
            yield one(what, kind.at(each.id), html.incident, snapshot, each, state, loses_text=loses_text)


def postmortems(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    for each, losing in _reports(snapshot):
        what = f"The page of post-mortem {each.id}"
        yield one(what, kind.at(each.id), html.postmortem, snapshot, each, loses_text=losing)
    loaded = snapshot.others.get(POSTMORTEM)
    for each in loaded.withdrawn if loaded else ():
        what, loses_text = f"The page of withdrawn post-mortem {each.id}", each.pk in loaded.loses_text
        yield one(what, kind.at(each.id), html.withdrawn, snapshot, each, loses_text=loses_text)


def pdfs(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """As they were made: a post-mortem whose file is not drawn yet has none."""
    for each, losing in _reports(snapshot):
        if each.pdf:
            yield one(f"The file of post-mortem {each.id}", kind.at(each.id), _pdf, each, loses_text=losing)


def _pdf(report: Report, path: str) -> Document:
    return Document(path, PDF, report.pdf.read() if report.pdf else b"")


def _reports(snapshot: Snapshot) -> Iterator[tuple[Report, bool]]:
    """Those that are to be written, and whether what they said was taken back."""
    loaded = snapshot.others.get(POSTMORTEM)
    for each in loaded.values if loaded else ():
        if each.pk in loaded.touched:
            yield each, each.pk in loaded.loses_text


def months(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    for month in snapshot.touched_months:
        name, loses_text = month_id(month), month in snapshot.taken_back.months
        yield one(f"The month {name}", kind.at(name), html.month, snapshot, month, loses_text=loses_text)


def components(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    for pk in touched_components(snapshot):
        id, loses_text = snapshot[pk].id, pk in snapshot.taken_back.components
        what = f"The page of component {id}"
        yield one(what, kind.at(id), html.component, snapshot, now, pk, loses_text=loses_text)


def of_components(snapshot: Snapshot, now: Now, *kinds: Kind) -> Pieces:
    """Their badges and feeds, which have much in common: all are drawn when the first one is."""
    touched = touched_components(snapshot)
    paths = {pk: [kind.at(snapshot[pk].id) for kind in kinds] for pk in touched}

    def drawn() -> list[Document]:
        found = feeds.of_components(snapshot, touched)
        for pk in touched:
            component = snapshot[pk]
            found += badges.documents(component.name, tree.known(known(now), pk), feeds.folder(component))
        return found

    if touched:
        losing = frozenset(path for pk in touched if pk in snapshot.taken_back.components for path in paths[pk])
        what = "The badge or the feed of a component"
        yield Piece(what, tuple(path for pk in touched for path in paths[pk]), drawn, losing)


def all_components(snapshot: Snapshot, now: Now, kind: Kind) -> Pieces:
    """Only where they are too many for the front page."""
    if snapshot.touched_components and truncation.is_crowded(snapshot.tree):
        what, loses_text = "The page of all components", bool(snapshot.taken_back.components)
        yield one(what, kind.path, html.components, snapshot, now, loses_text=loses_text)


def touched_components(snapshot: Snapshot) -> list[int]:
    """In the page's order."""
    return [pk for pk in snapshot.tree.components if pk in snapshot.touched_components]
