"""Text that people typed, made safe to carry: in XML, JSON and HTML alike."""

import re

TURNING = "\u202a-\u202e\u2066-\u2069"  # they turn what follows, out of their own text as well; joiners do not
TURNS = re.compile(f"[{TURNING}]")
UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff{TURNING}]")
LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Without control characters, which XML forbids, and without those that turn letters; line ends are ``\\n``."""
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text))


def unturned(text: str) -> str:
    """Without the characters that turn letters round, and nothing else changed."""
    return TURNS.sub("", text)
