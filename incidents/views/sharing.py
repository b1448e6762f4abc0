"""Notes, the owner, the audience and the members of an incident."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import actions, numbers, refusing
from incidents.forms.sharing import AudienceForm, MemberForm, NoteForm, OwnerForm
from incidents.models import Incident
from incidents.staff import workspace
from incidents.views.incident import REFUSED, back, of_incident, page


@of_incident("incidents.note_incident")
def note(request, incident):
    """A private note. It never collides: it is one more line of the timeline."""
    if request.method != "POST":
        return back(incident, "note")
    form = NoteForm(request.POST)
    if form.is_valid():
        with refusing.in_form(form, field="text") as tried:
            actions.add_note(incident, by=request.user, **form.cleaned_data)
        if tried.is_done:
            return back(incident, "timeline")
    return workspace.render(request, incident, note=form, status=REFUSED)


@of_incident("incidents.work_incident")
def owner(request, incident):
    """Who leads. If somebody took it meanwhile, that is said before it is taken from them (412)."""
    status = 200
    form = OwnerForm(request.POST if request.method == "POST" else None, incident=incident)
    if form.is_bound and form.taken_meanwhile(incident):
        data = form.data.copy()
        data["was"] = str(incident.owner_id or "")
        form.data = data
        form.add_error("owner", _("%(who)s leads it since you looked.") % {"who": incident.owner or _("Nobody")})
        status = 412
    elif form.is_valid():
        with refusing.in_form(form) as tried:
            actions.assign(incident, owner=form.cleaned_data["owner"], by=request.user, version=incident.version)
        if tried.is_done:
            who = form.cleaned_data["owner"]
            messages.success(request, _("%(who)s leads it now.") % {"who": who} if who else _("It has no lead now."))
            return back(incident)
    return page(request, "incidents/owner.html", incident=incident, form=form, status=status)


@of_incident("incidents.work_incident")
def audience(request, incident):
    """Restrict it, keep it inside, or open it; what will happen is said before."""
    status = 200
    form = AudienceForm(request.POST if request.method == "POST" else None, incident=incident, user=request.user)
    if form.is_bound and form.changed_meanwhile(incident):
        data = form.data.copy()
        data["was"] = incident.audience
        form.data = data
        word = incident.get_audience_display().lower()
        form.add_error("audience", _("Somebody made it %(audience)s meanwhile; choose again.") % {"audience": word})
        status = 412
    elif form.is_valid():
        with refusing.in_form(form) as tried:
            typed = {name: form.cleaned_data[name] for name in ("audience", "reason", "tell")}
            changed = actions.set_audience(incident, by=request.user, version=incident.version, **typed)
        if tried.is_done:
            word = changed.get_audience_display().lower()
            messages.success(request, _("It is %(audience)s now.") % {"audience": word})
            return back(incident)
    return page(request, "incidents/audience.html", incident=incident, form=form, status=status)


@of_incident("incidents.note_incident")
def members(request, incident):
    """Let people into a restricted incident, or out of it. Who leaves it no longer finds it."""
    form = MemberForm(request.POST if "add" in request.POST else None, incident=incident)
    if "remove" in request.POST:
        row = incident.member_set.select_related("user").filter(user=numbers.read(request.POST["remove"])).first()
        with refusing.in_messages(request) as tried:
            if row is not None:
                actions.remove_member(incident, user=row.user, by=request.user)
        if tried.is_done and not Incident.objects.visible_to(request.user).filter(pk=incident.pk).exists():
            messages.success(request, _("You left the incident; it is closed to you now."))
            return HttpResponseRedirect(reverse("admin:incidents_incident_changelist"))
        return back(incident, "members")
    if form.is_valid():
        with refusing.in_form(form) as tried:
            actions.add_member(incident, user=form.cleaned_data["user"], by=request.user)
        if tried.is_done:
            return back(incident, "members")
    rows = incident.member_set.select_related("user__team", "added_by")
    return page(request, "incidents/members.html", incident=incident, form=form, members=rows)
