"""Quoted-printable with holes: a text is encoded once, and what belongs to one recipient is put in afterwards.

A hole stands on a line of its own between two soft breaks, so that filling it makes no line too long.
"""

from __future__ import annotations

LONGEST = 75  # characters before the "=" of a soft break (RFC 2045)
SOFT = b"=\r\n"
_PLAIN = {byte: bytes([byte]) for byte in (*range(33, 61), *range(62, 127), 9, 32)}
_CODE = [_PLAIN.get(byte, b"=%02X" % byte) for byte in range(256)]


def encoded(text: str, hole: str) -> list[bytes]:
    """The pieces between the holes: joined by what belongs there they are the encoded text."""
    pieces = text.replace("\r\n", "\n").split(hole)
    last = len(pieces) - 1
    return [(SOFT if at else b"") + _lines(piece) + (SOFT if at < last else b"") for at, piece in enumerate(pieces)]


def _lines(text: str) -> bytes:
    return b"\r\n".join(_line(line) for line in text.encode().split(b"\n"))


def _line(line: bytes) -> bytes:
    codes = [_CODE[byte] for byte in line]
    if line[-1:] in (b" ", b"\t"):
        codes[-1] = b"=%02X" % line[-1]
    rows: list[bytes] = []
    row: list[bytes] = []
    length = 0
    for code in codes:
        if length + len(code) > LONGEST:
            rows.append(b"".join(row))
            row, length = [], 0
        if not row and code in (b".", b"F"):  # a dot alone would end the mail, and "From " is a mailbox's own mark
            code = b"=%02X" % code[0]
        row.append(code)
        length += len(code)
    rows.append(b"".join(row))
    return SOFT.join(rows)
