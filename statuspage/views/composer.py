"""The composer: open, Post. One act tells the public a stage, a text, the next promise and the state of each component.

It stands in the incident's workspace (``{% composer incident %}``) and posts here; the answer is the whole workspace
where something has to be mended (0-16, 1-14, 1-18 to 1-20, 2-12, 2-17, 3-23, 4-06).
"""

from __future__ import annotations

from django.contrib import messages
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import actions, refusing
from incidents.choices import Status
from incidents.exceptions import GateNotMet, StaleVersion
from incidents.staff import workspace
from incidents.views.incident import REFUSED, back, incident_or_404, page as staff_page
from statuspage.actions import publish_update
from statuspage.composer import conflict, saved_drafts
from statuspage.composer.context import ComposerContext
from statuspage.composer.writing import all_well, context_of, final_text, first_values, forms_for, still_promised


@require_http_methods(["GET", "POST"])
def composer(request, public_id):
    incident = incident_or_404(request, public_id)
    composer = ComposerContext(incident, request.user, timezone.now())
    if request.method == "POST":
        return ANSWERS.get(request.POST.get("do", "post"), post)(request, composer)
    context = opened(request, composer, takes_up=bool(request.GET.get("draft")))
    return staff_page(request, "statuspage/staff/composer.html", **context)


def opened(request, composer, *, takes_up=False):
    """Nothing typed yet; or the draft that was put aside, where the person takes it up."""
    kept = saved_drafts.kept(request, composer.incident)
    if kept and takes_up:
        form, rows = forms_for(composer, initial=kept.values(), rows=kept.rows())
    else:
        form, rows = forms_for(composer)
    return context_of(composer, form, rows) | {"kept": kept, "is_kept": takes_up}


def answer(request, composer, form, rows, *, status=REFUSED, template="_composer.html", **more):
    """The workspace around the composer as the person left it, with what is to be mended."""
    context = context_of(composer, form, rows) | more
    compose = render_to_string(f"statuspage/staff/{template}", context, request)
    return workspace.render(request, composer.incident, compose=compose, status=status)


# What a button may ask for


def post(request, composer):
    form, rows = forms_for(composer, data=conflict.settled(request.POST, composer))
    is_right = form.is_valid() & rows.is_valid()
    if form.cleaned_data.get("version", composer.incident.version) != composer.incident.version:
        return compare(request, composer, form, rows)
    if not is_right:
        return answer(request, composer, form, rows)
    given = form.cleaned_data
    status, pages, states = Status(given["status"]), given["pages"], rows.affected()
    if status == Status.MONITORING and given["end_impacts"]:
        states = all_well([*composer.affected, *states])
    promise = None if status == Status.RESOLVED else given["promise"]
    report_by = given["report_by"] if composer.report else None
    body = final_text(composer, form, status=status, pages=pages, affected=states, promise=promise, report_by=report_by)
    if named := still_promised(composer, form, status=status, pages=pages, body=body):
        words = _("The text still names %(time)s. Take that sentence out, or promise the post-mortem.")
        form.add_error("report", words % {"time": named})
        return answer(request, composer, form, rows)
    with refusing.kept() as tried:
        update = publish_update(
            composer.incident,
            by=request.user,
            pages=None if composer.is_drill else pages,
            version=given["version"],
            status=status,
            body=body,
            promised_at=promise,
            states=states,
            tried=given["tried"],
            next_step=given["next_step"],
            deliver_notifications=given["deliver_notifications"],
            template_unmodified=form.is_unmodified,
            override_reason=given["override_reason"],
            report_by=report_by,
            tell_removal=given["tell_removal"],
        )
    if isinstance(tried.refusal, StaleVersion):  # in the moment between reading and writing
        return compare(request, composer, form, rows)
    if isinstance(tried.refusal, GateNotMet):
        refuse_at_gate(composer, form, tried.refusal)
    elif tried.refusal:
        refusing.refuse(form, tried.refusal)
    if tried.refusal:
        return answer(request, composer, form, rows, status=tried.status)
    saved_drafts.forget(request, composer.incident)
    resolves = status == Status.RESOLVED and composer.incident.status != Status.RESOLVED
    messages.success(request, posted(update, [] if composer.is_drill else pages, resolves=resolves))
    return back(composer.incident)


def refuse_at_gate(composer, form, refusal):
    """The list of what is missing stands there already: say what to do about it."""
    if composer.gate_blocks and composer.may_override:
        reason = _("Write why it may be resolved all the same; as a lead you may. Or see to what is missing first.")
        form.add_error("override_reason", reason)
    else:
        refusing.refuse(form, refusal, field="status")


def compare(request, composer, form, rows):
    """Somebody was quicker: nothing is posted and nothing is lost."""
    composer = ComposerContext(incident_or_404(request, composer.incident.public_id), request.user, timezone.now())
    context = conflict.context(composer, form, rows)
    return answer(request, composer, form, rows, status=412, template="_conflict.html", **context)


def posted(update, pages, *, resolves=False):
    """What happened, where to look, and how to take it back; a resolution is taken back whole, in the workspace."""
    withdraw: str = format_html(
        ' <a class="bw-link" href="{}">{}</a>',
        reverse("statuspage_staff:withdraw", args=[update.public_id]),
        _("Withdraw it"),
    )
    if resolves:
        withdraw = ""
    if not pages:
        return format_html("{}{}", _("Posted for the drill; nobody outside reads it."), withdraw)
    links = format_html_join(
        ", ",
        '<a class="bw-link" href="{}" target="_blank" rel="noopener">{}</a>',
        ((page.address, page) for page in pages),
    )
    said = _("Resolved and posted. Read it on") if resolves else _("Posted. Read it on")
    return format_html("{} {}.{}", said, links, withdraw)


def fill_in(request, composer):
    """Without a script: the template of the chosen stage instead of the text; the rest stays as it was typed."""
    typed = saved_drafts.Typed.of(request.POST)
    values = {name: value for name, value in typed.values().items() if name not in saved_drafts.TEXT}
    if request.POST.get("template") == request.POST.get("template_was"):
        values.pop("template", None)  # another stage was chosen, and not another text
    form, rows = forms_for(composer, initial=values | first_text_values(composer, values), rows=typed.rows())
    return answer(request, composer, form, rows, status=200)


def look(request, composer):
    """Without a script: the preview anew."""
    typed = saved_drafts.Typed.of(request.POST)
    form, rows = forms_for(composer, initial=typed.values(), rows=typed.rows())
    return answer(request, composer, form, rows, status=200)


def first_text_values(composer, values):
    """Only the text of what the form would be opened with."""
    return {
        name: value
        for name, value in first_values(composer, values).items()
        if name in (*saved_drafts.TEXT, "template")
    }


def resume(request, composer):
    """A text handed over from another screen, such as a suspicion that somebody else confirmed meanwhile."""
    form, rows = forms_for(composer, initial={"body": request.POST.get("body", "")})
    return answer(request, composer, form, rows, status=200)


def keep_as_note(request, composer):
    """Out of a conflict: the words stay, for staff only."""
    form, rows = forms_for(composer, data=request.POST)
    form.is_valid()
    text = "\n\n".join(filter(None, (form.cleaned_data.get(name) for name in ("body", "tried", "next_step"))))
    with refusing.in_form(form, field="body") as tried:
        actions.add_note(composer.incident, text=text, by=request.user)
    if not tried.is_done:
        return answer(request, composer, form, rows, status=tried.status)
    messages.success(request, _("Kept as a private note. Nobody outside was told."))
    return back(composer.incident)


def put_aside(request, composer):
    saved_drafts.keep(request, composer.incident)
    messages.success(request, _("Put aside. The composer offers it to you for 24 hours."))
    return back(composer.incident)


def throw_away(request, composer):
    saved_drafts.forget(request, composer.incident)
    messages.success(request, _("The draft is gone."))
    return back(composer.incident)


ANSWERS = {
    "post": post,
    "fill": fill_in,
    "look": look,
    "resume": resume,
    "note": keep_as_note,
    "aside": put_aside,
    "discard": throw_away,
}
