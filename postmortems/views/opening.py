"""A post-mortem is begun, made full or short, and given to somebody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from incidents import refusing
from incidents.models import Incident
from incidents.views.incident import of_incident, page
from postmortems import actions
from postmortems.actions.opening import is_over
from postmortems.choices import Way
from postmortems.forms.review import LeadForm, WayForm
from postmortems.models import Postmortem
from postmortems.policy import demanded, way_of
from postmortems.views.base import SEE, address, of_postmortem
from postmortems.views.screen import screen


@of_incident(SEE)
def begin(request, incident: Incident):
    """Which way the incident takes, and why; and the way to the post-mortem that there is."""
    there = Postmortem.objects.filter(incident=incident).first()
    if there is not None:
        return HttpResponseRedirect(address(there))
    choice = way_of(incident)
    proposed = Way.SHORT if choice.way == Way.NONE else choice.way
    form = WayForm(request.POST or None, initial={"way": proposed}, asked=choice.way)
    if request.method == "POST" and form.is_valid():
        with refusing.in_form(form) as tried:
            facts = {"way": Way(form.cleaned_data["way"]), "reason": form.cleaned_data.get("reason", "")}
            made = actions.open_postmortem(incident, by=request.user, **facts)
            actions.draft_from_facts(made, by=request.user)
        if tried.is_done:
            return HttpResponseRedirect(address(made))
    return page(
        request, "postmortems/begin.html", title=_("Post-mortem"), incident=incident, form=form, choice=choice,
        is_over=is_over(incident),
    )  # fmt: skip


@of_postmortem("postmortems.draft_postmortem")
def way(request, postmortem: Postmortem):
    """Full instead of short, or the other way round; what was written stays."""
    choice = demanded(postmortem)
    initial = {"way": postmortem.template.way, "version": postmortem.version}
    form = WayForm(request.POST or None, initial=initial, asked=choice.way)
    if request.method == "POST" and form.is_valid():
        with refusing.in_form(form) as tried:
            facts = form.cleaned_data | {"way": Way(form.cleaned_data["way"])}
            actions.choose_way(postmortem, by=request.user, **facts)
        if tried.is_done:
            messages.success(request, _("It is now: %(form)s.") % {"form": Way(form.cleaned_data["way"]).in_sentence})
            return HttpResponseRedirect(address(postmortem))
    title = _("Form of the post-mortem")
    return screen(request, "way.html", postmortem, here="", title=title, form=form, choice=choice)


@of_postmortem("postmortems.draft_postmortem")
def lead(request, postmortem: Postmortem):
    form = LeadForm(request.POST or None, initial={"lead": postmortem.lead_id})
    if request.method == "POST" and form.is_valid():
        with refusing.in_form(form) as tried:
            actions.lead(postmortem, user=form.cleaned_data["lead"], by=request.user)
        if tried.is_done:
            who = form.cleaned_data["lead"]
            messages.success(request, _("%(who)s sees to it now.") % {"who": who} if who else _("It has no lead now."))
            return HttpResponseRedirect(address(postmortem))
    return screen(request, "lead.html", postmortem, here="", title=_("Who sees to it"), form=form)
