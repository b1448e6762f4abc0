"""Keeps a few processes running and leaves none behind. Standard library only.

A child that dies is started again after a pause that grows. Every child leads a process group of its own, so that what
it starts can be ended with it. If this process dies, ``config.guard`` ends the groups, and on Linux the kernel tells
the children, should the guard have been killed as well.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config import guard

ROOT = Path(__file__).resolve().parent.parent
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a child that died is started again
PATIENCE = 10.0  # seconds to finish in order when we are asked to stop
STEADY = 20.0  # a child that ran for so many seconds is trusted again
PR_SET_PDEATHSIG = 1


def say(line: str) -> None:
    print(f"bridgewatch: {line}", flush=True)


@dataclass
class Child:
    """One program to keep running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0  # when to start it

    def rest(self, now: float) -> float:
        """It died: say for how many seconds it is left alone."""
        rest = FIRST_PAUSE if now - self.started >= STEADY else self.pause
        self.process, self.due, self.pause = None, now + rest, min(rest * 2, LONGEST_PAUSE)
        return rest


@dataclass
class Signals:
    """The signals that asked us to stop. Any signal, a child's end too, wakes the sleeper: none is lost in a race."""

    reader: int
    asked: list[int] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        if select.select([self.reader], [], [], max(0.0, seconds))[0]:
            os.read(self.reader, 4096)


@contextmanager
def signals() -> Iterator[Signals]:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    heard = Signals(reader)
    handlers: dict[signal.Signals, Callable[[int, object], None]] = {
        signal.SIGINT: lambda number, frame: heard.asked.append(number),
        signal.SIGTERM: lambda number, frame: heard.asked.append(number),
        signal.SIGCHLD: lambda number, frame: None,
    }
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup means it
        handlers[signal.SIGHUP] = handlers[signal.SIGTERM]
    for number, handler in handlers.items():
        signal.signal(number, handler)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(-1)


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """On Linux, let the kernel send us the signal when the process that started us is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


class Children:
    """Starts programs, answers for all that they start, and ends them."""

    def __init__(self, heard: Signals, *, lock: int, environment: Mapping[str, str]) -> None:
        self.heard = heard
        self.lock = lock
        self.environment = dict(environment)
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self._post_guard()

    def run(self, command: Sequence[str]) -> int | None:
        """Run one program to its end and return its code, or None if we were asked to stop meanwhile."""
        process = self._start(command)
        while process.poll() is None:
            if self.heard.asked:
                return None
            self.heard.sleep(1.0)
        self._bury(process)
        return process.returncode

    def keep(self, children: Sequence[Child], *, announce: Callable[[], bool]) -> None:
        """Keep the children running until we are asked to stop. ``announce`` is called until it has printed."""
        announced = False
        while not self.heard.asked:
            for child in children:
                self._look_after(child, time.monotonic())
            if self.guard.poll() is not None:
                self._post_guard()
            announced = announced or announce()
            dues = [child.due - time.monotonic() for child in children if child.process is None]
            self.heard.sleep(min(dues, default=5.0) if announced else 0.1)

    def stop(self) -> None:
        """End every process: in order, and by force after a while or when asked once more."""
        if self.running:
            say(f"stopping ({signal.Signals(self.heard.asked[-1]).name})" if self.heard.asked else "stopping")
        guard.mark_stopping(self.lock)
        for pid in self.running:
            guard.send(pid, signal.SIGTERM, group=False)
        deadline = time.monotonic() + PATIENCE
        asked = len(self.heard.asked)
        while self.running and time.monotonic() < deadline and len(self.heard.asked) == asked:
            self.heard.sleep(0.2)
            for process in [process for process in self.running.values() if process.poll() is not None]:
                self._bury(process)
        for process in list(self.running.values()):
            self._bury(process)
        self.guard.communicate()  # the end of its input is the end of its watch

    def _look_after(self, child: Child, now: float) -> None:
        if child.process is not None and (code := child.process.poll()) is not None:
            self._bury(child.process)
            say(f"{child.name} ended ({_told(code)}); starting it again in {child.rest(now):g} s")
        if child.process is None and now >= child.due:
            child.process, child.started = self._start(child.command), now

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C comes to us alone, and we pass it on in order
            preexec_fn=self._first,
        )
        self.running[process.pid] = process
        return process

    def _first(self) -> None:
        """What the child itself does, before it can start anything: so there is no moment when it is unknown."""
        self._tell(f"+{os.getpid()}")
        die_with_parent()

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        """The leader is gone, or has to go: end its whole group."""
        guard.send(process.pid, signal.SIGKILL)
        process.wait()
        del self.running[process.pid]
        self._tell(f"-{process.pid}")

    def _post_guard(self) -> None:
        """Its arguments name whom it watches: whenever we die, it knows them."""
        self.guard = subprocess.Popen(
            [sys.executable, "-IS", guard.__file__, str(self.lock), *map(str, self.running)],
            stdin=subprocess.PIPE,
            pass_fds=[self.lock],  # so that the data stay locked until the last process is gone
        )

    def _tell(self, line: str) -> None:
        try:
            os.write(self.guard.stdin.fileno(), f"{line}\n".encode())
        except BrokenPipeError:  # it was killed; the next one is told all
            pass


def _told(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
