"""Real processes: whatever happens to the one that keeps them, none is left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config import guard
from config.children import STEADY, Child
from tests.config.processes import children, command, runs, until

pytestmark = pytest.mark.own_data

KEEPER = """
import os, signal, sys
from config import children
from config.children import Child, Children, signals

children.PATIENCE = float(os.environ["PATIENCE"])
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # also where the tests run under nohup
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
with signals() as heard:
    kept = Children(heard, lock=lock, environment=os.environ)
    try:
        kept.keep([Child("fake", ["sh", "-c", command]) for command in sys.argv[2:]], announce=lambda: True)
    finally:
        kept.stop()
"""
FAMILY = "echo $$ >>child; sleep 300 & echo $! >>grandchild; wait"


class Keeper:
    """A process that keeps the given shell commands running."""

    def __init__(self, folder: Path, *commands: str, patience: float):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", KEEPER, str(folder / "lock"), *(f"cd {folder}; {command}" for command in commands)],
            env=os.environ | {"PATIENCE": str(patience)},
            stdout=subprocess.DEVNULL,
        )

    def pids(self, name: str, count: int = 1) -> list[int]:
        """The process ids noted under a name, once there are so many."""
        path = self.folder / name
        until(lambda: path.exists() and path.read_text().count("\n") >= count)
        return [int(line) for line in path.read_text().split()]

    def guard(self) -> int | None:
        return next((pid for pid in children(self.process.pid) if "guard.py" in command(pid)), None)


@pytest.fixture
def keep(tmp_path):
    kept = []

    def start(*commands, patience=1.0):
        kept.append(Keeper(tmp_path, *commands, patience=patience))
        return kept[-1]

    yield start
    for keeper in kept:
        keeper.process.kill()
        keeper.process.wait()
    noted = [int(pid) for path in tmp_path.glob("*child") for pid in path.read_text().split()]
    until(lambda: not any(map(runs, noted)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_children_and_grandchildren(keep, number):
    keeper = keep(FAMILY)
    family = keeper.pids("child") + keeper.pids("grandchild")

    keeper.process.send_signal(number)

    assert keeper.process.wait(10) == 0
    assert not any(map(runs, family))


def test_a_killed_keeper_leaves_nothing_behind(keep):
    keeper = keep(FAMILY)
    family = [*keeper.pids("child"), *keeper.pids("grandchild"), keeper.guard()]

    keeper.process.kill()

    until(lambda: not any(map(runs, family)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_a_keeper_killed_together_with_its_guard_leaves_no_child(keep):
    keeper = keep("echo $$ >>child; exec sleep 300")
    child, guard = *keeper.pids("child"), keeper.guard()

    keeper.process.send_signal(signal.SIGSTOP)  # or it would post another guard
    os.kill(guard, signal.SIGKILL)
    keeper.process.kill()

    until(lambda: not runs(child))


def test_a_guard_that_was_killed_is_replaced(keep):
    keeper = keep(FAMILY)
    family = keeper.pids("child") + keeper.pids("grandchild")
    first = keeper.guard()
    os.kill(first, signal.SIGKILL)
    until(lambda: keeper.guard() not in (None, first))

    keeper.process.kill()

    until(lambda: not any(map(runs, family)))


def test_a_guard_that_is_told_nothing_more_ends_whoever_ran_at_its_start(tmp_path):
    """Its supervisor was killed in the moment in which it started this guard."""
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as child, (tmp_path / "lock").open("w") as lock:
        told = [sys.executable, "-IS", guard.__file__, str(lock.fileno()), str(child.pid)]
        subprocess.run(told, stdin=subprocess.DEVNULL, pass_fds=[lock.fileno()], check=True, timeout=20)

        assert child.wait(5) == -signal.SIGTERM


def test_a_child_that_dies_is_started_again_and_takes_its_own_along(keep):
    keeper = keep(FAMILY)
    (child,), (grandchild,) = keeper.pids("child"), keeper.pids("grandchild")

    os.kill(child, signal.SIGKILL)

    until(lambda: not runs(grandchild))
    assert runs(keeper.pids("child", 2)[-1])


def test_one_child_dying_leaves_the_other_alone(keep):
    keeper = keep("echo $$ >>brief; sleep 0.1", "echo $$ >>child; exec sleep 300")

    keeper.pids("brief", 2)

    assert [runs(pid) for pid in keeper.pids("child")] == [True]


def test_a_child_that_will_not_stop_is_killed(keep):
    keeper = keep("trap '' TERM; echo $$ >>child; while :; do sleep 0.1; done")
    (child,) = keeper.pids("child")

    keeper.process.terminate()

    assert keeper.process.wait(10) == 0
    assert not runs(child)


def test_asking_twice_kills_at_once(keep, tmp_path):
    keeper = keep("trap '' TERM; echo $$ >>child; while :; do sleep 0.1; done", patience=600)
    (child,) = keeper.pids("child")

    keeper.process.terminate()
    until(lambda: (tmp_path / "lock").read_text() == "stopping")
    keeper.process.terminate()

    assert keeper.process.wait(60) == 0  # a tenth of its patience
    assert not runs(child)


def test_the_pause_grows_and_is_forgotten_after_a_steady_run():
    child = Child("fake", [])

    pauses = []
    for _ in range(8):
        child.started = 100.0
        pauses.append(child.rest(101.0))
    child.started = 100.0

    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert child.rest(100.0 + STEADY) == 0.5
