"""Published kinds are one table: what is drawn is in it, and a new kind needs its line and nothing else."""

import ast
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import statuspage
from incidents.choices import ComponentState, Level
from statuspage import documents
from statuspage.documents import kinds
from statuspage.documents.document import RenderError
from statuspage.documents.kind import Caching, Kinds, Packing, Place
from statuspage.documents.state import current_state
from statuspage.models import DirtyPage, PublishState
from statuspage.publishing import publisher
from statuspage.serving import PublishedTree
from statuspage.snapshot import subjects
from statuspage.snapshot.load import load
from statuspage.stores import headers
from statuspage.stores.bucket import store as bucket_store
from tests import factories as make
from tests.postmortems.examples import SHORT
from tests.statuspage import build, larkwire, s3
from tests.statuspage.notices import documents as notices
from tests.statuspage.notices.load import Board
from tests.statuspage.notices.values import Notice
from tests.statuspage.test_serving import ask
from tools import nginx

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/notices/ntc_1/notice.txt"
FIRST = Notice(1, "ntc_1", "We move house on Friday.")


# The table


def test_what_is_drawn_is_of_the_kind_that_the_table_says():
    row, parts, places = larkwire.demo()
    over = larkwire.outage(row, parts, places, resolved=True)
    build.rendered(build.report(over, SHORT), row)
    make.scheduled(parts["SMS"], page=row)
    shot = load(row.pk, touched=None, now=build.NOW)

    seen = set()
    for place, drawn in ((Place.HOT, documents.hot(shot)), (Place.PERMANENT, documents.permanent(shot))):
        for document in drawn:
            kind = kinds.PUBLISHED.of(document.path)
            assert (kind.place, kind.content_type) == (place, document.content_type)
            seen.add(kind.name)
    for document in documents.assets(shot):
        assert kinds.PUBLISHED.of(document.path).content_type == document.content_type

    in_a_crowd = {"components"}
    assert seen == {kind.name for kind in kinds.PUBLISHED if kind.drawn} - in_a_crowd


def test_no_path_is_of_two_kinds_and_what_is_looked_for_is_what_is_permanent():
    for kind in kinds.PUBLISHED:
        path = kind.at("abc")
        assert kinds.PUBLISHED.of(path) is kind
        looked_for = kind.place == Place.PERMANENT and kind.caching != Caching.NEVER_STORED
        assert bool(kinds.PUBLISHED.permanent.fullmatch(path)) == looked_for
        assert headers.for_path(path)["Cache-Control"] == headers.CACHING[kind.caching]["Cache-Control"]
        assert not kind.shared or headers.is_open_to_all(path)


def test_one_ending_means_one_thing_to_every_server():
    other = notices.Kind("other", "other.html", notices.TEXT, Packing.PADDED, Place.HOT)
    with pytest.raises(ValueError, match=r"\.html would mean one thing in other"):
        Kinds(*kinds.PUBLISHED, other)


def test_who_stores_and_serves_knows_no_path_by_itself():
    """All that follows from a path stands in the table."""
    paths = ("incidents/", "components/", "history", "api/", "badge", "heartbeat", "assets/page", "index.html")
    found = {
        (file.name, each.value)
        for room in ("stores", "serving", "publishing")
        for file in (Path(statuspage.__file__).parent / room).rglob("*.py")
        for each in _words(ast.parse(file.read_text()))
        if each.value.lstrip("/").startswith(paths)
    }
    assert found == {("pages.py", "index.html")}  # what a folder's address stands for


def _words(tree):
    """The strings of a module, without those that explain it."""
    said = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    return (
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in said
    )


# A new kind


@pytest.fixture
def board(monkeypatch):
    """Two lines, one in each table."""
    board = Board()
    monkeypatch.setitem(subjects.SUBJECTS, "notice", board.load)
    monkeypatch.setattr(kinds, "PUBLISHED", Kinds(*kinds.PUBLISHED, notices.KIND))
    return board


@pytest.fixture
def sms():
    return make.component(name="SMS")


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def bucket(settings, monkeypatch):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = s3.running().bucket()
    settings.PUBLISH_STORAGE_URL = bucket.url
    monkeypatch.setattr(bucket_store, "GLANCE", 0.0)
    return bucket


def publish(sms):
    page = make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    publisher.publish(page.pk)
    return page


def changed(page, notice, **taken):
    publisher.want([page], subject=("notice", notice.pk), **taken)
    publisher.publish(page.pk)
    assert (PublishState.objects.get(page=page).last_error, DirtyPage.objects.count()) == ("", 0)


def test_a_new_kind_is_published_to_a_directory_and_served(board, root, sms):
    page = publish(sms)
    tree = PublishedTree(None, root=root, look=0)
    assert ask(tree, ADDRESS).status == 404
    board.put(FIRST)
    changed(page, FIRST)

    answer = ask(tree, ADDRESS)
    assert (answer.status, answer.body) == (200, b"We move house on Friday.\n")
    assert answer.headers["Content-Type"] == notices.TEXT
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    head = ask(tree, ADDRESS, "HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", answer.headers)
    again = ask(tree, ADDRESS, if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    assert ask(tree, "/notices/ntc_2/notice.txt", "OPTIONS").status == 204  # widgets may ask, whether it stands or not


def test_what_is_dirty_is_drawn_again_and_what_is_taken_back_is_purged(board, root, sms):
    board.put(FIRST)
    page = publish(sms)
    tree = PublishedTree(None, root=root, look=0)
    assert ask(tree, ADDRESS).body == b"We move house on Friday.\n"

    board.put(Notice(1, "ntc_1", "We move house on Monday."))
    changed(page, FIRST, takes_back=True)
    assert ask(tree, ADDRESS).body == b"We move house on Monday.\n"

    board.take_down(FIRST)
    changed(page, FIRST, takes_back=True)
    assert ask(tree, ADDRESS).status == 404
    assert [path for path in root.rglob("*") if path.is_file() and "notice" in path.name] == []


def test_a_notice_that_loses_text_and_cannot_be_drawn_goes(board, root, sms, monkeypatch):
    board.put(FIRST)
    page = publish(sms)
    monkeypatch.setattr(notices, "draw", lambda *of: 1 / 0)
    publisher.want([page], subject=("notice", 1), takes_back=True)
    publisher.publish(page.pk)

    assert ask(PublishedTree(None, root=root, look=0), ADDRESS).status == 404
    assert "Notice ntc_1 could not be rendered" in PublishState.objects.get(page=page).last_error


def test_a_new_kind_is_published_to_a_bucket_and_purged_there(board, bucket, sms):
    page = publish(sms)
    board.put(FIRST)
    changed(page, FIRST)

    for key in ("notices/ntc_1/notice.txt", "p/platform/notices/ntc_1/notice.txt"):
        status, sent, body = bucket.get(key)
        assert (status, sent["Content-Type"], sent["Cache-Control"]) == (200, notices.TEXT, "public, max-age=60")
        assert body.rstrip() == b"We move house on Friday."
    board.take_down(FIRST)
    changed(page, FIRST, takes_back=True)
    assert b"house" not in bucket.everything()


def test_other_documents_follow_what_it_names_and_when_it_turns(board, root, sms):
    page = publish(sms)
    now = timezone.now()
    ends_at, tomorrow = now + timedelta(seconds=5), now + timedelta(days=1)
    board.put(Notice(1, "ntc_1", "SMS moves.", about=sms.pk, ends_at=ends_at))
    touched = {"notice": {1}}

    shot = load(page.pk, touched=touched, now=now, due=tomorrow, taken_back=touched)
    assert (shot.touched, shot.touched_components, shot.taken_back.components) == (set(), {sms.pk}, {sms.pk})
    assert documents.next_change(shot) == ends_at
    quiet = load(page.pk, touched={"incident": {1}}, now=now, due=tomorrow)
    assert (quiet.touched_components, quiet.others["notice"].touched) == (set(), set())


def test_a_component_is_what_a_new_kind_makes_of_it(board, root, sms):
    now = timezone.now()
    begun = Notice(
        1, "ntc_1", "SMS moves.", sms.pk, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    board.put(begun)
    page = publish(sms)
    tree = PublishedTree(None, root=root, look=0)

    front = ask(tree, "/").body.decode()
    assert "<b>Maintenance</b>" in front
    assert "<b>Operational</b>" not in front
    assert "No incident has been published for it yet" not in front
    (component,) = json.loads(ask(tree, "/api/v2/components.json").body)["components"]
    assert component["status"] == "under_maintenance"
    over = load(page.pk, touched={}, now=begun.ends_at, due=begun.ends_at)
    assert over.touched_components == {sms.pk}
    assert current_state(over).components == {sms.pk: ComponentState.OPERATIONAL}


def test_a_component_that_an_incident_breaks_meanwhile_is_as_bad_as_that(board, root, sms):
    now = timezone.now()
    board.put(Notice(1, "ntc_1", "SMS moves.", sms.pk, starts_at=now - timedelta(hours=1)))
    page = make.page(sms, slug="platform", is_default=True)
    make.put_on(page, make.told(affects=[make.affected(sms, level=Level.DEGRADED)]))

    shot = load(page.pk, touched=None, now=timezone.now())

    assert current_state(shot).components == {sms.pk: ComponentState.DEGRADED}


def test_a_piece_that_draws_something_else_is_no_document(board, root, sms, monkeypatch):
    board.put(FIRST)
    monkeypatch.setattr(notices, "draw", lambda notice, path: notices.Document("elsewhere.txt", notices.TEXT, b""))
    shot = load(publish(sms).pk, touched={"notice": {1}}, now=timezone.now(), due=timezone.now() + timedelta(days=1))

    with pytest.raises(RenderError, match="Notice ntc_1 could not be rendered: KeyError"):
        documents.permanent(shot)


def test_nginx_learns_of_it_from_the_same_line(board):
    assert f'"{notices.TEXT}" txt;' in nginx.types()
    assert r"permanent/notices/[A-Za-z0-9_-]{1,60}/notice\.txt" in nginx.tables()
    assert '"~^/notices/" "*";' in nginx.tables()
