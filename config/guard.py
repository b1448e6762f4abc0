"""Stops what the supervisor started if the supervisor itself dies, however it dies.

A process of its own that reads its standard input: ``+7`` means that the process group led by process 7 runs now,
``-7`` that it is gone; its arguments name those that run when it starts. When the input ends, nobody is left to look
after what still runs, and it is stopped. Standard library only: it runs isolated (``python -IS``), so that it starts in
no time and no environment can break it.
"""

import os
import signal
import sys
import time

STOPPING = "stopping"  # what the lock file says from then on
GRACE = 2.0  # seconds to finish before what is left is killed: nobody is there any more who would wait for it


def send(pid: int, number: int, *, group: bool = True) -> bool:
    """Send a signal to a whole group or to its leader only, and say whether there was anybody to get it."""
    try:
        (os.killpg if group else os.kill)(pid, number)
    except (ProcessLookupError, PermissionError):  # macOS forbids to signal zombies
        return False
    return True


def stop(groups: set[int]) -> None:
    """Ask the leaders to finish, who know the order in which to end their own, and kill what they leave behind."""
    for leader in groups:
        send(leader, signal.SIGTERM, group=False)
    deadline = time.monotonic() + GRACE
    while groups:
        late = time.monotonic() > deadline
        for leader in [leader for leader in groups if late or not send(leader, 0, group=False)]:
            send(leader, signal.SIGKILL)
            groups.discard(leader)
        time.sleep(0.02)


def main(lock: int, *leaders: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # those are for the supervisor, whose end ends us
    groups = set(leaders)
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    if groups:
        mark_stopping(lock)
        stop(groups)


def mark_stopping(lock: int) -> None:
    """Tell a supervisor that starts now to wait for us. The lock itself goes with the last process that holds it."""
    os.pwrite(lock, STOPPING.encode(), 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
