"""The post-mortems that stand on a page: of public incidents there, in the version that customers may read now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from incidents import models as incident_models
from incidents.choices import Status
from incidents.plain_text import plain
from postmortems import editions
from postmortems.choices import Reader, RenderingState
from postmortems.models import Postmortem, Rendering, Version
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.snapshot.dress import dress_of
from statuspage.snapshot.files import keys_of
from statuspage.snapshot.names import Names, as_named, names_of
from statuspage.snapshot.reading import Reading
from statuspage.snapshot.report import Pdf, Report, Withdrawn
from statuspage.snapshot.spool import Spool
from statuspage.snapshot.values import POSTMORTEM_PDF, Incident, Loaded


def load(reading: Reading) -> Loaded:
    """Those of the incidents that the snapshot holds, and those that are touched; with the incidents they belong to
    they are touched, taken back and gone. Files are read of the touched ones only."""
    known = _touched(reading)
    touched = {pk for pk, _id, _incident in known}
    versions = _standing(reading, touched)
    names = names_of(versions)
    files = _files(reading, [version for version in versions if version.postmortem_id in touched], names)
    reports = []
    for version in versions:
        postmortem = version.postmortem
        version.content = _plain(version.content)
        content = editions.content_for(version, Reader.CUSTOMERS)
        reports.append(
            Report(
                pk=postmortem.pk,
                id=postmortem.public_id,
                incident=postmortem.incident_id,
                incident_id=postmortem.incident.public_id,
                at=_first(version),
                changed_at=version.published_at,
                change=plain(version.public_change),
                is_announced=version.notify,
                was_announced=any(each.notify for each in (version, *postmortem.versions.all())),
                content=as_named(content, reading.tree, names, title=postmortem.incident.title),
                edition=editions.edition_of(version, Reader.CUSTOMERS),
                dress=dress_of(reading.page, postmortem.incident.public_id),
                pdf=files.get(version.pk),
            )
        )
    standing = {report.pk for report in reports}
    withdrawn = _withdrawn(reading, touched - standing)
    told = standing | {each.pk for each in withdrawn}
    gone = frozenset(public_id for pk, public_id, _incident in known if pk not in told)
    fileless = {each.id for each in withdrawn} | {each.id for each in reports if each.pk in touched and not each.pdf}
    back = {pk for pk, _id, incident in known if pk in reading.taken_back or incident in reading.incidents_taken_back}
    return Loaded(
        values=tuple(reports),
        touched=frozenset(touched & standing),
        withdrawn=withdrawn,
        loses_text=frozenset(back & told),
        gone=gone,
        without={POSTMORTEM_PDF: gone | fileless},
    )


def with_reports(incidents: tuple[Incident, ...], loaded: Loaded) -> tuple[Incident, ...]:
    """The incidents with what is published of them, or promised to be."""
    reports = {report.incident: report for report in loaded.values}
    promised = promises(each.pk for each in incidents if not each.is_open and not each.merged)
    return tuple(
        replace(each, report=reports.get(each.pk), report_promised_at=promised.get(each.pk)) for each in incidents
    )


def withdrawn_at() -> Subquery:
    """Of each incident of a query, when its post-mortem was taken back last."""
    rows = (
        Version.objects.public().filter(postmortem__incident=OuterRef("pk")).order_by().values("postmortem__incident")
    )
    return Subquery(rows.annotate(last=Max("withdrawn_at")).values("last"))


def promises(incidents: Iterable[int]) -> dict[int, datetime]:
    """By incident, until when customers were promised a post-mortem that is not published yet (4-08)."""
    rows = Postmortem.objects.filter(incident__in=list(incidents), is_promised=True).owed().unpublished()
    return {row.incident_id: row.due_at for row in rows.select_related("incident") if row.due_at}


def _touched(reading: Reading) -> list[tuple[int, str, int]]:
    """Primary key, public id and incident of those whose documents are to be looked at."""
    rows = Postmortem.objects.order_by("pk")
    if reading.touched is not None and reading.touched_incidents is not None:
        rows = rows.filter(Q(pk__in=list(reading.touched)) | Q(incident__in=list(reading.touched_incidents)))
    return list(rows.values_list("pk", "public_id", "incident_id"))


def standing_on(page: Page) -> QuerySet[Version]:
    """The versions that readers of the page have, one of each post-mortem."""
    newer = Version.objects.standing().filter(postmortem=OuterRef("postmortem"), number__gt=OuterRef("number"))
    rows = Version.objects.standing().filter(~Exists(newer), postmortem__incident__in=_on(page))
    return rows.order_by("pk").select_related("postmortem__incident")


def files_on(page: Page) -> dict[str, Version]:
    """The same by the key of the file that stands with each."""
    versions = list(standing_on(page))
    return keys_of(versions, page.public_id, layout.load(page), names_of(versions))


def withdrawn_on(page: Page) -> QuerySet[Version]:
    """Of each post-mortem that readers of the page had and have no more, the version withdrawn last."""
    same = Version.objects.filter(postmortem=OuterRef("postmortem"))
    newer = same.public().filter(withdrawn_at__isnull=False, number__gt=OuterRef("number"))
    rows = Version.objects.public().filter(withdrawn_at__isnull=False, postmortem__incident__in=_on(page))
    rows = rows.filter(~Exists(newer), ~Exists(same.standing()))
    return rows.order_by("pk").defer("content").select_related("postmortem__incident")


def _on(page: Page) -> QuerySet[Any]:
    on_page = incident_models.Incident.objects.public().exclude(status=Status.MERGED).filter(listed__page=page)
    return on_page.values("pk")


def _withdrawn(reading: Reading, missing: set[int]) -> tuple[Withdrawn, ...]:
    """A reader who comes back finds that it was withdrawn, when and why, and not an address that never was one."""
    if not missing:
        return ()
    return tuple(
        Withdrawn(
            pk=row.postmortem_id,
            id=row.postmortem.public_id,
            incident_id=row.postmortem.incident.public_id,
            at=row.withdrawn_at,
            reason=plain(row.public_withdrawal_reason),
        )
        for row in withdrawn_on(reading.row).filter(postmortem__in=list(missing))
    )


def _standing(reading: Reading, touched: set[int]) -> list[Version]:
    shown = [each.pk for each in reading.incidents]
    rows = standing_on(reading.row)
    rows = rows.filter(Q(postmortem__incident__in=shown) | Q(postmortem__in=list(touched)))
    of_each = Prefetch("postmortem__versions", Version.objects.public().defer("content"))
    return list(rows.prefetch_related("sign_offs", of_each))


def _first(version: Version) -> datetime:
    """When the first was published that customers could read, since the incident was over last: a version after that is
    a correction of it."""
    since = version.postmortem.published_at or version.published_at
    found = (each.published_at for each in version.postmortem.versions.all() if each.published_at >= since)
    return min([version.published_at, *found])


def _plain(found: Any) -> Any:
    """Every text of it as a page may hold it."""
    if isinstance(found, dict):
        return {key: _plain(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_plain(value) for value in found]
    return plain(found) if isinstance(found, str) else found


def _files(reading: Reading, versions: list[Version], names: Names) -> dict[int, Pdf]:
    spool, wanted = Spool(), keys_of(versions, reading.page.id, reading.tree, names)
    rows = Rendering.objects.filter(key__in=list(wanted), state=RenderingState.DONE).order_by("pk")
    found = {}
    for key, pdf, pages in rows.values_list("key", "pdf", "pages").iterator(chunk_size=8):
        body = bytes(pdf)
        found[wanted[key].pk] = Pdf(len(body), pages or 0, spool.keep(body))
    return found
