"""``python -m postmortems.pdf.child``: HTML on stdin, a PDF on stdout. No settings, no database, no network.

In: a JSON object with ``html``, ``identifier`` (hexadecimal), ``seconds`` and ``memory`` (bytes of address space).
Out: a line of JSON with ``missing`` (letters that no font had) and ``peak`` (kilobytes of memory that it held at most),
then the bytes. The code of its end says what failed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

NO_PANGO, NO_MEMORY, BROKEN = 3, 4, 5
SPARE = 5  # seconds after which it ends by itself, should nobody be left to end it


def main() -> int:
    asked = json.load(sys.stdin)
    signal.alarm(int(asked["seconds"]) + SPARE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no part of the document
    try:
        from postmortems.pdf import rendering
    except OSError as error:
        print(error, file=sys.stderr)
        return NO_PANGO
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))  # now: a library has to fit in any case
    try:
        made, missing = rendering.pdf(asked["html"], identifier=bytes.fromhex(asked["identifier"]))
    except MemoryError:
        return NO_MEMORY
    with os.fdopen(out, "wb") as file:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        file.write(json.dumps({"missing": missing, "peak": peak}).encode() + b"\n")
        file.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
