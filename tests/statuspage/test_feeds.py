"""``history.atom`` and ``history.rss``: valid, under ids that never change, dated by the event."""

from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import feedparser
import pytest

from incidents.choices import Status
from statuspage import documents, snapshot
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db


def read(page, name, now=NOW):
    found = documents.hot(snapshot.load(page.pk, touched=None, now=now))
    body = next(document.body for document in found if document.path == f"history.{name}")
    ElementTree.fromstring(body)
    feed = feedparser.parse(body)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


@pytest.fixture
def broken():
    row, parts, places = larkwire.demo()
    return row, larkwire.outage(row, parts, places)


def test_atom(broken):
    page, incident = broken
    feed = read(page, "atom")
    assert feed.version == "atom10"
    assert feed.feed.id == "tag:status.larkwire.example,2005:/history"
    assert feed.feed.title == "Larkwire Platform - Incident History"
    assert feed.feed.updated == "2026-11-19T14:31:00+00:00"
    assert {(link.rel, link.href) for link in feed.feed.links} == {
        ("alternate", "http://127.0.0.1:8000/"),
        ("self", "http://127.0.0.1:8000/history.atom"),
    }
    assert len(feed.entries) == 20
    entry = feed.entries[0]
    assert entry.id == f"tag:status.larkwire.example,2005:Incident/{incident.public_id}"
    assert entry.link == f"http://127.0.0.1:8000/incidents/{incident.public_id}/"
    assert (entry.published, entry.updated) == ("2026-11-19T13:58:00+00:00", "2026-11-19T14:31:00+00:00")
    content = entry.content[0].value
    assert content.index("<strong>Identified</strong>") < content.index("<strong>Investigating</strong>")


def test_robots_read_the_stage_in_the_first_strong(broken):
    page, _incident = broken
    found = documents.hot(snapshot.load(page.pk, touched=None, now=NOW))
    body = next(document.body.decode() for document in found if document.path == "history.atom")
    assert (
        "<p><small>Nov <var data-var='date'>19</var>, <var data-var='time'>14:31</var> UTC</small><br>"
        "<strong>Identified</strong> - A message router"
    ) in unescape(body)


def test_rss(broken):
    page, incident = broken
    feed = read(page, "rss")
    assert feed.version == "rss20"
    assert feed.feed.link == "http://127.0.0.1:8000/"
    assert [link.href for link in feed.feed.links if link.rel == "self"] == ["http://127.0.0.1:8000/history.rss"]
    entry = feed.entries[0]
    assert entry.id == f"http://127.0.0.1:8000/incidents/{incident.public_id}/"
    assert entry.published == "Thu, 19 Nov 2026 14:31:00 +0000"


def test_a_page_that_is_not_the_default_has_its_slug_in_the_id():
    page = build.page(build.component("SMS"), is_default=False, slug="external")
    feed = read(page, "atom").feed
    assert feed.id == "tag:status.larkwire.example,2005:/p/external/history"
    assert feed.links[0].href == "http://127.0.0.1:8000/p/external/"


def test_no_incident_ever():
    page = build.page(created_at=NOW - timedelta(days=3))
    for name in ("atom", "rss"):
        feed = read(page, name)
        assert feed.entries == []
        assert feed.feed.title == "Larkwire - Incident History"
    assert read(page, "atom").feed.updated == "2026-11-16T14:38:00+00:00"


def test_ids_stay_and_updated_moves_with_news_only():
    page = build.page(part := build.component("SMS"))
    row = build.incident("Late", page=page, impacts=[(part, None, 1)])
    first = build.update(row, at=NOW - minutes(30))
    before = read(page, "atom").entries[0]

    first.corrected_at = NOW - minutes(20)
    first.save()
    corrected = read(page, "atom").entries[0]
    first.tell_again = True
    first.save()
    told_again = read(page, "atom").entries[0]
    build.update(row, at=NOW - minutes(1), status=Status.MONITORING)
    after = read(page, "atom").entries[0]

    assert before.id == corrected.id == told_again.id == after.id
    assert [entry.updated[11:16] for entry in (before, corrected, told_again, after)] == [
        "14:08",
        "14:08",
        "14:18",
        "14:37",
    ]


def test_a_backfilled_incident_is_dated_by_the_event():
    page = build.page(part := build.component("SMS"))
    began = NOW - timedelta(days=9)
    ended = began + minutes(60)
    build.incident("Then", page=page, began=began, ended=ended, impacts=[(part, None, 1)], is_backfilled=True,
                   updates=[(NOW - minutes(2), Status.RESOLVED, "Recorded later.")])  # fmt: skip
    build.incident("Now", page=page, impacts=[(part, None, 1)], updates=[(NOW - minutes(9), Status.INVESTIGATING, "x")])
    now, then = read(page, "atom").entries
    assert (now.title, then.title) == ("Now", "Then")
    assert (then.published, then.updated) == ("2026-11-10T14:38:00+00:00", "2026-11-10T15:38:00+00:00")
    assert read(page, "rss").entries[1].published == "Tue, 10 Nov 2026 15:38:00 +0000"


def test_hostile_words_stay_words():
    page = build.page(part := build.component("SMS"), name="<&>\x0b")
    text = "<script>alert(1)</script> ]]> [x](javascript:a) \ufffe"
    build.incident("</title>&]]>\x01\u202e", page=page, impacts=[(part, None, 1)],
                   updates=[(NOW, Status.INVESTIGATING, text)])  # fmt: skip
    for name in ("atom", "rss"):
        entry = read(page, name).entries[0]
        assert entry.title == "</title>&]]>\u202e"
        text = entry.content[0].value if name == "atom" else entry.summary
        assert "<script" not in text
        assert "javascript:" not in text.split("[x]")[0]
