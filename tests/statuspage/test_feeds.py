"""``history.atom`` and ``history.rss``: valid, under ids that never change, dated by the event."""

from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import feedparser
import pytest

from incidents.choices import Status
from statuspage import documents
from statuspage.documents import feeds
from statuspage.snapshot.load import load
from tests import factories as make
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db


def read(page, name, now=NOW):
    found = documents.hot(load(page.pk, touched=None, now=now))
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
    found = documents.hot(load(page.pk, touched=None, now=NOW))
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
    text = "<script>alert(1)</script> ]]> [x](javascript:a) \ufffe https://a.example/?x=%01%08%E2%80%AE &#12;"
    build.incident("</title>&]]>\x01\u202e", page=page, impacts=[(part, None, 1)],
                   updates=[(NOW, Status.INVESTIGATING, text)])  # fmt: skip
    for name in ("atom", "rss"):
        entry = read(page, name).entries[0]
        assert entry.title == "</title>&]]>"
        text = entry.content[0].value if name == "atom" else entry.summary
        assert "<script" not in text
        assert "javascript:" not in text.split("[x]")[0]
        assert 'href="https://a.example/?x=%01%08%E2%80%AE"' in text


def test_no_character_that_xml_forbids_reaches_a_reader():
    root = ElementTree.Element("feed", {"href": "https://a.example/\x01"})
    root.text = "a\x0cb\ud800\ufffe"
    read_again = ElementTree.fromstring(feeds.written(root))
    assert (read_again.text, read_again.get("href")) == ("ab", "https://a.example/")


# Of a component


def feeds_of(page, now=NOW, **asked):
    shot = load(page.pk, now=now, **{"touched": None, **asked})
    return {each.path: each.body for each in documents.permanent(shot) if "/history." in each.path}


def test_rss_writes_titles_as_most_readers_understand_them():
    """https://www.rssboard.org/rss-profile#data-types-characterdata: text, not HTML, in every reader."""
    part = make.component(name="R&D")
    page = make.page(part, is_default=True, name="A & B")
    build.incident("AT&T <3 &amp;", page=page, impacts=[(part, None, 1)], updates=[(NOW, Status.IDENTIFIED, "x & y")])
    found = documents.hot(load(page.pk, touched=None, now=NOW))
    body = next(document.body.decode() for document in found if document.path == "history.rss")
    assert "<title>AT&#x26;T &#x3C;3 &#x26;amp;</title>" in body
    assert "<title>A &#x26; B - Incident History</title>" in body
    assert "x &amp;amp; y" in body  # HTML within XML
    assert ElementTree.fromstring(body).findtext("channel/item/title") == "AT&T <3 &amp;"


def titles(feeds, part, name="atom"):
    return [entry.title for entry in feedparser.parse(feeds[f"components/{part.public_id}/history.{name}"]).entries]


def told(title, page, part, *, ago=0, hours=1, level=1):
    began = NOW - timedelta(days=ago, hours=hours)
    ended, stage = (began + minutes(30), Status.RESOLVED) if ago else (None, Status.INVESTIGATING)
    return build.incident(title, page=page, began=began, ended=ended, impacts=[(part, None, level)],
                          updates=[(ended or began, stage, title)])  # fmt: skip


def test_a_component_has_feeds_of_its_own(broken):
    page, incident = broken
    part = incident.impacts.get(component__name="RCS").component
    body = feeds_of(page)[f"components/{part.public_id}/history.atom"]
    feed = feedparser.parse(body)
    home = f"http://127.0.0.1:8000/components/{part.public_id}/"
    assert not feed.bozo
    assert feed.feed.id == f"tag:status.larkwire.example,2005:/components/{part.public_id}/history"
    assert feed.feed.title == "Larkwire Platform: RCS - Incident History"
    assert {(link.rel, link.href) for link in feed.feed.links} == {("alternate", home), ("self", f"{home}history.atom")}
    assert [entry.id for entry in feed.entries] == [f"tag:status.larkwire.example,2005:Incident/{incident.public_id}"]
    rss = feedparser.parse(feeds_of(page)[f"components/{part.public_id}/history.rss"])
    assert [link.href for link in rss.feed.links if link.rel == "self"] == [f"{home}history.rss"]


def test_it_carries_what_concerns_the_component_and_nothing_else():
    group = build.component("Channels")
    sms, voice = build.component("SMS", group), build.component("Voice", group)
    page = build.page(group, is_default=False, slug="ext")
    for title, part, hours in (("All", group, 3), ("Texts", sms, 2), ("Calls", voice, 1)):
        told(title, page, part, hours=hours)
    feeds = feeds_of(page)
    assert titles(feeds, sms) == titles(feeds, sms, "rss") == ["Texts", "All"]
    assert titles(feeds, group) == ["Calls", "Texts", "All"]
    assert b"2005:/p/ext/components/" in feeds[f"components/{sms.public_id}/history.atom"]


def test_it_goes_back_as_far_as_the_component_page_however_many_there_are():
    page = build.page(part := build.component("SMS"), other := build.component("Voice"))
    told("Old", page, part, ago=91)
    told("Kept", page, part, ago=88)
    others = [told(f"Other {n}", page, other, ago=1, hours=n) for n in range(60)]
    told("New", page, part)
    feeds = feeds_of(page)
    assert titles(feeds, part) == ["New", "Kept"]
    assert len(titles(feeds, other)) == 50
    ordinary = feeds_of(page, touched={"incident": {others[0].pk}}, due=NOW + minutes(5))
    assert ordinary == {path: body for path, body in feeds.items() if other.public_id in path}
