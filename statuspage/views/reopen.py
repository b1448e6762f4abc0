"""Reopening, with the word to customers in the same act: whoever read that it was over reads that it is not.

Where nobody outside reads of the incident, it is the reason and what is affected again.
"""

from __future__ import annotations

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents import refusing
from incidents.actions.impacts import last_ended
from incidents.choices import Audience, Level, Status
from incidents.exceptions import StaleVersion
from incidents.views.incident import REFUSED, back, incident_or_404, of_incident, page as staff_page
from statuspage.actions import reopen_and_publish
from statuspage.composer.context import ComposerContext
from statuspage.composer.drafts import Preview
from statuspage.composer.forms import AffectedFormSet, Places, ReopenForm
from statuspage.composer.forms.affected import initial_rows
from statuspage.composer.writing import draft_of, first_text, notice_of, values_of

STAGE = Status.INVESTIGATING
REOPENS = "reopens"  # in what the form posts: whom it would reach and how it would look are asked of one address


@require_http_methods(["GET", "POST"])
@of_incident("incidents.reopen_incident")
def reopen(request, incident):
    composer = composer_of(request, incident)
    if request.method == "POST":
        return post(request, composer)
    if incident.status != Status.RESOLVED:
        messages.info(request, not_over(incident))
        return back(incident)
    return screen(request, composer, *forms_for(composer))


def composer_of(request, incident):
    return ComposerContext(incident, request.user, timezone.now(), reopens=True)


def not_over(incident):
    words = {"status": incident.get_status_display().lower()}
    return _("Only a resolved incident can be reopened; this is %(status)s.") % words


def may_tell(composer):
    return composer.may_publish and composer.incident.audience == Audience.PUBLIC and bool(composer.every_page)


def forms_for(composer, *, data=None):
    incident = composer.incident
    again = last_ended(incident) if incident.resolved_at else []
    initial = {
        "version": incident.version,
        "publish": may_tell(composer),
        "pages": [page.public_id for page in composer.pages],
    }
    if data is None and may_tell(composer):
        initial |= first_text(composer, STAGE, composer.pages, again)
    form = ReopenForm(data, initial=initial, minutes=incident.severity.update_minutes, every_page=composer.every_page)
    return form, AffectedFormSet(data, places=Places(), initial=initial_rows(again))


def draft(composer, form, rows):
    affected = rows.affected() if rows.is_bound else last_ended(composer.incident)
    return draft_of(composer, values_of(composer, form), affected=affected, status=STAGE)


def screen(request, composer, form, rows, *, status=200, **more):
    shown = draft(composer, form, rows) if may_tell(composer) else None
    context = {
        "title": _("Reopen: %(title)s") % {"title": composer.incident.title},
        "composer": composer,
        "incident": composer.incident,
        "form": form,
        "rows": rows,
        "may_tell": may_tell(composer),
        "preview": Preview(shown, composer.incident.title) if shown else None,
        "chosen": str(form["template"].value() or ""),
        "templates": [(STAGE, composer.templates(shown.page).get(STAGE, []))] if shown else [],
        "levels": [(level, level.name.lower(), level.label) for level in Level],
    }
    return staff_page(request, "statuspage/staff/reopen.html", status=status, **context | more)


def post(request, composer):
    form, rows = forms_for(composer, data=request.POST)
    is_right = form.is_valid() & rows.is_valid()
    incident = composer.incident
    if incident.status != Status.RESOLVED or form.cleaned_data.get("version", incident.version) != incident.version:
        return stale(request, composer, form, rows)
    given, affected = form.cleaned_data, [item for item in rows.affected() if item.level != Level.OPERATIONAL]
    tells = bool(given.get("publish")) and may_tell(composer)
    if is_right and tells and not affected:
        rows.forms[0].add_error("component", _("Choose at least one component: customers read what is affected."))
        is_right = False
    if not is_right:
        return screen(request, composer, form, rows, status=REFUSED)
    with refusing.kept() as tried:
        reopen_and_publish(
            incident,
            by=request.user,
            reason=given["reason"],
            affected=affected,
            notice=notice_of(composer, form, affected) if tells else None,
            pages=given["pages"],
            version=given["version"],
        )
    if isinstance(tried.refusal, StaleVersion):
        return stale(request, composer_of(request, incident_or_404(request, incident.public_id)), form, rows)
    if tried.refusal:
        return screen(request, composer, form, rows, status=refusing.refuse(form, tried.refusal))
    messages.success(request, _done(given["pages"] if tells else [], incident))
    return back(incident)


def _done(pages, incident):
    if pages:
        return _("Reopened. Customers read it on %(pages)s.") % {"pages": ", ".join(str(page) for page in pages)}
    if incident.audience == Audience.PUBLIC:
        return _("Reopened. Customers still read Resolved: Support has been asked to tell them.")
    return _("Reopened.")


def stale(request, composer, form, rows):
    """Somebody was quicker: nothing is done, and what was typed is all here."""
    form.data = form.data.copy()
    form.data["version"] = composer.incident.version
    if composer.incident.status != Status.RESOLVED:
        form.add_error(None, not_over(composer.incident))
    return screen(request, composer, form, rows, status=412, is_stale=True)
