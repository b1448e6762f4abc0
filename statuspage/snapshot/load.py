"""One consistent read of a page, in a constant number of queries, inside a transaction that the caller opened.

Nothing restricted, internal, suspected, practised or withdrawn is ever loaded into a snapshot: what is not in it can
not leak from a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.db.models import Max, OuterRef, Q, Subquery
from django.utils import translation

from incidents import models as incident_models
from incidents.choices import Level, Status
from incidents.mailing import sender
from incidents.plain_text import plain
from statuspage.models import Page as PageRow
from statuspage.snapshot import concerned, layout, maintenance, merged, postmortems, shown, subjects, uptime
from statuspage.snapshot.changes import Changes
from statuspage.snapshot.months import edges
from statuspage.snapshot.page import Link, Logo, Page
from statuspage.snapshot.values import (
    INCIDENT,
    NEWEST,
    POSTMORTEM,
    WINDOW,
    Impact,
    Incident,
    Month,
    Snapshot,
    Told,
    Tree,
    Update,
    month_of,
)

NOTHING: Mapping[str, Collection[int]] = MappingProxyType({})


def load(
    page_id: int,
    *,
    touched: Mapping[str, Collection[int]] | None,
    now: datetime,
    due: datetime | None = None,
    taken_back: Mapping[str, Collection[int]] = NOTHING,
) -> Snapshot:
    """Read the page as it is at ``now``.

    ``touched`` are, by kind, the subjects whose permanent pages must be looked at, none = all permanent pages. ``due``
    is what :func:`statuspage.documents.next_change` said of the last published version (none = there was none):
    permanent pages that time alone has changed since then are looked at too. Of those in ``taken_back``, by kind,
    something that was published may not be read any more.
    """
    row = PageRow.objects.get(pk=page_id)
    page = page_facts(row)
    tree = layout.load(row)
    places = {p.pk: plain(p.name) for p in incident_models.Location.objects.only("pk", "name")}

    on_page = merged.on_page(row)
    months, first_at = _months(on_page, page.zone)
    months = tuple(sorted({*months, *maintenance.months_of_runs(row, page.zone)}, reverse=True))
    asked = None if touched is None else touched.get(INCIDENT, ())
    pks, back = merged.with_what_came_in(asked), merged.with_what_came_in(taken_back.get(INCIDENT, ()))
    known = concerned.known(pks)
    windows = None if touched is None else touched.get(WINDOW, ())
    begun = concerned.months(known, page.zone) | maintenance.months_told(windows, page.zone)
    to_write = begun if pks is not None else begun | set(months)

    start = uptime.calendar(now, page.zone)[0].start
    newest = on_page.order_by("-started_at", "-pk").values("pk")[:NEWEST]
    told_open = ~Q(told_status=Status.RESOLVED)  # even if it was over inside long ago
    wanted = ~Q(status=Status.MERGED) & (told_open | Q(resolved_at__isnull=True))
    wanted |= Q(resolved_at__gte=start) | Q(merged_at__gte=start) | Q(pk__in=newest)
    if pks is None:
        wanted = Q()
    elif known:
        wanted |= Q(pk__in=list(known))
    in_full = frozenset({*to_write, *months[:1]} if pks is not None else ())
    for first, after in (uptime.bounds_of(month, page.zone) for month in in_full):
        wanted |= Q(started_at__gte=first, started_at__lt=after)
    with translation.override(page.language):  # an update's text holds two words of ours
        incidents = _incidents(on_page.filter(wanted), tree, page)
    pins = tuple(_spans(incident_models.Pin.objects.filter(ends_at__gte=start).order_by("pk"), tree, ends="ends_at"))

    standing = {incident.pk for incident in incidents}
    passed = {i.pk for i in incidents if i.promised_at and (due is None or i.promised_at >= due) and i.is_late(now)}
    fresh = standing if pks is None else (standing & set(pks)) | passed
    named = concerned.components(tree, incidents, pins, touched=pks, fresh=fresh, due=due, now=now, zone=page.zone)
    others = subjects.load(
        row, page, tree, now=now, due=due, incidents=incidents, months=in_full, components=named, touched=touched,
        taken_back=taken_back,
    )  # fmt: skip
    if POSTMORTEM in others:
        incidents = postmortems.with_reports(incidents, others[POSTMORTEM])
    beside = concerned.around((pk for each in others.values() for pk in each.components), tree)
    back_beside = (pk for kind, each in others.items() if taken_back.get(kind) for pk in each.components)
    said = concerned.taken_back(back, known, tree, incidents, page.zone)
    lost = maintenance.months_told(taken_back.get(WINDOW), page.zone)
    empty = to_write - set(months)
    recent = _recent(incidents, start)
    return Snapshot(
        now=now,
        page=page,
        tree=tree,
        places=places,
        incidents=incidents,
        recent=recent,
        pins=pins,
        months=months,
        first_at=first_at,
        touched=frozenset(fresh),
        touched_months=tuple(month for month in months if month in to_write),
        touched_components=named | beside,
        is_whole=touched is None,
        gone={kind: each.gone for kind, each in others.items()}
        | {kind: ids for each in others.values() for kind, ids in each.without.items()}
        | concerned.gone(known, standing, empty, tree, everything=pks is None),
        taken_back=replace(
            said, months=said.months | lost, components=said.components | concerned.around(back_beside, tree)
        ),
        others=others,
        changes=Changes(now, shown.of(row, recent, others.get(WINDOW))),
    )


def page_facts(row: PageRow, *, with_images: bool = True) -> Page:
    """The page itself. Without the images a document can be drawn, but its logos not be published."""
    logos = {
        logo.scheme: Logo(
            bytes(logo.image) if with_images else b"", logo.digest, logo.width, logo.height, logo.faint_on
        )
        for logo in row.logos.all()
    }
    return Page(
        pk=row.pk,
        id=row.public_id,
        name=plain(row.name),
        label=plain(row.label),
        slug=row.slug,
        is_default=row.is_default,
        path=row.get_absolute_url(),
        url=row.canonical_url,
        host=row.host,
        zone=ZoneInfo(row.time_zone),
        language=row.language,
        brand_color=row.brand_color,
        support_url=row.support_url,
        support_email=row.support_email,
        organizer=row.support_email or sender(),
        past_days=row.past_days,
        tag_host=row.tag_host,
        tag_path=row.tag_path,
        first_url=row.first_url,
        created_at=row.created_at,
        links=tuple(Link(plain(link.label), link.url) for link in row.links.all()),
        logo=logos.get("light"),
        logo_on_dark=logos.get("dark"),
    )


def _months(on_page, zone: ZoneInfo) -> tuple[tuple[Month, ...], datetime | None]:
    starts = [start for (start,) in edges(on_page, "started_at")]
    return tuple({month_of(start, zone): None for start in reversed(starts)}), min(starts, default=None)


def _recent(incidents: tuple[Incident, ...], start: datetime) -> tuple[Incident, ...]:
    """What is loaded for any reason must not show in documents that have no such reason: their bytes would flicker."""
    newest = {incident.pk for incident in incidents[:NEWEST]}
    return tuple(i for i in incidents if i.pk in newest or i.ended_at is None or i.ended_at >= start)


def _incidents(rows, tree: Tree, page: Page) -> tuple[Incident, ...]:
    rows = rows.annotate(update_withdrawn_at=_withdrawn_at(), report_withdrawn_at=postmortems.withdrawn_at())
    rows = list(rows.order_by("-started_at", "-pk"))
    pks = [row.pk for row in rows]
    told, impacts = defaultdict(list), defaultdict(list)
    updates: dict[int, list[Update]] = defaultdict(list)
    visible = incident_models.IncidentUpdate.objects.visible().filter(incident__in=pks)
    for state in incident_models.UpdateComponentState.objects.filter(update__in=visible).order_by("-level", "pk"):
        for component in tree.anchors.get(state.component_id, ()):
            told[state.update_id].append(Told(component, state.location_id, Level(state.level)))
    for update in visible.order_by("posted_at", "pk"):
        before = updates[update.incident_id][-1:]
        updates[update.incident_id].append(_update(update, before, tuple(told[update.pk])))
    for impact in incident_models.Impact.objects.filter(incident__in=pks).order_by("started_at", "pk"):
        impacts[impact.incident_id].extend(_spans([impact], tree, ends="ended_at"))
    return tuple(_incident(row, tuple(updates[row.pk]), tuple(impacts[row.pk]), page) for row in rows)


def _withdrawn_at() -> Subquery:
    taken_back = incident_models.IncidentUpdate.objects.filter(incident=OuterRef("pk")).order_by().values("incident")
    return Subquery(taken_back.annotate(last=Max("withdrawn_at")).values("last"))


def _incident(
    row: incident_models.Incident, updates: tuple[Update, ...], impacts: tuple[Impact, ...], page: Page
) -> Incident:
    told_resolved = updates[-1].status == Status.RESOLVED
    told_end = (row.resolved_at or updates[-1].at) if told_resolved else None
    return Incident(
        pk=row.pk,
        id=row.public_id,
        title=plain(row.title),
        severity=row.severity_id,
        started_at=row.started_at,
        ended_at=row.merged_at or told_end,
        is_backfilled=row.is_backfilled,
        updates=updates,
        impacts=impacts,
        merged=merged.merged(row, page) if row.merged_at else None,
        withdrawn_at=max(filter(None, (row.update_withdrawn_at, row.report_withdrawn_at)), default=None),
    )


def _update(row: incident_models.IncidentUpdate, before: list[Update], told: tuple[Told, ...]) -> Update:
    status = Status(row.status)
    return Update(
        id=row.public_id,
        status=status,
        text=plain(row.text),
        at=row.posted_at,
        promised_at=row.promised_at,
        corrected_at=row.corrected_at,
        tell_again=row.tell_again,
        deliver_notifications=row.deliver_notifications,
        told=told,
        reopens=bool(before) and status.reopens(before[0].status),
    )


def _spans(rows, tree: Tree, *, ends: str):
    for row in rows:
        for component in tree.anchors.get(row.component_id, ()):
            yield Impact(component, row.location_id, Level(row.level).state, row.started_at, getattr(row, ends))
