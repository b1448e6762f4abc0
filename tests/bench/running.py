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
    run = Run(folder / "var", workers=min(2, os.cpu_count() or 1))
    try:
        yield run.wait()
    finally:
        run.process.terminate()
        run.process.wait(30)


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
        self.get("/admin/login/")
        self.post("/admin/login/", {"username": name, "password": logins[name], "next": "/admin/"})

    def get(self, path: str) -> str:
        with self._opener.open(f"{self.base}{path}", timeout=30) as answer:
            self._token = next(
                iter(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text := answer.read().decode())), None
            )
            return text

    def post(self, path: str, fields: dict[str, str]) -> str:
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": self._token}, doseq=True).encode()
        request = urllib.request.Request(f"{self.base}{path}", body, {"Referer": f"{self.base}{path}"})
        with self._opener.open(request, timeout=30) as answer:
            return answer.read().decode()
