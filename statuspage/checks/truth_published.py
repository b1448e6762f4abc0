"""Reads what readers read, and looks for what they may not, and for colours that no fact explains."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape

from django.utils.translation import gettext as _

from incidents import tree
from incidents.choices import ComponentState, Level, Status
from incidents.maintenance.choices import Expected
from incidents.maintenance.models import Window, WindowImpact, WindowUpdate
from incidents.models import Component, Impact, Incident, IncidentUpdate, Pin
from statuspage import stores
from statuspage.documents import api_v2, badges
from statuspage.models import Page, PublishState
from statuspage.snapshot import layout
from statuspage.snapshot.maintenance import standing_on as windows_on
from statuspage.snapshot.merged import last_word_id
from statuspage.snapshot.postmortems import standing_on, withdrawn_on
from statuspage.snapshot.report import update_id

BEHIND = timedelta(seconds=30)  # publishing takes less than one; this is not a slow moment any more
IDS = re.compile(rb"\b(?:inc|upd|rca|mnt)_[a-z0-9]{12}\b|\bcomp_[a-z0-9][a-z0-9_-]*\b")
STATES = {word: state for state, word in api_v2.COMPONENT.items() if state != ComponentState.UNKNOWN}


def published(now: datetime) -> Iterator[str]:
    """What stands in the published bytes of each page, against the facts."""
    pages = list(Page.objects.all())
    named = layout.component_ids(pages)
    behind = {state.page_id: state for state in PublishState.objects.behind()}
    for page in pages:
        state = behind.get(page.pk)
        if state is None:
            yield from _states(page, named[page.pk], now)
            yield from _names(page, named[page.pk])
        elif state.wanted_since and now - state.wanted_since > BEHIND:
            yield _("%(page)s has not been published for %(seconds)d s: %(error)s") % {
                "page": page,
                "seconds": (now - state.wanted_since).total_seconds(),
                "error": state.last_error or _("no reason is known"),
            }


def _states(page: Page, named: set[int], now: datetime) -> Iterator[str]:
    """Each component is published as bad as the worst of what covers it or lies below it, and no worse."""
    body = stores.current().read(page.public_id, "api/v2/components.json")
    if body is None:
        return
    shown = {row["id"]: STATES.get(row["status"]) for row in json.loads(body)["components"]}
    components = {c.pk: c for c in Component.objects.filter(pk__in=named)}
    derived = _derived(page, named, now)
    for pk, component in components.items():
        state = shown.get(component.public_id)
        if state is None or state == derived[pk]:
            continue
        yield _("%(page)s shows %(component)s as %(shown)s, and the facts say %(derived)s.") % {
            "page": page,
            "component": component,
            "shown": state.label.lower(),
            "derived": derived[pk].label.lower(),
        }
    right = {pk: c for pk, c in components.items() if shown.get(c.public_id) == derived[pk]}
    yield from _badges(page, right, derived)


def _badges(page: Page, components: dict[int, Component], derived: dict[int, ComponentState]) -> Iterator[str]:
    """A component's badge is written when the component is touched: one that was forgotten would lie for ever."""
    store = stores.current()
    for pk, component in components.items():
        body = store.read(page.public_id, f"components/{component.public_id}/badge.json")
        color, state = json.loads(body)["color"] if body else None, derived[pk]
        unknown = [] if state.is_troubled else [badges.COLOR[ComponentState.UNKNOWN]]
        if color not in (None, badges.COLOR[state], *unknown):
            yield _("The badge of %(component)s on %(page)s is %(color)s, and the facts say %(derived)s.") % {
                "component": component,
                "page": page,
                "color": color,
                "derived": state.label.lower(),
            }


def _derived(page: Page, named: set[int], now: datetime) -> dict[int, ComponentState]:
    """The worst open impact of the page's incidents, running window or pin, that covers a component or lies below."""
    parents = tree.parents()
    on_page = Incident.objects.public().filter(listed__page=page)
    levels = [
        *Impact.objects.open().filter(incident__in=on_page).values_list("component_id", "level"),
        *Pin.objects.running(now).values_list("component_id", "level"),
    ]
    running = WindowImpact.objects.filter(window__in=windows_on(page).running())
    causes = [(pk, Level(level).state) for pk, level in levels]
    causes += [(pk, Expected(expected).state) for pk, expected in running.values_list("component_id", "expected")]
    own = dict.fromkeys(parents, ComponentState.OPERATIONAL)
    for pk, state in causes:
        own[pk] = max(own[pk], state)
    lines = {pk: tree.line(pk, parents) for pk in parents}
    covered = {pk: max(own[above] for above in lines[pk]) for pk in parents}
    worst = dict(covered)
    for pk in named:
        for above in lines[pk]:
            worst[above] = max(worst[above], covered[pk])
    return worst


def _names(page: Page, named: set[int]) -> Iterator[str]:
    """No byte of the page, and no name of a file, tells of what readers of this page may not know."""
    on_page = Incident.objects.public().filter(listed__page=page)
    updates = IncidentUpdate.objects.visible().filter(incident__in=on_page)
    rows = (*standing_on(page).defer("content"), *withdrawn_on(page))
    reports = [version.postmortem.public_id for version in rows]
    windows = windows_on(page)
    allowed = {
        *windows.values_list("public_id", flat=True),
        *WindowUpdate.objects.filter(window__in=windows).values_list("public_id", flat=True),
        *on_page.values_list("public_id", flat=True),
        *updates.values_list("public_id", flat=True),
        *map(last_word_id, on_page.filter(status=Status.MERGED).values_list("public_id", flat=True)),
        *Component.objects.filter(pk__in=named).values_list("public_id", flat=True),
        *reports,
        *map(update_id, reports),
    }
    hidden = Incident.objects.exclude(pk__in=Incident.objects.public())
    told = set(Incident.objects.public().values_list("title", flat=True))
    unknown = Window.objects.exclude(pk__in=Window.objects.public())
    told |= set(Window.objects.public().values_list("title", flat=True))
    titles = {
        form: public_id
        for public_id, title in (*hidden.values_list("public_id", "title"), *unknown.values_list("public_id", "title"))
        if title not in told
        for form in _forms(title)
    }
    store = stores.current()
    for where in sorted(store.paths(page.public_id)):
        body = store.read(page.public_id, where) or b""
        found = {match.decode() for match in IDS.findall(body + b"\n" + where.encode())} - allowed
        found |= {public_id for form, public_id in titles.items() if form in body}
        for public_id in sorted(found):
            yield _("%(page)s names %(id)s in %(where)s, which its readers may not know.") % {
                "page": page,
                "id": public_id,
                "where": where,
            }


def _forms(title: str) -> set[bytes]:
    """The ways in which a title may stand in HTML, JSON and feeds."""
    plain = {title, escape(title), escape(escape(title)), escape(title, quote=False)}
    return {form.encode() for form in plain} | {json.dumps(title)[1:-1].encode()}
