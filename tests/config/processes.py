"""What tests of real processes share."""

import os
import time
from pathlib import Path


def until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def runs(pid):
    """Whether a process is there and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def command(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def children(pid):
    """The processes that a process started and that are still there."""
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def descendants(pid):
    return [each for child in children(pid) for each in (child, *descendants(child))]
