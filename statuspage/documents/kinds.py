"""Every kind of document that is published: one line each, and everything else follows it.

What draws it, whether it switches with the page or is written by itself, which headers go with it from every server,
whether other sites may read it, how a bucket holds it, what is purged with its subject, and the tables of nginx
(``python -m tools.nginx``). Read it as ``kinds.PUBLISHED``.
"""

from __future__ import annotations

from functools import partial

from statuspage.documents import badges, pieces, pieces_maintenance as maintenance
from statuspage.documents.document import ATOM, CALENDAR, CSS, HTML, JS, JSON, PDF, PNG, RSS, SVG, WOFF2
from statuspage.documents.kind import Caching, Kind, Kinds, Packing, Place
from statuspage.snapshot.values import COMPONENT, INCIDENT, LOCATION, MONTH, POSTMORTEM, POSTMORTEM_PDF, WINDOW

FRONT, NOT_FOUND, UNAVAILABLE = "index.html", "404.html", "503.html"
HEARTBEAT = "heartbeat.json"  # written by statuspage.publishing.heartbeat, each time anew

# What widgets of other sites may read, below the page and with its slash; nginx is told the same.
OF_THE_API, FEEDS, BADGES = "^/api/v2/", r"\.(atom|rss|ics)$", r"/badge\.(svg|json)$"

COMPRESSED, PADDED, AS_IT_IS = Packing.COMPRESSED, Packing.PADDED, Packing.AS_IT_IS
A_MINUTE = Caching.A_MINUTE
hot, permanent = partial(Kind, place=Place.HOT), partial(Kind, place=Place.PERMANENT)
part = partial(Kind, place=Place.PERMANENT, drawn=pieces.of_components, about=COMPONENT)
window = partial(Kind, place=Place.PERMANENT, about=WINDOW)
calendar = partial(Kind, content_type=CALENDAR, packing=PADDED, place=Place.PERMANENT, shared=FEEDS)
asset = partial(Kind, place=Place.ASSETS, caching=Caching.FOR_EVER)
by_query = badges.from_query

# fmt: off
PUBLISHED = Kinds(
    hot("front", FRONT, HTML, COMPRESSED, drawn=pieces.front),
    hot("history", "history/index.html", HTML, COMPRESSED, drawn=pieces.history),
    hot("not_found", NOT_FOUND, HTML, COMPRESSED, drawn=pieces.not_found),
    hot("unavailable", UNAVAILABLE, HTML, COMPRESSED, drawn=pieces.unavailable),
    hot("api", "api/v2/{name}.json", JSON, PADDED, drawn=pieces.api, shared=OF_THE_API),
    hot("atom", "history.atom", ATOM, PADDED, drawn=pieces.feed, shared=FEEDS),
    hot("rss", "history.rss", RSS, PADDED, drawn=pieces.feed, shared=FEEDS),
    hot("badge", "badge.svg", SVG, PADDED, drawn=pieces.badge, caching=A_MINUTE, shared=BADGES, dressed=by_query),
    hot("badge_json", "badge.json", JSON, PADDED, drawn=pieces.badge, caching=A_MINUTE, shared=BADGES),
    permanent("incident", "incidents/{id}/index.html", HTML, COMPRESSED, drawn=pieces.incidents, about=INCIDENT),
    permanent(POSTMORTEM, "postmortems/{id}/index.html", HTML, COMPRESSED, drawn=pieces.postmortems, about=POSTMORTEM),
    permanent(POSTMORTEM_PDF, "postmortems/{id}.pdf", PDF, PADDED, drawn=pieces.pdfs, about=POSTMORTEM_PDF, large=True),
    permanent("month", "history/{id}/index.html", HTML, COMPRESSED, drawn=pieces.months, about=MONTH),
    permanent("component", "components/{id}/index.html", HTML, COMPRESSED, drawn=pieces.components, about=COMPONENT),
    part("part_atom", "components/{id}/history.atom", ATOM, PADDED, shared=FEEDS),
    part("part_rss", "components/{id}/history.rss", RSS, PADDED, shared=FEEDS),
    part("part_badge", "components/{id}/badge.svg", SVG, PADDED, caching=A_MINUTE, shared=BADGES, dressed=by_query),
    part("part_badge_json", "components/{id}/badge.json", JSON, PADDED, caching=A_MINUTE, shared=BADGES),
    window("window", "maintenance/{id}/index.html", HTML, COMPRESSED, drawn=maintenance.pages),
    window("window_ics", "maintenance/{id}/maintenance.ics", CALENDAR, PADDED, drawn=maintenance.events, shared=FEEDS),
    permanent("maintenance", "maintenance/index.html", HTML, COMPRESSED, drawn=maintenance.calendar),
    calendar("ics", "maintenance.ics", drawn=maintenance.file),
    calendar("part_ics", "components/{id}/maintenance.ics", drawn=maintenance.of_components, about=COMPONENT),
    calendar("place_ics", "locations/{id}/maintenance.ics", drawn=maintenance.of_places, about=LOCATION),
    permanent("components", "components/index.html", HTML, COMPRESSED, drawn=pieces.all_components),
    permanent("heartbeat", HEARTBEAT, JSON, PADDED, caching=Caching.NEVER_STORED),
    asset("style", "assets/{file}.css", CSS, COMPRESSED),
    asset("script", "assets/{file}.js", JS, COMPRESSED),
    asset("logo", "assets/{file}.png", PNG, AS_IT_IS),
    asset("drawing", "assets/{file}.svg", SVG, PADDED),
    asset("font", "assets/{file}.woff2", WOFF2, AS_IT_IS),
)
# fmt: on
