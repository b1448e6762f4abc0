"""What one update costs, counted: queries, files and bytes that were really written, time."""

import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from statuspage.models import Page
from tests import factories as make


@dataclass(frozen=True)
class Cost:
    milliseconds: float  # from the start of the transaction to the published bytes
    queries: int
    written: dict[str, int]  # path → bytes

    @property
    def bytes(self) -> int:
        return sum(self.written.values())


def cost_of_update(page: Page, incident, root: Path) -> Cost:
    """Post one update of an incident that stands on the page, and publish it."""
    folder = root / "pages" / page.public_id
    before = {_mark(file, folder) for file in _files(folder)}
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        make.update(incident, body="We have found the cause and are putting it right.")
        took = time.perf_counter() - began
    fresh = [file for file in _files(folder) if _mark(file, folder) not in before]
    written = {_name(file.relative_to(folder)): file.stat().st_size for file in fresh}
    return Cost(1000 * took, len(queries), written)


def _files(folder: Path) -> list[Path]:
    places = (folder / "versions", folder / "permanent")
    return [file for place in places for file in place.rglob("*") if file.is_file() and file.name != "heartbeat.json"]


def _mark(file: Path, folder: Path) -> tuple[str, int, int]:
    """A file that was written anew has a later date than the one of its name before it.

    The number alone does not tell: a disk gives that of a file which is gone to the next one.
    """
    status = file.stat()
    return _name(file.relative_to(folder)), status.st_ino, status.st_mtime_ns


def _name(path: Path) -> str:
    """Without the number of the version, which differs each time."""
    return "/".join(path.parts[2:] if path.parts[0] == "versions" else path.parts)
