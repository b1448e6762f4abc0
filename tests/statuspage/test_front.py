"""The web process in front of Django: who waits for whom, how bodies come, and what is said when there is no place."""

import asyncio
import re
import threading
from html.parser import HTMLParser
from time import process_time
from urllib.parse import urlencode

import pytest

from incidents.accounts.sessions import new_key
from statuspage.documents.document import HTML, JSON, Document
from statuspage.serving import Front, PublishedTree
from statuspage.serving.bodies import Bodies
from statuspage.serving.live import DOORS
from statuspage.serving.places import KINDS, Kind, Places
from statuspage.serving.wsgi import environ_of
from statuspage.stores.directory import DirectoryStore
from tests.statuspage.rsgi import Protocol, ask, scope
from tests.walks import verdicts
from tests.walks.addresses import routes

KEY = new_key()
SIGNED_IN = ("cookie", f"sessionid={KEY}")
FORM = ("content-type", "application/x-www-form-urlencoded")
BUSY = b"<h1>Not now</h1><p hidden data-kept>Kept</p><p hidden data-lost>Go back</p>"
BUSY += b'<div><a class="btn" href="" data-again>Noch einmal</a></div>'
KEPT = {"email": "reader@example.com", "kind": ["incident", "maintenance"], "note": "<b>\"'&</b>\nnew line"}


class Django:
    """In its place: says what reached it; ``stuck`` are the paths where it waits until it is let go."""

    def __init__(self, *stuck):
        self.stuck, self.go_on, self.reached, self.asked = stuck, threading.Event(), [], []

    def __call__(self, environ, start_response):
        self.reached.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] in self.stuck:
            assert self.go_on.wait(20)
        body = environ["wsgi.input"].read()
        self.asked.append(environ | {"body": body})
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"got ", body]


@pytest.fixture
def root(tmp_path):
    store = DirectoryStore(tmp_path)
    hot = [
        Document("index.html", HTML, b"all is well"),
        Document("404.html", HTML, b"nothing here"),
        Document("503.html", HTML, BUSY),
        Document("api/v2/status.json", JSON, b'{"status": {}}'),
    ]
    store.write("sp_a", token=1, version="1-1", hot=hot, permanent=[], gone=())
    store.write_sites(lambda: {"default": "sp_a", "slugs": {"platform": "sp_a"}, "hosts": {}})
    return tmp_path


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["localhost"]


def front(root, django, *, patience=30.0, seconds=30.0, **more):
    tree = PublishedTree(django, root=root, probes={"/healthz": django, "/readyz": django, "/metrics": django})
    kinds = {name: Kind(kind.places, patience, kind.largest) for name, kind in KINDS.items()}
    return Front(
        tree, places={name: Places(kind) for name, kind in kinds.items()}, held=Bodies(seconds=seconds, **more)
    )


async def fill(made, django, path, kind):
    """Take all places of a kind."""
    tasks = [asyncio.ensure_future(ask(made, path, headers=[SIGNED_IN])) for _each in range(KINDS[kind].places)]
    while django.reached.count(path) < len(tasks):
        await asyncio.sleep(0.001)
    return tasks


FULL = [
    ("staff", "/admin/slow/"),
    ("doors", "/admin/login/"),
    ("forms", "/subscribe/"),
    ("programs", "/v1/slow"),
    ("probes", "/readyz"),
    ("metrics", "/metrics"),
    ("files", "/static/a.css"),
]


@pytest.mark.parametrize(("kind", "path"), FULL)
def test_one_kind_that_is_full_keeps_nobody_of_another_waiting(root, kind, path):
    django = Django(path)
    made = front(root, django)

    async def others():
        tasks = await fill(made, django, path, kind)
        waiting = asyncio.ensure_future(ask(made, path, headers=[SIGNED_IN]))
        paths = ["/", "/healthz", "/api/v2/status.json", *(each for other, each in FULL if other != kind)]
        answers = [(await ask(made, each, headers=[SIGNED_IN])).status for each in paths]
        assert not waiting.done()
        django.go_on.set()
        return answers, (await asyncio.gather(*tasks, waiting))[-1].status

    assert asyncio.run(others()) == ([200] * 9, 200)


def refused(root, path, kind, method="GET", headers=(), **more):
    django = Django(path)
    made = front(root, django, patience=0.02)

    async def one_more():
        tasks = await fill(made, django, path, kind)
        answer = await ask(made, path, method, headers=[SIGNED_IN, *headers], **more)
        django.go_on.set()
        await asyncio.gather(*tasks)
        return answer, await ask(made, path, headers=[SIGNED_IN])

    answer, after = asyncio.run(one_more())
    assert after.status == 200
    assert (answer.status, answer.headers["Retry-After"], answer.headers["Cache-Control"]) == (503, "5", "no-store")
    assert answer.headers["Content-Length"] == str(len(answer.body))
    return answer


class Fields(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.hidden, self.others = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if tag == "input":
            (self.hidden if told["type"] == "hidden" else self.others).append((told["name"], told.get("value")))


def test_a_reader_without_a_place_gets_the_pages_own_answer_and_it_asks_again_by_itself(root):
    answer = refused(root, "/subscribe/", "forms")

    assert answer.body == BUSY
    assert (answer.headers["Content-Type"], answer.headers["Refresh"]) == ("text/html; charset=utf-8", "5")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "kind"), [("/subscribe/", "forms"), ("/admin/slow/", "staff"), ("/admin/login/", "doors")]
)
def test_what_was_typed_is_kept_in_a_refusal(root, path, kind):
    secrets = {"old_password": "hush-1", "New_Secret": "hush-2"}
    typed = urlencode(KEPT | {"csrfmiddlewaretoken": "abc"} | secrets, doseq=True).encode()
    answer = refused(root, path, kind, "POST", body=typed, headers=[FORM])
    html = answer.body.decode()
    fields = Fields(html)

    assert fields.hidden == [
        ("email", "reader@example.com"),
        ("kind", "incident"),
        ("kind", "maintenance"),
        ("note", "<b>\"'&</b>\nnew line"),
        ("csrfmiddlewaretoken", "abc"),
    ]
    assert fields.others == [("old_password", None), ("New_Secret", None)]  # asked for again, and in no answer
    assert "hush" not in html
    assert ("Old password <input" in html, "data-kept" in html, "hidden data-lost" in html) == (True, False, True)
    assert answer.headers["Referrer-Policy"] == ("no-referrer" if kind == "forms" else "same-origin")
    assert "Refresh" not in answer.headers
    assert re.search(r'<button class="(btn|button)" type="submit">(Noch einmal|Try again)</button>', html)


def went_back(answer):
    html = answer.body.decode()
    return "<form" not in html and "data-again" not in html and "data-lost" not in html and "hidden data-kept" in html


def test_what_comes_with_a_file_is_not_sent_again_without_it(root):
    body = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nSMS late\r\n--x\r\nContent-Disposition: '
    body += b'form-data; name="logo"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n'
    headers = [("content-type", "multipart/form-data; boundary=x")]
    answer = refused(root, "/admin/slow/", "staff", "POST", body=body, headers=headers)

    assert went_back(answer)


@pytest.mark.parametrize("body", [b"", b"a=1&" * 5000, b"a=" + b"x" * 64_000])
def test_a_body_that_cannot_be_read_gets_the_same_refusal(root, body):
    for content in (FORM, ("content-type", "multipart/form-data; boundary=x"), ("content-type", "multipart/form-data")):
        assert went_back(refused(root, "/admin/slow/", "staff", "POST", body=body, headers=[content]))


@pytest.mark.parametrize(("kind", "path"), [each for each in FULL if each[0] not in ("staff", "doors", "forms")])
def test_programs_get_a_line_of_text(root, kind, path):
    answer = refused(root, path, kind)

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_page_published_before_there_was_such_a_document_refuses_in_a_line(root):
    hot = [Document("index.html", HTML, b"all is well")]
    DirectoryStore(root).write("sp_a", token=2, version="2-2", hot=hot, permanent=[], gone=())

    assert refused(root, "/subscribe/", "forms").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_form_without_its_database_is_in_the_pages_dress_too_and_keeps_what_was_typed(root):
    def away(environ, start_response):
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"The database does not answer."]

    made = front(root, away)
    form = asyncio.run(ask(made, "/subscribe/", "POST", body=b"address=a%40b.c", headers=[FORM]))
    staff = asyncio.run(ask(made, "/admin/"))

    assert (form.status, Fields(form.body.decode()).hidden) == (503, [("address", "a@b.c")])
    assert staff.body == b"The database does not answer."


def test_whoever_leaves_is_not_worked_for(root):
    django = Django("/admin/slow/")
    made = front(root, django)

    async def leaving():
        tasks = await fill(made, django, "/admin/slow/", "staff")
        protocol = Protocol()
        leaver = asyncio.ensure_future(ask(made, "/admin/slow/", headers=[SIGNED_IN], protocol=protocol))
        await asyncio.sleep(0.01)
        protocol.left.set()
        await leaver
        django.go_on.set()
        await asyncio.gather(*tasks)
        return protocol.status

    assert asyncio.run(leaving()) == 0
    assert len(django.reached) == KINDS["staff"].places


def test_a_body_reaches_django_whole_however_it_comes(root):
    django = Django()
    made = front(root, django)

    in_drops = Protocol([b"a", b"=", b"1&b=two"])
    headers = [("content-length", "9"), FORM]
    answer = asyncio.run(ask(made, "/admin/", "POST", headers=headers, protocol=in_drops))

    assert (answer.body, django.asked[0]["CONTENT_LENGTH"]) == (b"got a=1&b=two", "9")


@pytest.mark.parametrize("first", [[], [b"abc"]])
def test_a_body_that_does_not_come_is_given_up_and_holds_no_place(root, first):
    django = Django()
    made = front(root, django, seconds=0.05)

    async def many():
        slow = [Protocol(first, whole=False) for _each in range(100)]
        headers = [("content-length", "900"), FORM]
        tasks = [
            asyncio.ensure_future(ask(made, "/subscribe/", "POST", headers=headers, protocol=each)) for each in slow
        ]
        await asyncio.sleep(0)
        quick = await ask(made, "/subscribe/", "POST", body=b"a=1")
        assert not any(task.done() for task in tasks)
        await asyncio.gather(*tasks)
        return quick.status, {(each.status, each.headers["Connection"]) for each in slow}

    assert asyncio.run(many()) == (200, {(408, "close")})
    assert django.reached == ["/subscribe/"]


@pytest.mark.parametrize(
    ("path", "length", "sent", "status"),
    [
        ("/subscribe/", "64001", [], 413),
        ("/subscribe/", None, [b"a=1"], 411),  # one that was cut off would look whole
        ("/admin/", "6000001", [], 413),
        ("/admin/login/", "64001", [], 413),
        ("/static/a.css", "1", [], 413),
        ("/admin/", "10", [b"abc"], 400),
    ],
)
def test_a_body_that_is_too_large_or_cut_off_never_reaches_django(root, path, length, sent, status):
    django = Django()
    headers = [SIGNED_IN, ("content-length", length) if length else ("transfer-encoding", "chunked")]
    answer = asyncio.run(ask(front(root, django), path, "POST", headers=headers, protocol=Protocol(sent)))

    assert (answer.status, django.reached) == (status, [])


def test_what_programs_send_takes_nothing_from_staff(root):
    made = front(root, Django(), most_held=200_000)

    async def both():
        half = Protocol([b"x" * 190_000], whole=False)
        first = asyncio.ensure_future(
            ask(made, "/v1/alerts", "POST", headers=[("content-length", "300000")], protocol=half)
        )
        await asyncio.sleep(0.01)
        staff = await ask(made, "/admin/", "POST", body=b"y" * 100_000, headers=[SIGNED_IN])
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return staff.status

    assert asyncio.run(both()) == 200


def test_large_bodies_share_what_a_process_holds_and_small_ones_always_go(root):
    django = Django()
    made = front(root, django, most_held=200_000)

    async def three():
        half = Protocol([b"x" * 150_000], whole=False)
        headers = [("content-length", "300000"), SIGNED_IN]
        first = asyncio.ensure_future(ask(made, "/admin/", "POST", headers=headers, protocol=half))
        await asyncio.sleep(0.01)
        second = await ask(made, "/admin/", "POST", body=b"y" * 100_000, headers=[SIGNED_IN])
        small = await ask(made, "/admin/", "POST", body=b"z" * 60_000, headers=[SIGNED_IN])
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        again = await ask(made, "/admin/", "POST", body=b"y" * 100_000, headers=[SIGNED_IN])
        return second.status, small.status, again.status

    assert asyncio.run(three()) == (503, 200, 200)


def test_django_hears_who_asked_and_no_header_that_could_be_taken_for_another(root):
    django = Django()
    headers = [
        ("x-forwarded-for", "198.51.100.7"), ("x_forwarded_for", "8.8.8.8"), ("x_own", "1"), ("accept", "a"),
        ("accept", "b"), ("cookie", "a=1"), ("cookie", "b=2"), ("content-type", "text/x"),
    ]  # fmt: skip
    asyncio.run(ask(front(root, django), "/admin/ü/?a=%C3%BC&b", headers=headers))
    [told] = django.asked

    assert (told["PATH_INFO"], told["QUERY_STRING"]) == ("/admin/ü/".encode().decode("latin-1"), "a=%C3%BC&b")
    assert (told["REMOTE_ADDR"], told["HTTP_HOST"], told["SERVER_PORT"]) == ("203.0.113.5", "localhost:8000", "8000")
    assert (told["HTTP_X_FORWARDED_FOR"], told["HTTP_ACCEPT"], told["HTTP_COOKIE"]) == (
        "198.51.100.7",
        "a,b",
        "a=1; b=2",
    )
    assert (told["CONTENT_TYPE"], "HTTP_X_OWN" in told, "HTTP_CONTENT_TYPE" in told) == ("text/x", False, False)


@pytest.mark.parametrize(
    ("path", "cookie", "kind"),
    [
        ("/admin/", "csrftoken=a; sessionid=KEY", "staff"),
        ("/admin/", "sessionid=KEYx", "doors"),
        ("/admin/", "sessionid=b", "doors"),
        ("/admin/", "sessionid=; a=KEY", "doors"),
        ("/admin/", "csrftoken=a", "doors"),
        ("/admin/", "", "doors"),
        ("/admin/login/", "sessionid=KEY", "doors"),
        ("/admin/login", "sessionid=KEY", "doors"),
        ("/admin/loginhistory/", "sessionid=KEY", "staff"),
    ],
)
def test_whoever_is_not_signed_in_takes_no_place_of_staff(root, path, cookie, kind):
    tree = PublishedTree(Django(), root=root)
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "HTTP_HOST": "localhost"}
    found = tree.find(asked | {"HTTP_COOKIE": cookie.replace("KEY", KEY)})

    assert found.kind == kind


def test_whose_request_it_is_is_told_in_no_time_whatever_the_cookie_holds(root):
    tree, began = PublishedTree(Django(), root=root), process_time()
    for cookie in ('a="' + "\\" * 60_000 + '"', "; " * 30_000, "sessionid=" * 6_000, "sessionid=" + "a" * 60_000):
        asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/admin/", "HTTP_HOST": "localhost", "HTTP_COOKIE": cookie}
        assert tree.find(asked).kind == "doors"

    assert process_time() - began < 1  # the first alone takes five as Python reads cookies


def test_every_address_of_staff_that_is_open_to_anybody_is_a_door():
    doors = [route for route in routes() if route.name.startswith("admin:")]
    doors = [f"/{route.pattern}" for route in doors if verdicts.of(route.name).reads == verdicts.ANYBODY]

    assert len(doors) >= 4
    assert [pattern for pattern in doors if not DOORS.match(pattern)] == []


@pytest.mark.parametrize("client", ["[2001:db8::1]:99", "2001:db8::1:99"])
def test_an_address_of_version_6_is_told_without_its_port(client):
    asked = scope("/")
    asked.client = client

    assert environ_of(asked)["REMOTE_ADDR"] == "2001:db8::1"


def test_what_is_ready_is_answered_from_memory_and_not_modified_where_it_is(root):
    made = front(root, Django())

    async def thrice():
        first, second = await ask(made, "/"), await ask(made, "/")
        return first, second, await ask(made, "/", headers=[("if-none-match", first.headers["ETag"])])

    first, second, third = asyncio.run(thrice())

    assert (first.body, second.body, third.body, third.status) == (b"all is well", b"all is well", b"", 304)
    assert first.headers == second.headers


def test_one_way_more_to_write_our_name_keeps_no_other_from_memory(root):
    made = front(root, Django())

    async def many():
        for port in range(200):
            await ask(made, "/", headers=[("host", f"localhost:{port}"), ("accept-encoding", f"x{port}")])
        await ask(made, "/")
        return made._tree.ready("localhost:8000", "/", "")

    assert asyncio.run(many()).body == b"all is well"


def test_a_page_that_is_gone_leaves_the_others_in_memory(root):
    store = DirectoryStore(root)
    hot = [Document("index.html", HTML, b"another"), Document("404.html", HTML, b"nothing here")]
    store.write("sp_b", token=1, version="1-1", hot=hot, permanent=[], gone=())
    store.write_sites(lambda: {"default": "sp_a", "slugs": {"platform": "sp_a", "other": "sp_b"}, "hosts": {}})
    made = front(root, Django())

    async def gone():
        await ask(made, "/")
        assert (await ask(made, "/p/other/")).body == b"another"
        (root / "pages" / "sp_b" / "current").unlink()
        made._tree._look()
        await ask(made, "/")
        made._tree._look()
        return made._tree.ready("localhost:8000", "/", ""), (await ask(made, "/p/other/")).status

    ready, status = asyncio.run(gone())
    assert (ready.body, status) == (b"all is well", 404)
