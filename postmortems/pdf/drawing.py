"""A post-mortem as PDF bytes: the door of this room. The rendering itself runs in a process of its own, with limits."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from postmortems.choices import Paper
from postmortems.document.edition import Dress, Edition
from postmortems.document.values import Content
from postmortems.pdf import child, failures, native, view

log = logging.getLogger(__name__)
COMMAND = [sys.executable, "-m", "postmortems.pdf.child"]
NO_ROOM = (  # what Python, C, C++ and GLib say where there is none, the last of the stack of a new thread
    b"MemoryError", b"failed to allocate", b"Cannot allocate memory", b"out of memory", b"bad_alloc",
    b"Error creating thread",
)  # fmt: skip


Told = Callable[[str], None]  # takes the letters, each with its code point


@dataclass(frozen=True, slots=True)
class Limits:
    """What one rendering may take before it is stopped."""

    seconds: float = 60
    memory: int = 2**30  # bytes of address space


def draw(
    content: Content,
    edition: Edition,
    dress: Dress,
    *,
    paper: Paper = Paper.A4,
    limits: Limits = Limits(),
    missing: Told | None = None,
) -> bytes:
    """The post-mortem as a tagged PDF. Whom it is for, and whether it is a draft, the edition says.

    The same values give the same bytes on the same machine. Raises a :class:`failures.NotDrawn` with a sentence.
    ``missing`` is told of letters that no font has.
    """
    return render(view.page(content, edition, dress, paper=paper), limits=limits, missing=missing)


def render(html: str, *, limits: Limits = Limits(), missing: Told | None = None) -> bytes:
    """HTML that holds everything it needs → PDF. Letters that no font has are named in the log, and to ``missing``."""
    with subprocess.Popen(
        COMMAND,
        cwd=native.ROOT,
        env=native.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            told, said = process.communicate(asked(html, limits), timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise failures.TookTooLong(limits.seconds) from None
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        failure = _failure(process.returncode, said, limits)
        log.error("%s %s", failure, failure.detail)
        raise failure
    head, _newline, made = told.partition(b"\n")
    if letters := json.loads(head)["missing"]:
        names = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
        if missing:
            missing(names)
        log.warning("No font of this machine has these letters, which stand as boxes in a PDF: %s", names)
    return made


def asked(html: str, limits: Limits) -> bytes:
    """What the child reads. The identifier of a file follows from its HTML, and so from its values."""
    identifier = sha256(html.encode()).hexdigest()[:32]
    told = {"html": html, "identifier": identifier, "seconds": limits.seconds, "memory": limits.memory}
    return json.dumps(told).encode()


def _failure(code: int, said: bytes, limits: Limits) -> failures.NotDrawn:
    detail = said[-4000:].decode(errors="replace").strip()
    if code == child.NO_PANGO:
        return failures.NoPango(native.reason(), detail=detail)
    if code == child.NO_MEMORY or any(words in said for words in NO_ROOM):
        return failures.TooMuchMemory(limits.memory, detail=detail)
    if code == -signal.SIGALRM:
        return failures.TookTooLong(limits.seconds)
    if code < 0:
        return failures.Crashed(signal.Signals(-code).name, detail=detail)
    return failures.Broken(detail=detail)
