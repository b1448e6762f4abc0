"""Between the web server's RSGI and the WSGI of Django, which runs in a thread of its own."""

from __future__ import annotations

import sys
from collections import defaultdict
from io import BytesIO

from statuspage.serving.answers import Answer

BARE = ("content-type", "content-length")  # without HTTP_ before their names


def environ_of(scope) -> dict:
    """A request as WSGI has it, without its body.

    A header spelled with underscores is left out: under WSGI's names nobody could tell it from the one with hyphens,
    which a proxy vouches for.
    """
    server, _colon, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    values = defaultdict(list)
    for name, value in scope.headers.items():
        values[name].append(value)
    for name, several in values.items():
        if "_" not in name:
            key = name.replace("-", "_").upper()
            environ[key if name in BARE else f"HTTP_{key}"] = ("; " if name == "cookie" else ",").join(several)
    environ["HTTP_HOST"] = scope.headers.get("host") or scope.authority or ""
    return environ


def with_body(environ: dict, body: bytes) -> dict:
    """The request with what came with it, however it came."""
    return environ | {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def call(application, environ: dict, body: bytes) -> Answer:
    """Ask a WSGI application, in this thread, and take all that it answers."""
    said: list[tuple[int, list[tuple[str, str]]]] = []

    def start_response(status, headers, _exc_info=None):
        said.append((int(status[:3]), headers))

    parts = application(with_body(environ, body), start_response)
    try:
        content = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = said[-1]
    return Answer(status, headers, content)
