"""The product with the demo's open incident, as ``make run`` starts it with one web worker a core."""

from __future__ import annotations

import os
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

from tests.config.processes import Run


@contextmanager
def product(folder: Path) -> Iterator[Run]:
    workers = min(2, os.cpu_count() or 1)
    with Run(folder / "var", workers=workers, TRUST_PROXY="True") as run:  # readers of many networks
        yield run


def front(run: Run) -> Path:
    """The file of the default page as it is published now."""
    return run.data / "published" / "default" / "current" / "index.html"


class Visitor:
    """Somebody of the demo, signed in to the admin, who fills in forms as a browser would."""

    def __init__(self, run: Run, name: str):
        self.base = f"http://127.0.0.1:{run.port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        logins = dict(
            line.split()[:2] for line in (run.data / "demo-logins.txt").read_text().splitlines() if line.strip()
        )
        self.open("/admin/login/")
        self.post("/admin/login/", {"username": name, "password": logins[name], "next": "/admin/"})

    def open(self, path: str) -> tuple[str, str]:
        """Where it led, and the page that is there."""
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post(self, path: str, fields: dict[str, str | list[str]]) -> tuple[str, str]:
        """Fill in a form of the page that was opened last."""
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": self._token}, doseq=True).encode()
        url = urllib.parse.urljoin(self.base, path)
        return self._ask(urllib.request.Request(url, body, {"Referer": url}))

    def _ask(self, request: urllib.request.Request) -> tuple[str, str]:
        with self._opener.open(request, timeout=30) as answer:
            text = answer.read().decode()
            self._token = next(iter(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)), "")
            return answer.url, text
