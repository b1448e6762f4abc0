"""Load from ``wrk`` (a package of Debian), and what it measured."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("wrk")
CONNECTIONS, THREADS = 32, 2
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

MIX = """
local at = 0
request = function()
  at = at + 1
  if at % 3 == 0 then return wrk.format("GET", "/", {["If-None-Match"] = "$ETAG"}) end
  if at % 3 == 1 then return wrk.format("GET", "/nothing-here/") end
  return wrk.format("GET", "/")
end
"""
PAUSES = """
local low, share = math.floor($PAUSE), $PAUSE - math.floor($PAUSE)
delay = function() if math.random() < share then return low + 1 end return low end
"""


@dataclass(frozen=True)
class Load:
    rate: float  # requests a second
    p99: float  # milliseconds
    errors: int  # answers that are neither 2xx nor 3xx, and broken connections


def load(url: str, *, seconds: int = 2, headers: dict[str, str] | None = None, script: str = "") -> Load:
    command = [PROGRAM, f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        if script:
            file.write(script)
            file.flush()
            command += ["-s", file.name]
        told = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    errors = (int(refused.group(1)) if refused else 0) + sum(map(int, broken.groups() if broken else ()))
    return Load(rate, p99_in(told), errors)


def p99_in(told: str) -> float:
    """Milliseconds, from what the program said."""
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return float(number) * UNITS[unit]


def mix(etag: str) -> str:
    """A third each of 200, 304 and 404."""
    return MIX.replace("$ETAG", etag.replace('"', '\\"'))


def steadily(url: str, *, rate: float, seconds: int) -> subprocess.Popen:
    """About ``rate`` requests a second in the background, by pauses between the requests of each connection."""
    script = Path(tempfile.mkstemp(suffix=".lua")[1])
    script.write_text(PAUSES.replace("$PAUSE", f"{1000 * CONNECTIONS / rate:.3f}"))
    command = [PROGRAM, f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
