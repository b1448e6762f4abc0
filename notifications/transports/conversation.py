"""SMTP's answers, read to the letter."""

from __future__ import annotations

import smtplib

from django.utils.translation import gettext as _

LINE, LINES = 8_192, 200  # of one answer


class Conversation(smtplib.SMTP):
    """smtplib's, but half a line is no answer: a connection that ends within "250" has told nothing."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = self.sock.makefile("rb")
        said: list[bytes] = []
        while True:
            line = self.file.readline(LINE + 1)
            if not line.endswith(b"\n") or not line[:3].isdigit():
                raise smtplib.SMTPServerDisconnected(
                    _("the connection was closed") if not line else _("no SMTP answer")
                )
            said.append(line[4:].strip())
            if line[3:4] != b"-" or len(said) > LINES:
                return int(line[:3]), b"\n".join(said)
