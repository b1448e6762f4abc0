"""The short cut before Django: what it answers, what it passes on, and what it refuses."""

import gzip
import os
from io import BytesIO
from math import inf

import brotli
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from statuspage.documents.document import HTML, JSON, SVG, Document, Pending
from statuspage.serving import PublishedTree, answers
from statuspage.serving.pages import ServedPage
from statuspage.stores.directory import DirectoryStore, PageFolder
from statuspage.stores.files import Folder

FRONT = b"<h1>All systems work.</h1>" * 40
INCIDENT = b"<h1>SMS delayed</h1>" * 40


def live(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"from Django"]


@pytest.fixture
def root(tmp_path):
    publish(tmp_path, "sp_a", version="1-1", front=FRONT)
    publish(tmp_path, "sp_b", version="1-1", front=b"<h1>Connectivity</h1>" * 40)
    DirectoryStore(tmp_path).write_sites(
        lambda: {"default": "sp_a", "slugs": {"platform": "sp_a", "external": "sp_b"}, "hosts": {}}
    )
    DirectoryStore(tmp_path).write_assets([Document("assets/page.0a1b.css", "text/css", b"a{}" * 100)])
    return tmp_path


def publish(root, page_id, *, version, front, gone=()):
    DirectoryStore(root).write(
        page_id,
        token=int(version.split("-")[1]),
        version=version,
        hot=[
            Document("index.html", HTML, front),
            Document("history/index.html", HTML, b"history"),
            Document("404.html", HTML, b"Nothing here"),
            Document("api/v2/status.json", JSON, b'{"status": {}}'),
            Document("history.atom", JSON, b"<feed/>"),
        ],
        permanent=[] if gone else [Document("incidents/inc_abc/index.html", HTML, INCIDENT)],
        gone=gone,
    )


class Answer:
    def __init__(self, status, headers, body):
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        self.body = b"".join(body)


def ask(tree, path, method="GET", query="", **headers):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": BytesIO()}
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    caught = []
    body = tree(environ, lambda status, pairs: caught.append((status, pairs)))
    return Answer(*caught[0], body)


@pytest.fixture
def tree(root):
    return PublishedTree(live, root=root, look=0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", FRONT),
        ("/index.html", FRONT),
        ("/p/platform/", FRONT),
        ("/p/external/", b"<h1>Connectivity</h1>" * 40),
        ("/history/", b"history"),
        ("/incidents/inc_abc/", INCIDENT),
        ("/p/platform/incidents/inc_abc/", INCIDENT),
        ("/api/v2/status.json", b'{"status": {}}'),
        ("/assets/page.0a1b.css", b"a{}" * 100),
    ],
)
def test_a_published_address_answers_its_bytes(tree, path, body):
    answer = ask(tree, path)

    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/login/", "/static/a.css", "/v1/incidents/", "/v2/enqueue", "/admin"]
)
def test_a_live_path_goes_to_django(tree, path):
    assert ask(tree, path, "POST").body == b"from Django"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/p/nobody/",
        "/incidents/inc_none/",
        "/incidents/../../sites.json",
        "/../sites.json",
        "/p/../sites.json",
        "/assets/../sites.json",
        "/assets/page.0a1b.css.br",
        "/sites.json",
        "/pages/sp_a/token",
        "/incidents/inc_abc/index.html.gz",
        "/administrator/",
        "/assets/",
        "//",
        "/p//",
        "/incidents/%00/",
        "/incidents/\x00/",
        pytest.param("/" + "a" * 9000, id="very long"),
    ],
)
def test_what_is_not_published_is_404_in_the_pages_dress(tree, path):
    answer = ask(tree, path)

    assert (answer.status, answer.body) == (404, b"Nothing here")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "location"),
    [("/p/platform", "./platform/"), ("/incidents/inc_abc", "./inc_abc/"), ("/history", "./history/")],
)
def test_a_missing_slash_is_added(tree, path, location):
    answer = ask(tree, path)

    assert (answer.status, answer.headers["Location"]) == (301, location)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(tree, method):
    answer = ask(tree, "/", method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("accepts", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
        ("brotli-ish;q=nonsense", None, bytes),
    ],
)
def test_the_smallest_encoding_that_the_client_takes(tree, accepts, encoding, unpack):
    answer = ask(tree, "/", accept_encoding=accepts)

    assert answer.headers.get("Content-Encoding") == encoding
    assert unpack(answer.body) == FRONT
    assert answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepts", ["", "gzip", "br"])
def test_the_same_bytes_again_are_304(tree, accepts):
    etag = ask(tree, "/", accept_encoding=accepts).headers["ETag"]
    answer = ask(tree, "/", accept_encoding=accepts, if_none_match=f'"other", W/{etag}')

    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)
    assert ask(tree, "/", accept_encoding=accepts, if_none_match='"other"').status == 200


def test_head_answers_like_get_without_a_body(tree):
    answer = ask(tree, "/api/v2/status.json", "HEAD")

    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", str(len(b'{"status": {}}')))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path", ["/api/v2/status.json", "/p/external/history.atom", "/api/v2/none.json", "/p/no/badge.svg"]
)
def test_a_browser_of_another_site_may_ask_for_what_widgets_read(tree, path):
    allowed = ask(tree, path, "OPTIONS", origin="https://widget.example", access_control_request_method="GET")

    assert (allowed.status, allowed.body, allowed.headers["Access-Control-Allow-Origin"]) == (204, b"", "*")
    assert "If-None-Match" in allowed.headers["Access-Control-Allow-Headers"]
    for method in ("GET", "HEAD", "POST"):
        assert ask(tree, path, method).headers["Access-Control-Expose-Headers"] == "ETag"


def test_a_new_version_of_another_process_is_seen_at_once(tree, root):
    before = ask(tree, "/").body
    publish(root, "sp_a", version="2-2", front=b"new")

    assert (before, ask(tree, "/").body) == (FRONT, b"new")


def test_a_purged_permanent_page_is_gone_from_memory_too(tree, root):
    before = ask(tree, "/incidents/inc_abc/").status
    publish(root, "sp_a", version="2-2", front=FRONT, gone=["incidents/inc_abc/index.html"])

    assert (before, ask(tree, "/incidents/inc_abc/").status) == (200, 404)


def test_a_permanent_page_that_appears_later_is_found(tree, root):
    before = ask(tree, "/incidents/inc_new/").status
    DirectoryStore(root).write(
        "sp_a", token=2, version="2-2", hot=[Document("index.html", HTML, FRONT)], gone=[],
        permanent=[Document("incidents/inc_new/index.html", HTML, b"new")],
    )  # fmt: skip

    assert (before, ask(tree, "/incidents/inc_new/").body) == (404, b"new")


def test_an_empty_installation_answers_404_and_not_an_error(tmp_path):
    assert ask(PublishedTree(live, root=tmp_path / "nowhere"), "/").status == 404


def test_the_policy_allows_nothing_inline_and_no_frame(tree):
    headers = ask(tree, "/").headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=80), accepts=st.text(max_size=40), tag=st.text(max_size=40))
def test_nothing_that_is_asked_breaks_it(tree, path, accepts, tag):
    answer = ask(tree, f"/{path}", accept_encoding=accepts, if_none_match=tag)

    assert answer.status in (200, 301, 304, 404)


def test_a_page_answers_under_its_own_host_and_nothing_else_does(tree, root):
    DirectoryStore(root).write_sites(
        lambda: {
            "default": "sp_a",
            "slugs": {"platform": "sp_a", "external": "sp_b"},
            "hosts": {"status.example.net": "sp_b"},
        }
    )
    for host in ("status.example.net", "Status.Example.Net:8443", "status.example.net."):
        assert ask(tree, "/", host=host).body == b"<h1>Connectivity</h1>" * 40
        assert ask(tree, "/history/", host=host).body == b"history"
        assert ask(tree, "/assets/page.0a1b.css", host=host).status == 200
    for path in ("/admin/", "/p/platform/", "/p/external/", "/v1/", "/incidents/inc_none/"):
        assert ask(tree, path, host="status.example.net").status == 404
    assert ask(tree, "/p/external/", host="testserver").body == b"<h1>Connectivity</h1>" * 40


def test_a_name_that_is_not_ours_gets_a_short_answer(tree):
    for host in ("evil.example", "evil.example:80", "a" * 5000, "[", "testserver.evil.example"):
        answer = ask(tree, "/", host=host)
        assert (answer.status, answer.body) == (404, b"There is no page under this name.\n")
    assert ask(tree, "/admin/", host="evil.example").status == 404


def test_ready_answers_do_not_outlive_a_change(root):
    tree = PublishedTree(live, root=root, look=3600)
    first = [ask(tree, "/", host="testserver").body for _each in range(2)][-1]  # read, and then ready
    publish(root, "sp_a", version="2-2", front=b"new")
    kept = ask(tree, "/", host="testserver").body
    tree._looked = -inf
    assert (first, kept, ask(tree, "/", host="testserver").body) == (FRONT, FRONT, b"new")


def test_a_page_read_before_all_is_written_is_not_kept(root, tree):
    """Between the switch and the rewriting the page of before still stands: what read it then, must look again."""
    seen = []

    def drawn():
        seen.extend(ask(tree, "/incidents/inc_abc/", host="testserver").body for _each in range(3))
        return Document("incidents/inc_abc/index.html", HTML, b"resolved")

    write(root, "2-2", permanent=[Pending("incidents/inc_abc/index.html", drawn)])

    assert seen == [INCIDENT] * 3
    assert [ask(tree, "/incidents/inc_abc/", host="testserver").body for _each in range(2)] == [b"resolved"] * 2


def test_what_was_taken_back_is_gone_with_the_switch(root, tree):
    """Wherever a reader is at: in memory since before, read anew, and while other pages are still being written."""
    address, seen = "incidents/inc_abc/index.html", []
    ask(tree, "/incidents/inc_abc/", host="testserver")

    def drawn():
        seen.append(ask(tree, "/incidents/inc_abc/", host="testserver").body)
        return Document("history/2026-11/index.html", HTML, b"the month")

    withdrawn = Pending(address, lambda: Document(address, HTML, b"withdrawn"), loses_text=True)
    write(root, "2-2", permanent=[Document("history/2026-11/index.html", HTML, b"November")])
    write(root, "3-3", permanent=[Pending("history/2026-11/index.html", drawn), withdrawn])

    assert seen == [b"withdrawn"]


def test_what_was_read_before_all_is_written_is_not_ready_for_somebody_else_who_kept_another(root):
    """One has read the page of before, another keeps that of now; the first one's must not stay."""
    address, before = "incidents/inc_abc/index.html", []

    def drawn():
        before.append(ServedPage(PageFolder(root, "sp_a"), "2-2"))
        before.append(before[0].find("incidents/inc_abc/"))
        return Document(address, HTML, b"resolved")

    write(root, "2-2", permanent=[Pending(address, drawn)])
    page, old = before
    new = page.find("incidents/inc_abc/")

    assert (page.holds("incidents/inc_abc/", old), page.holds("incidents/inc_abc/", new)) == (False, True)


def test_a_publisher_that_was_killed_leaves_nothing_in_memory(root, tree):
    def killed():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(root, "2-2", permanent=[Pending("incidents/inc_abc/index.html", killed)])
    assert ask(tree, "/incidents/inc_abc/", host="testserver").body == INCIDENT
    write(root, "2-3", permanent=[Document("incidents/inc_abc/index.html", HTML, b"resolved")])

    assert ask(tree, "/incidents/inc_abc/", host="testserver").body == b"resolved"


def write(root, version, *, permanent):
    hot = [Document("index.html", HTML, FRONT), Document("404.html", HTML, b"Nothing here")]
    store = DirectoryStore(root)
    store.write("sp_a", token=int(version[-1]), version=version, hot=hot, permanent=permanent, gone=())


def test_many_ways_to_write_our_name_do_not_fill_the_memory(tree):
    for port in range(1000, 1500):
        assert ask(tree, "/", host=f"testserver:{port}").status == 200
    assert len(tree._ready) <= 64


def test_the_heartbeat_is_read_each_time_and_kept_by_nobody(tree, root):
    assert ask(tree, "/heartbeat.json").status == 404
    for body in (b'{"at": 1}', b'{"at": 2}'):
        DirectoryStore(root).beat("sp_a", body)
        answer = ask(tree, "/p/platform/heartbeat.json")
        assert (answer.body, answer.headers["Cache-Control"]) == (body, "no-store")


@pytest.fixture
def badged(root):
    told = b'{"schemaVersion":1,"label":"Plain Post","message":"operational","color":"brightgreen"}'
    plain = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    DirectoryStore(root).write(
        "sp_a",
        token=2,
        version="2-2",
        hot=[
            Document("index.html", HTML, FRONT),
            Document("badge.svg", SVG, plain),
            Document("badge.json", JSON, told),
        ],
        permanent=[
            Document("components/comp_sms/badge.svg", SVG, plain),
            Document("components/comp_sms/badge.json", JSON, told),
        ],
        gone=[],
    )
    return PublishedTree(live, root=root, look=0)


@pytest.mark.parametrize("path", ["/badge.svg", "/p/platform/badge.svg", "/components/comp_sms/badge.svg"])
def test_a_badge_is_dressed_as_its_query_asks(badged, path):
    plain = ask(badged, path, host="testserver")
    dressed = ask(badged, path, query="label=Our%20messages&style=flat-square", host="testserver")

    assert plain.body == b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    assert b"Our messages" in dressed.body
    assert b"operational" in dressed.body
    assert dressed.headers["Content-Type"] == "image/svg+xml"
    assert dressed.headers["Cache-Control"] == plain.headers["Cache-Control"]
    assert ask(badged, path).body == plain.body  # the dress is not remembered


def test_a_query_that_makes_no_sense_gets_the_plain_badge(badged):
    assert ask(badged, "/badge.svg", query="x" * 5000).body == ask(badged, "/badge.svg").body
    assert ask(badged, "/components/comp_none/badge.svg", query="label=a").status == 404


@pytest.mark.parametrize("packed", ["br", "gz"])
def test_a_twin_that_was_replaced_before_its_file_is_not_paired_with_it(root, packed):
    """As a publisher does it, killed or overtaken between the two: both answers would have one ETag."""
    file = PageFolder(root, "sp_a").permanent / "incidents/inc_abc/index.html"
    file.with_name(f"index.html.{packed}").replace(root / "kept")
    Folder(root / "scratch").write(root / "new.html", b"<p>Newer.</p>" * 90)
    (root / f"new.html.{packed}").replace(file.with_name(f"index.html.{packed}"))
    os.utime(file.with_name(f"index.html.{packed}"), (file.stat().st_mtime + 1,) * 2)

    encoding = {"br": "br", "gz": "gzip"}[packed]
    entry = answers.read_document(file, "incidents/inc_abc/index.html")
    assert entry.choose(encoding).body == INCIDENT
    assert entry.choose("gzip" if packed == "br" else "br").body != INCIDENT

    (root / "kept").replace(file.with_name(f"index.html.{packed}"))
    os.utime(file)  # copied without its dates it is known by what it holds
    assert answers.read_document(file, "incidents/inc_abc/index.html").choose(encoding).body != INCIDENT
