"""Names of hosts as the name system has them, by the rules of today (IDNA 2008 with the mapping of UTS 46, as browsers
read them): ``straße.de`` is another name than ``strasse.de``, which the rules of 2003 made of it.
"""

from __future__ import annotations

import idna


def in_ascii(name: str) -> str:
    """In ASCII, in lower case where it was not; what is ASCII already stays as it is. Raises :class:`UnicodeError`
    for what no such name can hold. A port may stand behind it."""
    if name.isascii():
        return name
    mapped = idna.uts46_remap(name, std3_rules=False, transitional=False)
    return ".".join(label if label.isascii() else idna.alabel(label).decode() for label in mapped.split("."))


def readable(name: str) -> str:
    """As people write it, where it comes back to the same."""
    try:
        found = ".".join(idna.ulabel(label) if label.startswith("xn--") else label for label in name.split("."))
        return found if in_ascii(found) == name else name
    except UnicodeError:
        return name
