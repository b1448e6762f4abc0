"""The product's own processes on the test's database and published tree."""

import os
import socket
import subprocess
from http.client import HTTPConnection
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config import web
from config.children import ROOT
from tests.config.processes import until


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def database_url():
    """The test's own database, for a process that runs with the product's settings."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    at = quote(str(known["HOST"] or ""), safe="")
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgres://{known['USER']}:{known['PASSWORD']}@{at}{port}/{known['NAME']}"


def environment(**more):
    """The published tree has to stand in a folder of its own, as DATA_DIR has it."""
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(settings.PUBLISH_ROOT.parent),
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "ERROR",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",  # nobody listens there: worker and broker are dead
    } | more


class Web:
    """A web server as ``make run`` starts it, with as many workers as asked for."""

    def __init__(self, environment, *, workers=1):
        self.port = free_port()
        command = web.command("127.0.0.1", self.port, workers=workers)
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)

    def wait(self):
        until(lambda: self.status("/healthz") == 200, seconds=60)
        return self

    def status(self, path):
        """0 while nobody listens."""
        try:
            return self.get(path)[0]
        except OSError:
            return 0

    def get(self, path):
        client = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            client.request("GET", path)
            answer = client.getresponse()
            return answer.status, answer.read()
        finally:
            client.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
