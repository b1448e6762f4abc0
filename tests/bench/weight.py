"""What a reader's browser loads: bytes of HTML, bytes over the wire, requests until the page is there."""

from __future__ import annotations

from playwright.sync_api import Error, sync_playwright

from tests.bench.report import Report
from tests.config.processes import Run

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def run(product: Run, report: Report) -> None:
    report.head("The front page of the demo, in a browser that has never seen it")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        except Error:
            report.say("Left out: Chromium not found (Debian: apt install chromium).")
            return
        page = browser.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        loaded: list[float] = []
        session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
        answer = page.goto(f"http://127.0.0.1:{product.port}/", wait_until="load")
        requests, wire, html = len(loaded), sum(loaded), len(answer.body())
        browser.close()
    report.line("HTML", f"{html / 1000:.1f} KB", aim="≤ 45 KB", met=html <= 45_000)
    report.line("over the wire, headers included", f"{wire / 1000:.1f} KB", aim="≤ 40 KB", met=wire <= 40_000)
    report.line("requests until load", f"{requests}", aim="≤ 4", met=requests <= 4)
