"""An S3 server for the suite: moto's, over HTTP in a thread, with its checks made atomic, and with faults on demand.

moto looks at ``If-Match`` and writes in two steps, and answers in threads: two writers could both pass. Real stores
decide and write at once, so everything here goes through one lock.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a-secret-that-no-text-shows"}
WRITES = ("PUT", "POST", "DELETE")
REFUSED = b"<Error><Code>ServiceUnavailable</Code><Message>Come back later.</Message></Error>"


class _Quiet(MotoRequestHandler):
    def log_request(self, *args, **kwargs):
        pass


class S3Server:
    """``requests`` are (method, key) in their order; ``fault`` may answer a request with a status, or hold it back."""

    def __init__(self):
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.requests: list[tuple[str, str]] = []
        self.fault: Callable[[str, str], int | None] | None = None

    def stop(self) -> None:
        self._server.shutdown()

    def bucket(self) -> Bucket:
        """A new one, with the policy of docs/decisions/0007: readers get everything but what keeps order."""
        name = f"status-{uuid4().hex[:8]}"
        readers = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "NotResource": f"arn:aws:s3:::{name}/.bridgewatch/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [readers]}).encode()
        for query, body in (("", b""), ("?policy", policy)):
            url, headers = f"{self.endpoint}/{name}{query}", {"Content-Type": "application/json"}
            urllib.request.urlopen(urllib.request.Request(url, body, headers, method="PUT")).close()
        return Bucket(self, name)

    @contextmanager
    def failing(self, fault: Callable[[str, str], int | None]) -> Iterator[None]:
        self.fault = fault
        try:
            yield
        finally:
            self.fault = None

    def _answer(self, environ, start_response):
        method, key = environ["REQUEST_METHOD"], environ["PATH_INFO"].lstrip("/").partition("/")[2]
        self.requests.append((method, key))
        status = self.fault(method, key) if self.fault else None
        if status:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start_response(f"{status} No", [("Content-Type", "application/xml"), ("Content-Length", str(len(REFUSED)))])
            return [b"" if method == "HEAD" else REFUSED]
        with self._lock:
            return list(self._moto(environ, start_response))


class Bucket:
    """One bucket, looked at as the public does: by plain HTTP."""

    def __init__(self, server: S3Server, name: str):
        self.server, self.name = server, name
        self.url = f"s3://{name}?endpoint={server.endpoint}&region=us-east-1"

    def get(self, key: str):
        """(status, headers, bytes as sent): no encoding is undone."""
        try:
            with urllib.request.urlopen(f"{self.server.endpoint}/{self.name}/{key}") as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def put(self, key: str, body: bytes, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"{self.server.endpoint}/{self.name}/{key}", body, named, method="PUT")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def delete(self, key: str) -> None:
        url = f"{self.server.endpoint}/{self.name}/{key}"
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE")).close()


def run(environ=os.environ) -> S3Server:
    """Started with the credentials that its clients take from the environment."""
    environ.update(CREDENTIALS)
    return S3Server()
