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


def forms_for(composer, *, data=None, initial=None, rows=None):
    """The form and its rows, filled in from the facts; ``initial`` and ``rows`` are what a person had typed before."""
    formset = AffectedFormSet(data, places=Places(), initial=initial_rows(composer.affected) if rows is None else rows)
    if data is None:
        initial = first_values(composer, initial or {}) | (initial or {})
    form = ComposerForm(
        data,
        initial=initial,
        stages=composer.stages,
        minutes=composer.incident.severity.update_minutes,
        every_page=composer.every_page,
    )
    return form, formset


def first_values(composer, typed):
    """What stands in the form when it is opened: two clicks must be enough (DESIGN section 1)."""
    incident = composer.incident
    stage = Status(typed["status"]) if typed.get("status") in Status.values else Status(incident.status)
    return {
        "version": incident.version,
        "read_at": composer.now.isoformat(),
        "status": stage.value,
        "pages": [page.public_id for page in composer.pages],
        "promised_at": in_minutes(incident.severity.update_minutes, now=composer.now),
        "deliver_notifications": True,
        "report": composer.report is not None and composer.report.is_usual,
        "report_by": composer.report and composer.report.by,
    } | opening_text(composer, stage, typed.get("template", ""))


def opening_text(composer, stage, chosen):
    """After the all-clear there is nothing to repeat: a person says what is new, or chooses a template."""
    if composer.has_all_clear and not chosen:
        return {}
    return first_text(composer, stage, composer.pages, composer.affected, chosen=chosen)


def first_text(composer, stage, pages, affected, *, chosen=""):
    """The template that fits, filled in; nothing where there is none."""
    lead = composer.lead(pages)
    template = composer.template(lead, stage, chosen) if lead else None
    if template is None:
        return {}
    promise = in_minutes(composer.incident.severity.update_minutes, now=composer.now)
    report = composer.report if stage == Status.RESOLVED and composer.report and composer.report.is_usual else None
    text = fill(composer, template, pages, affected, promise, report and report.by)
    words = time_named(composer, lead, stage, promise, report and report.by)
    return {"template": str(template.pk), "body": text, "filled": text, "filled_time": words}


def time_named(composer, page, status, promised_at, report_by):
    """The time that the text names and that follows what is chosen: of the next update, or of the post-mortem."""
    return texts.promise_in_words(report_by if status == Status.RESOLVED else promised_at, page, now=composer.now)


def fill(composer, template, pages, affected, promised_at, report_by=None):
    """The template in words, naming only what the pages may name."""
    affected = composer.on(pages, affected or composer.affected_before)
    facts = texts.Facts(composer.title, composer.lead(pages), affected, promised_at, composer.now, report_by)
    return texts.render(template.body, facts)


def final_text(composer, form, *, status, pages, affected, promise, report_by=None):
    """A text that is still the template's is filled in anew; in any other, the promised time follows the promise."""
    given, lead = form.cleaned_data, composer.lead(pages)
    if lead is None:
        return given["body"]
    template = composer.template(lead, status, given["template"])
    if form.is_unmodified and template and str(template.pk) == given["template"]:
        return fill(composer, template, pages, affected, promise, report_by)
    words = time_named(composer, lead, status, promise, report_by)
    if given["filled_time"] and words:
        return given["body"].replace(given["filled_time"], words)
    return given["body"]


def notice_of(composer, form, affected):
    """What a screen that tells customers besides its own act hands to that act."""
    given = form.cleaned_data
    body = final_text(
        composer, form, status=Status.INVESTIGATING, pages=given["pages"], affected=affected, promise=given["promise"]
    )
    return {"body": body, "promised_at": given["promise"], "template_unmodified": form.is_unmodified}


def still_promised(composer, form, *, status, pages, body):
    """The time of a post-mortem that the text of an all-clear names although none is promised; else nothing."""
    given, lead = form.cleaned_data, composer.lead(pages)
    if status != Status.RESOLVED or composer.report is None or given["report_by"] or lead is None:
        return ""
    words = texts.promise_in_words(given["report_typed"], lead, now=composer.now)
    return words if words and words in body else ""


def values_of(composer, form):
    """What stands in the form: checked where it was posted, as it was filled in where it was not."""
    if form.is_bound:
        form.is_valid()
        return {"pages": [], "promise": None} | form.cleaned_data
    values = dict(form.initial)
    values["pages"] = [page for page in composer.every_page if page.public_id in values.get("pages", [])]
    picked = values.get("next")  # a draft that was put aside holds whatever was posted
    minutes = picked if picked in dict(form.fields["next"].choices) else str(form.minutes)
    values["promise"] = (
        _moment(values["promised_at"]) if minutes == CUSTOM else in_minutes(int(minutes), now=composer.now)
    )
    return values


def draft_of(composer, values, *, affected, status):
    """The update as it stands. None where there is no page at all."""
    lead = composer.lead(values["pages"])
    if lead is None:
        return None
    body = values.get("body") or ""
    return Draft(
        status=status,
        body=body,
        page=lead,
        affected=composer.on(values["pages"], affected or composer.affected_before),
        promised_at=None if status == Status.RESOLVED else _still_ahead(values["promise"], composer.now),
        now=composer.now,
        tried=values.get("tried") or "",
        next_step=values.get("next_step") or "",
        is_unmodified=bool(body) and body == values.get("filled"),
        is_again=composer.last is not None and not composer.says_it_is_back(status),
        reopens=composer.says_it_is_back(status),
        report_by=_report_by(values) if status == Status.RESOLVED else None,
    )


def composed(composer, form, rows):
    """The draft of the composer: resolving, or ending all impacts, makes everything work again."""
    values = values_of(composer, form)
    status = _stage(form) or Status(composer.incident.status)
    affected = rows.affected() if rows.is_bound else composer.affected
    if status == Status.RESOLVED or (status == Status.MONITORING and values.get("end_impacts")):
        affected = all_well(affected)
    return draft_of(composer, values, affected=affected, status=status)


def _stage(form):
    """The one chosen, also where the choice was refused: what is shown around it is about that stage."""
    chosen = str(form["status"].value() or "")
    return Status(chosen) if chosen in dict(form.fields["status"].choices) else None


def _report_by(values):
    """The time of the post-mortem where it is ticked; as it was typed where nothing was checked."""
    return _moment(values.get("report_by")) if values.get("report") else None


def _still_ahead(promise, now):
    """A time that has passed promises nothing."""
    return promise if promise and promise > now else None


def all_well(affected):
    return [replace(item, level=Level.OPERATIONAL) for item in affected]


def context_of(composer, form, rows):
    draft = composed(composer, form, rows)
    return {
        "composer": composer,
        "incident": composer.incident,
        "form": form,
        "rows": rows,
        "preview": Preview(draft, composer.incident.title) if draft else None,
        "stage": str(form["status"].value() or ""),
        "templates": [(stage, composer.templates(draft.page).get(stage, [])) for stage in composer.stages]
        if draft
        else [],
        "chosen": str(form["template"].value() or ""),
        "is_over": _is_over(composer, form),
        "levels": [(level, level.name.lower(), level.label) for level in Level],
    }


def _is_over(composer, form):
    """Customers have read the all-clear, and nobody has begun to write more: the form waits folded."""
    return composer.has_all_clear and not form.is_bound and not form.initial.get("body")


def _moment(value):
    """A draft that was put aside holds its time as it was typed."""
    if not isinstance(value, str):
        return value
    try:
        at = parse_datetime(value)
    except ValueError:
        return None
    return make_aware(at) if at and is_naive(at) else at
