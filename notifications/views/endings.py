"""What readers who were told of something would hear of its end, before a person brings it about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from incidents import markdown
from incidents.choices import Audience
from incidents.models import Incident, IncidentUpdate
from notifications.announcements import forecast
from notifications.choices import Event
from notifications.content import incident_endings, postmortem_withdrawn
from notifications.content.incident_update import Json
from notifications.messages.notice import notice
from notifications.messages.outgoing import News
from notifications.messages.report import report
from notifications.sending.outgoing import dress_of
from notifications.views.said import said
from postmortems.models import Postmortem
from statuspage.models import Page
from statuspage.snapshot import layout


def of_withdrawal(update: IncidentUpdate) -> dict[str, Any]:
    incident = update.incident
    pages = layout.pages_of(incident) if incident.audience == Audience.PUBLIC else []
    found = forecast.forecast_ending(incident, pages, of=update)
    if found.is_nobody:
        return said(found, nobody=_("Nobody outside was told of this update, so nobody is told now."))
    content = incident_endings.of_withdrawal(update, pages[:1])
    return said(found) | _shown(Event.INCIDENT_WITHDRAWN, content, pages[0])


def of_merge(incident: Incident, into: Incident) -> dict[str, Any]:
    pages = layout.pages_of(incident) if incident.audience == Audience.PUBLIC else []
    found = forecast.forecast_ending(incident, pages)
    if found.is_nobody:
        return said(found, nobody=_("Nobody outside was told of this incident, so nobody is told now."))
    content = incident_endings.of_merge(incident, into, pages[:1], named_on=pages)
    return said(found) | _shown(Event.INCIDENT_MERGED, content, pages[0])


def of_removal(incident: Incident, pages: list[Page], audiences: Sequence[Audience]) -> dict[str, Any]:
    """For each audience that it may come to have. ``usual``: whether the pages tell of it, where nobody says."""
    found = forecast.forecast_removal(incident, pages)
    if found.is_nobody:
        return said(found, nobody=_("Nobody outside waits for the end of it, so nobody is told now."))
    endings = []
    for audience in audiences:
        content = incident_endings.of_removal(incident, pages[:1], at=timezone.now(), audience=audience)
        becomes = Audience(audience).label if len(audiences) > 1 else ""
        endings.append(_shown(Event.INCIDENT_REMOVED, content, pages[0]) | {"becomes": becomes})
    return said(found) | {"endings": endings, "usual": any(page.tell_withdrawals for page in pages)}


def of_withdrawn_postmortem(postmortem: Postmortem) -> dict[str, Any]:
    """Without the reason, which nobody has written yet."""
    found = forecast.forecast_withdrawn_postmortem(postmortem)
    version = postmortem.versions.standing().first()
    if found.is_nobody or version is None:
        return said(found, nobody=_("Nobody outside was told of this post-mortem, so nobody is told now."))
    page = layout.pages_of(postmortem.incident)[0]
    with translation.override(page.language):
        content = postmortem_withdrawn.of_withdrawal(version, [page])
        words = report(News("", Event.POSTMORTEM_WITHDRAWN, content), dress_of(page), ZoneInfo(page.time_zone), "")
        return said(found) | {"notice": words, "body": markdown.render(words.body), "page": page}


def _shown(event: Event, content: Json, page: Page) -> dict[str, Any]:
    """As the first of its pages says it, in its language and zone."""
    dress = dress_of(page)
    with translation.override(page.language):
        words = notice(News("", event, content), dress, ZoneInfo(page.time_zone), "")
        return {"notice": words, "body": markdown.render(words.body), "page": page}
