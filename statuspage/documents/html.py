"""The pages that people read. Links are relative, so that they hold at ``/``, at ``/p/<slug>/`` and on any host."""

from __future__ import annotations

import re
from dataclasses import replace

from django.template.loader import render_to_string
from django.utils.translation import get_language_info, gettext as _

from incidents.choices import ComponentState, Level
from statuspage.documents import (
    component_view,
    grid,
    incident_view,
    past,
    report_view,
    shared,
    times,
    tree,
    window_view,
    words,
)
from statuspage.documents.document import HTML, Document, rendering
from statuspage.documents.state import State
from statuspage.snapshot.page import Page
from statuspage.snapshot.report import Report, Withdrawn
from statuspage.snapshot.values import Impact, Incident, Month, Snapshot

KEY = (*(level.state for level in Level), ComponentState.MAINTENANCE, ComponentState.UNKNOWN)


def front(snapshot: Snapshot, state: State, path: str) -> Document:
    leads = []
    for each in snapshot.open:
        with rendering(f"incident {each.id}"):
            leads.append(incident_view.lead(snapshot, each, state))
    total = sum(1 for _leaf in snapshot.tree.all_leaves())
    groups = sum(1 for pk in snapshot.tree.roots if snapshot[pk].children)
    overall = words.overall(snapshot.tree, state.components)
    over = [each for each in snapshot.recent if each.ended_at and not each.merged]
    ended = {each.ended_at: each for each in over} if not leads and state.worst <= ComponentState.MAINTENANCE else {}
    context: dict[str, object] = {
        "leads": leads,
        "mark": words.mark(state.worst),
        "overall": overall,
        "unexplained": None if leads else _unexplained(snapshot, state),
        "last": ended[max(ended)] if ended else None,
        "last_ended": times.near(max(ended), snapshot.now, snapshot.page.zone) if ended else None,
        "grid": grid.of_page(snapshot, state),
        "listing": tree.front(snapshot, state),
        "total": total,
        "groups": groups,
        "first_day": _first_day(state),
        "key": [words.mark(each) for each in KEY],
        "past": past.days(snapshot),
        "maintenance": window_view.strip(snapshot),
        "past_maintenance": window_view.past(snapshot),
        "has_history": bool(snapshot.months),
    }
    headline = leads[0].title if leads else overall
    title = f"{leads[0].flag}: {headline}" if leads else headline.rstrip(".")
    context |= {"title": title, "description": _description(leads, overall)}
    try:
        return whole_page(snapshot, "front", path, **context)
    except Exception:
        _blame(snapshot, leads, path, context)
        raise


def _blame(snapshot: Snapshot, leads: list[incident_view.Lead], path: str, context: dict[str, object]) -> None:
    """Find the incident that a template fails on, by drawing each alone."""
    alone: list[tuple[str, dict[str, object]]] = [(lead.id, {"leads": [lead], "past": []}) for lead in leads]
    for row in past.days(snapshot):
        alone += [(entry.id, {"leads": [], "past": [replace(row, entries=(entry,))]}) for entry in row.entries]
    for public_id, shown in alone:
        with rendering(f"incident {public_id}"):
            whole_page(snapshot, "front", path, **context | shown)


def incident(snapshot: Snapshot, incident: Incident, state: State | None, path: str) -> Document:
    """``state``: of an open one."""
    view = incident_view.whole(snapshot, incident, state)
    description = _("%(title)s, since %(time)s.") if view.since else _("%(title)s, began %(time)s.")
    description %= {"title": incident.title, "time": view.since or view.started}
    return whole_page(
        snapshot, "incident", path, title=f"{view.flag}: {incident.title}", description=description, incident=view
    )


def postmortem(snapshot: Snapshot, report: Report, path: str) -> Document:
    view = report_view.whole(snapshot, report)
    return whole_page(
        snapshot,
        "postmortem",
        path,
        title=_("%(kind)s: %(title)s") % {"kind": view.o.kind, "title": report.title},
        description=view.o.description,
        report=view,
        o=view.o,
    )


def withdrawn(snapshot: Snapshot, each: Withdrawn, path: str) -> Document:
    """Where a post-mortem stood."""
    title, at = _("This post-mortem was withdrawn."), times.day_and_hour(each.at, snapshot.page.zone, year=True)
    return whole_page(snapshot, "withdrawn", path, title=title, description=title, withdrawn=each, at=at, canonical="")


def component(snapshot: Snapshot, state: State, pk: int, path: str) -> Document:
    view = component_view.whole(snapshot, state, pk)
    return whole_page(
        snapshot,
        "component",
        path,
        title=f"{view.name}: {view.mark.word}",
        description=view.bar.sentence,
        component=view,
    )


def components(snapshot: Snapshot, state: State, path: str) -> Document:
    """All that the page names, where they are too many for its front."""
    overall = words.overall(snapshot.tree, state.components)
    return whole_page(
        snapshot,
        "components",
        path,
        title=_("All components"),
        description=overall,
        mark=words.mark(state.worst),
        overall=overall,
        listing=tree.below(snapshot, state, snapshot.tree.roots),
        first_day=_first_day(state),
    )


def history(snapshot: Snapshot, path: str) -> Document:
    """The newest month, and the way to all others."""
    newest = snapshot.months[0] if snapshot.months else None
    return _month(snapshot, newest, path, months=snapshot.months)


def month(snapshot: Snapshot, month: Month, path: str) -> Document:
    return _month(snapshot, month, path, months=())


def _month(snapshot: Snapshot, shown: Month | None, path: str, *, months: tuple[Month, ...]) -> Document:
    name = times.month_name(*shown) if shown else ""
    links = [(f"{year:04}-{number:02}", times.month_name(year, number)) for year, number in months]
    return whole_page(
        snapshot,
        "history",
        path,
        title=_("Incidents, %(month)s") % {"month": name} if name else _("Incident history"),
        description=_("What happened, day by day."),
        month=name,
        past=past.month(snapshot, shown) if shown else [],
        months=links,
    )


def not_found(snapshot: Snapshot, path: str) -> Document:
    title, text = _("No page at this address"), _("There is no page at this address.")
    return _anywhere(snapshot, "not_found", path, title, text)


def unavailable(snapshot: Snapshot, path: str) -> Document:
    """For a form of the page that does not answer."""
    title, text = _("Not available"), _("This part does not answer at the moment.")
    return _anywhere(snapshot, "unavailable", path, title, text)


def _anywhere(snapshot: Snapshot, template: str, path: str, title: str, text: str) -> Document:
    """Served at any depth, so its links begin at the root."""
    return whole_page(snapshot, template, path, title=title, description=text, base=snapshot.page.root, canonical="")


def whole_page(snapshot: Snapshot, template: str, path: str, **context: object) -> Document:
    """Drawn from a template, in the page's dress."""
    page = snapshot.page
    base = str(context.pop("base", "")) or "../" * path.count("/") or "./"
    context = {"canonical": page.url + path.removesuffix("index.html")} | dress(page, base=base) | context
    context["is_front"] = template == "front"
    text = render_to_string(f"statuspage/page/{template}.html", context)
    return Document(path, HTML, tight(text))


def dress(page: Page, *, base: str) -> dict[str, object]:
    """What ``statuspage/base.html`` needs beside title and description. ``base`` leads to the page's front."""
    language = get_language_info(page.language)
    return {
        "page": page,
        "direction": "rtl" if language["bidi"] else "ltr",
        "base": base,
        "assets": shared.addresses(page.brand_color),
        "zone": _zone(page),
    }


def tight(text: str) -> bytes:
    """Without the space that only people who write templates need."""
    return re.sub(r"\s*\n\s*", "\n", text).strip().encode() + b"\n"


def _first_day(state: State) -> str:
    return times.bare_day(next(iter(state.days.values()))[0].date) if state.days else ""


def _zone(page: Page) -> str:
    key = page.zone.key
    return (
        _("All times are UTC.")
        if key in ("UTC", "Etc/UTC")
        else _("All times are in %(zone)s.") % {"zone": key.replace("_", " ")}
    )


def _description(leads: list[incident_view.Lead], overall: str) -> str:
    if not leads:
        return overall
    if leads[0].is_late:
        return _("%(scope)s. The next update is late.") % {"scope": leads[0].scope.affected or leads[0].title}
    if leads[0].promised:
        scope = leads[0].scope.affected or leads[0].title
        return _("%(scope)s. Next update by %(time)s.") % {"scope": scope, "time": leads[0].promised}
    return leads[0].scope.affected or overall


def _unexplained(snapshot: Snapshot, state: State) -> dict[str, object] | None:
    """Something is broken and no incident has been published for it: a pin, as a rule. Maintenance was announced."""
    if state.worst <= ComponentState.MAINTENANCE:
        return None
    running: list[Impact] = [impact for found in state.running.values() for impact in found]
    worst = [impact for impact in running if impact.state == state.worst]
    scope = words.scope(snapshot, running, elsewhere=state.components)
    return {
        "title": _("%(level)s: %(names)s") % {"level": state.worst.label, "names": scope.affected},
        "since": times.near(min(impact.started_at for impact in worst), snapshot.now, snapshot.page.zone),
        "scope": scope,
    }
