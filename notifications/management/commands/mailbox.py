"""``manage.py mailbox --port 8025``: the demo's own mail server. It relays nothing: every mail becomes a file."""

import asyncio
import signal

from aiosmtpd.smtp import SMTP
from django.core.management.base import BaseCommand, CommandError

from notifications.demo import mailbox

LARGEST = 2_000_000  # bytes of a mail


class Handler:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd calls it so
        for recipient in envelope.rcpt_tos:
            await asyncio.to_thread(mailbox.keep, envelope.content, to=recipient)
        return "250 2.0.0 kept"


class Command(BaseCommand):
    help = "Takes every mail on a port of this machine and keeps it for the screen Mailbox of the staff side."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args, host, port, **options):
        try:
            asyncio.run(self.serve(host, port))
        except OSError as error:
            raise CommandError(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error

    async def serve(self, host, port):
        loop, ends = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ends.set)
        server = await loop.create_server(
            lambda: SMTP(Handler(), hostname="mailbox.localhost", ident="Bridgewatch", data_size_limit=LARGEST),
            host,
            port,
        )
        self.stdout.write(f"Mailbox on {host} port {server.sockets[0].getsockname()[1]}.")
        self.stdout.flush()
        await ends.wait()
        server.close()
