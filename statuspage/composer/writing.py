"""The form of the composer filled in from the facts, and the update as it stands in it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware

from incidents.choices import Level, Status
from statuspage.composer import texts
from statuspage.composer.checklist import Draft
from statuspage.composer.drafts import Preview
from statuspage.composer.forms import AffectedFormSet, ComposerForm, Places
from statuspage.composer.forms.affected import initial_rows
from statuspage.composer.forms.notice import CUSTOM, in_minutes


def forms_for(desk, *, data=None, initial=None, rows=None):
    """The form and its rows, filled in from the facts; ``initial`` and ``rows`` are what a person had typed before."""
    formset = AffectedFormSet(data, places=Places(), initial=initial_rows(desk.affected) if rows is None else rows)
    if data is None:
        initial = first_values(desk, initial or {}) | (initial or {})
    form = ComposerForm(
        data,
        initial=initial,
        stages=desk.stages,
        minutes=desk.incident.severity.update_minutes,
        every_page=desk.every_page,
    )
    return form, formset


def first_values(desk, typed):
    """What stands in the form when it is opened: two clicks must be enough (DESIGN section 1)."""
    incident = desk.incident
    stage = Status(typed["status"]) if typed.get("status") in Status.values else Status(incident.status)
    return {
        "version": incident.version,
        "read_at": desk.now.isoformat(),
        "status": stage.value,
        "pages": [page.public_id for page in desk.pages],
        "promised_at": in_minutes(incident.severity.update_minutes, now=desk.now),
        "deliver_notifications": True,
    } | opening_text(desk, stage, typed.get("template", ""))


def opening_text(desk, stage, chosen):
    """After the all-clear there is nothing to repeat: a person says what is new, or chooses a template."""
    if desk.incident.status == Status.RESOLVED and not chosen:
        return {}
    return first_text(desk, stage, desk.pages, desk.affected, chosen=chosen)


def first_text(desk, stage, pages, affected, *, chosen=""):
    """The template that fits, filled in; nothing where there is none."""
    lead = desk.lead(pages)
    template = desk.template(lead, stage, chosen) if lead else None
    if template is None:
        return {}
    promise = in_minutes(desk.incident.severity.update_minutes, now=desk.now)
    text = fill(desk, template, pages, affected, promise)
    words = texts.promise_in_words(promise, lead, now=desk.now)
    return {"template": str(template.pk), "body": text, "filled": text, "filled_time": words}


def fill(desk, template, pages, affected, promised_at):
    """The template in words, naming only what the pages may name."""
    affected = desk.on(pages, affected or desk.affected_before)
    facts = texts.Facts(desk.title, desk.lead(pages), affected, promised_at, desk.now)
    return texts.render(template.body, facts)


def final_text(desk, form, *, status, pages, affected, promise):
    """A text that is still the template's is filled in anew; in any other, the promised time follows the promise."""
    given, lead = form.cleaned_data, desk.lead(pages)
    if lead is None:
        return given["body"]
    template = desk.template(lead, status, given["template"])
    if form.is_unmodified and template and str(template.pk) == given["template"]:
        return fill(desk, template, pages, affected, promise)
    words = texts.promise_in_words(promise, lead, now=desk.now)
    if given["filled_time"] and words:
        return given["body"].replace(given["filled_time"], words)
    return given["body"]


def values_of(desk, form):
    """What stands in the form: checked where it was posted, as it was filled in where it was not."""
    if form.is_bound:
        form.is_valid()
        return {"pages": [], "promise": None} | form.cleaned_data
    values = dict(form.initial)
    values["pages"] = [page for page in desk.every_page if page.public_id in values.get("pages", [])]
    picked = values.get("next")  # a draft that was put aside holds whatever was posted
    minutes = picked if picked in dict(form.fields["next"].choices) else str(form.minutes)
    values["promise"] = _moment(values["promised_at"]) if minutes == CUSTOM else in_minutes(int(minutes), now=desk.now)
    return values


def draft_of(desk, values, *, affected, status):
    """The update as it stands. None where there is no page at all."""
    lead = desk.lead(values["pages"])
    if lead is None:
        return None
    body = values.get("body") or ""
    return Draft(
        status=status,
        body=body,
        page=lead,
        affected=desk.on(values["pages"], affected or desk.affected_before),
        promised_at=None if status == Status.RESOLVED else _still_ahead(values["promise"], desk.now),
        now=desk.now,
        tried=values.get("tried") or "",
        next_step=values.get("next_step") or "",
        is_unmodified=bool(body) and body == values.get("filled"),
    )


def composed(desk, form, rows):
    """The draft of the composer: resolving, or ending all impacts, makes everything work again."""
    values = values_of(desk, form)
    status = _stage(form) or Status(desk.incident.status)
    affected = rows.affected() if rows.is_bound else desk.affected
    if status == Status.RESOLVED or (status == Status.MONITORING and values.get("end_impacts")):
        affected = all_well(affected)
    return draft_of(desk, values, affected=affected, status=status)


def _stage(form):
    """The one chosen, also where the choice was refused: what is shown around it is about that stage."""
    chosen = str(form["status"].value() or "")
    return Status(chosen) if chosen in dict(form.fields["status"].choices) else None


def _still_ahead(promise, now):
    """A time that has passed promises nothing."""
    return promise if promise and promise > now else None


def all_well(affected):
    return [replace(item, level=Level.OPERATIONAL) for item in affected]


def context_of(desk, form, rows):
    draft = composed(desk, form, rows)
    return {
        "desk": desk,
        "incident": desk.incident,
        "form": form,
        "rows": rows,
        "preview": Preview(draft, desk.incident.title) if draft else None,
        "stage": str(form["status"].value() or ""),
        "templates": [(stage, desk.templates(draft.page).get(stage, [])) for stage in desk.stages] if draft else [],
        "chosen": str(form["template"].value() or ""),
        "is_over": _is_over(desk, form),
        "levels": [(level, level.name.lower(), level.label) for level in Level],
    }


def _is_over(desk, form):
    """Customers have read the all-clear, and nobody has begun to write more: the form waits folded."""
    told = desk.incident.status == Status.RESOLVED and desk.last is not None and desk.last.status == Status.RESOLVED
    return told and not form.is_bound and not form.initial.get("body")


def _moment(value):
    """A draft that was put aside holds its time as it was typed."""
    if not isinstance(value, str):
        return value
    try:
        at = parse_datetime(value)
    except ValueError:
        return None
    return make_aware(at) if at and is_naive(at) else at
