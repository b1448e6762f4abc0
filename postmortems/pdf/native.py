"""Where the process that draws finds the libraries of the system and the fonts. Nobody else is told.

``tools/bootstrap`` may have fetched the libraries into the environment of Python, where the system has none
(``native/lib``), or have written down why it could not (``native/reason.txt``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS_CONF = Path(__file__).resolve().parent / "fonts" / "fonts.conf"
NATIVE = Path(sys.prefix) / "native"
KEPT = ("PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
BREW = ("/opt/homebrew/lib", "/usr/local/lib")


def environment(native: Path | None = None) -> dict[str, str]:
    """Of the child: no secret of ours is in it, and nothing that would make two renderings differ."""
    native = native or NATIVE
    told = {name: os.environ[name] for name in KEPT if name in os.environ}
    told |= {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "FONTCONFIG_FILE": str(FONTS_CONF)}
    if (native / "lib").is_dir():
        told["LD_LIBRARY_PATH"] = _joined(str(native / "lib"), told.get("LD_LIBRARY_PATH"))
    if sys.platform == "darwin":
        told["DYLD_FALLBACK_LIBRARY_PATH"] = _joined(*BREW, told.get("DYLD_FALLBACK_LIBRARY_PATH"))
    return told


def _joined(*paths: str | None) -> str:
    return os.pathsep.join(path for path in paths if path)


def reason(native: Path | None = None) -> str:
    """Why ``tools/bootstrap`` did not fetch the libraries; empty where it had no need to, or was never asked."""
    try:
        return ((native or NATIVE) / "reason.txt").read_text().strip().rstrip(".")
    except OSError:
        return ""
