"""A draft is written: what the sources say on one side, the document on the other; a short one as one form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST

from incidents import numbers, refusing
from incidents.exceptions import DomainError
from postmortems import actions, drafting, gates, policy, sources
from postmortems.actions import parts as verbs
from postmortems.choices import RecordSection
from postmortems.document import view
from postmortems.document.redaction import for_customers
from postmortems.forms import changes, typed
from postmortems.forms.review import SettleForm
from postmortems.models import Part, Postmortem
from postmortems.offered_events import offered
from postmortems.parts import Parts
from postmortems.proposals import who_may_see
from postmortems.reading import content_of
from postmortems.views import draft_acts
from postmortems.views.base import of_postmortem
from postmortems.views.screen import screen

DRAFT = "postmortems.draft_postmortem"


@of_postmortem()
def postmortem(request, postmortem: Postmortem):
    """Where it goes on: a draft is written, anything else is reviewed."""
    name = "write" if postmortem.is_draft and request.user.has_perm(DRAFT) else "review"
    return HttpResponseRedirect(reverse(f"postmortems_staff:{name}", args=[postmortem.public_id]))


@of_postmortem(DRAFT)
def write(request, postmortem: Postmortem):
    """Saves what was typed; a button in it does one act more. What cannot be written comes back with its reason.

    A script asks for the part that follows from the words alone (``?now``), and sends an act by itself once the words
    are saved: ``{"to": key}`` or ``{"error": sentence}``.
    """
    if not postmortem.is_draft:
        return HttpResponseRedirect(reverse("postmortems_staff:review", args=[postmortem.public_id]))
    if request.method != "POST":
        return _screen(request, postmortem)
    outcome = typed.Outcome()
    for name, change in typed.changes(request.POST):
        result = changes.apply(change, postmortem, None, by=request.user)
        if "error" in result:
            outcome.errors[name] = result["error"]
            if "removed" in result:  # its field is not drawn any more
                words = {"why": result["error"], "text": change.get("value", "")}
                messages.error(request, _("%(why)s You wrote: %(text)s") % words)
        elif "theirs" in result:
            outcome.clashes[name] = result
        else:
            outcome.saved += 1
    act, anchor = request.POST.get("act", ""), ""
    with refusing.kept() as tried:
        anchor = draft_acts.do(postmortem, act, by=request.user)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"to": anchor} if tried.is_done else {"error": str(tried.refusal)}, status=tried.status)
    for sentence in tried.said:
        messages.error(request, sentence)
    if outcome.is_done and tried.is_done:
        if not act:
            messages.success(request, _("Saved."))
        if act == "publish":
            return HttpResponseRedirect(reverse("postmortems_staff:publish", args=[postmortem.public_id]))
        return _to_draft(postmortem, anchor)
    return _screen(request, postmortem, outcome=outcome, posted=request.POST, status=422)


def _screen(request, postmortem: Postmortem, *, outcome=None, posted=None, settling=None, status: int = 200):
    parts = Parts(postmortem)
    content = content_of(postmortem, parts)
    still_open = [each for each in parts.contradictions if not each.is_settled]
    titles = tuple(each.title for each in still_open)
    shown = for_customers(content)
    section = request.GET.get("from", "")
    section = section if section in RecordSection.values else ""
    is_full = postmortem.template.has_records
    lines = offered(postmortem.incident, user=request.user)
    whole, alone = ("write.html", "_write.html") if is_full else ("write_short.html", "_write_short.html")
    form = {} if is_full else _form(postmortem)
    return screen(
        request,
        alone if "now" in request.GET else whole,
        postmortem,
        here="write",
        content=content,
        sections=drafting.sections(parts),
        gates=gates.gates(content, open_contradictions=titles),
        missing=gates.missing(content, open_contradictions=titles),
        open_contradictions=still_open,
        settled=[each for each in parts.contradictions if each.is_settled],
        sources=sources.of_records(parts, section) if is_full else [],
        timeline=sources.of_timeline(lines, parts),
        source_sections=RecordSection.choices,
        section=section,
        tab="timeline" if request.GET.get("tab") == "timeline" or not is_full else "records",
        preview=shown,
        preview_sections=view.sections(shown),
        preview_impacts=view.impacts(shown),
        matrix=view.matrix(content) if is_full else [],
        outcome=outcome,
        posted=posted,
        settling=settling,
        people=[(str(each.pk), str(each)) for each in who_may_see(postmortem.incident)],
        status=status,
        **form,
    )


def _form(postmortem: Postmortem) -> dict[str, Any]:
    """Why it is a short one, and whether it may stay one."""
    choice = policy.demanded(postmortem)
    follows_policy = choice.way == postmortem.template.way
    return {
        "choice": choice,
        "follows_policy": follows_policy,
        "chosen": None if follows_policy else policy.chosen(postmortem),
        "falls_short": policy.falls_short(postmortem, choice),
    }


@require_POST
@of_postmortem(DRAFT)
def draft(request, postmortem: Postmortem):
    """Everything that records which are in say, and that was not taken over yet."""
    with refusing.in_messages(request) as tried:
        count = actions.draft_from_records(postmortem, by=request.user)
    if tried.is_done:
        said = ngettext("%(n)d part was taken over.", "%(n)d parts were taken over.", count) % {"n": count}
        messages.success(request, said if count else _("Everything was taken over already."))
    return _to_draft(postmortem)


@require_POST
@of_postmortem(DRAFT)
def take_over(request, postmortem: Postmortem):
    """A part of a record by its ``source``, a line of the incident's timeline by its ``entry``, or what changed in a
    source since it was taken (``citation``: with its words of now, or only noted as ``seen``)."""
    key = ""
    with refusing.in_messages(request):
        key = _taken(postmortem, request.POST, by=request.user).key
    way = "?tab=timeline" if request.POST.get("entry") else f"?from={request.POST.get('from', '')}"
    path = reverse("postmortems_staff:write", args=[postmortem.public_id])
    return HttpResponseRedirect(f"{path}{way}#{key}")


def _taken(postmortem: Postmortem, posted, *, by) -> Part:
    if entry := posted.get("entry"):
        line = next((line for line in offered(postmortem.incident, user=by) if str(line.pk) == entry), None)
        if line is None:
            raise DomainError(_("This is no line of the incident’s timeline any more."))
        return actions.take_event(postmortem, line, by=by)
    if changed := numbers.read(posted.get("citation", "")):
        citation = postmortem.citations.filter(pk=changed).first()
        if citation is None:
            raise DomainError(_("It is not there any more. Load the page again."))
        return actions.take_change(citation, by=by, with_words="seen" not in posted)
    return actions.take_over(verbs.get(postmortem, posted.get("source", "")), by=by)


@require_POST
@of_postmortem(DRAFT)
def settle(request, postmortem: Postmortem):
    """One question that records answer differently; a refusal is said beside it, with what was chosen and typed."""
    form = SettleForm(request.POST)
    with refusing.kept() as tried:
        actions.settle(postmortem, by=request.user, **form.said())
    if tried.refusal and tried.refusal.field:
        settling = {name: request.POST.get(name, "") for name in form.fields} | {"sentence": str(tried.refusal)}
        return _screen(request, postmortem, settling=settling, status=tried.status)
    if tried.refusal:
        messages.error(request, str(tried.refusal))
    else:
        messages.success(request, _("Settled. The claims and your sentence stay with the document."))
    return _to_draft(postmortem, "contradictions")


def _to_draft(postmortem: Postmortem, anchor: str = "") -> HttpResponseRedirect:
    path = reverse("postmortems_staff:write", args=[postmortem.public_id])
    return HttpResponseRedirect(f"{path}#{anchor}" if anchor else path)
