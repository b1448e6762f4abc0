"""An S3 server for the suite: moto's, over HTTP in a thread, with its checks made atomic, and with faults on demand.

moto looks at ``If-Match`` and writes in two steps, and answers in threads: two writers could both pass. Real stores
decide and write at once, so everything here goes through one lock.
"""

from __future__ import annotations

import gzip
import json
import re
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock, Thread
from uuid import uuid4

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "a-secret-that-no-text-shows"}
SIGNED = {  # nobody checks whether it is right; without it a request is one of the public's
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261121/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0000"
}
REFUSED = b"<Error><Code>ServiceUnavailable</Code><Message>Come back later.</Message></Error>"


class _Quiet(MotoRequestHandler):
    def log_request(self, *args, **kwargs):
        pass


class S3Server:
    """``requests`` are (method, key) in their order.

    ``fault`` is asked before each and may hold it back, or give the status that is answered instead. ``deaf``: what was
    asked is done, and the answer is lost. ``careless``: conditions are taken no notice of.
    """

    def __init__(self):
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._lock = Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet)
        Thread(target=self._server.serve_forever, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.requests: list[tuple[str, str]] = []
        self.fault: Callable[[str, str], int | None] | None = None
        self.deaf: Callable[[str, str], bool] | None = None
        self.careless = False

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

    @contextmanager
    def counted(self) -> Iterator[Counter]:
        """What is asked meanwhile, by method."""
        count, begin = Counter(), len(self.requests)
        yield count
        count.update(method for method, _key in self.requests[begin:])

    def _answer(self, environ, start_response):
        method, key = environ["REQUEST_METHOD"], environ["PATH_INFO"].lstrip("/").partition("/")[2]
        self.requests.append((method, key))
        status = self.fault(method, key) if self.fault else None
        if status:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return self._refuse(status, start_response, method)
        if self.careless:
            for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
                environ.pop(name, None)
        is_lost = self.deaf is not None and self.deaf(method, key)
        with self._lock:
            answer = list(self._moto(environ, (lambda *args: None) if is_lost else start_response))
        return self._refuse(500, start_response, method) if is_lost else answer

    def _refuse(self, status: int, start_response, method: str) -> list[bytes]:
        start_response(f"{status} No", [("Content-Type", "application/xml"), ("Content-Length", str(len(REFUSED)))])
        return [b"" if method == "HEAD" else REFUSED]


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
        named |= {"Content-Type": "text/plain"} | SIGNED
        request = urllib.request.Request(f"{self.server.endpoint}/{self.name}/{key}", body, named, method="PUT")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def delete(self, key: str) -> None:
        url = f"{self.server.endpoint}/{self.name}/{key}"
        urllib.request.urlopen(urllib.request.Request(url, headers=SIGNED, method="DELETE")).close()

    def listed(self) -> list[str]:
        with urllib.request.urlopen(f"{self.server.endpoint}/{self.name}?list-type=2") as answer:
            return re.findall(r"<Key>([^<]+)</Key>", answer.read().decode())

    def everything(self) -> bytes:
        """All keys and all bytes in the bucket, what is compressed as it was before."""
        found = []
        for key in self.listed():
            _status, headers, body = self.get(key)
            found += [key.encode(), gzip.decompress(body) if headers["Content-Encoding"] == "gzip" else body]
        return b"\n".join(found)


@cache
def running() -> S3Server:
    """One for the process, until it ends."""
    return S3Server()
