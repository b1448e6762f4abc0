"""What axe finds wrong with the page that a browser shows, and whether it fits."""

from axe_playwright_python.sync_playwright import Axe

OPTIONS = {"resultTypes": ["violations"], "preload": False}  # no rule that is tried reads stylesheets of its own
SEVERE = ("serious", "critical")


def faults(page, impacts=()):
    """The rule and the elements of each thing that is wrong: of these impacts, or of any."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]])
        for rule in found
        if not impacts or rule["impact"] in impacts
    ]


def fits(page):
    """It does not scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")
