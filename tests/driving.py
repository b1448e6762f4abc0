"""What tests that drive the product in a real browser share: people of the demo, signed in, and what they press.

``PICTURES=<folder>`` keeps every screen that a test looks at.
"""

import os
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.accessibility import SEVERE, faults

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = os.environ.get("PICTURES")


@contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Staff:
    """One person of the demo, signed in."""

    def __init__(self, product, chromium, name):
        self.product = product
        self.base = f"http://127.0.0.1:{product.port}"
        self.page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        self.page.set_default_timeout(15_000)
        self.sign_in(name)

    def sign_in(self, name):
        listed = (self.product.data / "demo-logins.txt").read_text().splitlines()
        logins = dict(line.split()[:2] for line in listed if line.strip())
        self.go("/admin/login/")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", logins[name])
        self.press("Sign in")

    def go(self, path):
        self.page.goto(f"{self.base}{path}")

    def press(self, name):
        """Press the button of that name and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).first.click()

    def look(self, name):
        """Nothing serious for axe; a picture at phone and desktop width, light and dark, where they are kept."""
        assert faults(self.page, SEVERE) == [], name
        if not PICTURES:
            return
        for width, height in ((390, 844), (1440, 900)):
            for scheme in ("light", "dark"):
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.emulate_media(color_scheme=scheme)
                self.page.wait_for_timeout(250)
                self.page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png")
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")

    def post(self, *, stage=None, text=None, heal=False, override=None):
        """One update through the composer of the open workspace."""
        compose = self.page.locator("#compose")
        if stage:
            compose.locator(f"[name=status][value={stage}]").check(force=True)
        if heal:
            compose.locator("[name=end_impacts]").check(force=True)
        if override:
            compose.locator("[name=override_reason]").fill(override)
        if text:
            compose.locator("[name=body]").fill(text)
        with self.page.expect_navigation():
            compose.locator("[data-primary]").click()


class Hurried(Staff):
    """Counts what a person would do with their hands."""

    presses = keys = 0

    @property
    def by_hand(self):
        """Seconds: to find and press something, and a slow typist's key."""
        return 2.7 * self.presses + 0.5 * self.keys

    def press(self, name):
        self.presses += 1
        super().press(name)

    def follow(self, link):
        self.presses += 1
        with self.page.expect_navigation():
            link.click()

    def write(self, label, text):
        self.presses, self.keys = self.presses + 1, self.keys + len(text)
        self.page.locator("#draft").get_by_label(label, exact=True).first.fill(text)

    def choose(self, label, option):
        self.presses += 2
        self.page.locator("#draft").get_by_label(label, exact=True).first.select_option(label=option)
