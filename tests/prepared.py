"""What takes seconds to make and is the same for many tests: whoever needs it first makes it, all others copy it.

It stands in one folder for a whole run of the suite, for all its pytests and all their workers: ``tools.suite`` names
it in PREPARED. A pytest that was started alone makes one of its own (``tests/conftest.py``).
"""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.children import ROOT
from config.database import NAME
from tests.config.processes import Run, descendants, runs
from tools import postgresql

FOLDER = "PREPARED"
DATA, SEEN, CLUSTER = "var", "seen.json", "cluster"


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made by the first who asks; the others wait for it."""
    folder = Path(os.environ[FOLDER])
    path, draft = folder / name, folder / f"{name}.draft"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            shutil.rmtree(draft, ignore_errors=True)  # of one that was killed or failed
            draft.mkdir()
            make(draft)
            draft.rename(path)
    return path


def _migrate(folder: Path) -> None:
    (folder / NAME).touch()
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "for the migrations only",
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _start(folder: Path, **environment: str) -> None:
    """The first start, and what it showed and left behind for ``tests/config/test_make_run.py``."""
    run = Run(folder / DATA, **environment).wait()
    status, body = run.get("/") or (0, b"")
    family = descendants(run.process.pid)
    code = run.stop()
    seen = {"port": run.port, "status": status, "front": body.decode(), "code": code, "left": [*filter(runs, family)]}
    (folder / SEEN).write_text(json.dumps(seen))


def _start_on_postgresql(folder: Path) -> None:
    with postgresql.own() as server:
        _start(folder, DATABASE_URL=server.url)
        server.stop()
        shutil.copytree(server.data, folder / CLUSTER)


def migrated() -> Path:
    """An SQLite database in which nothing is but what a new installation begins with."""
    return once("migrated", _migrate) / NAME


def copy_of_migrated(to: Path) -> None:
    shutil.copyfile(migrated(), to)


def first_start() -> Path:
    """Where ``make run`` ran for the first time and was stopped: its DATA_DIR with the demo, its output, what was
    seen of it."""
    return once("first-start", _start)


def copy_of_data(to: Path, *, on_postgresql: bool = False) -> Path:
    """A DATA_DIR of a product that ran once; on PostgreSQL it goes with :func:`postgresql_with_data`."""
    folder = once("on-postgresql", _start_on_postgresql) if on_postgresql else first_start()
    return Path(shutil.copytree(folder / DATA, to, symlinks=True))


@contextmanager
def postgresql_with_data() -> Iterator[postgresql.Server]:
    """A server of one's own with the database of a product that ran once."""
    with postgresql.own(like=once("on-postgresql", _start_on_postgresql) / CLUSTER) as server:
        yield server


def put_back(connection: sqlite3.Connection) -> None:
    """Make an open database what :func:`migrated` is."""
    source = sqlite3.connect(f"file:{migrated()}?mode=ro", uri=True)
    try:
        source.backup(connection)
    finally:
        source.close()
