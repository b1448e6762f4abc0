"""How the web server is started: by the supervisor, and by tests that need no more than it."""

import resource
import sys

CONNECTIONS = 4096  # at a time to a process: one that says nothing, or little at a time, costs a number of a file
HEAD = 65_536  # bytes of all headers of a request
FILES = 2 * CONNECTIONS + 1024


def command(address: str, port: int, *, workers: int | str = 1) -> list[str]:
    """For ``workers`` processes that listen together; one that dies is started again."""
    web = [sys.executable, "-m", "granian", "--interface", "rsgi", "--loop", "auto", "--http", "1", "--no-ws"]
    web += [
        "--http1-buffer-size",
        str(HEAD),
        "--host",
        address,
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--backpressure",
        str(CONNECTIONS),
    ]
    web += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "3"]
    return [*web, "--log-level", "error", "config.rsgi:application"]


def allow_files() -> None:
    """As many open files as so many connections need, where the machine lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
