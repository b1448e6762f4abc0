"""Ask nginx over the wire, and our own process the same; and somebody in place of the web process."""

import json
import socket
import threading
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import unquote, urlsplit

from statuspage.serving import PublishedTree


class Live(BaseHTTPRequestHandler):
    """In place of the web process: says what reached it."""

    def answer(self):
        size = int(self.headers.get("Content-Length", 0))
        told = {"method": self.command, "path": self.path, "headers": dict(self.headers), "size": size}
        self.rfile.read(size)
        body = json.dumps(told).encode()
        self.send_response(500 if "fail" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815  the names that http.server looks for

    def log_message(self, *_arguments):
        pass


@contextmanager
def live():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Live)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = dict(response.getheaders())
        self.body = response.read()


def ask(address, path, method="GET", *, body=b"", context=None, **headers):
    """What was asked goes over the wire as it is, ``..`` and all; the answer comes back as it was sent."""
    where = urlsplit(address)
    lines = {"Host": where.netloc, "Connection": "close"} | ({"Content-Length": str(len(body))} if body else {})
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = "".join([f"{method} {path} HTTP/1.1\r\n", *(f"{name}: {value}\r\n" for name, value in lines.items()), "\r\n"])
    with socket.create_connection((where.hostname, where.port), timeout=10) as plain, ExitStack() as stack:
        wire = stack.enter_context(context.wrap_socket(plain, server_hostname="localhost")) if context else plain
        wire.sendall(raw.encode("latin-1") + body)
        response = HTTPResponse(wire, method=method)
        response.begin()
        return Answer(response)


def ask_ourselves(tree, path, method="GET", *, host, **headers):
    path, _mark, query = path.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": unquote(path, "latin-1"), "HTTP_HOST": host}
    environ |= {"QUERY_STRING": query} if query else {}
    environ |= {"wsgi.input": BytesIO()} | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    caught = []
    body = b"".join(tree(environ, lambda status, pairs: caught.append((int(status.split()[0]), dict(pairs)))))
    return *caught[0], body


def same(address, root, path, method="GET", *, host=None, **headers):
    """Ask nginx and our own process the same, check that they say the same, and give nginx's answer."""
    host = host or urlsplit(address).netloc
    answer = ask(address, path, method, **{"Host": host, **headers})
    tree = PublishedTree(lambda environ, start_response: [], root=root)
    status, expected, body = ask_ourselves(tree, path, method, host=host, **headers)
    assert (answer.status, answer.body) == (status, body)
    assert told(answer.headers) == told(expected)
    return answer


def told(headers):
    """What readers and caches go by. That there is an ETag counts; how it is made is each server's own."""
    kept = {name: value for name, value in headers.items() if name not in ("Server", "Date", "Connection")}
    return kept | ({"ETag": "some"} if "ETag" in kept else {})
