"""The whole suite on SQLite and on a real PostgreSQL: ``python -m tools.suite [--browser] [pytest's arguments]``.

It stops at the first run that fails, so that the last line is always pytest's word on what matters. ``--browser``
adds the tests that need programs of Debian's (Chromium, nginx), once. A database that cannot be had is a failure,
never a skip.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import postgresql

PARALLEL = ["-n", "2", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    browser = "--browser" in arguments
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that the server ends with us
    chosen = [argument for argument in arguments if argument != "--browser"]
    try:
        with postgresql.server() as url, tempfile.TemporaryDirectory() as folder:
            runs: dict[str, tuple[str | None, list[str]]] = {"SQLite": (None, PARALLEL)}
            if browser:
                runs["Chromium and nginx"] = (None, ["-m", "browser or nginx", *PARALLEL])
            runs["PostgreSQL"] = (url, ["-m", "not browser and not nginx and not own_data and not once", *PARALLEL])
            for name, (database, options) in runs.items():
                if code := _pytest(name, database, [*options, *chosen], tally=Path(folder) / "tally"):
                    return code
    except postgresql.NoPostgreSQL as error:
        print(f"suite: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _pytest(name: str, database: str | None, options: list[str], *, tally: Path) -> int:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"TALLY_FILE": str(tally), "TALLY_RUN": name}
    if database:
        environment["DATABASE_URL"] = database
    print(f"\nsuite: {name}", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-p", "tools.tally", *options], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
