"""The pages that people read: what they say, what they never say, what they weigh."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import brotli
import pytest
from django.db import connection

from incidents import markdown
from incidents.choices import Level, Status
from incidents.models import Location, Pin
from statuspage import documents
from statuspage.documents import html as pages
from statuspage.serving import refusals
from statuspage.snapshot.load import load
from tests.statuspage import build, larkwire
from tests.statuspage.build import NOW, minutes

pytestmark = pytest.mark.django_db
ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#x27;": "'", "&quot;": '"'}


def publish(page, now=NOW):
    shot = load(page.pk, touched=None, now=now)
    with connection.execute_wrapper(lambda *args: pytest.fail("Rendering made a query.")):
        return {
            document.path: document.body.decode() for document in [*documents.hot(shot), *documents.permanent(shot)]
        }


def words(html):
    """What a person reads: without marks, each run of spaces one space."""
    text = re.sub(r"<(script|svg|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    text = re.sub(r"</?(?:b|bdi|span|strong|time|a|em)\b[^>]*>", "", text)
    text = re.sub(r"<[^>]+>", " ", text)
    for entity, char in ENTITIES.items():
        text = text.replace(entity, char)
    return " ".join(text.split())


# One look


def test_an_open_incident_leads_with_scope_last_word_and_promise():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    front = words(publish(row)["index.html"])
    assert "Larkwire Platform status 4 of 40 components affected Follow Major outage since" in front  # said once
    assert (
        "Affected SMS and WhatsApp in Frankfurt and Singapore. Degraded: RCS in Frankfurt; Delivery receipts." in front
    )
    assert "Not affected Viber, Voice, Email, Push notifications and Live chat; SMS and WhatsApp in Virginia" in front
    assert "14:31 UTC Identified A message router in Frankfurt lost its queue" in front
    assert "Next update by 14:50 UTC" in front
    assert front.index("Next update by") < front.index("Components") < front.index("Past incidents")


def test_late_is_said_from_the_moment_it_is_promised_for():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places, promised=NOW)
    assert "Next update by" in words(publish(row, NOW - timedelta(microseconds=1))["index.html"])
    late = publish(row, NOW)["index.html"]
    assert 'class="e next late"' in late
    assert "Next update was due 14:38 UTC late The last word is from 14:31 UTC." in words(late)


def test_several_open_incidents_stand_one_below_the_other_worst_first():
    row, parts, places = larkwire.demo()
    build.incident("Reports slow", page=row, severity=1, impacts=[(parts["Reports"], None, 1)],
                   updates=[(NOW - minutes(9), Status.INVESTIGATING, "We are looking.")])  # fmt: skip
    larkwire.outage(row, parts, places)
    front = publish(row)["index.html"]
    assert re.findall(r"<h1.*?>(?:<a.*?>)(.*?)</a></h1>", front) == [
        "SMS and WhatsApp messages are not being delivered"
    ]
    assert re.findall(r'<h2 class="h1".*?>(?:<a.*?>)(.*?)</a></h2>', front) == ["Reports slow"]
    other = re.search(r'<section class="lead[^"]* also" id="(inc_[^"]+)"', front)[1]
    assert f'<a href="#{other}">Also open: <bdi>Reports slow</bdi></a>' in front  # the first screen of a phone says it
    # what the other one broke is not called well
    assert "Not affected Sign-in, Campaigns, Billing, Log search and 3 more; 28 other components." in words(front)
    assert "It comes here when there is news." in words(front)


def test_calm_is_one_sentence():
    row, *_ = larkwire.demo()
    front = publish(row)["index.html"]
    assert "<h1>All 40 components are operational.</h1>" in front
    assert "Last incident Campaigns slow to open, ended Wed 18 Nov, 09:45 UTC." in words(front)
    assert "<details open" not in front


def test_a_pin_without_an_incident_leads_too():
    row, parts, places = larkwire.demo()
    Pin.objects.create(component=parts["Voice"], location=places[0], level=2, reason="Our secret reason",
                       started_at=NOW - minutes(20), ends_at=NOW + minutes(60))  # fmt: skip
    everything = publish(row)
    assert "<h1>Partial outage: Voice in Frankfurt</h1>" in everything["index.html"]
    assert "We see this too. No incident has been published for it yet." in words(everything["index.html"])
    assert "secret reason" not in "".join(everything.values())


def test_an_incident_that_only_waits_says_what_was_affected():
    row, parts, places = larkwire.demo()
    made = larkwire.outage(row, parts, places)
    made.impacts.update(ended_at=NOW - minutes(3))
    build.update(made, at=NOW - minutes(2), status=Status.MONITORING, body="It works again.")
    front = words(publish(row)["index.html"])
    assert "Operational All 40 components are operational." in front
    assert "Monitoring since 14:36 UTC" in front
    assert "So far began 13:52 UTC, up to major outage" in front
    assert "Was affected SMS and WhatsApp in Frankfurt and Singapore" in front


@pytest.mark.parametrize("parts", [0, 1, 3])
def test_empty_states(parts):
    page = build.page(*[build.component(f"Part {n}") for n in range(parts)], created_at=NOW - timedelta(hours=1))
    everything = publish(page)
    front = words(everything["index.html"])
    first = {
        0: "Nothing is reported broken.",
        1: "The component is operational.",
        3: "All 3 components are operational.",
    }
    assert first[parts] in front
    assert "No incident has been published on this page yet." in front
    assert ("Components" in front) == bool(parts)
    assert "No incident has been published on this page yet." in words(everything["history/index.html"])
    assert "There is no page at this address." in everything["404.html"]
    assert refusals.AGAIN.search(everything["503.html"])
    assert refusals.KEPT in everything["503.html"]


# Components


def test_rows_are_worst_first_and_what_is_well_folds():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    front = publish(row)["index.html"]
    assert re.findall(r'<h3 class="n"><bdi>(.*?)</bdi>', front) == [
        "Channels",
        "API",
        "Products",
        "Dashboards",
        "Integrations",
    ]
    assert front.count("<details open>") == 2
    assert "5 operational" in words(front)
    assert 'aria-label="SMS, 90 days: major outage today, degraded 13 Nov; otherwise operational."' in front


def test_a_tree_of_any_depth_and_long_names():
    top = build.component("Plattform")
    middle = build.component("Nachrichtenzustellungskanal" * 3, top)
    deep = build.component("Tief", middle)
    page = build.page(top)
    build.incident("Late", page=page, impacts=[(deep, None, 3)], updates=[(NOW, Status.INVESTIGATING, "Seen.")])
    found = publish(page)
    assert found["index.html"].count("<details open>") == 2
    assert f"components/{deep.public_id}/index.html" in found
    assert "Plattform" in words(found[f"components/{deep.public_id}/index.html"])


def test_a_component_before_its_time_is_unknown_and_counts_in_no_figure():
    new = build.component("New", introduced_on=NOW.date() - timedelta(days=10))
    page = build.page(new)
    began = NOW - timedelta(days=30)
    build.incident("Old", page=page, began=began, ended=began + minutes(600), impacts=[(new, None, 3)],
                   updates=[(began, Status.RESOLVED, "Over.")])  # fmt: skip
    front = publish(page)["index.html"]
    assert 'aria-label="New, 90 days: unknown 22 Aug to 8 Nov; otherwise operational."' in front
    assert '<path class="unknown" d="M0 19h79"/>' in front
    assert "Uptime 100%" in words(front)


def test_the_days_of_a_component_as_a_table():
    row, parts, _places = larkwire.demo()
    page = words(publish(row)[f"components/{parts['Webhooks'].public_id}/index.html"])
    assert "Tue 27 Oct Partial outage 99.645% Webhooks and delivery receipts not sent" in page
    assert "22 Aug to 26 Oct 66 days Operational 100%" in page
    assert "Thu 19 Nov Operational not over yet" in page


# An incident's own page


def test_the_whole_incident_stays_readable_for_good():
    row, parts, places = larkwire.demo()
    made = larkwire.outage(row, parts, places, resolved=True)
    page = words(publish(row, NOW + timedelta(hours=3))[f"incidents/{made.public_id}/index.html"])
    assert "Resolved Thu 19 Nov 2026, 16:13 UTC lasted 2 h 21 min" in page
    told = re.findall(
        r"(\d\d:\d\d) UTC (?:Resolved|Monitoring|Identified|Investigating)", page.split("newest first")[1]
    )
    assert told == ["16:13", "15:36", "15:02", "14:31", "14:12", "13:58"]
    assert "Promised the next update by 14:50 UTC. It came at 15:02 UTC, 12 min late." in page
    assert "14:12 UTC Investigating edited 14:15 UTC" in page
    assert "Began First update 6 min later." in page
    assert "If something still fails for you, write to us in the support portal." in page  # 1-14
    assert "SMS in Frankfurt and Singapore; WhatsApp in Frankfurt. Partial outage: WhatsApp in Singapore." in page


def test_an_open_incident_on_its_own_page_promises_and_is_late():
    row, parts, places = larkwire.demo()
    made = larkwire.outage(row, parts, places)
    path = f"incidents/{made.public_id}/index.html"
    order = ["Affected SMS", "14:31 UTC Identified", "Next update by 14:50 UTC", "Get updates on this incident",
             "Earlier", "14:12 UTC Investigating", "Began First update"]  # fmt: skip
    page = words(publish(row)[path])
    assert sorted(order, key=page.index) == order  # the newest word and the promise lead, then the past
    assert page.count("14:31 UTC Identified") == 1
    assert "Next update by 14:50 UTC" in words(publish(row)[path])
    assert "Next update was due" in words(publish(row, NOW + minutes(12))[path])
    assert "support portal." not in words(publish(row)[path])


def test_the_text_before_a_correction_is_nowhere():
    page = build.page(part := build.component("SMS"))
    made = build.incident("Late", page=page, impacts=[(part, None, 1)])
    update = build.update(made, at=NOW - minutes(9), body="Account 4711 is hit")
    update.body, update.corrected_at = "Some accounts are hit", NOW - minutes(5)
    update.save()
    everything = publish(page)
    assert not [path for path, body in everything.items() if "4711" in body]
    assert "edited 14:33 UTC" in words(everything["index.html"])


# The past


def test_quiet_days_fold_and_days_of_open_incidents_are_not_quiet():
    page = build.page(part := build.component("SMS"), past_days=7)
    build.incident("Long", page=page, began=NOW - timedelta(days=2), impacts=[(part, None, 1)],
                   updates=[(NOW - timedelta(days=2), Status.INVESTIGATING, "Seen.")])  # fmt: skip
    began = NOW - timedelta(days=4)
    build.incident("Short", page=page, began=began, ended=began + minutes(30), impacts=[(part, None, 2)],
                   updates=[(began + minutes(30), Status.RESOLVED, "Over.")])  # fmt: skip
    front = words(publish(page)["index.html"])
    past = front[front.index("Past incidents") : front.index("All incidents, month by month")]
    assert past == (
        "Past incidents Mon 16 Nov No incidents. Sun 15 Nov Short Partial outage 14:38 to 15:08 UTC, 30 min Over. "
        "13 Nov to 14 Nov No incidents, 2 days. "
    )


def test_history_shows_the_newest_month_and_the_way_to_the_others():
    row, *_ = larkwire.demo()
    found = publish(row)
    assert re.findall(r'href="\.\./history/(.*?)/"', found["history/index.html"]) == ["2026-10", "2026-09", "2026-08"]
    assert {path for path in found if path.startswith("history/2")} == {
        f"history/2026-{month}/index.html" for month in ("08", "09", "10", "11")
    }
    assert "Voice calls cut off after 30 seconds" in found["history/2026-10/index.html"]


# Zone, language, dress


def test_times_follow_the_page_and_name_its_zone():
    page = build.page(part := build.component("SMS"), time_zone="Asia/Singapore")
    build.incident("Late", page=page, impacts=[(part, None, 1)],
                   updates=[(NOW - minutes(9), Status.INVESTIGATING, "Seen.", NOW + minutes(100))])  # fmt: skip
    front = words(publish(page)["index.html"])
    assert "since 21:52 UTC+8" in front
    assert "Next update by Fri 20 Nov, 00:18 UTC+8" in front
    assert "All times are in Asia/Singapore." in front


def test_a_page_speaks_one_language_from_left_or_right():
    page = build.page(build.component("SMS"), language="ar")
    front = publish(page)["index.html"]
    assert '<html lang="ar" dir="rtl">' in front
    german = build.page(build.component("Voice"), language="de", is_default=False, slug="de")
    assert "21 Okt to" in words(publish(german)["index.html"])  # the words are ours to translate, the months are not


def test_links_are_relative_and_the_404_page_knows_where_home_is():
    row, parts, places = larkwire.demo(is_default=False)
    larkwire.outage(row, parts, places)
    for path, body in publish(row).items():
        if path.endswith("index.html"):
            base = "../" * path.count("/") or "./"
            own = {
                href
                for href in re.findall(r'href="(.*?)"', body)
                if not re.match(r"#|/assets/|https?:|mailto:|data:", href)
            }
            assert own
            assert all(href.startswith(base) for href in own), path
    assert 'href="/p/platform/history/"' in publish(row)["404.html"]


def test_every_link_inside_leads_somewhere():
    row, parts, places = larkwire.demo(support_email="help@larkwire.example")
    larkwire.outage(row, parts, places)
    found = publish(row)
    for path, body in found.items():
        if not path.endswith("index.html"):
            continue
        folder = path.rpartition("/")[0]
        for href in re.findall(r'href="(\.[^"#]*)', body):
            if re.fullmatch(r"\.{1,2}/(\.\./)*subscribe/(\?.*)?", href):
                continue  # live, and tried in tests/notifications
            parts_of = [*folder.split("/")] if folder else []
            for step in href.split("/")[:-1]:
                parts_of = parts_of[:-1] if step == ".." else parts_of if step == "." else [*parts_of, step]
            target = "/".join([*parts_of, href.rpartition("/")[2] or "index.html"])
            assert target in found, (path, href)


def test_the_bytes_do_not_know_when_they_were_made():
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    assert publish(row, NOW) == publish(row, NOW + minutes(5))


# What people may type


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{ 7|add:7 }}\u202e\x07" + "W" * 60


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_nothing_that_is_typed_becomes_markup():
    place = Location.objects.create(name=f"{HOSTILE}p"[:100])
    part = build.component(f"{HOSTILE}c"[:100], description=HOSTILE)
    page = build.page(part, name=f"{HOSTILE}n"[:100], label="<b>x")
    links = "[click](javascript:alert(1)) [data](data:text/html,x) ![i](//x/y.png) <iframe src=//x></iframe>"
    body = f"{HOSTILE}\n\n# no heading\n\n{links}"
    build.incident(f"{HOSTILE}t"[:200], page=page, impacts=[(part, place, Level.MAJOR)],
                   updates=[(NOW - minutes(5), Status.INVESTIGATING, body, NOW + minutes(5))])  # fmt: skip
    found = publish(page)
    forms = {path for path in found if re.fullmatch(r"(index|(incidents|components)/[^/]+/index)\.html", path)}
    for path, html in found.items():
        if not path.endswith(".html"):
            continue
        tags = Tags()
        tags.feed(html)
        names = [name for name, _attrs in tags.found]
        assert names.count("script") == 1, path
        assert not {"img", "iframe", "style"} & set(names), path
        assert names.count("form") == (path in forms), path  # ours, to follow by mail
        for _name, attrs in tags.found:
            assert not [key for key in attrs if key.startswith("on") or key == "style"], path
            assert not re.match(r"\s*(javascript|data:(?!,$))", attrs.get("href") or ""), path
        assert "\x07" not in html
        assert "{{ 7|add:7 }}" in html


def test_markdown_keeps_what_is_useful():
    page = build.page(part := build.component("SMS"))
    text = "**Bold** and `code` and [link](https://example.com/a)\nnext line\n\n    code\n    block\n\n- one\n- two"
    made = build.incident("Late", page=page, impacts=[(part, None, 1)], updates=[(NOW, Status.INVESTIGATING, text)])
    html = publish(page)[f"incidents/{made.public_id}/index.html"]
    assert "<strong>Bold</strong> and <code>code</code> and <a " in html
    assert '<a href="https://example.com/a" rel="nofollow noopener">link</a><br>' in html
    assert "<li>one</li>" in html
    assert "<pre><code>code&#10;block" in html


def test_a_bare_address_becomes_a_link_and_nothing_that_only_looks_like_one():
    text = "Write to us: https://support.example.com/. It was v2.1.com, and javascript:alert(1)."
    assert markdown.render(text) == (
        '<p>Write to us: <a href="https://support.example.com/" rel="nofollow noopener">'
        "https://support.example.com/</a>. "
        "It was v2.1.com, and javascript:alert(1).</p>"
    )


# What it weighs


def test_budgets():
    """45 KB of HTML for the demo's front page; 60 KB over the wire for everything, in four requests."""
    row, parts, places = larkwire.demo(brand_color="#0b5fa5")
    larkwire.outage(row, parts, places)
    shot = load(row.pk, touched=None, now=NOW)
    front = next(document for document in documents.hot(shot) if document.path == "index.html")
    asked = set(re.findall(r'(?:href|src)="/(assets/[^"]+)"', front.body.decode()))
    files = {document.path: document.body for document in documents.assets(shot)}
    wire = sum(
        len(body) if path.endswith("woff2") else len(brotli.compress(body, quality=9))
        for path, body in files.items()
        if path in asked
    )
    assert len(front.body) <= 45_000
    assert len(asked) == 3
    assert wire + len(brotli.compress(front.body, quality=9)) <= 60_000
    assert len(files[next(path for path in asked if path.endswith(".js"))]) <= 4_096
    assert "style=" not in front.body.decode()


def test_not_affected_names_neighbours_at_every_depth_below_the_group():
    channels, api = build.component("Channels"), build.component("API")
    sms, voice = build.component("SMS", channels), build.component("Voice", channels, position=1)
    outbound = build.component("SMS outbound", sms)
    build.component("SMS inbound", sms)
    build.component("Calls", voice)
    page = build.page(channels, api)
    build.incident("Late", page=page, impacts=[(outbound, None, 3)], updates=[(NOW, Status.INVESTIGATING, "Seen.")])
    front = words(publish(page)["index.html"])
    assert "Affected SMS outbound. Not affected SMS inbound and Voice; 1 other component." in front


def test_not_affected_leaves_out_no_other_region():
    europe, americas = build.component("Europe"), build.component("Americas", position=1)
    germany, *_rest = (build.component(name, europe) for name in ("Germany", "France", "Poland"))
    for name in ("Brazil", "USA"):
        build.component(name, americas)
    page = build.page(europe, americas)
    build.incident("Late", page=page, impacts=[(germany, None, 3)], updates=[(NOW, Status.INVESTIGATING, "Seen.")])
    assert "Not affected France and Poland; 2 other components." in words(publish(page)["index.html"])


def test_of_many_other_places_some_are_named():
    sms = build.component("SMS")
    places = [Location.objects.create(name=f"Place {n}", position=n) for n in range(9)]
    page = build.page(sms)
    build.incident("Late", page=page, impacts=[(sms, places[0], 3)], updates=[(NOW, Status.INVESTIGATING, "Seen.")])
    front = words(publish(page)["index.html"])
    assert "Not affected SMS in Place 1, Place 2, Place 3, Place 4 and 4 more." in front


# What cannot be drawn


def test_what_breaks_is_named_from_the_document_to_the_incident(monkeypatch):
    row, parts, places = larkwire.demo()
    made = larkwire.outage(row, parts, places)
    shot = load(row.pk, touched=None, now=NOW)
    render = markdown.render
    monkeypatch.setattr(markdown, "render", lambda text: 1 / 0 if "message router" in text else render(text))

    with pytest.raises(documents.RenderError) as front:
        documents.hot(shot)
    with pytest.raises(documents.RenderError) as own:
        documents.permanent(shot)

    because = "could not be rendered: ZeroDivisionError: division by zero"
    assert str(front.value) == f"The front page, incident {made.public_id} {because}"
    assert str(own.value) == f"The page of incident {made.public_id} {because}"
    assert isinstance(own.value.__cause__, ZeroDivisionError)


def test_a_template_that_breaks_on_one_past_incident_names_it(monkeypatch):
    row, parts, places = larkwire.demo()
    larkwire.outage(row, parts, places)
    shot = load(row.pk, touched=None, now=NOW)
    bad = next(each for each in shot.incidents if each.title == "Campaigns slow to open")
    draw = pages.render_to_string

    def breaking(template, context):
        text = draw(template, context)
        return text if f"incidents/{bad.id}/" not in text else text.nothing

    monkeypatch.setattr(pages, "render_to_string", breaking)
    with pytest.raises(documents.RenderError, match=f"^The front page, incident {bad.id} could not be rendered: Attr"):
        documents.hot(shot)
