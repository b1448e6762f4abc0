"""A real SMTP server on a socket that misbehaves where it is told to."""

import socket
import struct
import threading
import time
from contextlib import contextmanager

RESET, HANG, CLOSE, DRIP = "reset", "hang", "close", "drip"


class Server:
    """``answers``: verb → what is said, or one of the words above. GREETING and DOT are verbs too."""

    def __init__(self, answers=None, *, pipelining=True, mails_per_connection=None):
        self.answers = answers or {}
        self.pipelining = pipelining
        self.limit = mails_per_connection
        self.mails = []  # (recipient, bytes), taken for good
        self.verbs = []
        self.connections = 0
        self._ends = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._ends.set()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        try:
            with connection, connection.makefile("rb") as lines:
                self._converse(connection, lines)
        except (OSError, Ended):
            pass

    def _converse(self, connection, lines):
        self._say(connection, "GREETING", "220 here")
        recipients, taken = [], 0
        for line in lines:
            verb = line.split()[0].decode().upper() if line.split() else ""
            self.verbs.append(verb)
            if verb == "EHLO":
                self._say(connection, verb, "250-here\r\n250 " + ("PIPELINING" if self.pipelining else "8BITMIME"))
            elif verb == "MAIL" and self.limit and taken >= self.limit:
                connection.sendall(b"421 enough mails for one connection\r\n")
                return
            elif verb == "RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                if self._say(connection, verb, "250 ok", about=recipient).startswith("2"):
                    recipients.append(recipient)
            elif verb == "DATA":
                if not self._say(connection, verb, "354 go on" if recipients else "554 no recipient").startswith("354"):
                    continue
                content = b""
                while not content.endswith(b"\r\n.\r\n") and content != b".\r\n":
                    part = lines.readline()
                    if not part:
                        return
                    content += part
                if recipients:
                    self.seen = content
                    if self.answers.get("DOT", "250 taken").startswith("250"):
                        self.mails.append((recipients[0], content.removesuffix(b".\r\n")))
                        taken += 1
                    self._say(connection, "DOT", "250 taken")
                else:
                    connection.sendall(b"554 nobody\r\n")
                recipients = []
            elif verb == "RSET":
                recipients = []
                self._say(connection, verb, "250 reset")
            elif verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                self._say(connection, verb, "250 ok")

    def _say(self, connection, verb, usual, about=""):
        answer = self.answers.get((verb, about), self.answers.get(verb, usual))
        if answer == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            raise Ended
        if answer == CLOSE:
            raise Ended
        if answer == HANG:
            self._ends.wait(20)
            raise Ended
        if answer == DRIP:
            for _second in range(200):
                connection.sendall(b"2")
                if self._ends.wait(0.05):
                    raise Ended
        connection.sendall(answer.encode() + b"\r\n")
        return answer


class Ended(Exception):
    pass


@contextmanager
def server(answers=None, **how):
    running = Server(answers, **how)
    try:
        yield running
    finally:
        running.close()
        time.sleep(0)
