"""``deploy/nginx.conf`` answers as our own process does: real requests to Debian's nginx on a tree that the store wrote."""

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from urllib.parse import unquote, urlsplit

import brotli
import pytest

from statuspage.documents.document import Document
from statuspage.serving import PublishedTree
from statuspage.stores.directory import DirectoryStore
from tests.deploy.nginx import BROTLI, DEPLOY, nginx

pytestmark = [pytest.mark.browser]  # not the browser, but Debian's nginx: left out of a quick run, and make ci does it

FRONT = b"<h1>All systems work.</h1>" * 400
OTHER = b"<h1>Connectivity</h1>" * 400
MONTH = b"<h1>November</h1>" * 40
BADGE = b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 20
NOT_FOUND = b"<h1>There is nothing here</h1>" * 20
OWN = "status.own.example"
TYPE = ""  # the store keeps none: servers know it by the ending


def write(root, page_id, *, version="1-1", front=FRONT, month=MONTH):
    DirectoryStore(root).write(
        page_id,
        token=int(version.split("-")[1]),
        version=version,
        hot=[
            Document("index.html", TYPE, front),
            Document("404.html", TYPE, NOT_FOUND),
            Document("history/index.html", TYPE, b"<h1>History</h1>" * 40),
            Document("api/v2/status.json", TYPE, b'{"status": {}}' * 40),
            Document("history.atom", TYPE, b"<feed/>" * 40),
            Document("history.rss", TYPE, b"<rss/>" * 40),
            Document("badge.svg", TYPE, BADGE),
            Document("badge.json", TYPE, b"{}"),
        ],
        permanent=[
            Document("incidents/inc_abc/index.html", TYPE, b"<h1>SMS delayed</h1>" * 40),
            Document("history/2026-11/index.html", TYPE, month),
            Document("components/comp_api/index.html", TYPE, b"<h1>API</h1>"),
            Document("components/comp_api/badge.svg", TYPE, BADGE),
            Document("components/comp_api/history.atom", TYPE, b"<feed/>" * 50),
        ],
        gone=[],
    )
    DirectoryStore(root).beat(page_id, b'{"at": "2026-11-20T09:15:00Z"}\n')


def publish(root):
    write(root, "sp_a")
    write(root, "sp_b", front=OTHER)
    store = DirectoryStore(root)
    slugs = {"platform": "sp_a", "external": "sp_b"}
    store.write_sites(lambda: {"default": "sp_a", "slugs": slugs, "hosts": {OWN: "sp_b"}})
    store.write_assets(
        [
            Document("assets/page.0a1b.css", TYPE, b"a{}" * 200),
            Document("assets/page.0a1b.js", TYPE, b"1;" * 200),
            Document("assets/logo.0a1b.png", TYPE, b"\x89PNG" * 100),
            Document("assets/mark.0a1b.svg", TYPE, BADGE),
            Document("assets/text.0a1b.woff2", TYPE, b"wOF2" * 100),
        ]
    )
    return root


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

    do_GET = do_POST = do_DELETE = answer

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
    environ = {"REQUEST_METHOD": method, "PATH_INFO": unquote(path, "latin-1"), "HTTP_HOST": host}
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


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return publish(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def upstream():
    with live() as address:
        yield address


@pytest.fixture(scope="module")
def address(root, upstream, tmp_path_factory):
    with nginx(root, tmp_path_factory.mktemp("nginx"), upstream=upstream) as address:
        yield address


@pytest.fixture(scope="module")
def lonely(root, tmp_path_factory):
    """Every Python process is dead, and there is no brotli module."""
    with nginx(root, tmp_path_factory.mktemp("nginx"), brotli=False) as address:
        yield address


DOCUMENTS = [
    "/",
    "/index.html",
    "/404.html",
    "/history/",
    "/history/index.html",
    "/history/2026-11/",
    "/history.atom",
    "/history.rss",
    "/api/v2/status.json",
    "/badge.svg",
    "/badge.json",
    "/heartbeat.json",
    "/incidents/inc_abc/",
    "/components/comp_api/",
    "/components/comp_api/badge.svg",
    "/components/comp_api/history.atom",
    "/p/platform/",
    "/p/external/",
    "/p/external/history.atom",
    "/p/external/heartbeat.json",
    "/p/external/api/v2/status.json",
    "/p/platform/incidents/inc_abc/",
    "/p/platform/incidents/inc_abc/index.html",
    "/assets/page.0a1b.css",
    "/assets/page.0a1b.js",
    "/assets/logo.0a1b.png",
    "/assets/mark.0a1b.svg",
    "/assets/text.0a1b.woff2",
]


@pytest.mark.parametrize("accepts", ["", "gzip", "br", "gzip, deflate, br", "br;q=0, gzip;q=0.5", "identity"])
@pytest.mark.parametrize("path", DOCUMENTS)
def test_every_document_in_every_encoding(address, root, path, accepts):
    assert same(address, root, path, accept_encoding=accepts).status == 200


@pytest.mark.parametrize("path", DOCUMENTS)
def test_head_says_what_get_says(address, root, path):
    assert same(address, root, path, "HEAD", accept_encoding="gzip").body == b""


@pytest.mark.parametrize("accepts", ["", "gzip", "br"])
@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_same_bytes_again_are_304_with_the_same_headers(address, root, path, accepts):
    etag = ask(address, path, accept_encoding=accepts).headers["ETag"]
    answer = ask(address, path, accept_encoding=accepts, if_none_match=f'"other", W/{etag}')
    tree = PublishedTree(None, root=root)
    ours = ask_ourselves(tree, path, host="127.0.0.1", accept_encoding=accepts)[1]["ETag"]
    status, expected, body = ask_ourselves(tree, path, host="127.0.0.1", accept_encoding=accepts, if_none_match=ours)

    assert (answer.status, answer.body, answer.headers["ETag"]) == (status, body, etag) == (304, b"", etag)
    assert told(answer.headers) == told(expected)
    assert ask(address, path, accept_encoding=accepts, if_none_match='"other"').status == 200


def test_a_cache_in_between_gets_packed_bytes_too(address):
    assert ask(address, "/", accept_encoding="gzip", via="1.1 cdn").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=0-9,20-29", "bytes=99999999-", "lines=1-2"])
def test_a_range_is_answered_with_the_whole(address, root, asked):
    assert same(address, root, "/", range=asked).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/nothing",
        "/p/nobody/",
        "/p/nobody",
        "/p/platform/nothing",
        "/p/platform/p/platform/",
        "/p/",
        "/p",
        "/incidents/inc_none/",
        "/sites.json",
        "/default/current/index.html",
        "/pages/sp_a/token",
        "/pages/sp_a/lock",
        "/versions/1-1/index.html",
        "/p/platform/versions/1-1/index.html",
        "/p/platform/current/index.html",
        "/p/platform/token",
        "/current/index.html",
        "/permanent/heartbeat.json",
        "/scratch/",
        "/lock",
        "/token",
        "/index.html.gz",
        "/index.html.br",
        "/history.atom.gz",
        "/p/platform/index.html.gz",
        "/incidents/inc_abc/index.html.br",
        "/administrator/",
        "/statics",
        "/assets",
        "/assets/",
        "/assets/nothing.css",
        "/.words",
        "/.git/config",
        "/p/platform/.env",
        "//",
        "//history/",
        "/history//",
        "/p//",
        "/index.html/",
        "/history%0d%0aSet-Cookie:%20a=b",
        "/%ff%fe",
        "/" + "a" * 4000,
        "/history/" + "a/" * 1000,
    ],
)
def test_what_is_not_published_is_404_in_the_pages_dress(address, root, path):
    answer = same(address, root, path, accept_encoding="gzip")

    assert (answer.status, gzip.decompress(answer.body)) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    "path",
    [
        "/../sites.json",
        "/incidents/../../sites.json",
        "/p/../sites.json",
        "/p/platform/../../pages/sp_a/token",
        "/%2e%2e/sites.json",
        "/p/platform/%2e%2e/%2e%2e/sites.json",
        "/..%2fsites.json",
        "/assets/..%2f..%2fsites.json",
        "/assets/%2e%2e/sites.json",
        "/assets/../pages/sp_a/token",
        "/%252e%252e/sites.json",
        "/..\\sites.json",
        "/incidents/%00/",
        "/index.html%00.css",
        "/\x00",
        "/" + "a" * 9000,
        "nonsense",
        "/%",
    ],
)
def test_no_way_of_writing_leads_out_of_the_page(address, path):
    answer = ask(address, path)

    assert answer.status in (400, 404, 414)
    assert len(answer.body) < 1000
    assert not [word for word in (b"nginx", b"default", b"/tmp", b"token") if word in answer.body.lower()]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/p/platform", "platform/"),
        ("/history", "history/"),
        ("/history/2026-11", "2026-11/"),
        ("/incidents/inc_abc", "inc_abc/"),
        ("/p/external/incidents/inc_abc", "inc_abc/"),
    ],
)
def test_a_missing_slash_is_added(address, root, path, location):
    assert same(address, root, path).headers["Location"] == location


@pytest.mark.parametrize("path", ["/", "/history/", "/nothing", "/p/platform/", "/assets/page.0a1b.css", "/badge.svg"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"])
def test_other_methods_are_refused(address, root, path, method):
    assert same(address, root, path, method).headers["Allow"] == "GET, HEAD"


def test_a_page_under_its_own_host_and_nothing_else_there(address, root):
    assert same(address, root, "/", host=OWN).body == OTHER
    assert same(address, root, "/", host=f"{OWN}:8443").body == OTHER
    assert same(address, root, "/", host="Status.OWN.example.").body == OTHER
    assert same(address, root, "/history", host=OWN).headers["Location"] == "history/"
    assert same(address, root, "/assets/page.0a1b.css", host=OWN).status == 200
    for path in ("/admin/", "/v1/incidents", "/static/a.css", "/p/platform/", "/nothing"):
        assert same(address, root, path, host=OWN).body == NOT_FOUND
    assert same(address, root, "/heartbeat.json", host=OWN).status == 200
    assert ask(address, "/healthz", Host=OWN).status == 200


@pytest.mark.parametrize("host", ["other.example", "127.0.0.2", "a" * 200, "_", "..", "."])
def test_a_host_that_is_not_ours_says_so(address, root, host):
    if host.strip("."):
        for path in ("/", "/history/", "/p/platform/", "/admin/", "/index.html.gz"):
            answer = same(address, root, path, host=host)
            assert (answer.status, answer.body) == (404, b"There is no page under this name.\n")
    else:
        assert ask(address, "/", Host=host).status == 400


def test_without_a_host_the_default_page_answers(address):
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port)) as wire:
        wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
        response = HTTPResponse(wire)
        response.begin()
        assert (response.status, response.read()) == (200, FRONT)


@pytest.mark.parametrize(
    "path", ["/admin", "/admin/login/?next=/a%2Fb", "/static/a.css", "/v1/incidents", "/v2/enqueue", "/badge.svg?style=flat",
             "/p/external/components/comp_api/badge.svg?label=a%20b", "/healthz", "/readyz", "/metrics"]
)  # fmt: skip
def test_live_paths_reach_the_web_process_with_who_asked(address, path):
    claims = {
        "X_Forwarded_For": "8.8.8.8",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "evil",
        "Forwarded": "for=9",
    }
    answer = ask(address, path, Cookie="sessionid=1", **claims)
    reached = json.loads(answer.body)

    assert (reached["path"], reached["headers"]["Cookie"]) == (path, "sessionid=1")
    assert reached["headers"]["Host"] == reached["headers"]["X-Forwarded-Host"] == urlsplit(address).netloc
    assert (reached["headers"]["X-Forwarded-For"], reached["headers"]["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert "Forwarded" not in reached["headers"]


def test_staff_upload_a_logo_and_no_more(address):
    assert json.loads(ask(address, "/admin/pages/", "POST", body=b"a" * 3_000_000).body)["size"] == 3_000_000
    refused = ask(address, "/admin/pages/", "POST", Content_Length="5000000")

    assert (refused.status, refused.body) == (413, b"This is larger than what is taken here.\n")


def test_an_error_of_the_web_process_is_passed_on_as_it_is(address):
    answer = ask(address, "/v1/fail")

    assert (answer.status, json.loads(answer.body)["path"]) == (500, "/v1/fail")


@pytest.mark.parametrize("path", ["/badge.svg?fail", "/p/external/components/comp_api/badge.svg?fail"])
def test_a_badge_that_can_not_be_drawn_is_the_published_one(address, lonely, path):
    for server in (address, lonely):
        answer = ask(server, path)

        assert (answer.status, answer.body) == (200, BADGE)
        assert answer.headers["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("path", DOCUMENTS)
def test_pages_stay_with_every_python_process_dead(lonely, root, path):
    assert same(lonely, root, path, accept_encoding="gzip").status == 200


@pytest.mark.parametrize("path", ["/admin/", "/static/a.css", "/v1/incidents", "/v2/enqueue", "/healthz", "/readyz"])
def test_what_is_live_says_that_it_does_not_answer(lonely, path):
    answer = ask(lonely, path)

    assert (answer.status, answer.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert answer.body == b"This part does not answer at the moment. The status page itself does.\n"
    assert (answer.headers["Cache-Control"], answer.headers["Retry-After"]) == ("no-store", "5")


def test_no_answer_names_a_version(address, lonely):
    answers = [ask(address, path) for path in ("/", "/nothing", "/%00", "/history", "/" + "a" * 9000)]
    answers += [ask(lonely, "/admin/"), ask(address, "/", "POST")]

    assert {answer.headers["Server"] for answer in answers} == {"nginx"}
    assert not [answer.body for answer in answers if b"nginx" in answer.body]


def test_operators_addresses_are_not_there_for_strangers(root, upstream, tmp_path):
    with nginx(root, tmp_path, upstream=upstream, private=()) as address:
        for path in ("/metrics", "/readyz"):
            answer = ask(address, path)
            assert (answer.status, answer.body) == (404, NOT_FOUND)
        assert ask(address, "/healthz").status == 200


def test_a_new_version_is_seen_at_the_next_request_of_the_same_connection(tmp_path):
    root = publish(tmp_path / "published")
    with nginx(root, tmp_path / "nginx") as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port)) as wire:
            for number in range(2, 30):
                write(root, "sp_a", version=f"{number}-{number}", front=b"version %d" % number)
                wire.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                response = HTTPResponse(wire)
                response.begin()
                assert response.read() == b"version %d" % number


@pytest.mark.parametrize("accepts", ["identity", "gzip", "br"])
@pytest.mark.parametrize("path", ["/", "/history/2026-11/"])
def test_bytes_of_equal_length_within_one_second_have_etags_of_their_own(tmp_path, path, accepts):
    """nginx makes an ETag of a file's second and its length, so each change needs a second of its own."""
    root = publish(tmp_path / "published")
    with nginx(root, tmp_path / "nginx") as address:
        time.sleep(1 - time.time() % 1)
        answers = []
        for number, letter in enumerate((b"A", b"B", b"C"), start=2):
            write(root, "sp_a", version=f"{number}-{number}", front=letter * 900, month=letter * 900)
            answers.append(ask(address, path, accept_encoding=accepts))

        assert len({answer.headers["Content-Length"] for answer in answers}) == 1
        assert len({answer.body for answer in answers}) == 3
        assert len({answer.headers["ETag"] for answer in answers}) == 3


def test_an_empty_tree_answers_404(tmp_path):
    with nginx(tmp_path / "nowhere", tmp_path / "nginx") as address:
        answer = ask(address, "/")

        assert (answer.status, answer.body) == (404, b"There is nothing here.\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    chain, key = folder / "chain.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*command, "-subj", "/CN=localhost", "-out", chain, "-keyout", key], check=True, capture_output=True)
    return chain, key


def test_behind_tls_browsers_are_told_to_stay_there(root, upstream, certificate, tmp_path, settings):
    settings.BEHIND_TLS = True
    context = ssl.create_default_context(cafile=certificate[0])
    with nginx(root, tmp_path, upstream=upstream, certificate=certificate) as address:
        for path in ("/", "/history/", "/nothing", "/assets/page.0a1b.css"):
            answer = ask(address, path, context=context)
            tree = PublishedTree(None, root=root)
            status, expected, body = ask_ourselves(tree, path, host="127.0.0.1")
            assert (answer.status, answer.body, told(answer.headers)) == (status, body, told(expected))
        reached = json.loads(ask(address, "/admin/", context=context).body)
        assert reached["headers"]["X-Forwarded-Proto"] == "https"


@pytest.mark.skipif(not BROTLI.exists(), reason="Debian's libnginx-mod-http-brotli-static is missing")
def test_brotli_where_the_module_is(address):
    answer = ask(address, "/", accept_encoding="br")

    assert brotli.decompress(answer.body) == FRONT


def test_every_line_to_change_is_changed_in_these_tests(root, certificate, tmp_path):
    """Else the shipped lines would be tried by nobody."""
    marked = [line for file in DEPLOY.rglob("*.conf") for line in file.read_text().splitlines() if "# CHANGE" in line]
    with nginx(root, tmp_path, certificate=certificate):
        used = {line for file in tmp_path.rglob("*.conf") for line in file.read_text().splitlines()}

    assert marked
    assert [line for line in marked if line in used and "brotli" not in line] == []
