"""Action items: which are owed, by whom, until when; changed together; and as rows for a spreadsheet (3-35, 0-24)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from incidents import refusing, spreadsheet
from incidents.views.incident import REFUSED, for_those_who_may, page
from incidents.wording import number
from postmortems import actions, ageing
from postmortems.ageing import Summary
from postmortems.exceptions import NoneChanged
from postmortems.filters import SHOWS, ActionItemFilter
from postmortems.forms.action_items import BulkForm
from postmortems.models import ActionItem
from postmortems.places import url_of_item

PER_PAGE = 50
SEE, WORK = "postmortems.view_actionitem", "postmortems.write_record"
NAMES = ("show", "kind", "owner", "team", "priority", "q")


@require_safe
@for_those_who_may(SEE)
def action_items(request):
    """The list, longest overdue first."""
    return _screen(request)


@require_POST
@for_those_who_may(SEE, WORK)
def change(request):
    """The ticked rows get the same, all or none; each that refuses is named."""
    form, chosen = BulkForm(request.POST), request.POST.getlist("item")[: PER_PAGE * 4]
    items = list(ActionItem.objects.visible_to(request.user).select_related("postmortem").filter(key__in=chosen))
    refusals = {}
    if not chosen:
        form.add_error(None, _("Tick at least one row."))
    elif len(items) < len(set(chosen)):
        form.add_error(None, _("Some of the rows are not there any more. Tick again what is to be changed."))
    if form.is_valid():
        with refusing.in_form(form) as tried:
            done = actions.track_all(items, by=request.user, reason=form.cleaned_data["reason"], **form.facts())
        if tried.is_done:
            said = ngettext("%(n)d action item changed.", "%(n)d action items changed.", done)
            messages.success(request, said % {"n": done})
            return HttpResponseRedirect(_address(request))
        if isinstance(tried.refusal, NoneChanged):
            refusals = tried.refusal.refusals
    return _screen(
        request, form=form, chosen=set(chosen), refusals=refusals, status=getattr(form, "refused_as", REFUSED)
    )


@require_safe
@for_those_who_may(SEE)
def export(request):
    """The same list, one on each line."""
    now = timezone.now()
    header = [
        "id", "action", "kind", "priority", "state", "owner", "team", "due", "days_late", "asked_at", "closed_at",
        "proof", "ticket", "incident", "title", "postmortem", "causes", "link",
    ]  # fmt: skip
    items = _read(_filter(request, now).items)
    return spreadsheet.answer("action-items.csv", header, (_line(row) for row in ageing.rows(items, now=now)))


def _screen(request, *, form=None, chosen=frozenset(), refusals=None, status=200):
    now = timezone.now()
    found = _filter(request, now)
    shown = Paginator(found.items, PER_PAGE).get_page(request.GET.get("p"))
    kept = {name: request.GET[name] for name in NAMES if request.GET.get(name)}
    counts = found.counts()
    summary = ageing.summary(ActionItem.objects.visible_to(request.user), now=now)
    return page(
        request,
        "postmortems/action_items.html",
        title=_("Actions"),
        status=status,
        filter=found,
        is_narrowed=any(kept.get(name) for name in NAMES[1:]),
        shows=[(show, label, counts[show], f"?{urlencode(kept | {'show': show})}") for show, label in SHOWS],
        rows=ageing.rows(_read(shown.object_list), now=now),
        page_obj=shown,
        sentence=sentence(summary),
        summary=summary,
        query=urlencode(kept),
        bulk=(form or BulkForm()) if request.user.has_perm(WORK) else None,
        chosen=chosen,
        refusals=refusals or {},
        now=now,
    )


def sentence(found: Summary) -> dict[str, str]:
    """Eleven are open. Three are overdue, the oldest by 16 days. Since September, 19 of 26 were done in time."""
    if not found.open:
        said = {"open": _("None is open.")}
    else:
        words = {"n": number(found.open)}
        said = {"open": capfirst(ngettext("%(n)s is open.", "%(n)s are open.", found.open) % words)}
    if found.overdue:
        words = {"n": number(found.overdue)}
        said["overdue"] = capfirst(ngettext("%(n)s is overdue,", "%(n)s are overdue,", found.overdue) % words)
        days = ngettext("%(n)d day", "%(n)d days", found.oldest) % {"n": found.oldest}
        by = _("by %(days)s.") if found.overdue == 1 else _("the oldest by %(days)s.")
        said["oldest"] = by % {"days": days}
    elif found.open:
        said["oldest"] = _("Nothing is overdue.")
    if found.judged:
        words = {"month": date_format(found.since, "F")}
        counts = {"n": found.in_time, "all": found.judged}
        said["in_time"] = ngettext(
            "Since %(month)s, %(n)d of %(all)d was done in time.",
            "Since %(month)s, %(n)d of %(all)d were done in time.",
            found.in_time,
        ) % (words | counts)
    return said


def _filter(request, now) -> ActionItemFilter:
    return ActionItemFilter(request.GET, user=request.user, now=now)


def _read(items):
    """With all that a row shows: three queries more, however many."""
    return items.select_related("postmortem__incident", "owner__team").prefetch_related("causes", "fixes")


def _address(request) -> str:
    kept = urlencode({name: request.GET[name] for name in (*NAMES, "p") if request.GET.get(name)})
    return reverse("postmortems_staff:action_items") + (f"?{kept}" if kept else "")


def _line(row: ageing.Row) -> list[object]:
    item, incident = row.item, row.item.postmortem.incident
    return [
        item.key,
        item.text,
        item.kind,
        item.get_priority_display(),
        item.state,
        item.owner or "",
        (item.owner and item.owner.team) or "",
        item.due_on or "",
        row.days_late,
        item.asked_at.isoformat(timespec="seconds"),
        item.closed_at.isoformat(timespec="seconds") if item.closed_at else "",
        item.proof,
        item.ticket,
        incident.public_id,
        incident.title,
        item.postmortem.public_id,
        " ".join(map(str, row.causes)),
        settings.PUBLIC_URL + url_of_item(item),
    ]
