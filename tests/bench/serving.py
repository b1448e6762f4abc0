"""Requests a second and p99 of the demo's front page, as a share of nginx on the same bytes and headers."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import urllib.request
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

from tests.bench import wrk
from tests.bench.report import Report
from tests.bench.running import front
from tests.config.processes import Run
from tests.deploy import nginx

ROUNDS = 7
ROWS = {  # what is asked → the share of nginx that our own process and the tree behind nginx should reach
    "200": (0.75, 0.95),
    "304": (0.65, None),
    "200, gzip": (None, None),
    "200, 304 and 404": (None, None),
}


def run(product: Run, report: Report) -> None:
    report.head(f"The front page of the demo, served: median of {ROUNDS} alternating rounds, {wrk.CONNECTIONS} readers")
    if not nginx.PROGRAM or not wrk.PROGRAM:
        missing = [name for name, found in (("nginx", nginx.PROGRAM), ("wrk", wrk.PROGRAM)) if not found]
        report.say(f"Left out: {' and '.join(missing)} not found (Debian: apt install nginx-light wrk).")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-nginx-")))
        bare = stack.enter_context(nginx.nginx(_files(product, folder), folder / "bare", bare=True, workers=2))
        through = stack.enter_context(
            nginx.nginx(product.data / "published", folder / "through", upstream=f"127.0.0.1:{product.port}", workers=2)
        )
        servers = {"nginx": bare, "own": f"http://127.0.0.1:{product.port}", "through": through}
        _same(servers, report)
        for row, aims in ROWS.items():
            _row(row, servers, aims, report)


def _files(product: Run, folder: Path) -> Path:
    """The published files of the front page, and no others, for bare nginx."""
    root = folder / "files"
    root.mkdir()
    for file in (front(product), front(product).with_name("404.html")):
        for found in file.parent.glob(f"{file.name}*"):
            shutil.copy2(found, root / found.name)
    return root


def _same(servers: dict[str, str], report: Report) -> None:
    bodies, names = {}, {}
    for server, url in servers.items():
        with urllib.request.urlopen(f"{url}/") as answer:
            bodies[server], names[server] = answer.read(), {name.lower() for name in answer.headers}
    if len(set(bodies.values())) > 1:
        report.say("NOTE: the servers did not answer the same bytes; the page has changed meanwhile.")
    for server, found in names.items():
        if odd := found ^ (names["nginx"] - {"last-modified", "accept-ranges", "connection"}) - {"connection"}:
            odd -= {"last-modified", "accept-ranges", "connection"}
            if odd:
                report.say(f"Headers that nginx and {server} do not share: {', '.join(sorted(odd))}.")


def _row(row: str, servers: dict[str, str], aims: tuple[float | None, float | None], report: Report) -> None:
    found: dict[str, list[wrk.Load]] = defaultdict(list)
    etags = {server: _etag(url) for server, url in servers.items()}
    for _round in range(ROUNDS):
        for server, url in servers.items():
            found[server].append(_ask(row, url, etags[server]))
    for server, aim in (("own", aims[0]), ("through", aims[1])):
        pairs = zip(found[server], found["nginx"], strict=True)
        share = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
        rate = statistics.median(each.rate for each in found[server])
        p99 = statistics.median(each.p99 for each in found[server])
        name = f"{row}, {'our own process' if server == 'own' else 'deploy/nginx.conf'}"
        text = f"{100 * share:.0f} % of nginx  {rate:,.0f}/s  p99 {p99:.1f} ms"
        report.line(name, text, aim=f"{100 * aim:.0f} %" if aim else "", met=share >= aim if aim else None)
    theirs = found["nginx"]
    rate, p99 = (statistics.median(getattr(each, of) for each in theirs) for of in ("rate", "p99"))
    report.line(f"{row}, nginx", f"{rate:,.0f}/s  p99 {p99:.1f} ms")


def _ask(row: str, url: str, etag: str) -> wrk.Load:
    if row == "304":
        return wrk.load(f"{url}/", headers={"If-None-Match": etag})
    if row == "200, gzip":
        return wrk.load(f"{url}/", headers={"Accept-Encoding": "gzip"})
    if row == "200, 304 and 404":
        return wrk.load(f"{url}/", script=wrk.mix(etag))
    return wrk.load(f"{url}/")


def _etag(url: str) -> str:
    with urllib.request.urlopen(f"{url}/") as answer:
        return answer.headers["ETag"]
