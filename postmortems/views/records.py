"""An incident record as people fill it in: a calm page for each section, and the whole of it on one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents import refusing
from incidents.clocks.clock import Clock
from incidents.views.incident import REFUSED, page
from postmortems import actions, metrics, presence, progress
from postmortems.actions.parts import KINDS
from postmortems.answers import answers_of
from postmortems.choices import RecordSection, ReportPromise
from postmortems.figure import figure_of
from postmortems.forms import changes, posted as posting
from postmortems.forms.changes import Change
from postmortems.models import Part, Record
from postmortems.parts import Parts
from postmortems.permits import may_write
from postmortems.policy import policy_of
from postmortems.views.base import of_record
from postmortems.views.evidence import attach
from postmortems.views.record_rows import Posted
from postmortems.views.record_sections import Page, context_of

ORDER = list(RecordSection)


@require_GET
@of_record()
def record(request, record: Record) -> HttpResponse:
    """To the first section that is not complete; to the whole of it where all are, or where nobody writes."""
    if may_write(record, request.user) and not record.is_submitted:
        for step in progress.steps_of(record, Parts(record.postmortem)):
            if step.state != progress.State.DONE:
                return HttpResponseRedirect(address(record, step.section))
    return HttpResponseRedirect(address(record))


@of_record()
def section(request, record: Record, section: str) -> HttpResponse:
    """Works without a script too: then everything on the page is posted at once, with the button that was pressed."""
    if section not in RecordSection.values:
        raise Http404
    here = RecordSection(section)
    if not may_write(record, request.user):
        return HttpResponseRedirect(address(record))
    posted = Posted()
    if request.method == "POST":
        posted = _apply(request, record)
        if not posted.said:
            return _go_on(request, record, here)
    opened = request.GET.get("open", "")
    found = _screen(request, record, posted=posted, here=here, opened=opened)
    return page(request, f"postmortems/record/{here}.html", status=REFUSED if posted.said else 200, **found)


def _screen(request, record: Record, *, posted: Posted, here: RecordSection, opened: str) -> dict[str, Any]:
    parts, questions = Parts(record.postmortem), list(record.postmortem.template.questions.all())
    found = context_of(Page(record, parts, questions, request.user, posted, opened), here)
    steps = progress.steps_of(record, parts, questions)
    place = ORDER.index(here)
    return (
        common(record, steps)
        | found
        | {
            "here": here,
            "step": steps[place],
            "place": place + 1,
            "before": steps[place - 1] if place else None,
            "next": steps[place + 1] if place + 1 < len(steps) else None,
            "posted": posted,
            "gone": _gone(request, record),
            "others": presence.others(record.postmortem, record, request.user),
        }
    )


def common(record: Record, steps: list[progress.Step]) -> dict[str, Any]:
    """What every page of a record shows around its own."""
    incident = record.postmortem.incident
    return {
        "record": record,
        "postmortem": record.postmortem,
        "incident": incident,
        "rail": steps,
        "now": timezone.now(),
        "clock": _clock(record),
        "title": _("Record of %(name)s: %(title)s") % {"name": record.name, "title": incident.title},
    }


def _clock(record: Record) -> Clock | None:
    due_at = record.postmortem.records_due_at
    if due_at is None:
        return None
    since: datetime = record.postmortem.owed_since
    return Clock(ReportPromise.RECORDS, _("Record"), since, due_at, record.submitted_at)


def _apply(request, record: Record) -> Posted:
    """Everything that was typed; what was refused comes back beside its field, with what was typed still in it."""
    typed = posting.typed(request.POST)
    said: dict[str, dict[str, str]] = {}
    held: dict[str, dict[str, str]] = {}
    for change in posting.changes_of(request.POST):
        result = changes.apply(change, record.postmortem, record, by=request.user)
        if "done" in result:
            continue
        key, name = str(change.get("key", "")), str(change.get("field", ""))
        if "theirs" in result:
            held.setdefault(key, {})[name] = result["theirs"]
            words = {"who": result["who"] or _("Somebody"), "theirs": result["theirs"] or _("empty")}
            result = {"error": _("%(who)s changed this meanwhile to “%(theirs)s”. Save again to keep yours.") % words}
        said.setdefault(key, {})[_field_of(change, name, typed.get(key, {}))] = result["error"]
    for name, upload in request.FILES.items():
        key = name.removeprefix("file-")
        with refusing.kept() as tried:
            attach(record, key, upload, by=request.user)
        if tried.refusal:
            said.setdefault(key, {})["file"] = str(tried.refusal)
    return Posted(typed, said, held)


def _field_of(change: Change, name: str, typed: dict[str, str]) -> str:
    """Beside which field a refusal stands: of a new row beside what it cannot be without."""
    if change.get("do") == "add":
        return next((needed for needed in change.get("values", {}) if needed in typed), "")
    return name


def _go_on(request, record: Record, here: RecordSection) -> HttpResponse:
    verb, _colon, value = request.POST.get("do", "").partition(":")
    if verb == "go":
        return HttpResponseRedirect(address(record, value if value in RecordSection.values else ""))
    if verb == "add" and value in KINDS:
        return HttpResponseRedirect(f"{address(record, here)}?open={value}")
    if verb == "remove" and changes.KEY.fullmatch(value):
        return HttpResponseRedirect(f"{address(record, here)}?removed={value}")
    if verb in ("up", "down", "restore") and changes.KEY.fullmatch(value):
        return HttpResponseRedirect(f"{address(record, here)}?open={value}#{value}")
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(address(record, here))


def _gone(request, record: Record) -> Part | None:
    """What was removed just now, without a script: to be taken back."""
    key = request.GET.get("removed", "")
    kind = KINDS.get(key.partition("_")[0])
    return kind.objects.filter(record=record, key=key, removed_at__isnull=False).first() if kind else None


@require_GET
@of_record()
def whole(request, record: Record) -> HttpResponse:
    """All six sections on one page, to read, to print and to hand in."""
    parts, questions = Parts(record.postmortem), list(record.postmortem.template.questions.all())
    return page(request, "postmortems/record/whole.html", **_whole(record, parts, questions, request.user))


def _whole(record: Record, parts: Parts, questions: list, user) -> dict[str, Any]:
    steps = progress.steps_of(record, parts, questions)
    answers = answers_of(record, questions, parts.paragraphs)
    incident = record.postmortem.incident
    times = metrics.times_of(incident)
    notes = {row.metric: row for row in parts.disputes if row.record_id == record.pk}
    figures = [(step, notes.get(step.metric)) for step in metrics.steps_of(incident, policy_of(incident))]
    numbers = {cause.pk: n for n, cause in enumerate(parts.of_record(record, "causes"), 1)}
    return common(record, steps) | {
        "is_whole": True,
        "may_write": may_write(record, user),
        "sections": [(step, [a for a in answers if a.question.section == step.section]) for step in steps],
        "missing": [(step, answer) for step in steps for answer in step.missing],
        "times": times,
        "figure": figure_of(times),
        "steps": figures,
        "events": parts.of_record(record, "events"),
        "mitigations": parts.of_record(record, "mitigations"),
        "causes": parts.of_record(record, "causes"),
        "assessment": next(iter(parts.of_record(record, "assessments")), None),
        "actions": [
            (row, sorted(numbers[cause.pk] for cause in row.causes.all() if cause.pk in numbers))
            for row in parts.of_record(record, "actions")
        ],
    }


@require_POST
@of_record("postmortems.write_record")
def submit(request, record: Record) -> HttpResponse:
    with refusing.in_messages(request) as tried:
        actions.submit_record(record, by=request.user)
    if tried.is_done:
        messages.success(request, _("Your record is in. You can still change it; the RCA shows what changed."))
    return HttpResponseRedirect(address(record))


@require_POST
@of_record("postmortems.write_record")
def take_back(request, record: Record) -> HttpResponse:
    with refusing.in_messages(request) as tried:
        actions.take_back_record(record, by=request.user)
    if tried.is_done:
        messages.success(request, _("It is yours again: written on, and not handed in."))
    return HttpResponseRedirect(address(record))


def address(record: Record, section: str = "") -> str:
    """Of one of its sections; else of the whole of it."""
    if section:
        return reverse("postmortems_staff:record_section", args=[record.public_id, section])
    return reverse("postmortems_staff:whole_record", args=[record.public_id])
