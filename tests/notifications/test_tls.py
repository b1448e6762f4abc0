"""Encrypted ways out: who cannot prove its name gets nothing, and no password."""

import asyncio
import ssl
import threading
from contextlib import contextmanager

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from notifications.choices import Event, Outcome
from notifications.messages import preview
from notifications.transports.base import Unreachable
from notifications.transports.http import Client
from notifications.transports.mail import Session
from tests.notifications.certificates import authority
from tests.notifications.hooks import Receiver, answer
from tests.notifications.test_guard import Resolving, outgoing

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # aiosmtpd of a whole-TLS port


@pytest.fixture
def tls(tmp_path, monkeypatch):
    root, context = authority(tmp_path, "localhost", "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(root))
    return context


# HTTP


def post(context, url="https://hooks.example.com"):
    async def run():
        running = Receiver(answer(200))
        server = await asyncio.start_server(running.handle, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        async with Resolving(["127.0.0.1"], limit=5) as client:
            got = await client.send(outgoing(f"{url}:{port}/"))
        server.close()
        return got, running.requests

    return asyncio.run(run())


@pytest.fixture
def _inside(settings):
    settings.DELIVERY_ALLOWED_NETWORKS = ["127.0.0.1/32"]


@pytest.mark.usefixtures("_inside")
def test_a_receiver_that_proves_its_name_is_told(tls):
    got, requests = post(tls)
    assert (got.outcome, len(requests)) == (Outcome.SENT, 1)


@pytest.mark.usefixtures("_inside")
def test_one_with_another_name_is_not(tls):
    got, requests = post(tls, "https://other.example.com")
    assert (got.outcome, requests) == (Outcome.RETRY, [])


@pytest.mark.usefixtures("_inside")
def test_one_that_nobody_vouches_for_is_not(tls, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    got, requests = post(tls)
    assert (got.outcome, requests) == (Outcome.RETRY, [])


def test_the_client_checks_names_and_certificates():
    context = Client()._context
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


# SMTP


class Kept:
    def __init__(self):
        self.mails, self.logins = [], []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd calls it so
        self.mails.append(envelope.content)
        return "250 kept"

    def authenticate(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"p@ss", handled=False)  # else nobody answers it


@contextmanager
def smtp(*, starttls=None, tls=None):
    """aiosmtpd on a thread of its own; it asks for a login."""
    kept, loop, ready, port = Kept(), asyncio.new_event_loop(), threading.Event(), []

    def run():
        asyncio.set_event_loop(loop)
        make = lambda: SMTP(  # noqa: E731
            kept,
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=kept.authenticate,
            auth_required=True,
            auth_require_tls=starttls is not None,
        )
        server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0, ssl=tls))
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        loop.run_forever()
        server.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield kept, port[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@pytest.fixture
def mail_settings(settings):
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "localhost", "ada", "p@ss"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return settings


@pytest.mark.parametrize("way", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_mail_leaves_encrypted_and_signed_in(tls, mail_settings, way):
    setattr(mail_settings, way, True)
    with smtp(**{"starttls" if way == "EMAIL_USE_TLS" else "tls": tls}) as (kept, mail_settings.EMAIL_PORT):
        with Session(mail_settings, step_limit=5) as session:
            assert session.send(preview.sample(Event.INCIDENT_UPDATED)).outcome == Outcome.SENT
        assert (len(kept.mails), kept.logins) == (1, [("ada", "p@ss")])


@pytest.mark.parametrize("way", ["EMAIL_USE_TLS", "EMAIL_USE_SSL"])
def test_a_server_that_nobody_vouches_for_gets_no_password(tls, mail_settings, monkeypatch, way):
    monkeypatch.delenv("SSL_CERT_FILE")
    setattr(mail_settings, way, True)
    with smtp(**{"starttls" if way == "EMAIL_USE_TLS" else "tls": tls}) as (kept, mail_settings.EMAIL_PORT):
        with pytest.raises(Unreachable), Session(mail_settings, step_limit=5):
            pass
        assert kept.logins == []


def test_a_wrong_password_is_nobodys_fault_but_ours(tls, mail_settings):
    mail_settings.EMAIL_USE_SSL, mail_settings.EMAIL_HOST_PASSWORD = True, "wrong"
    with smtp(tls=tls) as (_kept, mail_settings.EMAIL_PORT):
        with pytest.raises(Unreachable) as trouble, Session(mail_settings, step_limit=5):
            pass
        assert "535" in str(trouble.value)
        assert "wrong" not in str(trouble.value)
