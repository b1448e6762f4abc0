"""Looks for contradictions between facts that no constraint of the database can hold together.

Each check yields one sentence per finding, fit for the person who runs ``manage.py check_truth``. Restricted incidents
are named by their id only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils.translation import gettext as _

from incidents import choices, offers, tree
from incidents.actions.pinning import LONGEST
from incidents.choices import Audience, EntryKind, Status
from incidents.models import Component, Impact, Incident, IncidentUpdate, Pin, TimelineEntry
from statuspage.checks import truth_postmortems, truth_told
from statuspage.checks.naming import name
from statuspage.checks.truth_published import published
from statuspage.models import Page
from statuspage.snapshot import layout

STAGE_KINDS = [EntryKind.STAGE, EntryKind.RESOLVED, EntryKind.REOPENED, EntryKind.WITHDRAWAL, EntryKind.AUDIENCE]


def findings(*, now: datetime) -> Iterator[str]:
    """Everything that cannot be true at once; an app above offers its own in ``truth.py``."""
    for check in (*CHECKS, *chain.from_iterable(offers.of("truth", "CHECKS"))):
        yield from check(now)


def _over_and_failing(now: datetime) -> Iterator[str]:
    for impact in (
        Impact.objects.open().exclude(incident__status__in=choices.OPEN).select_related("incident", "component")
    ):
        yield _("%(incident)s is %(status)s, but %(component)s still fails because of it.") % {
            "incident": name(impact.incident),
            "status": impact.incident.get_status_display().lower(),
            "component": impact.component,
        }


def _outside_its_incident(now: datetime) -> Iterator[str]:
    late = Q(ended_at__gt=F("incident__resolved_at"), incident__status=Status.RESOLVED)
    late |= Q(ended_at__gt=F("incident__merged_at"), incident__status=Status.MERGED)
    rows = Impact.objects.filter(Q(started_at__lt=F("incident__started_at")) | late | Q(started_at__gt=now))
    for impact in rows.select_related("incident", "component"):
        yield _("%(incident)s: %(component)s fails at a time when the incident was not going on.") % {
            "incident": name(impact.incident),
            "component": impact.component,
        }


def _stale_stage(now: datetime) -> Iterator[str]:
    """Engineering moved on, and customers have read something else for longer than a first notice may take (1-16)."""
    moved_at = Max("timeline__at", filter=Q(timeline__kind__in=STAGE_KINDS))
    for incident in Incident.objects.awaiting_telling().annotate(moved_at=moved_at):
        since = incident.moved_at or incident.told_at
        if now - since > timedelta(minutes=incident.first_notice_limit):
            yield _("%(incident)s is %(status)s, but customers have read “%(told)s” for %(minutes)d min longer.") % {
                "incident": name(incident),
                "status": incident.get_status_display().lower(),
                "told": Status(incident.told_status).label.lower(),
                "minutes": (now - since).total_seconds() // 60,
            }


def _broken_promise(now: datetime) -> Iterator[str]:
    """A promise passed, and as long as the limit went by on top (0-16)."""
    rows = Incident.objects.public().with_told().filter(told_status__in=choices.WORKING, next_update_due_at__lt=now)
    rows = rows.exclude(status=Status.MERGED)
    for incident in rows.select_related("severity"):
        late = now - incident.next_update_due_at
        if late > timedelta(minutes=incident.severity.update_minutes):
            yield _("%(incident)s: the next update was promised %(minutes)d min ago.") % {
                "incident": name(incident),
                "minutes": late.total_seconds() // 60,
            }


def _never_first(now: datetime) -> Iterator[str]:
    rows = Incident.objects.public().filter(first_notice_at__isnull=True, is_backfilled=False)
    for incident in rows:
        yield _("%(incident)s was told to customers, but has no time of a first notice.") % {"incident": name(incident)}


def _placed(now: datetime) -> Iterator[str]:
    """A public incident stands on a page, and each of its pages names something of it."""
    pages = {page.pk: page for page in Page.objects.all()}
    named = layout.component_ids(pages.values())
    affected: dict[int, set[int]] = defaultdict(set)
    for incident_id, component_id in Impact.objects.values_list("incident_id", "component_id"):
        affected[incident_id].add(component_id)
    for incident in Incident.objects.public().prefetch_related("listed"):
        listed = incident.listed.all()
        if not listed:
            yield _("%(incident)s is public, but stands on no page.") % {"incident": name(incident)}
        for row in listed:
            if not named[row.page_id] & affected[incident.pk]:
                yield _("%(incident)s stands on %(page)s, which names nothing that it affects.") % {
                    "incident": name(incident),
                    "page": pages[row.page_id],
                }


def _resolutions(now: datetime) -> Iterator[str]:
    current = Q(resolutions__reopened_at__isnull=True, resolutions__isnull=False)
    for incident in Incident.objects.annotate(
        currents=Count("resolutions", filter=current), ended_at=Max("resolutions__resolved_at", filter=current)
    ).filter(Q(status=Status.RESOLVED) | Q(currents__gt=0)):
        if incident.status != Status.RESOLVED:
            yield _("%(incident)s is open, but a resolution of it stands.") % {"incident": name(incident)}
        elif incident.currents != 1:
            yield _("%(incident)s is resolved, but has %(count)d resolutions that stand.") % {
                "incident": name(incident),
                "count": incident.currents,
            }
        elif incident.ended_at != incident.resolved_at:
            yield _("%(incident)s was resolved at one time, and its resolution says another.") % {
                "incident": name(incident)
            }


def _merged(now: datetime) -> Iterator[str]:
    """Each leads on to an end, both timelines say so, and a drill stays among drills."""
    rows = {row.pk: row for row in Incident.objects.filter(status=Status.MERGED).select_related("merged_into")}
    came_in = TimelineEntry.objects.filter(kind=EntryKind.CAME_IN).values_list("incident_id", "data__source")
    gone = set(TimelineEntry.objects.filter(kind=EntryKind.MERGED).values_list("incident_id", flat=True))
    known = set(came_in)
    for start, row in rows.items():
        into = row.merged_into
        if start not in gone or (into.pk, row.public_id) not in known:
            yield _("%(incident)s was merged, and a timeline does not say so.") % {"incident": name(row)}
        if Audience.DRILL in (row.audience, into.audience) and row.audience != into.audience:
            yield _("%(incident)s was merged into %(into)s, and one of them is a drill.") % {
                "incident": name(row),
                "into": name(into),
            }
        seen = [start]
        pk = into.pk
        while pk in rows and pk not in seen:
            seen.append(pk)
            pk = rows[pk].merged_into_id
        if pk == start and start == min(seen):  # each ring once
            ring = " → ".join(rows[each].public_id for each in seen)
            yield _("Incidents were merged into one another: %(ring)s.") % {"ring": ring}


def _untold_updates(now: datetime) -> Iterator[str]:
    entry = TimelineEntry.objects.filter(update=OuterRef("pk"), kind=EntryKind.UPDATE)
    for update in IncidentUpdate.objects.filter(~Exists(entry)).select_related("incident"):
        yield _("%(incident)s: an update is missing from the timeline.") % {"incident": name(update.incident)}


def _nobody_sees(now: datetime) -> Iterator[str]:
    lost = Incident.objects.filter(audience=Audience.RESTRICTED, owner__isnull=False)
    for incident in lost.exclude(members=F("owner")).select_related("owner"):
        if not incident.owner.sees_restricted:
            yield _("%(incident)s is restricted, and its owner may not see it.") % {"incident": name(incident)}


def _tree(now: datetime) -> Iterator[str]:
    parents = tree.parents()
    names = dict(Component.objects.order_by().values_list("pk", "name"))
    for start in parents:
        seen: list[int] = []
        pk: int | None = start
        while pk is not None and pk not in seen:
            seen.append(pk)
            pk = parents[pk]
        if pk == start and start == min(seen):  # each ring once
            yield _("Components are below themselves: %(ring)s.") % {"ring": " → ".join(names[pk] for pk in seen)}


def _pins(now: datetime) -> Iterator[str]:
    for pin in Pin.objects.filter(ends_at__gt=F("started_at") + LONGEST).select_related("component"):
        yield _("%(component)s is pinned for more than 24 hours.") % {"component": pin.component}


CHECKS: list[Callable[[datetime], Iterator[str]]] = [
    _over_and_failing,
    _outside_its_incident,
    _stale_stage,
    _broken_promise,
    _never_first,
    _placed,
    _resolutions,
    _merged,
    _untold_updates,
    _nobody_sees,
    _tree,
    _pins,
    *truth_told.CHECKS,
    truth_postmortems.versions,
    truth_postmortems.quoting,
    published,
    truth_postmortems.published,
]
