"""What tests of real processes share."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.children import ROOT


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
    try:
        told = [(task / "children").read_text().split() for task in Path(f"/proc/{pid}/task").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for each in told for child in each]


def descendants(pid):
    return [each for child in children(pid) for each in (child, *descendants(child))]


class Run:
    """The product as ``make run`` starts it, on a folder and a port of its own; as a context, from when it runs until
    the end of the block."""

    def __init__(self, data, *, workers=1, **more):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.data = data
        self.output = data.parent / "output"
        environment = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(data),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            **more,
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self):
        """Until it says that it runs."""
        try:
            until(lambda: "Ctrl-C stops everything" in self.said() or self.process.poll() is not None, seconds=300)
            assert self.process.poll() is None, self.said()
        except AssertionError:
            self.process.terminate()
            raise
        return self

    def __enter__(self):
        return self.wait()

    def __exit__(self, *error):
        self.end()

    def stop(self):
        """In order, as by Ctrl-C. The code that it ends with."""
        self.process.terminate()
        return self.process.wait(30)

    def end(self):
        """At once: who is asked twice does not wait for what the workers have in hand."""
        if self.process.poll() is None:
            self.process.terminate()
            until(lambda: "bridgewatch: stopping" in self.said() or self.process.poll() is not None)
            self.process.terminate()
            self.process.wait(30)

    def said(self):
        return self.output.read_text()

    def get(self, path, host="127.0.0.1"):
        """Status and body, or nothing where nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Host": f"{host}:{self.port}"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return None

    def pid(self, program):
        return next((pid for pid in children(self.process.pid) if program in command(pid)), None)
