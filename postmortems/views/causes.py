"""Causes that come again, and what was done about each; one on each line of a CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_safe

from incidents import spreadsheet
from incidents.choices import SeverityLevel
from incidents.moments import period
from incidents.views.incident import for_those_who_may, page
from postmortems.forms.learning import CausesForm, chosen, period_of
from postmortems.learning.causes import Causes, Entry, Row, causes as read
from postmortems.views.learning import RIGHTS

SHOWN = 10  # causes of a row; the rest is a search away
MOST_ROWS = 30  # components


@require_safe
@for_those_who_may(*RIGHTS)
def causes(request):
    found, form, (start, end) = _read(request)
    asked = chosen(form)
    most = max((row.causes for row in (*found.by_kind, *found.by_component)), default=1)
    return page(
        request,
        "postmortems/learning/causes.html",
        title=_("Causes"),
        form=form,
        found=found,
        sentence=_sentence(found),
        detail=_detail(found.total),
        period=period(start, end),
        groups=[
            (key, title, [_shown(row, most, asked) for row in rows[:MOST_ROWS]], max(len(rows) - MOST_ROWS, 0))
            for key, title, rows in (
                ("kind", _("By kind"), found.by_kind),
                ("component", _("By component"), found.by_component),
            )
        ],
        export=f"{reverse('postmortems_staff:causes_export')}?{urlencode(asked)}",
    )


@require_safe
@for_those_who_may(*RIGHTS)
def export(request):
    found, _form, (start, end) = _read(request)
    header = [
        "incident", "title", "severity", "started_at", "impact_minutes", "components", "kind", "root_cause", "cause",
        "actions_done", "actions_open", "actions_overdue", "link",
    ]  # fmt: skip
    rows = ([*_of_incident(found, entry), *_of_cause(entry), _link(entry)] for entry in found.entries)
    return spreadsheet.answer(spreadsheet.name("causes", start, end), header, rows)


def _read(request):
    now = timezone.now()
    form = CausesForm(request.GET, now=now)
    start, end = period_of(form, now)
    kind = form.cleaned_data.get("kind") or ""
    found = read(request.user, start=start, end=end, now=now, today=timezone.localdate(now), kind=kind)
    return found, form, (start, end)


def _shown(row: Row, most: int, asked: dict[str, str]) -> dict:
    """``share``: how long its bar is, of a hundred. ``search``: where all of its incidents stand."""
    narrowed = {name: asked[name] for name in ("first", "last", "kind") if name in asked}
    narrowed |= {"kind": row.key} if row.component is None else {}
    entries = row.entries[:SHOWN]
    return {
        "row": row,
        "share": round(100 * row.causes / most, 2),
        "entries": entries,
        "more": row.causes - len(entries),
        "search": f"{reverse('postmortems_staff:search')}?{urlencode(narrowed | {'postmortem': 'on'})}",
    }


def _of_incident(found: Causes, entry: Entry) -> list:
    places = "; ".join(sorted(found.places[pk] for pk in entry.intervals))
    started_at = entry.started_at.isoformat(timespec="seconds")
    return [entry.public_id, entry.title, SeverityLevel(entry.severity).name.lower(), started_at, entry.minutes, places]


def _of_cause(entry: Entry) -> list:
    done = entry.done
    return [entry.kind, "yes" if entry.is_root else "no", entry.text, done.done, done.open, done.overdue]


def _link(entry: Entry) -> str:
    return settings.PUBLIC_URL + reverse("admin:incidents_incident_change", args=[entry.public_id])


def _sentence(found: Causes) -> str:
    total = found.total
    if not total.causes:
        return _("No cause was named.")
    if not found.by_kind[0].incidents > 1:
        return ngettext("%(n)d cause, and none came again.", "%(n)d causes, and none came again.", total.causes) % {
            "n": total.causes
        }
    words = {"kind": found.by_kind[0].label, "n": found.by_kind[0].incidents, "all": total.incidents}
    return _("%(kind)s came up most often: in %(n)d of %(all)d incidents.") % words


def _detail(total: Row) -> str:
    if not total.done.nothing:
        return ""
    return ngettext(
        "About %(n)d cause nothing is done.", "About %(n)d causes nothing is done.", total.done.nothing
    ) % {"n": total.done.nothing}  # fmt: skip
