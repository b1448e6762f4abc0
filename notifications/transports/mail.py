"""Mail over SMTP: one connection for a batch, and for each mail exactly one true answer.

Which answer a broken connection is depends on how far the mail had come. Before the server knew of it: ``Unreachable``,
nobody's fault. While it was being told: ``RETRY``. After the dot that ends it: ``UNKNOWN``, because the server may have
taken it; it is sent again under the same Message-ID, which the receiver recognises.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.mailing import Unaddressable, mailbox, sender
from notifications.choices import Outcome
from notifications.messages import mail
from notifications.messages.outgoing import Outgoing
from notifications.transports import smtp_answers
from notifications.transports.base import MAIL_LIMIT, Answer, Unreachable
from notifications.transports.conversation import Conversation
from notifications.transports.scrubbing import scrubbed
from notifications.transports.watchdog import Watchdog

STEP_LIMIT = 10.0  # seconds for one read or write
DRAFTS = 128  # mails kept ready: news × page × zone
BROKEN = (smtplib.SMTPException, OSError, ValueError)  # ValueError: a TLS socket that was shut under its reader


class Session:
    """``with Session(settings) as session: session.send(outgoing)``. Not for two threads at once."""

    def __init__(self, settings: Any = settings, *, step_limit: float = STEP_LIMIT, mail_limit: float = MAIL_LIMIT):
        self._settings = settings
        self._step_limit = step_limit
        self._smtp: Conversation | None = None
        self._pipelines = False
        self._carried = 0  # mails over this connection
        self._watchdog = Watchdog(mail_limit)
        self._drafts: OrderedDict[tuple[str, ...], mail.PreparedMail] = OrderedDict()
        self._sender = sender()

    def __enter__(self) -> Session:
        self._watchdog.start()
        try:
            self._watchdog.watch(None)
            self._connect()
        except BaseException:
            self._watchdog.stop()
            raise
        finally:
            self._watchdog.rest()
        return self

    def __exit__(self, *exc: object) -> None:
        self._watchdog.watch(self._smtp.sock if self._smtp else None)
        if self._smtp is not None:
            try:
                self._smtp.sock.settimeout(min(self._step_limit, 2.0))
                self._smtp.quit()
            except (*BROKEN, AttributeError):
                pass
        self._close()
        self._watchdog.stop()

    def send(self, outgoing: Outgoing) -> Answer:
        """At most ``MAIL_LIMIT`` seconds. Raises :class:`Unreachable` where this mail had not left."""
        try:
            recipient = mailbox(outgoing.recipient.address)
        except Unaddressable:
            return Answer(Outcome.GONE, text=_("This is not an address that mail can be sent to."))
        whole = self._draft(outgoing).addressed(outgoing)
        self._watchdog.watch(self._smtp.sock if self._smtp else None)
        try:
            if self._smtp is None:
                self._connect()
            try:
                answer = self._deliver(recipient, whole)
            except Unreachable:
                # Many servers end a connection after a number of mails: that is no reason to call them away.
                if not self._carried or self._watchdog.fired:
                    raise
                self._close()
                self._connect()
                answer = self._deliver(recipient, whole)
        except Unreachable:
            self._close()
            raise
        finally:
            self._watchdog.rest()
        self._carried += 1
        return Answer(answer.outcome, answer.code, scrubbed(answer.text, outgoing.recipient.address))

    def _draft(self, outgoing: Outgoing) -> mail.PreparedMail:
        page, recipient = outgoing.page, outgoing.recipient
        read_in = (recipient.time_zone, recipient.hours)
        key = (outgoing.news.id, page.id if page else "", *read_in, "list" if recipient.token else "")
        draft = self._drafts.get(key)
        if draft is None or not draft.is_of(outgoing):
            draft = self._drafts[key] = mail.prepare(outgoing)
            if len(self._drafts) > DRAFTS:
                self._drafts.popitem(last=False)
        return draft

    def _connect(self) -> None:
        s = self._settings
        try:
            # The socket is opened here and not by smtplib, so that the watchdog knows it before a byte is read.
            smtp = Conversation(timeout=self._step_limit, local_hostname=mail.host_of(None))
            patience = max(min(self._step_limit, self._watchdog.left), 0.1)
            smtp.sock = socket.create_connection((s.EMAIL_HOST, s.EMAIL_PORT), patience)
            smtp.file = None
            smtp.sock.settimeout(self._step_limit)
            self._smtp = smtp
            self._watchdog.hold(smtp.sock)
            if s.EMAIL_USE_SSL:
                self._secure(smtp)
            code, text = smtp.getreply()
            if code != 220:
                raise smtplib.SMTPConnectError(code, text)
            smtp.ehlo_or_helo_if_needed()
            if s.EMAIL_USE_TLS:
                code, answer = smtp.docmd("STARTTLS")
                if code != 220:
                    raise smtplib.SMTPResponseException(code, answer)
                self._secure(smtp)
                smtp.ehlo_resp = smtp.helo_resp = None  # what it said in the clear counts no more (RFC 3207)
                smtp.esmtp_features = {}
                smtp.ehlo_or_helo_if_needed()
            if s.EMAIL_HOST_USER:
                smtp.login(s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD)
        except BROKEN as error:
            why = self._why(error)
            self._close()
            raise Unreachable(scrubbed(_("The mail server cannot be used: %(why)s") % {"why": why}, "")) from error
        self._pipelines = smtp.has_extn("pipelining")
        self._carried = 0

    def _secure(self, smtp: Conversation) -> None:
        context = ssl.create_default_context()
        sock = context.wrap_socket(smtp.sock, server_hostname=self._settings.EMAIL_HOST, do_handshake_on_connect=False)
        smtp.sock, smtp.file = sock, None
        self._watchdog.hold(sock)
        sock.do_handshake()

    def _deliver(self, recipient: str, whole: bytes) -> Answer:
        smtp = self._smtp
        assert smtp is not None
        envelope = [f"MAIL FROM:<{self._sender}>", f"RCPT TO:<{recipient}>", "DATA"]
        greeted = False
        try:
            if self._pipelines:
                self._write("".join(f"{line}\r\n" for line in envelope).encode())
                code, text = self._read()
            else:
                code, text = self._ask(envelope[0])
            if code != 250:  # the same for every mail: not this one's fault
                raise Unreachable(_said(_("The mail server refuses our sender: %(code)s %(text)s"), code, text, ""))
            greeted = True
            code, text = self._read() if self._pipelines else self._ask(envelope[1])
            if code in smtp_answers.OUR_FAULT:
                raise Unreachable(_said(_("The mail server refuses us: %(code)s %(text)s"), code, text, recipient))
            if code not in (250, 251):
                self._abandon(code)
                return Answer(smtp_answers.of_recipient(code, text), code, text)
            code, text = self._read() if self._pipelines else self._ask(envelope[2])
            if code != 354:
                self._reset(code)
                return Answer(smtp_answers.of_message(code), code, text)
            self._write(whole + b".\r\n")
        except BROKEN as error:
            why = self._why(error)
            self._close()
            if not greeted:
                raise Unreachable(
                    scrubbed(_("The mail server went away: %(why)s") % {"why": why}, recipient)
                ) from error
            return Answer(
                Outcome.RETRY, text=_("The connection broke before the mail was whole: %(why)s") % {"why": why}
            )
        try:
            smtp.sock.settimeout(self._watchdog.left + 1.0)  # to look at a mail may take a server longer than a step
            code, text = self._read()
            smtp.sock.settimeout(self._step_limit)
        except BROKEN as error:
            why = self._why(error)
            self._close()
            return Answer(
                Outcome.UNKNOWN, text=_("The mail was sent whole, and no answer came: %(why)s") % {"why": why}
            )
        if code == 250:
            return Answer(Outcome.SENT, code, text)
        if code == 421:
            self._close()
        return Answer(smtp_answers.of_message(code), code, text)

    def _abandon(self, code: int) -> None:
        """After a refused recipient. A pipelined DATA is answered all the same, and may even have been taken."""
        try:
            if self._pipelines and code != 421 and self._read()[0] == 354:
                self._write(b".\r\n")  # nobody is to get it (RFC 2920)
                self._read()
        except BROKEN:
            self._close()
        self._reset(code)

    def _reset(self, code: int) -> None:
        """Ready for the next mail, or closed: this one has its answer whatever comes now."""
        try:
            if code == 421 or self._smtp is None or self._ask("RSET")[0] != 250:
                self._close()
        except BROKEN:
            self._close()

    def _ask(self, line: str) -> tuple[int, str]:
        self._write(f"{line}\r\n".encode())
        return self._read()

    def _write(self, data: bytes) -> None:
        self._smtp.sock.sendall(data)

    def _read(self) -> tuple[int, str]:
        code, text = self._smtp.getreply()
        return code, text.decode("utf-8", "replace")

    def _why(self, error: Exception) -> str:
        if self._watchdog.fired:
            return _("it took longer than %(n)g s") % {"n": self._watchdog.limit}
        if isinstance(error, TimeoutError) or "timed out" in str(error):
            return _("no answer for %(n)g s") % {"n": self._step_limit}
        if isinstance(error, smtplib.SMTPResponseException):
            said = error.smtp_error
            return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
        return str(error) or type(error).__name__

    def _close(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _said(sentence: str, code: int, text: str, address: str) -> str:
    return scrubbed(sentence % {"code": code, "text": text}, address)
