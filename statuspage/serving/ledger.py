"""Which version of each page every web process of this machine serves: one small file for each process."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings


class Ledger:
    """Below ``folder``; entries of processes that are no more are removed when it is read."""

    def __init__(self, folder: Path):
        self._folder = Path(folder)

    def write(self, versions: dict[str, str]) -> None:
        """For this process. A disk that cannot be written is no reason to fail a reader."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = self._folder / f".{os.getpid()}"
            temporary.write_text(json.dumps(versions))
            temporary.replace(self._folder / f"{os.getpid()}.json")

    def read(self) -> dict[int, dict[str, str]]:
        """By process id, then by the page's public id."""
        found = {}
        for file in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValueError):
                if _is_alive(int(file.stem)):
                    found[int(file.stem)] = json.loads(file.read_text())
                else:
                    file.unlink()
        return found

    def numbers(self, page_id: str) -> dict[int, int]:
        """The number of the version that each process serves; a process that nobody asked yet has none."""
        return {
            pid: int(versions[page_id].partition("-")[0])
            for pid, versions in self.read().items()
            if page_id in versions
        }


SERVED = Ledger(settings.DATA_DIR / "web")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
