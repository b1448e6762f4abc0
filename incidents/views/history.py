"""The record's own history: which field was changed by whom, when and why (M-03). The timeline tells what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.moments import moment
from incidents.timeline.entries import Change
from incidents.views.incident import page

PER_PAGE = 100


@dataclass(frozen=True)
class Version:
    """One saving of the record."""

    at: datetime
    by: str
    reason: str
    changes: list[Change]
    is_first: bool


def history(request, incident):
    """Every saving that changed a field, newest first. Fields that only actions write are there too."""
    rows = Incident.history.filter(id=incident.pk).select_related(
        "history_user", "severity", "owner", "rule", "judged_by", "reported_by", "stable_by", "fix_time_by"
    )
    paginator = Paginator(rows.order_by("-history_date", "-history_id"), PER_PAGE)
    shown = paginator.get_page(request.GET.get("p"))
    records = list(rows.order_by("-history_date", "-history_id")[shown.start_index() - 1 : shown.end_index() + 1])
    ids = {record.merged_into_id for record in records} - {None}
    named = dict(Incident.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", "title"))
    versions = [_version(newer, older, named) for newer, older in pairwise([*records, None])][: len(shown.object_list)]
    return page(
        request,
        "incidents/history.html",
        incident=incident,
        versions=[version for version in versions if version.changes or version.is_first],
        page_obj=shown,
    )


def _version(record, older, named: dict[int, str]) -> Version:
    return Version(
        at=record.history_date,
        by=str(record.history_user or _("the system")),
        reason=record.history_change_reason or "",
        changes=list(_changes(record, older, named)) if older else [],
        is_first=older is None,
    )


def _changes(record, older, named):
    for field in record.tracked_fields:
        if getattr(record, field.attname) != getattr(older, field.attname):
            label = str(field.verbose_name)
            yield Change(label[:1].upper() + label[1:], _words(older, field, named), _words(record, field, named))


def _words(record, field, named) -> str:
    value = getattr(record, field.attname)
    if value in (None, ""):
        return ""
    if field.name == "merged_into":
        return named.get(value) or _("another incident")
    if field.is_relation:
        return str(getattr(record, field.name))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return moment(value) if isinstance(value, datetime) else str(value)
