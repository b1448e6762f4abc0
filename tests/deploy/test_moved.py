"""Addresses that pages had before, and their public ids, lead on from nginx as from our own process."""

import threading
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from statuspage.documents.document import Document
from statuspage.serving import PublishedTree
from statuspage.stores.directory import DirectoryStore
from tests.deploy.asking import ask, same
from tests.deploy.nginx import nginx
from tests.deploy.published import FRONT, MONTH, NOT_FOUND, OTHER, OWN, TYPE, publish, write

pytestmark = pytest.mark.nginx

FORMER = "former.own.example"
ONLY_THERE = b"<h1>Operator in France</h1>" * 20


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """External, which was the default page and has moved; and Platform, which is the default now and was Voice."""
    root = publish(tmp_path_factory.mktemp("moved"))
    store = DirectoryStore(root)
    write(root, "sp_c", front=b"<h1>Retail</h1>" * 20)
    store.write(
        "sp_b", token=2, version="2-2", hot=[Document("index.html", TYPE, OTHER), Document("404.html", TYPE, NOT_FOUND),
        Document("history.atom", TYPE, b"<feed/>" * 50)],
        permanent=[Document("incidents/inc_fr/index.html", TYPE, ONLY_THERE)], gone=[],
    )  # fmt: skip
    store.write_sites(
        lambda: {
            "default": "sp_a",
            "slugs": {"platform": "sp_a", "external": "sp_b", "retail": "sp_c"},
            "hosts": {OWN: "sp_b"},
            "former_slugs": {"voice": "sp_a", "operators": "sp_b", "shop": "sp_c"},
            "former_hosts": {FORMER: "sp_b", "shop.example.net": "sp_c"},
            "former_defaults": ["sp_b"],
        }
    )
    return root


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def address(root, tmp_path_factory):
    def live(environ, start_response):
        start_response("200 OK", [])
        return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}".encode()]

    with make_server("127.0.0.1", 0, PublishedTree(live, root=root), handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with nginx(root, tmp_path_factory.mktemp("nginx"), upstream=f"127.0.0.1:{server.server_port}") as address:
            yield address
        server.shutdown()


@pytest.fixture(scope="module")
def lonely(root, tmp_path_factory):
    with nginx(root, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.fixture(autouse=True)
def public_url(settings):
    settings.PUBLIC_URL = "https://bridgewatch.example.com"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/p/voice/", "/"),
        ("/p/voice", "/"),
        ("/p/voice/history/", "/history/"),
        ("/p/voice/incidents/inc_abc/", "/incidents/inc_abc/"),
        ("/p/voice/postmortems/rca_abc.pdf", "/postmortems/rca_abc.pdf"),
        ("/p/voice/nothing%20X:%c3%bc/", "/nothing%20X:%C3%BC/"),
        ("/p/shop/", "/p/retail/"),
        ("/p/shop/incidents/inc_abc", "/p/retail/incidents/inc_abc"),
        ("/p/shop/history.atom", "/p/retail/history.atom"),
        ("/p/shop/api/v2/status.json?_=1", "/p/retail/api/v2/status.json?_=1"),
        ("/p/shop/badge.svg?style=flat&label=a%20b", "/p/retail/badge.svg?style=flat&label=a%20b"),
        ("/p/shop/maintenance.ics", "/p/retail/maintenance.ics"),
        ("/p/operators/incidents/inc_fr/", "/p/external/incidents/inc_fr/"),
        ("/p/sp_a/history/", "/history/"),
        ("/p/sp_c/incidents/inc_abc/", "/p/retail/incidents/inc_abc/"),
        ("/incidents/inc_fr/", "/p/external/incidents/inc_fr/"),
        ("/incidents/inc_fr", "/p/external/incidents/inc_fr"),
    ],
)
def test_a_former_address_leads_on(address, root, path, location):
    answer = same(address, root, path)

    assert (answer.status, answer.headers["Location"]) == (301, location)
    assert answer.headers["Cache-Control"] == "no-store"  # the address may come back to whom it was
    head = same(address, root, path, "HEAD")
    assert (head.status, head.headers["Location"]) == (301, location)


@pytest.mark.parametrize("path", ["/p/shop/history.atom", "/p/shop/api/v2/status.json", "/p/shop/badge.json"])
def test_widgets_of_other_sites_may_follow(address, root, path):
    answer = same(address, root, path)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert same(address, root, path, "OPTIONS").status == 204


@pytest.mark.parametrize(
    ("host", "path", "location"),
    [
        (FORMER, "/", f"https://{OWN}/"),
        (FORMER, "/history.atom", f"https://{OWN}/history.atom"),
        (FORMER, "/incidents/inc_fr/?a=b", f"https://{OWN}/incidents/inc_fr/?a=b"),
        (FORMER, "/admin/", f"https://{OWN}/admin/"),
        ("shop.example.net", "/", "https://bridgewatch.example.com/p/retail/"),
        ("shop.example.net", "/incidents/inc_abc/", "https://bridgewatch.example.com/p/retail/incidents/inc_abc/"),
        (OWN, "/p/sp_b/incidents/inc_fr/", "/incidents/inc_fr/"),
    ],
)
def test_a_former_host_leads_on_to_where_its_page_is(address, root, host, path, location):
    answer = same(address, root, path, host=host)

    assert (answer.status, answer.headers["Location"]) == (301, location)


@pytest.mark.parametrize(
    ("host", "path", "reached"),
    [
        ("", "/p/shop/subscriptions/sub_abc.De-f_g/leave/", "/p/shop/subscriptions/sub_abc.De-f_g/leave/"),
        ("", "/p/shop/subscribe/", "/p/shop/subscribe/"),
        ("", "/p/sp_c/subscriptions/sub_abc.De-f_g/leave/", "/p/sp_c/subscriptions/sub_abc.De-f_g/leave/"),
        (FORMER, "/subscriptions/sub_abc.De-f_g/leave/", "/p/sp_b/subscriptions/sub_abc.De-f_g/leave/"),
        (OWN, "/subscriptions/sub_abc.De-f_g/leave/", "/p/sp_b/subscriptions/sub_abc.De-f_g/leave/"),
        (OWN, "/p/sp_b/subscriptions/sub_abc.De-f_g/", "/p/sp_b/subscriptions/sub_abc.De-f_g/"),
        (OWN, "/p/sp_c/subscriptions/sub_abc.De-f_g/leave/", "/p/sp_c/subscriptions/sub_abc.De-f_g/leave/"),
    ],
)
def test_forms_answer_there_and_lead_nowhere(address, host, path, reached):
    """RFC 8058: whoever posts follows no redirect."""
    answer = ask(address, path, "POST", body=b"List-Unsubscribe=One-Click", Host=host or urlsplit(address).netloc)

    assert (answer.status, answer.body) == (200, f"POST {reached}".encode())


def test_no_other_page_answers_under_a_name_of_its_own(address, root):
    for path in ("/p/retail/", "/p/sp_c/", "/p/sp_c/incidents/inc_abc/"):
        assert same(address, root, path, host=OWN).status == 404
    for path in ("/p/sp_c/subscribe/", "/p/retail/subscribe/"):
        assert same(address, root, path, host=OWN).status == 404


@pytest.mark.parametrize(
    "path", ["/p/voice//evil.example/", "/p/nobody/", "/p/nobody/incidents/inc_fr/", "/incidents/inc_no/", "/p/sp_no/"]
)
def test_what_never_was_is_404(address, root, path):
    assert same(address, root, path).status == 404


def test_what_the_new_default_has_is_its_own(address, root):
    assert same(address, root, "/").body == FRONT
    assert same(address, root, "/history/2026-11/").body == MONTH
    assert same(address, root, "/incidents/inc_abc/").status == 200


@pytest.mark.parametrize(
    ("host", "path", "body"),
    [
        ("", "/p/voice/", FRONT),
        ("", "/p/operators/incidents/inc_fr/", ONLY_THERE),
        ("", "/p/sp_b/", OTHER),
        ("", "/incidents/inc_fr/", ONLY_THERE),
        (FORMER, "/", OTHER),
        (FORMER, "/incidents/inc_fr/", ONLY_THERE),
        (OWN, "/p/sp_b/incidents/inc_fr/", ONLY_THERE),
    ],
)
def test_with_every_python_process_dead_it_stays_there(lonely, host, path, body):
    answer = ask(lonely, path, Host=host or urlsplit(lonely).netloc)

    assert (answer.status, answer.body) == (200, body)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert ask(lonely, f"{path}nothing/", Host=host or urlsplit(lonely).netloc).status == 404


def test_a_page_that_comes_back_leads_nowhere(tmp_path):
    store = DirectoryStore(publish(tmp_path))
    sites = {"default": "sp_a", "slugs": {"platform": "sp_a", "external": "sp_b"}, "hosts": {}}
    store.write_sites(lambda: sites | {"former_slugs": {"voice": "sp_a"}, "former_defaults": ["sp_b"]})
    tree = PublishedTree(None, root=tmp_path)
    moved = {"former/p/voice", "former/default"}
    assert {path for path in moved if (tmp_path / path).is_symlink()} == moved

    store.write_sites(lambda: sites)

    assert not [path for path in moved if (tmp_path / path).is_symlink()]
    assert tree.ready("localhost", "/p/voice/", "") is None
