"""What ``deploy/nginx.conf`` answers from the tree: the same as our own process, bytes and headers."""

import gzip
import socket
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from statuspage.serving import PublishedTree
from tests.deploy.asking import ask, ask_ourselves, same, told
from tests.deploy.nginx import nginx
from tests.deploy.published import DOCUMENTS, FRONT, NOT_FOUND, OTHER, OWN

pytestmark = pytest.mark.nginx


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


OPEN = [
    path
    for path in DOCUMENTS
    if "/api/v2/" in path or path.endswith((".atom", ".rss", ".ics", "/badge.svg", "/badge.json"))
]
ABSENT = ["/api/v2/nothing.json", "/p/external/api/v2/nothing.json", "/p/nobody/api/v2/status.json",
          "/incidents/inc_none/history.atom", "/components/comp_none/badge.svg", "/api/v2/"]  # fmt: skip
PREFLIGHT = {"Origin": "https://widget.example", "Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "if-none-match, cache-control"}  # fmt: skip


@pytest.mark.parametrize("path", [*OPEN, *ABSENT])
def test_a_browser_of_another_site_may_ask_what_widgets_read(address, root, path):
    """``fetch`` with a header of its own asks first; and a widget reads the ETag, and errors as such."""
    allowed = same(address, root, path, "OPTIONS", **PREFLIGHT)
    asked = set(allowed.headers["Access-Control-Allow-Headers"].lower().split(", "))

    assert (allowed.status, allowed.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert asked >= {"if-none-match", "cache-control", "content-type"}
    for method in ("GET", "HEAD", "POST"):
        answer = same(address, root, path, method, Origin="https://widget.example")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Access-Control-Expose-Headers"] == "ETag"


@pytest.mark.parametrize("path", [*sorted({*DOCUMENTS} - {*OPEN}), "/nothing", "/p/nobody/", "/xapi/v2/a.json"])
def test_and_nothing_else(address, root, path):
    assert same(address, root, path, "OPTIONS", **PREFLIGHT).status == 405
    for method in ("GET", "OPTIONS", "POST"):
        assert not [name for name in same(address, root, path, method).headers if name.startswith("Access-Control")]


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
        ("/p/platform", "./platform/"),
        ("/history", "./history/"),
        ("/history/2026-11", "./2026-11/"),
        ("/incidents/inc_abc", "./inc_abc/"),
        ("/p/external/incidents/inc_abc", "./inc_abc/"),
    ],
)
def test_a_missing_slash_is_added(address, root, path, location):
    assert same(address, root, path).headers["Location"] == location


@pytest.mark.parametrize("path", ["/", "/history/", "/nothing", "/p/platform/", "/assets/page.0a1b.css"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "BREW"])
def test_other_methods_are_refused(address, root, path, method):
    assert same(address, root, path, method).headers["Allow"] == "GET, HEAD"


def test_a_page_under_its_own_host_and_nothing_else_there(address, root):
    assert same(address, root, "/", host=OWN).body == OTHER
    assert same(address, root, "/", host=f"{OWN}:8443").body == OTHER
    assert same(address, root, "/", host="Status.OWN.example.").body == OTHER
    assert same(address, root, "/history", host=OWN).headers["Location"] == "./history/"
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


def test_an_empty_tree_answers_404(tmp_path):
    with nginx(tmp_path / "nowhere", tmp_path / "nginx") as address:
        answer = ask(address, "/")

        assert (answer.status, answer.body) == (404, b"There is nothing here.\n")
