"""Text that people typed, made safe to carry: in XML, JSON and HTML alike."""

import re

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def plain(text: str) -> str:
    """Without control characters, which XML forbids; line ends are ``\\n``."""
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text))
