"""What can stand on a page beside incidents: one line for each kind of subject, with the function that loads it.

A subject is a row of some app by its kind and primary key, which is also how it is marked dirty
(:class:`statuspage.models.DirtyPage`). Its documents are rows of :data:`statuspage.documents.kinds.PUBLISHED`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from statuspage.models import Page as PageRow
from statuspage.snapshot import concerned, maintenance, postmortems
from statuspage.snapshot.page import Page
from statuspage.snapshot.reading import Reading
from statuspage.snapshot.values import INCIDENT, POSTMORTEM, WINDOW, Incident, Loaded, Month, Tree

# Inside the transaction of the snapshot, in a number of queries that does not grow with the rows.
SUBJECTS: dict[str, Callable[[Reading], Loaded]] = {
    POSTMORTEM: postmortems.load,
    WINDOW: maintenance.load,
}


def load(
    row: PageRow,
    page: Page,
    tree: Tree,
    *,
    now: datetime,
    due: datetime | None,
    incidents: tuple[Incident, ...],
    months: frozenset[Month],
    components: frozenset[int],
    touched: Mapping[str, Collection[int]] | None,
    taken_back: Mapping[str, Collection[int]],
) -> dict[str, Loaded]:
    """All kinds but incidents. A kind that this release does not know is passed over.

    Windows come last: they stand on the pages of components, and so on those that other kinds concern.
    """
    found: dict[str, Loaded] = {}
    for kind in sorted(SUBJECTS, key=lambda kind: kind == WINDOW):
        reading = Reading(
            row=row,
            page=page,
            tree=tree,
            now=now,
            due=due,
            touched=_of(touched, kind),
            taken_back=frozenset(taken_back.get(kind, ())),
            months=months,
            components=components,
            incidents=incidents,
            touched_incidents=_of(touched, INCIDENT),
            incidents_taken_back=frozenset(taken_back.get(INCIDENT, ())),
        )
        found[kind] = SUBJECTS[kind](reading)
        components |= concerned.around(found[kind].components, tree)
    return found


def _of(touched: Mapping[str, Collection[int]] | None, kind: str) -> frozenset[int] | None:
    return None if touched is None else frozenset(touched.get(kind, ()))
