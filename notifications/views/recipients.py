"""The recipients, before it is posted: a fragment for each form that writes to customers.

``{% recipients public_id %}`` says it of what the form is opened with; composer.js asks the view, with what stands in
the form, when the pages, what is affected, the severity or the wish to tell changes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents.actions.impacts import last_ended
from incidents.choices import Audience, Level, SeverityLevel, Status
from incidents.maintenance.judging import current
from incidents.maintenance.models import Window
from incidents.models import Incident
from incidents.views.incident import incident_or_404
from notifications.announcements import forecast
from notifications.audience import reach
from notifications.views import endings
from notifications.views.said import said
from postmortems.models import Postmortem
from statuspage.composer.context import ComposerContext
from statuspage.composer.writing import forms_for
from statuspage.models import Page
from statuspage.snapshot import layout
from statuspage.views import confirm, new_incident, reopen, windows

NEW_WINDOW = "maintenance"  # in place of a public id, where it has none yet


@dataclass(frozen=True)
class Plan:
    """What the form would do: on which pages, about which places, how severe, and whether it tells anybody. ``leaves``:
    what it says of pages that it takes the incident off."""

    incident: Incident | None
    pages: list[Page]
    places: list[reach.Place]
    severity: int
    tells: bool = True
    leaves: dict = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def recipients(request, public_id):
    found = recipients_of(request, public_id, request.POST if request.method == "POST" else None)
    return render(request, "notifications/staff/_recipients.html", found)


def recipients_of(request, public_id, data=None):
    """What the template says, of a page (*New incident*), of an incident or of maintenance; 404 for those who may not
    publish it."""
    if public_id == NEW_WINDOW or public_id.startswith("mnt_"):
        return _of_window_form(request, public_id, data)
    if not request.user.has_perm("incidents.publish_incident"):
        raise Http404
    if public_id.startswith("sp_"):
        plan = _new(request, get_object_or_404(Page, public_id=public_id), data)
    else:
        incident = incident_or_404(request, public_id)
        if incident.audience == Audience.RESTRICTED:
            raise Http404
        if incident.audience == Audience.DRILL:
            return said(nobody=_("Nobody outside will be told: it is a drill."))
        composer = ComposerContext(incident, request.user, timezone.now())
        if incident.status == Status.SUSPECTED:
            plan = _confirming(request, composer, data)
        elif data is not None and reopen.REOPENS in data:
            plan = _reopening(request, incident, data)
        else:
            plan = _update(composer, data)
    if plan is None:
        return said(nobody=_("Nobody outside will be told."))
    found = forecast.forecast_update(
        plan.incident, plan.pages if plan.tells else [], plan.places, severity=plan.severity
    )
    if not plan.tells:
        return said(found, nobody=_("Nobody outside gets a message. The page changes; that nobody was told on purpose "
                                     "stays in the timeline.")) | plan.leaves  # fmt: skip
    return said(found) | plan.leaves


def of_postmortem(postmortem: Postmortem) -> dict:
    """What publishing it would come to; the caller has asked whether the person may."""
    audience = postmortem.incident.audience
    if audience != Audience.PUBLIC:
        return said(nobody=_("Nobody outside will be told: the incident is not public."))
    return said(forecast.forecast_postmortem(postmortem))


def _of_window_form(request, public_id, data) -> dict:
    """Maintenance as its form stands; moved or as it is opened, as it is saved."""
    if not request.user.has_perm("maintenance.announce_window"):
        raise Http404
    window = None
    if public_id != NEW_WINDOW:
        window = get_object_or_404(Window.objects.visible_to(request.user), public_id=public_id)
    told = data is None or "deliver" in data
    if not told:
        return said(nobody=_("Nobody outside gets a message. The page changes; the reason stays on the record."))
    if data is None or "rows-TOTAL_FORMS" not in data:
        return of_window(window) if window else said(nobody=_("Choose components and pages: whom it reaches is said "
                                                               "here."))  # fmt: skip
    form, rows = windows.forms_for(request, window, data=data)
    form.is_valid()
    affects = rows.affects()
    if form.cleaned_data.get("audience") == Audience.INTERNAL:
        found = forecast.forecast_window(window, [], affects)
        return said(found, nobody=_("Nobody outside will be told: the maintenance is internal."))
    return said(forecast.forecast_window(window, list(form.cleaned_data.get("pages") or []), affects))


def of_window(window: Window) -> dict:
    """What announcing it, or one more word of it, would come to; the caller has asked whether the person may."""
    if window.audience != Audience.PUBLIC:
        found = forecast.forecast_window(window, [], current(window))
        return said(found, nobody=_("Nobody outside will be told: the maintenance is internal."))
    return said(forecast.forecast_window(window, list(window.pages.all()), current(window)))


def _update(composer: ComposerContext, data) -> Plan:
    """The composer: what the update names, and whatever is affected besides, as the action tells it
    (:func:`incidents.actions.post_update`)."""
    incident, tells, pages = composer.incident, True, composer.pages
    named = list(composer.affected)
    if data is not None:
        form, rows = forms_for(composer, data=data)
        form.is_valid()
        pages, tells = form.cleaned_data.get("pages", []), form.cleaned_data.get("deliver_notifications", True)
        named = [*rows.affected(), *named]
    if incident.status == Status.RESOLVED:
        named = last_ended(incident) if incident.resolved_at else []
    places, leaves = _places(named or composer.affected_before), _leaves(incident, pages, data)
    return Plan(incident, list(pages), places, incident.severity_id, tells, leaves)


def _leaves(incident: Incident, pages: Collection[Page], data) -> dict:
    """Who hears that pages where it stands do not show it any more; nothing where it stays on all of them."""
    left = [page for page in layout.pages_of(incident) if page not in pages]
    if not left or not pages or incident.audience != Audience.PUBLIC:
        return {}
    found = endings.of_removal(incident, left, [Audience.PUBLIC])
    ticked = "tell_removal" in data if data and "tell_removal_shown" in data else found.get("usual")
    return {"leaves": found, "left": left, "is_ticked": ticked}


def _confirming(request, composer: ComposerContext, data) -> Plan | None:
    """Confirming with a first notice; none where nothing is published."""
    if data is None:
        return Plan(
            composer.incident, confirm.proposed(composer), _places(composer.affected), composer.incident.severity_id
        )
    form, rows = confirm.forms_for(request, composer, data=data)
    form.is_valid()
    given = form.cleaned_data
    if given.get("audience", Audience.PUBLIC) != Audience.PUBLIC or not given.get("publish"):
        return None
    severity = given["severity"].pk if given.get("severity") else composer.incident.severity_id
    affected = [item for item in [*rows.affected(), *composer.affected] if item.level != Level.OPERATIONAL]
    return Plan(composer.incident, list(given.get("pages", [])), _places(affected), severity)


def _reopening(request, incident: Incident, data) -> Plan | None:
    """Reopening with a word to customers; none where they are not told."""
    form, rows = reopen.forms_for(reopen.composer_of(request, incident), data=data)
    form.is_valid()
    if not form.cleaned_data.get("publish"):
        return None
    affected = [item for item in rows.affected() if item.level != Level.OPERATIONAL]
    return Plan(incident, list(form.cleaned_data.get("pages", [])), _places(affected), incident.severity_id)


def _new(request, page: Page, data) -> Plan:
    """*New incident*: it does not exist yet, so nobody heard of it before."""
    if data is None:
        return Plan(None, [page], [], SeverityLevel.MINOR)
    form = new_incident.form_for(page, data)
    form.is_valid()
    severity = new_incident.composer_of(request, page, form).incident.severity
    return Plan(None, [page], _places(form.affected()), severity.level)


def _places(affected) -> list[reach.Place]:
    return list(dict.fromkeys(item.place for item in affected))
