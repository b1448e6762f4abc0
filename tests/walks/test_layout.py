"""Every screen in a real browser, in the windows that people have: nothing overlaps, is cut or too small to hit."""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from tests import layout
from tests.driving import chromium
from tests.walks import addresses, walking

pytestmark = pytest.mark.browser
SHARE = 0.1  # of the other screens, in each run of the suite
ALWAYS = {
    "admin:index", "admin:incidents_incident_change", "admin:incidents_incident_report", "statuspage_staff:confirm",
    "statuspage_staff:composer", "statuspage_staff:new_incident", "statuspage_staff:correct",
    "statuspage_staff:withdraw", "statuspage_staff:plan_window", "statuspage_staff:move_window",
    "statuspage_staff:amend_window", "maintenance_staff:window", "admin:incidents_incident_reopen",
    "admin:incidents_incident_merge", "admin:incidents_incident_facts", "admin:incidents_incident_impacts",
    "postmortems_staff:write", "postmortems_staff:review", "postmortems_staff:record", "postmortems_staff:document",
}  # fmt: skip


def test_every_screen_fits_its_window(world):
    """Of staff: the pages of readers, with their forms, have looks of their own (``test_browser_pages``). With large
    letters those of ALWAYS; forms and lists that Unfold makes do not give way to them everywhere yet."""
    every = [each for each in addresses.addresses(world) if each.about == "open" and each.path.startswith("/admin/")]
    every = [each for each in every if "logout" not in each.name]
    drawn = [each for each in every if each.name in ALWAYS]
    drawn += walking.draw([each for each in every if each.name not in ALWAYS], SHARE, salt="layout")
    client = walking.client_of(world, "everything")
    read = {each.path: walking.ask(client, "get", each.path) for each in drawn}
    screens = {path: each.body for path, each in read.items() if each.status == 200 and "<main" in each.body}
    with chromium() as browser:  # after the last query: the loop of Playwright has connections of its own
        page = browser.new_context(base_url="http://testserver", reduced_motion="reduce").new_page()
        page.route("**/*", lambda route: _answer(route, screens))
        found = []
        large = {each.path for each in drawn if each.name in ALWAYS}
        for path in screens:
            page.goto(path)
            faults = layout.at_every_width(page, least=layout.TARGET, with_large_letters=path in large)
            found += [f"{path} {fault}" for fault in faults]
    walking.judge(found, "layout")


def _answer(route, screens):
    """What was read, with the static files; fragments that scripts ask for do not come."""
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        route.fulfill(path=finders.find(path.removeprefix("/static/")))
    elif route.request.is_navigation_request():
        route.fulfill(content_type="text/html", body=screens[path])
    else:
        route.abort()
