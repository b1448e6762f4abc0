"""What a live request may look like before anything of Django's reads it."""

from __future__ import annotations

import re

LONGEST = 8_192  # bytes of one header, of all cookies, and of the address with its query: as nginx has it
LONGEST_TYPE = 256  # bytes of a content type
# Any other text would be decoded by whatever codec the client names, of which some take minutes for a long line.
CONTENT_TYPE = re.compile(
    r'[\w.+-]+/[\w.+-]+( {0,2}; {0,2}(charset="?utf-?8"?|(?!charset)[\w-]+=("[^"\\]*"|[^\s;,"\\]+)))* {0,2};? {0,2}',
    re.ASCII | re.IGNORECASE,
)


class Refused(Exception):
    """A request is not taken. ``status`` and ``words`` say why."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status, self.words = status, words


def check(scope) -> None:
    """Raises :class:`Refused` for an RSGI request whose head no honest client sends."""
    if len(scope.path.encode()) + len(scope.query_string.encode()) > LONGEST:
        raise Refused(414, "This address is too long.\n")
    hosts = cookies = 0
    for name, value in scope.headers.items():
        hosts += name == "host"
        cookies += len(value) if name == "cookie" else 0
        if max(len(value), cookies) > LONGEST:
            raise Refused(431, f"The header {name} is too long.\n")
        if name == "content-type" and value and (len(value) > LONGEST_TYPE or not CONTENT_TYPE.fullmatch(value)):
            raise Refused(415, "Send text as UTF-8, under a plain content type.\n")
    if hosts > 1:
        raise Refused(400, "Name one host.\n")
