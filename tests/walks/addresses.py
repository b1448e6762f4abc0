"""Every address there is, from the resolver, each filled with something open, something restricted and nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.urls import get_resolver, reverse

from notifications import links
from tests.walks.world import World, announcement_of

NOWHERE = {
    "inc": "inc_000000000000",
    "irf": "irf_000000000000",
    "evd": "evd_000000000000",
    "rca": "rca_000000000000",
    "act": "act_000000000000",
    "upd": "upd_000000000000",
    "ann": "ann_000000000000",
    "mnt": "mnt_000000000000",
    "apr": "apr_000000000000",
    "pk": "987654321",
}


@dataclass(frozen=True)
class Address:
    """``about`` is "open", "restricted" or "nowhere"; the last two must look the same to whoever may not see it."""

    name: str
    path: str
    about: str = "open"


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    return sorted(_routes(get_resolver().url_patterns), key=lambda route: (route.name, route.pattern))


def _routes(patterns, names="", before="") -> Iterator[Route]:
    for each in patterns:
        pattern = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from _routes(each.url_patterns, f"{names}{each.namespace}:" if each.namespace else names, pattern)
        else:
            parameters = re.findall(r"<(?:[a-z]+:)?(\w+)>", pattern)
            yield Route(f"{names}{each.name or '?'}", pattern, tuple(parameters))


def addresses(world: World) -> list[Address]:
    fills = fills_of(world)
    return [each for route in routes() for each in fill(route, world, fills)]


def fill(route: Route, world: World, fills: list[tuple[str, dict[str, list]]]) -> list[Address]:
    """Raises ``LookupError`` where nobody has said yet what stands for a parameter of this route."""
    if route.name in (fixed := _written_out(world)):
        return [Address(route.name, fixed[route.name])]
    if not route.parameters:
        return [Address(route.name, reverse(route.name))]
    for pattern, choices in fills:
        if re.fullmatch(pattern, route.name):
            return [
                Address(route.name, reverse(route.name, kwargs=dict(zip(route.parameters, values, strict=True))), about)
                for about, values in choices.items()
            ]
    raise LookupError(f"{route.name} ({route.pattern}): say in tests/walks/addresses.py what fills it.")


def _written_out(world: World) -> dict[str, str]:
    """What answers for all that no other address does."""
    return {
        "admin:?": "/admin/nothing/at/all/",
        "subscriptions:of_a_page:nowhere": f"/p/{world.page.slug}/subscribe/anything/else/",
        "subscriptions:of_the_default_page:nowhere": "/subscribe/anything/else/",
    }


def fills_of(world: World) -> list[tuple[str, dict[str, list]]]:
    """What fills the parameters of a route, in their order, by the route's name; the first that fits counts."""
    both = {"open": world.open, "restricted": world.restricted}

    def of_incident(*beside):
        found = {about: [row.public_id, *(of(row) for of in beside)] for about, row in both.items()}
        return found | {"nowhere": [NOWHERE["inc"], *(NOWHERE["pk"] for _of in beside)]}

    def of_announcement(*beside):
        found = {about: [announcement_of(row).public_id, *(of(row) for of in beside)] for about, row in both.items()}
        return found | {"nowhere": [NOWHERE["ann"], *(NOWHERE["pk"] for _of in beside)]}

    def of_postmortem(*beside):
        rows = {about: row.postmortem for about, row in both.items()}
        found = {about: [row.public_id, *(of(row) for of in beside)] for about, row in rows.items()}
        return found | {"nowhere": [NOWHERE["rca"], *(1 for _of in beside)]}

    def file_of(row):
        return row.renderings.get().key

    updates = {about: [world.update_of(row).public_id] for about, row in both.items()}
    token, page = links.token(world.subscriber.public_id), world.page
    mutes = {about: [token, row.public_id] for about, row in both.items()} | {"nowhere": [token, NOWHERE["inc"]]}
    slugged = {about: [page.slug, *values] for about, values in mutes.items()}

    def of_record(*beside):
        found = {about: [row.postmortem.records.get().public_id, *beside] for about, row in both.items()}
        return found | {"nowhere": [NOWHERE["irf"], *beside]}

    evidence = {about: [row.postmortem.evidence.get().public_id] for about, row in both.items()}
    breaches = {about: [world.breach_of(row).pk] for about, row in both.items()} | {"nowhere": [NOWHERE["pk"]]}
    items = {about: [world.item_of(row).key] for about, row in both.items()} | {"nowhere": [NOWHERE["act"]]}
    draft, scheduled = (
        {"open": [row.public_id], "nowhere": [NOWHERE["mnt"]]} for row in (world.draft, world.scheduled)
    )
    found = [
        (r"maintenance_staff:approval", {"open": [world.approval.public_id], "nowhere": [NOWHERE["apr"]]}),
        (r"maintenance_staff:act", {"open": [world.scheduled.public_id, "update"], "nowhere": [NOWHERE["mnt"], "end"]}),
        (r"maintenance_staff:notice_.*", {"open": [world.notice.public_id], "nowhere": ["opn_000000000000"]}),
        (r"maintenance_staff:link", of_incident()),
        (r"maintenance_staff:.*", {"open": [world.running.public_id], "nowhere": [NOWHERE["mnt"]]}),
        (r"statuspage_staff:series(_act)?", {"open": [world.series.public_id], "nowhere": ["ser_000000000000"]}),
        (r"statuspage_staff:(edit_window|count_draft)", draft),
        (r"statuspage_staff:(move_window|count_move|amend_window)", scheduled),
        (r"admin:incidents_incident_impact", of_incident(lambda row: world.impact_of(row).pk)),
        (r"admin:promise_explain", breaches),
        (r"admin:incidents_incident_.*", of_incident()),
        (r"postmortems_staff:action_item", items),
        (r"postmortems_staff:begin", of_incident()),
        (r"postmortems_staff:version", of_postmortem(lambda row: 1)),
        (r"postmortems_staff:resolve_comment", of_postmortem(lambda row: row.comments.get().pk)),
        (r"postmortems_staff:(?!start)(\w+_record|record|attach_evidence)", of_record()),
        (r"postmortems_staff:record_section", of_record("timeline")),
        (r"postmortems_staff:evidence", evidence | {"nowhere": [NOWHERE["evd"]]}),
        (r"postmortems_staff:calendar_feed", {"open": [world.calendar.token], "nowhere": ["forged.token"]}),
        (r"postmortems_staff:.*", of_postmortem()),
        (r"statuspage_staff:(correct|withdraw)|notifications_staff:call_back", updates | {"nowhere": [NOWHERE["upd"]]}),
        (r"statuspage_staff:new_incident|notifications_staff:(mail_sample|test_message)", {"open": [page.public_id]}),
        (r"statuspage_staff:postmortem_file(_again)?", of_postmortem(file_of)),
        (r"statuspage_staff:postmortem_export", of_postmortem(lambda row: "md")),
        (r"statuspage_staff:postmortem_.*", of_postmortem()),
        (r"notifications_staff:recipients|statuspage_staff:.*", of_incident()),
        (r"notifications_staff:(delivery|replay)", of_announcement(lambda row: world.delivery_of(row).pk)),
        (r"notifications_staff:(mail|mail_page)", {"nowhere": ["00000000000000000000-00000000"]}),
        (r"notifications_staff:.*", of_announcement()),
        (r"admin:invitation", {"nowhere": ["MQ", "c0ffee-0123456789abcdef0123456789abcdef"]}),
        (r"admin:address", {"open": [world.address_link], "nowhere": ["forged"]}),
        (r"admin:address_cancel", {"open": [world.everything.pk], "nowhere": [NOWHERE["pk"]]}),
        (r"admin:app_list", {"open": ["incidents"]}),
        (r"subscriptions:of_the_default_page:mute", mutes),
        (r"subscriptions:of_a_page:mute", slugged),
        (r"subscriptions:of_a_page:confirm", {"nowhere": [page.slug, "forged"]}),
        (r"subscriptions:of_the_default_page:confirm", {"nowhere": ["forged"]}),
        (
            r"subscriptions:of_a_page:(manage|leave|forget)",
            {"open": [page.slug, token], "nowhere": [page.slug, "sub_x.y"]},
        ),
        (r"subscriptions:of_the_default_page:(manage|leave|forget)", {"open": [token], "nowhere": ["sub_x.y"]}),
        (r"subscriptions:of_a_page:.*", {"open": [page.slug]}),
    ]
    return [*found, *_of_models()]


def _of_models() -> Iterator[tuple[str, dict[str, list]]]:
    """Screens of one row of a registered model."""
    for model in admin.site._registry:
        row = model._default_manager.order_by("pk").first()
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_.*"
        yield name, {"open": [row.pk], "nowhere": [NOWHERE["pk"]]}
