"""The whole suite on SQLite and on a real PostgreSQL: ``python -m tools.suite [--browser] [pytest's arguments]``.

Which test runs where says ``tests/where.py``. It stops at the first run that fails; the line before pytest's last one
adds up all runs so far. ``--browser`` adds the tests that need programs of Debian's (Chromium, nginx), once. A
database that cannot be had is a failure, never a skip.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.where import PROCESSES
from tools import postgresql

BUSY = ["-n", "2", "--dist", "worksteal"]
WAITING = ["-n", "3", "--dist", "loadgroup"]  # they wait for processes most of the time; some measure how long
SLOWEST = ["--durations", "10", "--durations-min", "5"]
LEFT_OUT = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}  # what one run has compiled, all others read
NO_TESTS = 5  # pytest's code for a run in which nothing of what was chosen belongs
EVERYWHERE = "not once and not own_data and not browser and not nginx"


def main(arguments: list[str]) -> int:
    browser = "--browser" in arguments
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that the server ends with us
    chosen = [argument for argument in arguments if argument != "--browser"]
    paths = () if any(Path(argument.partition("::")[0]).exists() for argument in chosen) else PROCESSES
    try:
        with postgresql.server() as url, tempfile.TemporaryDirectory() as folder:
            runs: dict[str, tuple[str | None, str, list[str]]] = {
                "SQLite": (None, "not processes and not strict and not browser and not nginx", BUSY),
                "processes": (None, "processes and not browser and not nginx", [*WAITING, *paths]),
                "Chromium and nginx": (None, "browser or nginx", BUSY),
                "PostgreSQL": (url, f"not processes and {EVERYWHERE}", BUSY),
                "processes on PostgreSQL": (url, f"processes and {EVERYWHERE}", [*WAITING, *paths]),
            }
            if not browser:
                del runs["Chromium and nginx"]
            codes = []
            for name, (database, which, parallel) in runs.items():
                options = ["-m", which, *parallel, *SLOWEST, *chosen]
                codes.append(_pytest(name, database, options, folder=Path(folder)))
                if codes[-1] not in (0, NO_TESTS):
                    return codes[-1]
            return min(codes)  # of what was chosen, some ran at least
    except postgresql.NoPostgreSQL as error:
        print(f"suite: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _pytest(name: str, database: str | None, options: list[str], *, folder: Path) -> int:
    environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT}
    environment |= {"PREPARED": str(folder), "TALLY_FILE": str(folder / "tally"), "TALLY_RUN": name}
    if database:
        environment["DATABASE_URL"] = database
    print(f"\nsuite: {name}", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-p", "tools.tally", *options], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
