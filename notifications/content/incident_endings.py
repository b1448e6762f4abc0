"""What subscribers who were told of something hear when it does not stand any more: an update that was withdrawn, an
incident that goes on in another one, or that their page does not show any more. Frozen as an update is
(:mod:`notifications.content.incident_update`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from incidents.choices import Audience, SeverityLevel, Status
from incidents.models import Incident, IncidentUpdate
from incidents.plain_text import plain
from notifications.content import incident_before, incident_update, on_page
from notifications.content.incident_update import Json
from notifications.messages import endings
from statuspage.documents import state, words
from statuspage.documents.times import stamp
from statuspage.models import Page
from statuspage.snapshot import values
from statuspage.snapshot.load import load
from statuspage.snapshot.merged import continued, last_word_id


def of_withdrawal(update: IncidentUpdate, pages: list[Page]) -> Json:
    """What stands in its place: the newest update besides it. Where there is none, nothing does, and a program that
    opened something for it may close it. Of one that still stands: as it would be, withdrawn now."""
    incident, at = update.incident, stamp(update.withdrawn_at or timezone.now())
    standing = incident.updates.visible().exclude(pk=update.pk)
    if last := standing.first():
        content = incident_update.of_update(last, pages, is_correction=False)
        content |= {"updates": (past := incident_update.past(standing)), "promised_at": past[0]["promised_at"]}
    else:
        content = _over(incident, at) | {"pages": {page.public_id: _gone(page, incident, at) for page in pages}}
    taken_back = {"id": update.public_id, "status": update.status, "posted_at": stamp(update.posted_at)}
    return content | {"posted_at": at, "withdrawn": taken_back}


def of_merge(incident: Incident, into: Incident, pages: list[Page], *, named_on: Collection[Page]) -> Json:
    """Where it goes on, as each page may say it: on those of ``named_on`` the other one stands too. Programs read it
    as resolved, with that as its last word. Of one that is still open: as it would be, merged now."""
    at = stamp(incident.merged_at or timezone.now())
    return _over(incident, at) | {
        "updates": incident_update.past(incident.updates.visible()),
        "pages": {page.public_id: _merged(page, incident, into if page in named_on else None, at) for page in pages},
    }


def of_removal(incident: Incident, pages: list[Page], *, at: datetime, audience: str = "") -> Json:
    """That these pages do not show it any more; nothing that may have been written since. Of one that is restricted no
    more than the address that they know. ``audience``: as it would be, if it became that."""
    is_closed = (audience or incident.audience) == Audience.RESTRICTED
    content = _over(incident, stamp(at))
    if is_closed:
        content |= {"title": "", "impact": "none", "started_at": content["posted_at"]}
    here = {page.public_id: _removed(page, incident, stamp(at), is_closed=is_closed) for page in pages}
    return content | {"pages": here}


def _over(incident: Incident, at: str) -> Json:
    """For programs it is resolved: they know no other end."""
    return {
        "title": incident.title,
        "incident": incident.public_id,
        "update": "",
        "status": Status.RESOLVED.value,
        "severity": incident.severity_id,
        "impact": SeverityLevel(incident.severity_id).name.lower(),
        "body": "",
        "promised_at": None,
        "started_at": stamp(incident.started_at),
        "posted_at": at,
        "resolved_at": at,
        "is_correction": False,
        "reopens": False,
        "updates": [],
        "places": [],
    }


def _gone(page: Page, incident: Incident, at: str) -> Json:
    """The page shows nothing of it any more."""
    here, shot, level = _here(page)
    here |= {"incident_url": _address(shot, incident)} | incident_before.as_told(page, incident, shot, level, at)
    with translation.override(page.language):
        body = _("What was published of this incident was withdrawn.")
    return here | {"last_word": _last_word(incident, body, at)}


def _removed(page: Page, incident: Incident, at: str, *, is_closed: bool) -> Json:
    here, shot, level = _here(page)
    url = _address(shot, incident)
    with translation.override(page.language):
        body = endings.not_shown(shot.page.title, url)
        here |= {"incident_url": url, "last_word": _last_word(incident, body, at)}
        if is_closed:
            return here | {"title": _("An incident that we told you of")}
        return here | incident_before.as_told(page, incident, shot, level, at)


def _merged(page: Page, incident: Incident, into: Incident | None, at: str) -> Json:
    """Its last word on this page and, of the one where it goes on, what is known and promised there."""
    here, shot, level = _here(page)
    here |= on_page.seen(shot, level, incident.pk) | {"incident_url": _address(shot, incident)}
    with translation.override(page.language):
        title = plain(into.title) if into else ""
        here |= {"last_word": _last_word(incident, continued(title, _address(shot, into) if into else ""), at)}
        return here | ({"goes_on": _goes_on(shot, into)} if into else {})


def _here(page: Page) -> tuple[Json, values.Snapshot, state.State]:
    """How the page as a whole stands with it."""
    shot = load(page.pk, touched={}, now=timezone.now())
    level = state.derive(shot)
    return on_page.whole(shot, level) | {"states": [], "scope": ""}, shot, level


def _last_word(incident: Incident, body: str, at: str) -> Json:
    """As one more of its updates."""
    row = {"id": last_word_id(incident.public_id), "status": Status.RESOLVED.value, "body": body, "posted_at": at}
    return row | {"changed_at": at, "promised_at": None, "reopens": False}


def _goes_on(shot: values.Snapshot, into: Incident) -> Json:
    last = incident_update.past(into.updates.visible())[0]
    return {
        "id": into.public_id,
        "title": plain(into.title),
        "url": _address(shot, into),
        "stage": words.stage(Status(last["status"]), reopens=last["reopens"]),
        "promised_at": last["promised_at"],
    }


def _address(shot: values.Snapshot, incident: Incident) -> str:
    return f"{shot.page.url}incidents/{incident.public_id}/"
