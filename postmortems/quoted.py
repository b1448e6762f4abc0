"""What a post-mortem quotes of updates that were corrected or withdrawn since: customers would read there what they
read nowhere else any more.

A frozen version cannot follow its sources: whoever corrects is warned, who sees to it finds it on their home, and the
screen to publish says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from incidents import markdown
from incidents.models import Incident, IncidentUpdate
from postmortems.choices import Stage
from postmortems.document import frozen
from postmortems.document.facts import Notice
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.models import Postmortem, Version

COMPARED = 200  # characters of a text: lines of a timeline are cut later
SHORTEST = 15  # what is shorter says nothing of where it comes from
FROZEN = (Stage.IN_REVIEW, Stage.APPROVED, Stage.PUBLISHED)


@dataclass(frozen=True)
class Quote:
    """``place`` of the document still has a text of ``update`` that customers read no more."""

    update: IncidentUpdate
    place: str
    text: str  # as it stands there

    @property
    def what(self) -> str:
        return _("withdrawn") if self.update.withdrawn_at else _("corrected")


def in_content(content: Content, incident: Incident) -> list[Quote]:
    """In what customers read of it. At most two queries."""
    return _quotes(content, *_texts([incident.pk])[incident.pk])


def versions_quoting(rows: QuerySet[Version]) -> list[tuple[Version, list[Quote]]]:
    """Those of the versions that quote such an update; contents are read only where an update was changed after the
    version was made. At most three queries."""
    changed = Q(withdrawn_at__gt=OuterRef("at")) | Q(corrected_at__gt=OuterRef("at"))
    later = IncidentUpdate.objects.filter(changed, incident=OuterRef("postmortem__incident"))
    versions = list(rows.filter(Exists(later)).select_related("postmortem__incident", "postmortem__lead"))
    texts = _texts([version.postmortem.incident_id for version in versions]) if versions else {}
    found = []
    for version in versions:
        content = frozen.load(Content, version.content)
        if quotes := _quotes(content, *texts[version.postmortem.incident_id]):
            found.append((version, quotes))
    return found


def current_versions() -> QuerySet[Version]:
    """Of each post-mortem whose text is frozen the version that readers have or would get next, and what stands."""
    newer = Version.objects.filter(postmortem=OuterRef("postmortem"), number__gt=OuterRef("number"))
    newer_standing = newer.standing()
    stands = Q(published_at__isnull=False, withdrawn_at__isnull=True) & ~Exists(newer_standing)
    comes = Q(postmortem__stage__in=FROZEN) & ~Exists(newer)
    return Version.objects.filter(stands | comes).order_by("postmortem", "-number")


def of_update(update: IncidentUpdate) -> list[Version]:
    """The versions of the post-mortem of its incident that quote it: for whoever corrects or withdraws it."""
    rows = current_versions().filter(postmortem__incident=update.incident_id)
    return [version for version, quotes in versions_quoting(rows) if any(each.update == update for each in quotes)]


def led_by(user) -> QuerySet[Version]:
    """Those that this person sees to, and nobody writes on."""
    visible = Postmortem.objects.visible_to(user).filter(lead=user, stage__in=FROZEN)
    return current_versions().filter(postmortem__in=visible)


Texts = tuple[list[IncidentUpdate], dict[int, set[str]]]


def _texts(incidents: Iterable[int]) -> dict[int, Texts]:
    """By incident its updates, and by update every body that it ever had."""
    updates: dict[int, list[IncidentUpdate]] = defaultdict(list)
    for update in IncidentUpdate.objects.filter(incident__in=list(incidents)).order_by("posted_at", "pk"):
        updates[update.incident_id].append(update)
    changed = [row.pk for rows in updates.values() for row in rows if row.withdrawn_at or row.corrected_at]
    bodies: dict[int, set[str]] = defaultdict(set)
    if changed:
        for pk, body in IncidentUpdate.history.filter(id__in=changed).values_list("id", "body"):
            bodies[pk].add(body)
    return defaultdict(lambda: ([], bodies), {pk: (rows, bodies) for pk, rows in updates.items()})


def _quotes(content: Content, updates: list[IncidentUpdate], bodies: dict[int, set[str]]) -> list[Quote]:
    changed = [update for update in updates if update.withdrawn_at or update.corrected_at]
    if not changed:
        return []
    shown = for_customers(content)
    standing = {_folded(update.body) for update in updates if not update.withdrawn_at}
    places = [(place, " ".join(markdown.one_line(text).split())) for place, text in _places(shown)]
    found = []
    for update in changed:
        for notice in shown.notices:
            if _is_of(notice, update) and not _says_the_same(notice, update):
                found.append(Quote(update, _("What customers were told"), notice.text))
        gone = {_folded(body) for body in (*bodies[update.pk], update.body)} - standing
        for place, text in places:
            is_quoted = any(len(each) >= SHORTEST and each in text for each in gone)
            if is_quoted and not any(len(each) >= SHORTEST and each in text for each in standing):
                found.append(Quote(update, place, text))
    return found


def _places(content: Content) -> Iterator[tuple[str, str]]:
    for section in content.sections:
        yield from ((section.title, paragraph.text) for paragraph in section.paragraphs)
    yield from ((_("Timeline"), event.text) for event in content.events)
    for mitigation in content.mitigations:
        yield _("What was done"), f"{mitigation.text} {mitigation.effect}"


def _is_of(notice: Notice, update: IncidentUpdate) -> bool:
    """By its id; in versions of before there was one, by its time."""
    return notice.id == update.public_id if notice.id else notice.at == update.posted_at


def _says_the_same(notice: Notice, update: IncidentUpdate) -> bool:
    return not update.withdrawn_at and (notice.text, notice.promised_at) == (update.text, update.promised_at)


def _folded(body: str) -> str:
    return " ".join(markdown.one_line(body).split())[:COMPARED].strip()
