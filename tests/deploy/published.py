"""A published tree with every kind of document, as the store writes it."""

from statuspage.documents.document import Document
from statuspage.stores.directory import DirectoryStore

FRONT = b"<h1>All systems work.</h1>" * 400
OTHER = b"<h1>Connectivity</h1>" * 400
MONTH = b"<h1>November</h1>" * 40
BADGE = b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 20
NOT_FOUND = b"<h1>There is nothing here</h1>" * 20
EVENTS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 20
UNAVAILABLE = b"<h1>Not now</h1>" * 40
OWN = "status.own.example"
TYPE = ""  # the store keeps none: servers know it by the ending


def write(root, page_id, *, version="1-1", front=FRONT, month=MONTH):
    DirectoryStore(root).write(
        page_id,
        token=int(version.split("-")[1]),
        version=version,
        hot=[
            Document("index.html", TYPE, front),
            Document("404.html", TYPE, NOT_FOUND),
            Document("503.html", TYPE, UNAVAILABLE),
            Document("history/index.html", TYPE, b"<h1>History</h1>" * 40),
            Document("api/v2/status.json", TYPE, b'{"status": {}}' * 40),
            Document("history.atom", TYPE, b"<feed/>" * 40),
            Document("history.rss", TYPE, b"<rss/>" * 40),
            Document("badge.svg", TYPE, BADGE),
            Document("badge.json", TYPE, b"{}"),
        ],
        permanent=[
            Document("maintenance/index.html", TYPE, b"<h1>December</h1>" * 40),
            Document("maintenance.ics", TYPE, EVENTS),
            Document("maintenance/mnt_abc/index.html", TYPE, b"<h1>Core routers</h1>" * 40),
            Document("maintenance/mnt_abc/maintenance.ics", TYPE, EVENTS),
            Document("components/comp_api/maintenance.ics", TYPE, EVENTS),
            Document("locations/loc_abc/maintenance.ics", TYPE, EVENTS),
            Document("incidents/inc_abc/index.html", TYPE, b"<h1>SMS delayed</h1>" * 40),
            Document("postmortems/rca_abc/index.html", TYPE, b"<h1>Why SMS was delayed</h1>" * 40),
            Document("postmortems/rca_abc.pdf", TYPE, b"%PDF-1.7" * 40),
            Document("history/2026-11/index.html", TYPE, month),
            Document("components/comp_api/index.html", TYPE, b"<h1>API</h1>"),
            Document("components/comp_api/badge.svg", TYPE, BADGE),
            Document("components/comp_api/history.atom", TYPE, b"<feed/>" * 50),
            Document("components/comp_api/history.rss", TYPE, b"<rss/>" * 50),
            Document("components/comp_api/badge.json", TYPE, b"{}"),
            Document("components/index.html", TYPE, b"<h1>All components</h1>" * 40),
        ],
        gone=[],
    )
    DirectoryStore(root).beat(page_id, b'{"at": "2026-11-20T09:15:00Z"}\n')


def publish(root):
    write(root, "sp_a")
    write(root, "sp_b", front=OTHER)
    store = DirectoryStore(root)
    slugs = {"platform": "sp_a", "external": "sp_b"}
    store.write_sites(lambda: {"default": "sp_a", "slugs": slugs, "hosts": {OWN: "sp_b"}})
    store.write_assets(
        [
            Document("assets/page.0a1b.css", TYPE, b"a{}" * 200),
            Document("assets/page.0a1b.js", TYPE, b"1;" * 200),
            Document("assets/logo.0a1b.png", TYPE, b"\x89PNG" * 100),
            Document("assets/mark.0a1b.svg", TYPE, BADGE),
            Document("assets/text.0a1b.woff2", TYPE, b"wOF2" * 100),
        ]
    )
    return root


DOCUMENTS = [
    "/",
    "/index.html",
    "/404.html",
    "/503.html",
    "/history/",
    "/history/index.html",
    "/history/2026-11/",
    "/history.atom",
    "/history.rss",
    "/api/v2/status.json",
    "/badge.svg",
    "/badge.json",
    "/heartbeat.json",
    "/incidents/inc_abc/",
    "/postmortems/rca_abc/",
    "/postmortems/rca_abc.pdf",
    "/components/comp_api/",
    "/components/comp_api/badge.svg",
    "/components/comp_api/history.atom",
    "/components/comp_api/history.rss",
    "/components/comp_api/badge.json",
    "/components/",
    "/maintenance/",
    "/maintenance.ics",
    "/maintenance/mnt_abc/",
    "/maintenance/mnt_abc/maintenance.ics",
    "/components/comp_api/maintenance.ics",
    "/locations/loc_abc/maintenance.ics",
    "/p/platform/",
    "/p/external/",
    "/p/external/history.atom",
    "/p/external/heartbeat.json",
    "/p/external/api/v2/status.json",
    "/p/platform/incidents/inc_abc/",
    "/p/platform/incidents/inc_abc/index.html",
    "/assets/page.0a1b.css",
    "/assets/page.0a1b.js",
    "/assets/logo.0a1b.png",
    "/assets/mark.0a1b.svg",
    "/assets/text.0a1b.woff2",
]
