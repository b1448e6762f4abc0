"""Rounds in which something is published and then taken back, with readers in a loop on every kind of page.

An answer is stale if it was asked for after the publishing had returned and still says what was taken back.
"""

from __future__ import annotations

import gzip
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from itertools import cycle
from urllib.parse import urlsplit

from django.utils import timezone

from incidents import actions
from incidents.choices import Audience, Status
from incidents.scope import Affected
from statuspage.actions import declare_and_publish, publish_update
from tests import factories as make

KINDS = ("restrict", "withdraw", "correct", "merge")
SEEN_WITHIN = 10.0  # seconds in which readers must have met what is taken back then
AFTERWARDS = 0.03  # seconds that readers go on asking


@dataclass
class Watch:
    """What readers look for now, and what they found in all rounds.

    A word that goes must be nowhere afterwards; one that ``comes`` must stand on the incident's own page.
    """

    word: bytes = b"-"
    address: str = ""  # of the incident's own page
    comes: bool = False
    gone_at: float | None = None
    seen: set[str] = field(default_factory=set)
    answers: int = 0
    stale: list[str] = field(default_factory=list)

    def begin(self, word: str, address: str, *, comes: bool) -> None:
        self.gone_at, self.seen = None, set()
        self.word, self.address, self.comes = word.encode(), address, comes

    def note(self, path: str, asked_at: float, body: bytes) -> None:
        self.answers += 1
        if not self._is_old(path, body):
            return
        if self.gone_at is None:
            self.seen.add(path)
        elif asked_at > self.gone_at:
            self.stale.append(f"{path} {asked_at - self.gone_at:.3f} s afterwards")

    def _is_old(self, path: str, body: bytes) -> bool:
        return (path == self.address and self.word not in body) if self.comes else self.word in body


class Reader(threading.Thread):
    """Asks for one page after the other, without a pause, over one connection; for every second one it is the
    incident's own."""

    def __init__(self, base: str, paths: list[str], watch: Watch):
        super().__init__(daemon=True)
        self.base, self.paths, self.watch = urlsplit(base), paths, watch
        self.stopped = threading.Event()

    def run(self) -> None:
        client = HTTPConnection(self.base.hostname, self.base.port, timeout=10)
        for path in cycle(self.paths):
            if self.stopped.is_set():
                break
            for each in (path, self.watch.address or path):
                asked_at = time.monotonic()
                client.request("GET", f"{self.base.path}{each}")
                answer = client.getresponse()
                body = answer.read()
                packed = answer.headers.get("Content-Encoding") == "gzip"  # in a bucket there is no other form
                self.watch.note(each, asked_at, gzip.decompress(body) if packed else body)
        client.close()


@dataclass
class Scene:
    """A page with one component, and the kinds of document that tell of its incidents. ``index`` is what stands for the
    last part of an address where nobody looks for it: in a bucket."""

    page: object
    component: object
    index: str = ""

    @property
    def paths(self) -> list[str]:
        part = f"components/{self.component.public_id}/"
        month = f"history/{timezone.now():%Y-%m}/"
        pages = ["", "history/", month, part]
        files = ["history.atom", "history.rss", "api/v2/incidents.json", "api/v2/summary.json", f"{part}history.atom",
                 f"{part}history.rss"]  # fmt: skip
        return [*(f"{path}{self.index}" for path in pages), *files]

    def address(self, incident) -> str:
        return f"incidents/{incident.public_id}/{self.index}"

    def tell(self, title: str, body: str):
        notice = {"body": body, "promised_at": timezone.now() + timedelta(minutes=30)}
        return declare_and_publish(
            pages=[self.page], title=title, status=Status.INVESTIGATING, severity=make.severity("minor"),
            affected=[Affected(self.component)], notice=notice, by=None,
        )  # fmt: skip


def one(kind: str, number: int, scene: Scene, watch: Watch) -> None:
    """Publish something, wait until readers have met it, take it back, and let readers go on."""
    word = f"Word-{kind}-{number}."
    incident = scene.tell(f"Delay {word}" if kind == "restrict" else "Delay", word)
    watch.begin("Continued in" if kind == "merge" else word, scene.address(incident), comes=kind == "merge")
    wanted = {watch.address} if kind == "merge" else {watch.address, scene.paths[0]}
    until = time.monotonic() + SEEN_WITHIN
    while not wanted <= watch.seen:
        assert time.monotonic() < until, f"readers never met {word}: {sorted(watch.seen)}"
        time.sleep(0.002)
    concerned = take_back(kind, incident, scene)
    watch.gone_at = time.monotonic()
    time.sleep(AFTERWARDS)
    watch.begin("-", "", comes=False)
    for each in concerned:
        each.refresh_from_db()
        actions.set_audience(each, audience=Audience.INTERNAL, reason="The round is over.", by=None)


def take_back(kind: str, incident, scene: Scene) -> list:
    """Published when it returns. Gives the incidents that are still on the page."""
    update = incident.updates.get()
    if kind == "restrict":
        actions.set_audience(incident, audience=Audience.RESTRICTED, reason="Names.", by=None)
        return []
    if kind == "merge":
        into = scene.tell("All of it", "One cause.")
        return [actions.merge(incident, into=into, by=None), into]
    if kind == "correct":
        actions.correct_update(update, body="Another text.", reason="It was wrong.", by=None)
    else:
        publish_update(incident, pages=[scene.page], status=Status.IDENTIFIED, body="We found it.", by=None)
        actions.withdraw_update(update, reason="It was wrong.", by=None)
    return [incident]
