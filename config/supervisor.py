"""``make run``: everything that Bridgewatch needs on one machine, with nothing to install or to set before.

Listens on HOST and PORT, keeps all data under DATA_DIR, and makes there what is missing: a secret key, a database (only
where there never was one), the demo. Then it keeps a web server and a worker running.
"""

import errno
import fcntl
import os
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config import guard, web
from config.children import PATIENCE, ROOT, Child, Children, die_with_parent, say, signals

ADDRESS = "address"  # below DATA_DIR: under which address it runs, for commands on the same data
PREDECESSOR = PATIENCE + 2.0  # seconds to wait for a supervisor that is just stopping


class Refused(Exception):
    """We cannot start; the message says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where we run."""

    address: str  # of this machine, resolved from HOST
    port: int
    data: Path
    public_url: str

    @classmethod
    def of(cls, environment: dict[str, str]) -> "Place":
        host = environment.get("HOST") or "127.0.0.1"
        port = environment.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise Refused(f"PORT is {port!r}; write a number from 1 to 65535.")
        shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
        return cls(
            address=_resolve(host),
            port=int(port),
            data=(ROOT / (environment.get("DATA_DIR") or "var")).resolve(),
            public_url=_given(environment, "PUBLIC_URL") or f"http://{shown}:{port}",
        )


def _resolve(host: str) -> str:
    """An address for the web server, which takes no names: the one of version 4 where a name has both."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise Refused(f"HOST is {host!r}, which is no address of this machine.") from None
    return str(min(found, key=lambda each: each[0] != socket.AF_INET)[4][0])


def _given(environment: dict[str, str], name: str) -> str:
    if path := environment.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return environment.get(name, "")


def main() -> int:
    if "MAKELEVEL" in os.environ:
        die_with_parent()  # a make that was killed cannot pass it on
    try:
        place = Place.of(dict(os.environ))
        _wait_for_predecessor(place.data)
        _check_port(place)
        place.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _lock(place.data)
        (place.data / ADDRESS).write_text(f"{place.public_url}\n")
    except (Refused, OSError) as error:
        print(f"bridgewatch: {error}", file=sys.stderr)
        return 1
    web.allow_files()
    with signals() as heard:
        environment = environment_of(place, dict(os.environ))
        children = Children(heard, lock=lock, environment=environment)
        try:
            say(f"preparing {place.data}")
            if code := children.run([sys.executable, "-m", "config.prepare"]):
                return code
            mailbox = environment.get("MAILBOX") == "True"
            children.keep(_programs(place, environment), announce=lambda: _announce(place, mailbox=mailbox))
        finally:
            children.stop()
    return 0


def environment_of(place: Place, given: dict[str, str]) -> dict[str, str]:
    """What the children are told: all that was given, and what has to be derived."""
    told = given | {"DATA_DIR": str(place.data)}
    told.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    told.setdefault("LOG_LEVEL", "WARNING")
    if not _given(given, "SECRET_KEY"):
        told["SECRET_KEY_FILE"] = str(_secret_key(place.data))
    if not _given(given, "PUBLIC_URL"):
        told["PUBLIC_URL"] = place.public_url
    if not _given(given, "ALLOWED_HOSTS"):
        hosts = [urlsplit(place.public_url).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
        told["ALLOWED_HOSTS"] = ",".join(dict.fromkeys(hosts))
    if not _given(given, "EMAIL_URL") and told.get("DEMO", "True") == "True":
        told |= {"EMAIL_URL": f"smtp://127.0.0.1:{_free_port()}", "MAILBOX": "True"}
        told.setdefault("EMAIL_FROM", "status@ferrypost.example")
    return told


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _programs(place: Place, environment: dict[str, str]) -> list[Child]:
    cores = os.environ.get("WEB_CONCURRENCY") or str(min(2, os.cpu_count() or 1))
    calm = ["-W", "ignore:You're running the worker with superuser privileges"]  # said of containers too
    worker = [sys.executable, *calm, "-m", "celery", "--quiet", "--app", "config", "worker", "--loglevel", "WARNING"]
    programs = [
        Child("web", web.command(place.address, place.port, workers=cores)),
        Child("worker", [*worker, "--beat", "--concurrency", "2", "--queues", "celery", "--hostname", "worker@%h"]),
        Child("sender", [*worker, "--concurrency", "2", "--queues", "sending", "--hostname", "sender@%h"]),
    ]
    if environment.get("MAILBOX") == "True":
        port = str(urlsplit(environment["EMAIL_URL"]).port)
        programs.append(Child("mailbox", [sys.executable, "-m", "django", "mailbox", "--port", port]))
    return programs


def _announce(place: Place, *, mailbox: bool) -> bool:
    """Once the port answers, tell people where to go."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(place.address, place.address)
    try:
        socket.create_connection((address, place.port), timeout=1).close()
    except OSError:
        return False
    say("running")
    print(f"\n  Page   {place.public_url}/\n  Admin  {place.public_url}/admin/")
    if mailbox:
        print(f"  Mail   {place.public_url}/admin/mailbox/  (all that is sent ends here)")
    logins = place.data / "demo-logins.txt"
    if logins.exists():
        print(f"\n  Demo logins (kept in {logins}):")
        print("".join(f"    {line}\n" for line in logins.read_text().splitlines()), end="")
    print("\n  Ctrl-C stops everything.\n", flush=True)
    return True


def _check_port(place: Place) -> None:
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a connection that just closed does not count
            probe.bind((place.address, place.port))
            probe.listen(1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = (
            f" Choose another port: make run PORT={place.port % 65535 + 1}" if error.errno == errno.EADDRINUSE else ""
        )
        raise Refused(f"Cannot listen on port {place.port} of {place.address}: {reason}.{hint}") from None


def _lock(data: Path) -> int:
    """The data belong to one supervisor. The lock lasts until the last of its processes is gone."""
    lock = os.open(data / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not _free(lock):
        raise Refused(f"Bridgewatch already runs on {data}. Stop it first, or choose another folder: DATA_DIR=…")
    os.ftruncate(lock, 0)
    return lock


def _wait_for_predecessor(data: Path) -> None:
    """A restart at once is not refused because the port is still taken."""
    path = data / "supervisor.lock"
    deadline = time.monotonic() + PREDECESSOR
    while path.exists() and path.read_text() == guard.STOPPING and time.monotonic() < deadline:
        with path.open("r+b") as lock:
            if _free(lock.fileno()):
                return
        time.sleep(0.1)


def _free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _secret_key(data: Path) -> Path:
    """The file of this installation's own key, made at the first start. It appears whole or not at all."""
    path, draft = data / "secret-key", data / "secret-key.new"
    if not path.exists():
        draft.unlink(missing_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        draft.rename(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
