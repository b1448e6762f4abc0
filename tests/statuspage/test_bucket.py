"""The published tree in a bucket, asked over HTTP: what stands where, with which headers, and what is left there."""

import gzip
import json
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from statuspage.documents import kinds
from statuspage.documents.document import HTML, JSON, Document
from statuspage.documents.kind import Packing
from statuspage.stores import headers
from statuspage.stores.bucket import forms, store as module
from statuspage.stores.bucket.objects import BucketError
from statuspage.stores.bucket.store import BucketStore
from statuspage.stores.bucket.url import parse
from tests.statuspage import s3

NOTE = Path(__file__).parents[2] / "docs" / "decisions" / "0007-bucket.md"
INCIDENT = "incidents/inc_a/index.html"


@pytest.fixture
def server(monkeypatch):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return s3.running()


@pytest.fixture
def bucket(server):
    return server.bucket()


@pytest.fixture
def store(bucket):
    store = BucketStore(bucket.url)
    name(store, default="sp_a", a="sp_a")
    return store


def name(store, *, default=None, hosts=None, **slugs):
    store.write_sites(lambda: {"default": default, "slugs": slugs, "hosts": hosts or {}})


def html(body=b"<p>All systems work.</p>", path="index.html"):
    return Document(path, HTML, body)


def status(body=b'{"status": 1}'):
    return Document("api/v2/status.json", JSON, body)


def write(store, token, *, page="sp_a", hot=(), permanent=(), gone=()):
    store.write(page, token=token, version=f"{token}-{token}", hot=hot, permanent=permanent, gone=gone)


def public(bucket):
    """The keys that readers get."""
    return sorted(key for key in bucket.listed() if not key.startswith(".bridgewatch/"))


def test_pages_stand_at_their_public_paths(bucket, store):
    name(store, default="sp_a", a="sp_a", hosts={"status.example.com": "sp_a"})
    write(store, 1, hot=[html()], permanent=[html(path=INCIDENT)])
    write(store, 1, page="sp_b", hot=[html()])  # has no address yet

    assert public(bucket) == sorted(
        f"{prefix}{path}" for prefix in ("", "p/a/", "hosts/status.example.com/") for path in ("index.html", INCIDENT)
    )
    assert store.paths("sp_a") == {"index.html", INCIDENT}
    assert (store.version("sp_a"), store.version("sp_b")) == ("1-1", None)


def test_html_is_compressed_and_data_is_plain_with_their_headers(bucket, store):
    write(store, 1, hot=[html(), status(), Document("badge.svg", "image/svg+xml", b"<svg/>")])
    store.write_assets([Document("assets/page.1111.css", "text/css; charset=utf-8", b"a{}")])
    store.write_assets([Document("assets/inter.1111.woff2", "font/woff2", b"wOF2")])

    def told(key):
        _status, found, body = bucket.get(key)
        return (found["Content-Type"], found["Content-Encoding"], found["Cache-Control"]), body

    often = "max-age=0, s-maxage=1, stale-if-error=86400"
    page, data, badge = told("index.html"), told("p/a/api/v2/status.json"), told("badge.svg")
    css, font = told("assets/page.1111.css"), told("assets/inter.1111.woff2")
    assert page[0] == (HTML, "gzip", often)
    assert gzip.decompress(page[1]) == html().body
    assert data[0] == (JSON, None, often)
    assert json.loads(data[1]) == {"status": 1}
    assert (badge[0], badge[1].rstrip()) == (("image/svg+xml", None, headers.BADGE), b"<svg/>")
    assert css[0] == ("text/css; charset=utf-8", "gzip", headers.IMMUTABLE)
    assert font == (("font/woff2", None, headers.IMMUTABLE), b"wOF2")


def test_what_keeps_order_is_never_taken_for_a_document(bucket, store):
    write(store, 1, hot=[html()])

    assert {key for key in bucket.listed() if key.startswith(".bridgewatch/")} == {
        ".bridgewatch/conditions",
        ".bridgewatch/pages/sp_a.json",
        ".bridgewatch/sites.json",
    }
    assert store.paths("sp_a") == {"index.html"}


def test_documents_are_read_as_they_were_given(store):
    write(store, 4_000, hot=[html(), status()])

    assert store.read("sp_a", "index.html") == html().body
    assert store.read("sp_a", "api/v2/status.json") == status().body
    assert store.read("sp_a", "nothing.html") is None
    assert store.read("sp_b", "index.html") is None


@pytest.mark.parametrize("ending", kinds.PUBLISHED.endings)
def test_no_two_publishers_put_equal_bytes(ending):
    content_type, packing = kinds.PUBLISHED.endings[ending]
    document = Document(f"name{ending}", content_type, b"body")
    if packing == Packing.AS_IT_IS:
        with pytest.raises(ValueError, match="Nobody has said"):
            forms.form_of(document, token=1)
        return
    made = [forms.form_of(document, token=token) for token in (1, 2, 4, 16, 5_000)]

    assert len({form.body for form in made}) == len(made)
    assert len({form.digest for form in made}) == 1
    assert {forms.plain(form.body, form.attributes) for form in made} == {b"body"}


def test_what_did_not_change_is_not_written_again(server, store):
    write(store, 1, hot=[html(), status()], permanent=[html(path=INCIDENT)])
    with server.counted() as asked:
        begin = len(server.requests)
        write(store, 2, hot=[html(), status(b"{}")], permanent=[html(path=INCIDENT)])

    puts = {key for method, key in server.requests[begin:] if method == "PUT"}
    assert puts == {"api/v2/status.json", "p/a/api/v2/status.json", ".bridgewatch/pages/sp_a.json"}
    assert asked == {"GET": 2, "HEAD": 2, "PUT": 4}


def test_what_is_gone_and_what_only_the_last_version_held_can_not_be_read(bucket, store):
    write(store, 1, hot=[html(), status(b"Kestrel")], permanent=[html(b"Kestrel", INCIDENT)])
    write(store, 2, hot=[html()], gone=[INCIDENT])

    assert public(bucket) == ["index.html", "p/a/index.html"]
    assert b"Kestrel" not in bucket.everything()


def test_an_object_that_somebody_deleted_by_hand_is_written_with_its_next_change(bucket, store):
    write(store, 1, hot=[html()])
    bucket.delete("index.html")
    write(store, 2, hot=[html(b"new")])

    assert gzip.decompress(bucket.get("index.html")[2]) == b"new"


def test_an_emptied_bucket_is_a_lost_tree(bucket, store, monkeypatch):
    asset = Document("assets/page.1111.css", "text/css", b"a{}")
    store.write_assets([asset])
    write(store, 1, hot=[html()])
    for key in bucket.listed():
        bucket.delete(key)
    monkeypatch.setattr(module, "GLANCE", 0.0)

    assert store.version("sp_a") is None
    store.write_assets([asset])
    name(store, default="sp_a", a="sp_a")
    write(store, 2, hot=[html()])
    assert public(bucket) == ["assets/page.1111.css", "index.html", "p/a/index.html"]


def test_assets_are_sent_once_and_those_of_an_older_release_stay(server, bucket, store):
    old, new = (Document(f"assets/page.{number}.css", "text/css", b"a{}") for number in (1, 2))
    store.write_assets([old])
    with server.counted() as asked:
        store.write_assets([old, new])
        BucketStore(bucket.url).write_assets([old, new])  # another process asks the bucket

    assert asked == {"PUT": 3}
    assert public(bucket) == ["assets/page.1.css", "assets/page.2.css"]


def test_the_heartbeat_stands_at_every_address_of_a_page_that_stands(bucket, store):
    store.beat("sp_a", b"{}")
    assert public(bucket) == []

    write(store, 1, hot=[html()])
    store.beat("sp_a", b'{"at": 1}')

    answered, found, body = bucket.get("p/a/heartbeat.json")
    assert (answered, found["Cache-Control"], body) == (200, "public, max-age=5", b'{"at": 1}')
    assert bucket.get("heartbeat.json")[2] == body
    assert store.paths("sp_a") == {"index.html"}


def test_a_page_with_another_slug_is_written_there_whole_and_then_gone_from_the_old_one(bucket, store, monkeypatch):
    monkeypatch.setattr(module, "GLANCE", 0.0)
    name(store, a="sp_a")
    write(store, 1, hot=[html()], permanent=[html(path=INCIDENT)])
    store.beat("sp_a", b"{}")
    name(store, new="sp_a")

    assert store.version("sp_a") is None  # wanted anew
    assert bucket.get("p/a/index.html")[0] == 200

    write(store, 2, hot=[html()])  # its incident is not rendered now: it moves along
    name(store, new="sp_a")

    assert store.version("sp_a") == "2-2"
    assert public(bucket) == [f"p/new/{INCIDENT}", "p/new/index.html"]
    assert store.read("sp_a", INCIDENT) == html().body


def test_another_default_takes_the_root_over(bucket, store):
    name(store, default="sp_a", a="sp_a", b="sp_b")
    write(store, 1, hot=[html(b"A"), status()], permanent=[html(b"A", INCIDENT)])
    write(store, 1, page="sp_b", hot=[html(b"B")], permanent=[html(b"B", "incidents/inc_b/index.html")])
    name(store, default="sp_b", a="sp_a", b="sp_b")
    write(store, 2, page="sp_b", hot=[html(b"B")])
    write(store, 2, hot=[html(b"A"), status()])
    name(store, default="sp_b", a="sp_a", b="sp_b")

    at_root = [key for key in public(bucket) if not key.startswith("p/")]
    assert at_root == ["incidents/inc_b/index.html", "index.html"]
    assert gzip.decompress(bucket.get("index.html")[2]) == b"B"
    assert bucket.get(f"p/a/{INCIDENT}")[0] == 200


def test_two_pages_that_swap_their_slugs_do_not_mix(bucket, store):
    name(store, a="sp_a", b="sp_b")
    write(store, 1, hot=[html(b"A")], permanent=[html(b"A", INCIDENT)])
    write(store, 1, page="sp_b", hot=[html(b"B"), status()])
    name(store, b="sp_a", a="sp_b")
    write(store, 2, hot=[html(b"A")], permanent=[html(b"A", INCIDENT)])
    write(store, 2, page="sp_b", hot=[html(b"B"), status()])
    name(store, b="sp_a", a="sp_b")

    assert public(bucket) == ["p/a/api/v2/status.json", "p/a/index.html", f"p/b/{INCIDENT}", "p/b/index.html"]
    assert gzip.decompress(bucket.get("p/a/index.html")[2]) == b"B"


def test_a_host_that_is_taken_away_and_a_page_that_is_deleted_leave_nothing(bucket, store, monkeypatch):
    name(store, default="sp_a", a="sp_a", b="sp_b", hosts={"status.example.com": "sp_a"})
    write(store, 1, hot=[html(b"A")])
    write(store, 1, page="sp_b", hot=[html(b"Kestrel")])
    name(store, default="sp_a", a="sp_a")
    write(store, 2, hot=[html(b"A")])
    name(store, default="sp_a", a="sp_a")

    assert public(bucket) == ["index.html", "p/a/index.html"]
    assert b"Kestrel" not in bucket.everything()

    bucket.put("p/b/index.html", b"Kestrel")  # of a publisher that had been frozen
    monkeypatch.setattr(module, "CLEANED", 0.0)
    name(store, default="sp_a", a="sp_a")
    assert bucket.get("p/b/index.html")[0] == 404

    later = module.time.time() + module.QUARANTINE + 1
    monkeypatch.setattr(module.time, "time", lambda: later)
    name(store, default="sp_a", a="sp_a")
    assert ".bridgewatch/pages/sp_b.json" not in bucket.listed()
    assert json.loads(bucket.get(".bridgewatch/sites.json")[2])["stale"] == {}


def test_below_a_prefix_nothing_else_in_the_bucket_is_touched(bucket):
    bucket.put("index.html", b"another")
    store = BucketStore(bucket.url.replace(bucket.name, f"{bucket.name}/status/pages"))
    name(store, default="sp_a", a="sp_a")
    write(store, 1, hot=[html()])
    name(store)

    assert [key for key in bucket.listed() if ".bridgewatch/" not in key] == ["index.html"]
    assert bucket.get("index.html")[2] == b"another"


def test_a_process_that_was_forked_says_so_instead_of_waiting_for_ever(store, monkeypatch):
    monkeypatch.setattr("os.getpid", lambda: -1)

    with pytest.raises(BucketError, match="forked"):
        store.read("sp_a", "index.html")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://bucket", "begins with s3://"),
        ("s3://", "names a bucket"),
        ("s3://b", "names a bucket"),
        ("s3://[bucket", "is an address"),
        ("s3://key:secret@bucket", "holds no credentials"),
        ("s3://bucket/a//b", "single slashes"),
        ("s3://bucket/../b", "single slashes"),
        ("s3://bucket?regoin=x", "takes region, endpoint, virtual_hosted"),
        ("s3://bucket?region=a&region=b", "each once"),
        ("s3://bucket?endpoint=s3.example.com", "begins with https://"),
        ("s3://bucket?endpoint=https://key:secret@s3.example.com", "begins with https://"),
        ("s3://bucket?endpoint=https://s3.example.com/bucket", "without a path"),
        ("s3://bucket?virtual_hosted=maybe", "virtual_hosted=true or"),
    ],
)
def test_a_wrong_address_says_what_to_write(url, says):
    with pytest.raises(ImproperlyConfigured, match=says) as error:
        parse(url)
    assert "secret" not in str(error.value)


def test_an_address_names_bucket_prefix_region_and_endpoint():
    place = parse("s3://status/pages/?region=eu-central-1&endpoint=https://s3.example.com&virtual_hosted=true")

    assert (place.bucket, place.prefix, place.region) == ("status", "pages", "eu-central-1")
    assert (place.endpoint, place.virtual_hosted) == ("https://status.s3.example.com", True)


def test_a_store_that_takes_no_notice_of_conditions_is_refused(server, bucket, store, monkeypatch):
    monkeypatch.setattr(server, "careless", True)

    with pytest.raises(BucketError, match="takes no notice of If-Match"):
        write(store, 1, hot=[html()])
    assert public(bucket) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (403, "refuses to write .bridgewatch/conditions (403 ServiceUnavailable): look at AWS_ACCESS_KEY_ID"),
        (503, "could not write .bridgewatch/conditions: it answered 503 ServiceUnavailable."),
    ],
)
def test_a_bucket_that_refuses_is_named_with_the_key_and_no_secret(server, bucket, store, answer, says):
    with server.failing(lambda method, key: answer), pytest.raises(BucketError) as error:
        write(store, 1, hot=[html()])

    assert f"Bucket {bucket.name} at {server.endpoint} {says}" in str(error.value)
    assert not any(value in str(error.value) for value in s3.CREDENTIALS.values())


def test_a_bucket_that_is_not_there_or_away_is_said_at_once(server, bucket):
    missing = BucketStore(bucket.url.replace(bucket.name, "no-such-bucket"))
    with pytest.raises(BucketError, match="There is no bucket no-such-bucket"):
        missing.version("sp_a")

    away = BucketStore("s3://status?endpoint=http://127.0.0.1:1")
    for _time in range(2):
        with pytest.raises(BucketError, match=r"Bucket status at http://127.0.0.1:1 does not answer"):
            away.version("sp_a")


def test_the_note_holds_every_header_that_the_cdn_must_add():
    note = NOTE.read_text()
    kept = {"Cache-Control", "CDN-Cache-Control", "Vary"}  # by the bucket itself

    for path in ("index.html", "assets/page.1.css", "api/v2/status.json", "history.atom", "badge.svg"):
        for header, value in headers.for_path(path, tls=True).items():
            assert header in kept or f"{header}: {value}" in note
    for header, value in headers.PREFLIGHT.items():
        assert f"{header}: {value}" in note
