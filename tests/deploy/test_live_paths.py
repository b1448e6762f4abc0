"""What nginx passes on, to whom, and what it says when nobody is there; and how it goes behind TLS."""

import json
import ssl
from http.client import HTTPConnection
from urllib.parse import urlsplit

import brotli
import pytest

from statuspage.serving import PublishedTree
from tests.deploy.asking import ask, ask_ourselves, same, told
from tests.deploy.nginx import BROTLI, DEPLOY, free_port, nginx
from tests.deploy.published import BADGE, DOCUMENTS, FRONT, NOT_FOUND, OWN, UNAVAILABLE

pytestmark = pytest.mark.nginx


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/login/?next=/a%2Fb",
        "/static/a.css",
        "/v1/incidents",
        "/v2/enqueue",
        "/subscribe/?incident=inc_abc",
        "/p/external/subscribe/",
        "/subscriptions/sub_abc.De-f_g/leave/",
        "/p/external/subscriptions/confirm/Ins:1tX:a.gz/",
        "/badge.svg?style=flat",
        "/p/external/components/comp_api/badge.svg?label=a%20b",
        "/healthz",
        "/readyz",
        "/metrics",
    ],
)
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


@pytest.mark.parametrize("path", ["/admin/login/", "/subscribe/", "/readyz"])
def test_a_header_spelled_with_underscores_is_dropped(address, path):
    """A WSGI server gives both spellings one name, and so nobody behind nginx could tell them apart."""
    client = HTTPConnection(urlsplit(address).netloc, timeout=10)
    try:
        client.request("GET", path, headers={"X_Forwarded_For": "8.8.8.8", "X-Forwarded_Proto": "https", "X-Own": "1"})
        reached = json.loads(client.getresponse().read())["headers"]
    finally:
        client.close()

    assert (reached["X-Forwarded-For"], reached["X-Forwarded-Proto"], reached["X-Own"]) == ("127.0.0.1", "http", "1")
    assert [name for name in reached if "_" in name] == []


@pytest.mark.parametrize("path", ["/subscribe/", "/subscriptions/sub_abc.De-f_g/leave/"])
def test_under_a_name_of_its_own_only_forms_are_live(address, path):
    reached = json.loads(ask(address, path, "POST", body=b"List-Unsubscribe=One-Click", Host="own.example.net").body)

    assert (reached["path"], reached["headers"]["Host"], reached["size"]) == (path, "own.example.net", 26)
    for other in ("/admin/", "/v1/incidents", "/static/a.css", "/p/external/subscribe/"):
        assert ask(address, other, Host="own.example.net").status == 404
    assert ask(address, path, "POST", Host="own.example.net", Content_Length="70000").status == 413


def test_staff_upload_a_file_and_no_more(address):
    assert json.loads(ask(address, "/admin/pages/", "POST", body=b"a" * 3_000_000).body)["size"] == 3_000_000
    refused = ask(address, "/admin/pages/", "POST", Content_Length="7000000")

    assert (refused.status, refused.body) == (413, b"This is larger than what is taken here.\n")


def test_one_address_that_tries_many_passwords_keeps_no_other_from_the_door(address):
    def status(path, source):
        client = HTTPConnection(urlsplit(address).netloc, timeout=10, source_address=(source, 0))
        try:
            client.request("POST", path, body=b"password=1")
            answer = client.getresponse()
            answer.read()
            return answer.status, answer.getheader("Retry-After")
        finally:
            client.close()

    tried = [status("/admin/login/", "127.0.0.9") for _each in range(60)]

    assert tried[0] == (200, None)
    assert tried.count((429, "5")) >= 20
    assert status("/admin/login/", "127.0.0.8") == status("/admin/", "127.0.0.9") == (200, None)


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


@pytest.mark.parametrize(("path", "host"), [("/subscribe/", ""), ("/p/external/subscriptions/sub_a.b/leave/", ""),
                                            ("/subscribe/", OWN)])  # fmt: skip
def test_a_form_that_does_not_answer_says_so_in_the_pages_dress(lonely, path, host):
    answer = ask(lonely, path, "POST", Host=host or urlsplit(lonely).netloc)

    assert (answer.status, answer.body) == (503, UNAVAILABLE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (answer.headers["Cache-Control"], answer.headers["Retry-After"]) == ("no-store", "5")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/admin/", "/static/a.css", "/v1/incidents", "/v2/enqueue", "/p/nobody/subscribe/", "/healthz"]
)
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


@pytest.mark.parametrize("path", ["/", "/history/?a=b", "/history", "/nothing", "/admin/", "/p/platform/"])
def test_http_leads_to_https(root, certificate, tmp_path, path):
    port = free_port()
    with nginx(root, tmp_path, port=port, certificate=certificate):
        answer = ask(f"http://127.0.0.1:{port}", path, Host="status.example.com")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://status.example.com{path}")


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
