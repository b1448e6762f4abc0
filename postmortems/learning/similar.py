"""Incidents of the past that are like this one: the same components or those below and above in the tree, similar
words in the title, the same kinds of causes. At most five, the newest first, in a constant number of queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from textwrap import shorten

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _, ngettext

from incidents import markdown, tree
from incidents.choices import Audience, EntryKind, Status
from incidents.models import Impact, Incident, IncidentUpdate, TimelineEntry
from postmortems.choices import CauseKind, Lasts, SectionKind
from postmortems.learning import words
from postmortems.learning.search import rank
from postmortems.models import Cause, Mitigation, Paragraph, Postmortem

MOST = 5
CANDIDATES = 40  # that are read for each reason
TITLES = (1.0, 0.0, 0.0, 0.0)  # what a word weighs there and elsewhere
ENOUGH = 1.5  # from which on one is like the other
FIELDS = ("public_id", "title", "status", "started_at", "resolved_at", "dismissed_at", "merged_at")
LINE = 140  # characters of a text in a line
OVER = (Status.RESOLVED, Status.DISMISSED)
# They say nothing of what is broken, in the languages that titles are written in.
SMALL = frozenset(
    words.words(
        "about after all and are but for from has have into not off our out the their they was were when where with "
        "alle als auf aus bei beim das dem den der des die ein eine einem einen einer für hat ist kein keine mehr mit "
        "nach nicht oder seit sich sind und uns unser unsere vom von vor wird wie zum zur"
    )
)


@dataclass(frozen=True)
class Like:
    """What is compared: primary keys of components, words of the title, kinds of causes."""

    components: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Similar:
    """One of the past: why it is like this one, its root cause and what ended it, each in a line (empty: unknown).
    Where nobody wrote what ended it, ``told`` is the last word to customers, which says only that it is over, and
    ``nothing`` why it was none."""

    incident: Incident
    lasted: timedelta
    reasons: list[str]
    cause: str
    ended: str
    told: str
    nothing: str
    postmortem: Postmortem | None


@dataclass
class _Candidate:
    row: Incident
    components: dict[int, str] = field(default_factory=dict)  # primary key → name
    causes: list[tuple[bool, str, str]] = field(default_factory=list)  # is root, kind, text

    def weight(self, like: Like, line: Collection[int]) -> float:
        shared = self.shared_words(like)
        found = 3.0 if like.components & self.components.keys() else 1.5 if self.components.keys() & set(line) else 0.0
        if len(shared) > 1 or len(shared) == len(like.words):
            found += 3 * len(shared) / max(len(like.words), 1)
        return found + (1 if self.shared_kinds(like) else 0)

    def shared_words(self, like: Like) -> list[str]:
        own = telling(self.row.title)
        return [word for word in sorted(like.words) if word in own]

    def shared_kinds(self, like: Like) -> list[str]:
        return sorted({kind for _root, kind, _text in self.causes} & like.kinds)


def to_incident(user, incident: Incident, *, now: datetime) -> list[Similar]:
    """Like one that stands: its components, its title, the causes in its post-mortem."""
    causes = Cause.objects.of_document().filter(postmortem__incident=incident).exclude(text="")
    like = Like(
        frozenset(incident.impacts.order_by().values_list("component", flat=True)),
        telling(incident.title),
        frozenset(causes.order_by().values_list("kind", flat=True)),
    )
    return _similar(_past(user).exclude(pk=incident.pk), like, now=now)


def to_typed(user, title: str, components: Iterable[int], *, now: datetime) -> list[Similar]:
    """Like one that is about to be reported."""
    return _similar(_past(user), Like(frozenset(components), telling(title)), now=now)


def telling(title: str) -> frozenset[str]:
    """The words of a title that tell one from another."""
    return frozenset(word for word in words.words(title) if word not in SMALL and (len(word) > 2 or not word.isascii()))


def _past(user) -> QuerySet:
    """What is over, besides drills. Merged ones go on elsewhere."""
    return Incident.objects.visible_to(user).filter(status__in=OVER).exclude(audience=Audience.DRILL)


def _similar(past: QuerySet, like: Like, *, now: datetime) -> list[Similar]:
    if not like.components and not like.words:
        return []
    parents = tree.parents()
    line = _line(like.components, parents)
    candidates = _candidates(past, like, line)
    weighed = [(each.weight(like, line), each) for each in candidates]
    best = sorted(
        (each for each in weighed if each[0] >= ENOUGH),
        key=lambda each: (each[0], each[1].row.started_at), reverse=True,
    )[:MOST]  # fmt: skip
    chosen = sorted((each for _weight, each in best), key=lambda each: each.row.started_at, reverse=True)
    return _told(chosen, like, line, now=now)


def _line(components: Collection[int], parents: dict[int, int | None]) -> set[int]:
    """These, all above them and all below them."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in parents.items():
        children[parent].append(pk)
    above = {pk for each in components for pk in tree.line(each, parents)}
    return above | tree.below(dict.fromkeys(components, True), children)


def _candidates(past: QuerySet, like: Like, line: Collection[int]) -> list[_Candidate]:
    """The newest with the same components, the newest of the line, and those with the most similar titles."""
    newest = past.order_by("-started_at", "-pk").values_list("pk", flat=True)
    pks: set[int] = set()
    for components in (like.components, line):
        pks |= set(
            newest.filter(pk__in=Impact.objects.filter(component__in=components).values("incident"))[:CANDIDATES]
        )
    if like.words:
        rows = newest.filter(search_text__words__has_any=sorted(like.words))
        if connection.vendor == "postgresql":
            rows = rows.order_by(rank(sorted(like.words), TITLES).desc(), "-started_at", "-pk")
        pks |= set(rows[:CANDIDATES])
    found = {row.pk: _Candidate(row) for row in past.filter(pk__in=pks).only(*FIELDS)}
    for incident, pk, name in Impact.objects.filter(incident__in=found).values_list(
        "incident", "component", "component__name"
    ):
        found[incident].components[pk] = name
    causes = Cause.objects.of_document().filter(postmortem__incident__in=found).exclude(text="").order_by("pk")
    for incident, is_root, kind, text in causes.values_list("postmortem__incident", "is_root", "kind", "text"):
        found[incident].causes.append((is_root, kind, text))
    return list(found.values())


def _told(chosen: list[_Candidate], like: Like, line: Collection[int], *, now: datetime) -> list[Similar]:
    pks = [each.row.pk for each in chosen]
    postmortems = {row.incident_id: row for row in Postmortem.objects.filter(incident__in=pks)}
    measures, sections = _measures(pks), _paragraphs(pks)
    all_clear, nothing = _all_clear(pks), _nothing(pks)
    found = []
    for each in chosen:
        pk = each.row.pk
        told, written = all_clear.get(pk, ""), sections.get((pk, SectionKind.MITIGATION), "")
        # A draft begins with the all-clear in that section: unless somebody wrote on, it says nothing of what was done.
        ended = measures.get(pk) or (written if written.strip() != told.strip() else "")
        found.append(
            Similar(
                incident=each.row,
                lasted=each.row.ran_for(now),
                reasons=_reasons(each, like, line),
                cause=_line_of(_root(each) or sections.get((pk, SectionKind.ROOT_CAUSE), "")),
                ended=_line_of(ended),
                told="" if ended else _line_of(told),
                nothing=_line_of(nothing.get(pk, "")) if each.row.status == Status.DISMISSED else "",
                postmortem=postmortems.get(pk),
            )
        )
    return found


def _root(candidate: _Candidate) -> str:
    texts = [text for _root, _kind, text in sorted(candidate.causes, key=lambda each: not each[0])]
    return texts[0] if texts else ""


def _measures(pks: list[int]) -> dict[int, str]:
    """What was done last and had an effect, before it was over; what came after ended it only if nothing did before."""
    measures = Mitigation.objects.of_document().filter(postmortem__incident__in=pks).exclude(text="")
    rows = measures.exclude(lasts=Lasts.NO_EFFECT).order_by("at", "pk")
    found: dict[int, str] = {}
    for pk, over_at, at, text in rows.values_list(
        "postmortem__incident", "postmortem__incident__resolved_at", "at", "text"
    ):
        if pk not in found or over_at is None or at <= over_at:
            found[pk] = text
    return found


def _all_clear(pks: list[int]) -> dict[int, str]:
    rows = IncidentUpdate.objects.visible().filter(incident__in=pks, status=Status.RESOLVED)
    return dict(rows.order_by("posted_at", "pk").values_list("incident", "body"))


def _nothing(pks: list[int]) -> dict[int, str]:
    rows = TimelineEntry.objects.filter(incident__in=pks, kind=EntryKind.DISMISSED)
    return dict(rows.order_by("at", "pk").values_list("incident", "text"))


def _paragraphs(pks: list[int]) -> dict[tuple[int, str], str]:
    """The first of the sections on the root cause and on what ended it."""
    kinds = (SectionKind.ROOT_CAUSE, SectionKind.MITIGATION)
    rows = Paragraph.objects.of_document().filter(postmortem__incident__in=pks, section__kind__in=kinds)
    rows = rows.exclude(text="").order_by("-position", "-pk")
    return {(pk, kind): text for pk, kind, text in rows.values_list("postmortem__incident", "section__kind", "text")}


def _reasons(candidate: _Candidate, like: Like, line: Collection[int]) -> list[str]:
    same = sorted(name for pk, name in candidate.components.items() if pk in like.components)
    near = sorted(name for pk, name in candidate.components.items() if pk in line)
    found = []
    if same:
        words_of = {"names": ", ".join(same[:3])}
        found.append(ngettext("same component: %(names)s", "same components: %(names)s", len(same)) % words_of)
    elif near:
        found.append(_("near in the tree: %(names)s") % {"names": ", ".join(near[:3])})
    if shared := candidate.shared_words(like):
        found.append(_("same words: %(words)s") % {"words": ", ".join(shared[:4])})
    if kinds := candidate.shared_kinds(like):
        labels = ", ".join(str(CauseKind(kind).label).lower() for kind in kinds)
        found.append(_("same kind of cause: %(kinds)s") % {"kinds": labels})
    return found


def _line_of(source: str) -> str:
    return shorten(markdown.one_line(source), LINE, placeholder=" …") if source else ""
