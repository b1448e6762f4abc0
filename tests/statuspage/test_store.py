"""The published tree in a directory: one switch, a fence, nothing left behind."""

import gzip
import multiprocessing
from itertools import pairwise

import brotli
import pytest

from statuspage.documents.document import HTML, Document, Pending, RenderError
from statuspage.stores import Fenced
from statuspage.stores.directory import DirectoryStore, PageFolder
from statuspage.stores.files import Folder

LONG = b"<p>All systems work.</p>" * 50


def page(path="index.html", body=LONG):
    return Document(path, HTML, body)


@pytest.fixture
def pages(tmp_path):
    return PageFolder(tmp_path, "sp_a")


def write(pages, *, token=1, version="1-1", hot=(), permanent=(), gone=()):
    store = DirectoryStore(pages.folder.parent.parent)
    store.write(pages.folder.name, token=token, version=version, hot=hot, permanent=permanent, gone=gone)


def test_the_pointer_leads_to_the_hot_set_with_its_twins(pages):
    write(pages, hot=[page()])

    assert pages.version() == "1-1"
    assert (pages.pointer / "index.html").read_bytes() == LONG
    assert gzip.decompress((pages.pointer / "index.html.gz").read_bytes()) == LONG
    assert brotli.decompress((pages.pointer / "index.html.br").read_bytes()) == LONG


def test_what_loses_text_is_written_before_the_switch_and_the_rest_after_it(pages):
    standing = ["incidents/inc_a/index.html", "history/2026-11/index.html"]
    write(pages, permanent=[page(path, b"a secret") for path in standing])
    order = []

    def pending(path, **fields):
        def drawn():
            order.append((path, pages.version()))
            return page(path, b"new")

        return Pending(path, drawn, **fields)

    later = [pending("history/2026-11/index.html"), pending("incidents/inc_a/index.html", loses_text=True)]
    write(pages, token=2, version="2-2", hot=[page()], permanent=later)

    assert order == [("incidents/inc_a/index.html", "1-1"), ("history/2026-11/index.html", "2-2")]


def test_what_cannot_be_drawn_without_the_text_it_loses_goes(pages):
    def broken():
        raise RenderError("The page", "a template")

    path = "incidents/inc_a/index.html"
    write(pages, hot=[page(body=b"a secret")], permanent=[page(path, b"a secret")])
    with pytest.raises(RenderError):
        write(pages, token=2, version="2-2", hot=[page()], permanent=[Pending(path, broken, loses_text=True)])

    assert (pages.pointer / "index.html").read_bytes() == LONG
    assert not (pages.permanent / path).exists()
    assert [pages.is_whole(version) for version in ("1-1", "2-2")] == [True, False]


def test_a_small_file_has_no_twins(pages):
    write(pages, hot=[page(body=b"short")])

    assert [path.name for path in pages.pointer.iterdir()] == ["index.html"]


def test_the_version_before_is_gone_after_the_switch(pages):
    write(pages, hot=[page(body=b"a secret")])
    write(pages, token=2, version="2-2", hot=[page(body=b"nothing")])

    assert [path.name for path in (pages.folder / "versions").iterdir()] == ["2-2"]
    assert b"secret" not in b"".join(path.read_bytes() for path in pages.folder.rglob("*") if path.is_file())


def test_unchanged_bytes_are_shared_and_changed_ones_are_not(pages):
    write(pages, hot=[page(), page("history/index.html", b"old " * 100)])
    before = (pages.pointer / "index.html.br").stat().st_ino
    write(pages, token=2, version="2-2", hot=[page(), page("history/index.html", b"new " * 100)])

    assert (pages.pointer / "index.html.br").stat().st_ino == before
    assert gzip.decompress((pages.pointer / "history" / "index.html.gz").read_bytes()) == b"new " * 100


def test_a_permanent_page_is_written_only_where_its_bytes_change(pages):
    path = "incidents/inc_a/index.html"
    write(pages, permanent=[page(path)])
    before = (pages.permanent / path).stat()
    write(pages, token=2, version="2-2", permanent=[page(path)])
    unchanged = (pages.permanent / path).stat()
    write(pages, token=3, version="3-3", permanent=[page(path, LONG + b".")])

    assert (unchanged.st_ino, unchanged.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (pages.permanent / path).stat().st_ino != before.st_ino


def test_what_is_gone_takes_its_twins_along(pages):
    path = "incidents/inc_a/index.html"
    write(pages, permanent=[page(path)])
    write(pages, token=2, version="2-2", gone=[path])

    assert list((pages.permanent / "incidents").iterdir()) == []


def test_an_older_token_writes_nothing(pages):
    write(pages, token=7, version="7-7", hot=[page(body=b"newer")])

    with pytest.raises(Fenced):
        write(pages, token=6, version="6-6", hot=[page(body=b"older")], permanent=[page("incidents/inc_a/index.html")])

    assert (pages.pointer / "index.html").read_bytes() == b"newer"
    assert not (pages.permanent / "incidents").exists()


def _write_many(root, tokens):
    for token in tokens:
        body = str(token).encode()
        try:
            write(PageFolder(root, "sp_a"), token=token, version=f"{token}", hot=[page(body=body)])
        except Fenced:
            pass


def test_processes_that_race_leave_the_highest_token(tmp_path):
    racers = [multiprocessing.Process(target=_write_many, args=(tmp_path, range(n, 60, 3))) for n in (1, 2, 3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()

    pages = PageFolder(tmp_path, "sp_a")
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
    assert (pages.version(), (pages.pointer / "index.html").read_bytes()) == ("59", b"59")


def test_the_map_of_addresses_drops_folders_of_pages_that_are_no_more(tmp_path):
    write(PageFolder(tmp_path, "sp_a"), hot=[page()])
    write(PageFolder(tmp_path, "sp_b"), hot=[page()])
    DirectoryStore(tmp_path).write_sites(lambda: {"default": "sp_b", "slugs": {"b": "sp_b"}, "hosts": {}})

    assert [folder.name for folder in (tmp_path / "pages").iterdir()] == ["sp_b"]


def test_assets_of_an_older_release_stay(tmp_path):
    DirectoryStore(tmp_path).write_assets([Document("assets/page.1111.css", "text/css", b"a{}")])
    DirectoryStore(tmp_path).write_assets([Document("assets/page.2222.css", "text/css", b"b{}")])

    assert sorted(path.name for path in (tmp_path / "assets").iterdir()) == ["page.1111.css", "page.2222.css"]


def test_two_versions_of_one_length_never_share_a_second(pages):
    """A static server makes its ETag from the second and the length."""
    seconds = []
    for token, body in enumerate((b"a" * 300, b"b" * 300, b"c" * 300), start=1):
        write(pages, token=token, version=str(token), hot=[page(body=body)], permanent=[page("incidents/x", body)])
        for file in (pages.pointer / "index.html", pages.permanent / "incidents" / "x"):
            assert len({int(file.with_name(file.name + twin).stat().st_mtime) for twin in ("", ".gz", ".br")}) == 1
        seconds.append((pages.pointer / "index.html").stat().st_mtime)

    assert [later - earlier for earlier, later in pairwise(seconds)] == [1, 1]


def test_what_a_killed_publisher_left_half_written_goes_with_the_next(pages):
    (pages.folder / "scratch").mkdir(parents=True)
    (pages.folder / "scratch" / "123-index.html").write_bytes(b"a secret")
    write(pages, hot=[page()])

    assert not any(b"secret" in file.read_bytes() for file in pages.folder.rglob("*") if file.is_file())


def test_a_version_that_fails_leaves_no_room_taken(pages, monkeypatch):
    write(pages, hot=[page(body=b"old")])

    def full(folder, path, *facts, **more):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "replace_link", full)
        with pytest.raises(OSError, match="No space"):
            write(pages, token=2, version="2-2", hot=[page(body=b"new")])

    assert [folder.name for folder in pages.versions.iterdir()] == ["1-1"]
    assert (pages.pointer / "index.html").read_bytes() == b"old"


def test_a_static_server_finds_each_page_by_slug_host_and_default(tmp_path):
    write(PageFolder(tmp_path, "sp_a"), hot=[page(body=b"a")])
    write(PageFolder(tmp_path, "sp_b"), hot=[page(body=b"b")])
    store = DirectoryStore(tmp_path)
    store.write_sites(
        lambda: {"default": "sp_a", "slugs": {"a": "sp_a", "b": "sp_b"}, "hosts": {"b.example.net": "sp_b"}}
    )
    found = {
        p: (tmp_path / p / "current" / "index.html").read_bytes()
        for p in ("default", "p/a", "p/b", "hosts/b.example.net")
    }
    assert found == {"default": b"a", "p/a": b"a", "p/b": b"b", "hosts/b.example.net": b"b"}

    store.write_sites(lambda: {"default": "sp_b", "slugs": {"c": "sp_b"}, "hosts": {}})
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["c"]
    assert list((tmp_path / "hosts").iterdir()) == []
    assert (tmp_path / "default" / "current" / "index.html").read_bytes() == b"b"
