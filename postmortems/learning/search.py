"""Search over incidents with their post-mortems: which ones, the best first, and where in them what was looked for
stands.

Only what the person may see is a match: it is a condition of the same statement, and ranks, counts and texts are of
what passed it. What is shown of a hit is read from its tables, so that nothing is shown which was taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from incidents import markdown
from incidents.models import Impact, Incident
from postmortems.learning import words
from postmortems.learning.texts import Text, Where, texts_of
from postmortems.learning.words import Piece
from postmortems.models import Cause, Postmortem
from postmortems.models.search_text import tsquery

MOST = 1000  # hits that are ranked and listed
SHOWN_TEXTS = 3  # of a hit
WEIGHTS = {"A": 1.0, "B": 0.5, "C": 0.25, "D": 0.1}


@dataclass(frozen=True)
class Wanted:
    """What narrows a search; empty: everything. ``components``: with all below them. ``end`` is not in it any more."""

    words: tuple[str, ...] = ()
    components: frozenset[int] = frozenset()
    location: int | None = None
    severity: int | None = None
    kind: str = ""
    start: datetime | None = None
    end: datetime | None = None
    with_postmortem: bool = False


@dataclass(frozen=True)
class Snippet:
    """A place where it stands: what that is, whose or in which section, and the text cut at what was looked for."""

    where: str
    of: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Hit:
    incident: Incident
    title: list[Piece]
    snippets: list[Snippet]
    postmortem: Postmortem | None


def found(user, wanted: Wanted) -> list[int]:
    """Primary keys of incidents, the best first and the newest among equals: at most one more than :data:`MOST`. One
    query."""
    rows = _narrowed(Incident.objects.visible_to(user), wanted)
    if not wanted.words:
        return list(rows.order_by("-started_at", "-pk").values_list("pk", flat=True)[: MOST + 1])
    rows = rows.filter(search_text__words__has_all=wanted.words)
    if connection.vendor == "postgresql":
        ranked = rows.order_by(rank(wanted.words).desc(), "-started_at", "-pk")
        return list(ranked.values_list("pk", flat=True)[: MOST + 1])
    newest = rows.order_by("-started_at", "-pk").values_list("pk", "search_text__words")[: MOST + 1]
    weighed = [(_weight(vector, wanted.words), pk) for pk, vector in newest]
    return [pk for _weight, pk in sorted(weighed, key=lambda each: -each[0])]


def rank(beginnings: Sequence[str], weights: Sequence[float] = tuple(WEIGHTS.values())) -> SearchRank:
    """PostgreSQL's, from the row of an incident: more for what stands in titles and causes, less for what stands in a
    long text. By any of the words: how near they are to each other takes time with the square of their number."""
    query = Cast(Value(tsquery(beginnings, "|")), SearchQueryField())
    return SearchRank(F("search_text__words"), query, weights=[*reversed(weights)], normalization=Value(1))


def hits(user, incidents: Sequence[int], beginnings: Sequence[str]) -> list[Hit]:
    """What a page of the list shows, in this order. A constant number of queries."""
    rows = Incident.objects.visible_to(user).filter(pk__in=incidents).select_related("severity")
    by_pk = {row.pk: row for row in rows}
    postmortems = {row.incident_id: row for row in Postmortem.objects.filter(incident__in=by_pk)}
    texts = texts_of(by_pk) if beginnings else {}
    return [
        Hit(
            by_pk[pk],
            words.pieces(by_pk[pk].title, beginnings),
            _snippets(texts.get(pk, ()), beginnings),
            postmortems.get(pk),
        )
        for pk in incidents
        if pk in by_pk
    ]


def _narrowed(rows: QuerySet, wanted: Wanted) -> QuerySet:
    if wanted.components or wanted.location:
        of_it = Impact.objects.filter(incident=OuterRef("pk"))
        if wanted.components:
            of_it = of_it.filter(component__in=wanted.components)
        if wanted.location:
            of_it = of_it.filter(Q(location=wanted.location) | Q(location=None))
        rows = rows.filter(Exists(of_it))
    if wanted.severity:
        rows = rows.filter(severity=wanted.severity)
    if wanted.kind:
        causes = Cause.objects.of_document().filter(postmortem__incident=OuterRef("pk"), kind=wanted.kind)
        rows = rows.filter(Exists(causes.exclude(text="")))
    if wanted.start:
        rows = rows.filter(started_at__gte=wanted.start)
    if wanted.end:
        rows = rows.filter(started_at__lt=wanted.end)
    return rows.filter(postmortem__isnull=False) if wanted.with_postmortem else rows


def _weight(vector: str, beginnings: Iterable[str]) -> float:
    """As the other database ranks, roughly: each place counts, a long text makes it less."""
    places = [place for word in beginnings for place in re.findall(rf" {word}[^ :]*:\d+([A-D])", vector)]
    return sum(WEIGHTS[place] for place in places) / (1 + len(vector) ** 0.25)


def _snippets(texts: Collection[Text], beginnings: Sequence[str]) -> list[Snippet]:
    """The heaviest that hold most of the words; the title stands there anyway."""
    place: list[tuple[int, int, Text]] = []
    for order, text in enumerate(texts):
        if text.where not in (Where.TITLE, Where.ID) and (held := words.held(text.text, beginnings)):
            place.append((-held, order, text))
    chosen = sorted(place, key=lambda each: each[:2])[:SHOWN_TEXTS]
    return [_snippet(text, beginnings) for _held, _order, text in chosen]


def _snippet(text: Text, beginnings: Sequence[str]) -> Snippet:
    plain = markdown.one_line(text.text)
    if not words.is_in(plain, beginnings):  # it stands in the address of a link
        plain = text.text
    return Snippet(str(text.where.label), text.of, words.snippet(plain, beginnings))
