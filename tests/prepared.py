"""What takes seconds to make and is the same for many tests: whoever needs it first makes it, all others copy it.

It stands in one folder for a whole run of the suite, for all its pytests and all their workers: ``tools.suite`` names
it in PREPARED. A pytest that was started alone makes one of its own (``tests/conftest.py``).
"""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from config.children import ROOT
from config.database import NAME
from tests.config.processes import Run

FOLDER = "PREPARED"


def _once(name: str, make: Callable[[Path], None]) -> Path:
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


def _start(folder: Path) -> None:
    run = Run(folder / "var").wait()
    run.process.terminate()
    run.process.wait(30)


def migrated() -> Path:
    """An SQLite database in which nothing is but what a new installation begins with."""
    return _once("migrated", _migrate) / NAME


def copy_of_migrated(to: Path) -> None:
    shutil.copyfile(migrated(), to)


def copy_of_data(to: Path) -> Path:
    """A DATA_DIR on which ``make run`` ran once and was stopped: the demo is in it. What the first start does is tried
    by ``tests/config/test_make_run.py``, on empty folders."""
    return Path(shutil.copytree(_once("data", _start) / "var", to, symlinks=True))


def put_back(connection: sqlite3.Connection) -> None:
    """Make an open database what :func:`migrated` is."""
    source = sqlite3.connect(f"file:{migrated()}?mode=ro", uri=True)
    try:
        source.backup(connection)
    finally:
        source.close()
