"""A published post-mortem on the page: where it stands, what it says, and what it never says."""

import json
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings as examples_of, strategies as st

from incidents import actions as incident_actions
from incidents.choices import Audience, Level, Status
from postmortems import actions, rendering
from postmortems.choices import RenderingState
from postmortems.document.redaction import for_customers
from postmortems.models import Postmortem, Rendering
from statuspage import documents
from statuspage.actions import telling
from statuspage.checks.truth import findings
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.serving import PublishedTree
from statuspage.snapshot.load import load
from statuspage.stores.bucket import store as bucket_store
from tests import factories as make
from tests.postmortems.examples import LONG, SHORT
from tests.statuspage import build, larkwire, s3
from tests.statuspage.build import NOW, minutes, of_the_page
from tests.statuspage.test_documents import words
from tests.statuspage.test_serving import ask

ATOM = "{http://www.w3.org/2005/Atom}"
PDF = b"%PDF-1.7 made up\n"
BEGAN = build.BEGAN


def drawn(page, **reading):
    """Every document of the page, as text by its path."""
    shot = load(page.pk, **{"touched": None, "now": NOW + timedelta(hours=3)} | reading)
    return {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}


@pytest.fixture
def over(db):
    """Larkwire's bad day, over, with the post-mortem of another one."""
    row, parts, places = larkwire.demo()
    incident = larkwire.outage(row, parts, places, resolved=True)
    return row, incident, build.report(incident, of_the_page(LONG, parts["SMS"], parts["Verify"]))


# What it says


def test_it_stands_with_everything_that_customers_may_read(over):
    row, incident, version = over
    build.rendered(version, row, pages=12)
    page = drawn(row)[f"postmortems/{version.postmortem.public_id}/index.html"]
    said = words(page)

    assert f'<h1 dir="auto">{incident.title}</h1>' in page
    for section in for_customers(LONG).sections:
        assert section.title in said
    for each in (*for_customers(LONG).events, *for_customers(LONG).causes, *for_customers(LONG).actions):
        assert words(each.text) in said
    assert f'href="../../incidents/{incident.public_id}/"' in page
    assert f'href="../{version.postmortem.public_id}.pdf"' in page
    assert "12 pages" in said
    assert version.customers_digest[:8] in page
    assert version.digest[:8] not in page


def test_its_page_is_html_and_no_line_of_it_is_a_block(over):
    row, incident, _version = over
    events = tuple(replace(each, text="- **Paused** the queue\n- `x` > y\n\n> why") for each in LONG.events)
    version = build.report(incident, replace(LONG, events=events), number=2, at=NOW + timedelta(hours=2, minutes=50))
    page = drawn(row)[f"postmortems/{version.postmortem.public_id}/index.html"]
    assert "- <strong>Paused</strong> the queue - <code>x</code> &gt; y &gt; why" in page
    assert re.findall(r"<span class=\"what\"[^>]*>(?:(?!</span>).)*<(?:ul|p|blockquote|li)\b", page, re.DOTALL) == []
    assert re.findall(r"<[a-z]+(?:\s[^<>]*)?\"[a-z][^<>]*>", re.sub(r"=\"[^\"]*\"", '=""', page)) == []


def test_without_a_file_no_link_leads_to_one(over):
    row, _incident, version = over
    found = drawn(row)
    assert f"postmortems/{version.postmortem.public_id}.pdf" not in found
    assert ".pdf" not in found[f"postmortems/{version.postmortem.public_id}/index.html"]


def test_the_incident_the_front_page_and_the_history_lead_to_it(over):
    row, incident, version = over
    found, address = drawn(row), f"postmortems/{version.postmortem.public_id}/"
    assert found[f"incidents/{incident.public_id}/index.html"].count(f'href="../../{address}"') == 2
    assert f'href="./{address}"' in found["index.html"]
    assert f'href="../{address}"' in found["history/index.html"]
    assert f'href="../../{address}"' in found["history/2026-11/index.html"]


def test_feeds_have_it_first_and_under_the_stage_that_readers_know(over):
    row, incident, version = over
    found = drawn(row)
    for path in ("history.atom", f"components/{row.components.get(name='Channels').public_id}/history.atom"):
        entry = next(
            each for each in ET.fromstring(found[path]).iter(f"{ATOM}entry")
            if each.findtext(f"{ATOM}id").endswith(incident.public_id)
        )  # fmt: skip
        text = entry.findtext(f"{ATOM}content")
        strong = re.findall(r"<strong>(.*?)</strong>", text)
        assert (strong[0], "Resolved" in strong) == ("Postmortem", True)
        assert f"/postmortems/{version.postmortem.public_id}/" in text
        assert entry.findtext(f"{ATOM}updated") == version.published_at.isoformat()
        said = words(text)
        lasting = next(each for each in for_customers(LONG).working if not each.is_temporary)
        for each in (*for_customers(LONG).roots, lasting):
            assert each.text.rstrip(".") in said
        assert "1,310 of 4,780 customers" in said.replace("\u00a0", " ")
    rss = ET.fromstring(found["history.rss"])
    assert any("<strong>Postmortem</strong>" in each.findtext("description") for each in rss.iter("item"))


def test_programs_find_what_a_statuspage_has(over):
    row, incident, _version = over
    body = json.loads(drawn(row)["api/v2/incidents.json"])["incidents"][0]
    update, before = body["incident_updates"][:2]
    assert (body["id"], body["status"], update["status"]) == (incident.public_id, "postmortem", "postmortem")
    assert body["postmortem_body"] == update["body"]
    assert body["postmortem_body"].startswith("## Summary\n\n")
    assert body["postmortem_published_at"] == update["created_at"] == "2026-11-19T17:13:00.000Z"
    assert body["postmortem_body_last_updated_at"] == body["updated_at"] == "2026-11-19T17:13:00.000Z"
    assert (body["postmortem_ignored"], body["postmortem_notified_subscribers"]) == (False, True)
    assert body["postmortem_notified_twitter"] is False
    assert before["status"] == "resolved"
    assert set(update) == set(before)
    assert (update["affected_components"], update["id"][:4]) == (None, "upd_")


def test_reopened_it_is_at_its_stage_again_and_the_post_mortem_among_its_updates(over):
    row, incident, _version = over
    build.update(incident, at=NOW + timedelta(hours=3), status=Status.IDENTIFIED, body="It is back.")
    incident.status, incident.resolved_at = Status.IDENTIFIED, None
    incident.save()
    body = json.loads(drawn(row, now=NOW + timedelta(hours=4))["api/v2/incidents.json"])["incidents"][0]
    assert body["status"] == "identified"
    assert [each["status"] for each in body["incident_updates"]][:3] == ["identified", "postmortem", "resolved"]


def test_a_correction_is_news_only_where_its_author_wants_it(over):
    row, incident, _first = over
    at = NOW + timedelta(hours=20)
    change = "The count is 63, not 62. <b>"
    build.report(incident, replace(SHORT, title="Corrected"), at=at, number=2, notify=False, change=change)
    Postmortem.objects.update(published_at=NOW + timedelta(hours=2, minutes=35))
    found = drawn(row, now=at + timedelta(hours=1))
    body = json.loads(found["api/v2/incidents.json"])["incidents"][0]
    assert body["postmortem_published_at"] == "2026-11-19T17:13:00.000Z"
    assert body["postmortem_body_last_updated_at"] == "2026-11-20T10:38:00.000Z"
    entry = next(
        each for each in ET.fromstring(found["history.atom"]).iter(f"{ATOM}entry")
        if each.findtext(f"{ATOM}id").endswith(incident.public_id)
    )  # fmt: skip
    assert entry.findtext(f"{ATOM}updated") == "2026-11-20T10:38:00+00:00"  # another text, for those who compare
    said = words(entry.findtext(f"{ATOM}content"))
    assert "The count is 63, not 62. <b>" in said[said.index("Corrected ") :]
    assert "Thu, 19 Nov 2026 17:13:00 +0000" in found["history.rss"]  # where no news is announced
    assert LONG.title not in found[f"postmortems/{incident.postmortem.public_id}/index.html"]


def test_badges_and_states_know_nothing_of_it(db):
    row, parts, places = larkwire.demo()
    incident = larkwire.outage(row, parts, places, resolved=True)
    before = drawn(row)
    build.report(incident, of_the_page(LONG, parts["SMS"]))
    after = drawn(row)
    same = [path for path in before if path.endswith(("badge.svg", "badge.json")) or "status.json" in path]
    assert len(same) > 40
    statuses = [json.loads(found["api/v2/status.json"])["status"] for found in (before, after)]
    assert statuses[0] == statuses[1]
    assert [path for path in same if "badge" in path and before[path] != after[path]] == []


def test_a_promise_stands_until_it_is_kept(db):
    row, parts, places = larkwire.demo()
    incident = larkwire.outage(row, parts, places, resolved=True)
    made = actions.promise(incident, minutes=48 * 60, by=None)
    said = words(drawn(row)[f"incidents/{incident.public_id}/index.html"])
    assert "A post-mortem is promised by Sat 21 Nov, 16:13 UTC" in said
    assert "A post-mortem is promised by Sat 21 Nov, 16:13 UTC" in words(drawn(row)["index.html"])
    build.report(incident, SHORT)
    assert made.incident == incident
    assert "is promised" not in drawn(row)[f"incidents/{incident.public_id}/index.html"]


def test_it_may_be_long_and_hostile(db):
    part = build.component("SMS")
    row = build.page(part)
    title = "<script>alert(1)</script> & “quotes” \u202e \x0b"
    incident = build.incident(title, page=row, ended=NOW, impacts=[(part, None, 2)], updates=[(BEGAN, "resolved", "x")])
    nasty = replace(LONG, title=title, contact="<b>us</b>", events=tuple(
        replace(each, text="]]> <img src=x onerror=alert(1)> \x1f") for each in LONG.events))  # fmt: skip
    build.report(incident, of_the_page(nasty, part))
    found = drawn(row)
    for path, text in found.items():
        assert path.endswith(".json") or ("<script>alert" not in text and "<img src=x" not in text), path
    ET.fromstring(found["history.atom"])
    ET.fromstring(found["history.rss"])


# What it never says


SECRET = "Wombat"


def secrets(content):
    """The content with a name of its own in everything that can be marked, and which name stands where."""
    count = iter(range(1000))

    def name(text=""):
        return f"{SECRET}{next(count)}Q {text}"

    sections = tuple(
        replace(section, title=name(section.title), paragraphs=tuple(
            replace(each, text=name(each.text)) for each in section.paragraphs))
        for section in content.sections
    )  # fmt: skip
    return replace(
        content,
        sections=sections,
        events=tuple(
            replace(each, text=name(), link=f"https://example.com/{name().strip()}") for each in content.events
        ),
        mitigations=tuple(replace(each, text=name(), who=name(), effect=name()) for each in content.mitigations),
        causes=tuple(
            replace(each, text=name(), whys=tuple(replace(why, question=name(), answer=name()) for why in each.whys))
            for each in content.causes
        ),
        actions=tuple(
            replace(each, text=name(), owner=name(), ticket=f"https://example.com/{name().strip()}", proof=name())
            for each in content.actions
        ),
        counts=replace(content.counts, data=name(), lasting=name()),
        steps=tuple(replace(each, dispute=name(), disputed_by=name()) for each in content.steps),
        settled=(name(),),
        meeting=replace(content.meeting, text=name(), attendees=(name(),)) if content.meeting else None,
        records=tuple(replace(each, author=name(), name=name()) for each in content.records),
    )


def marked(content, draw):
    """Whatever can be marked as internal is or is not."""

    def some(rows):
        return tuple(replace(each, is_internal=draw(st.booleans())) for each in rows)

    return replace(
        content,
        sections=tuple(
            replace(each, visibility=draw(st.sampled_from(["customers", "internal"])), paragraphs=some(each.paragraphs))
            for each in content.sections
        ),
        events=some(content.events),
        mitigations=some(content.mitigations),
        causes=tuple(replace(each, whys=some(each.whys)) for each in some(content.causes)),
        actions=some(content.actions),
        counts=replace(content.counts, is_internal=draw(st.booleans())),
    )


PRINTED_IN = {  # which sections may print the rows of which table
    "events": ["timeline"],
    "mitigations": ["mitigation", "response_log"],
    "actions": ["actions"],
    "counts": ["impact"],
}


def not_for_customers(content):
    """Every name that is internal, by itself or because of a section that would print it."""
    hidden = {section.kind for section in content.sections if section.is_internal}
    rows = [*content.events, *content.mitigations, *content.causes, *content.actions, content.counts]
    rows += [each for section in content.sections for each in section.paragraphs]
    rows += [why for cause in content.causes for why in cause.whys]
    found = [row for row in rows if row.is_internal] + [section for section in content.sections if section.is_internal]
    found += [getattr(content, table) for table, kinds in PRINTED_IN.items() if hidden & set(kinds)]
    found += [each for each in content.causes if ("root_cause" if each.is_root else "factors") in hidden]
    found += [content.settled, content.meeting, content.records]
    found += [(each.dispute, each.disputed_by) for each in content.steps]
    found += [(each.owner, each.ticket, each.proof) for each in content.actions]
    found += [each.who for each in content.mitigations] + [each.link for each in content.events]
    return names(found)


def names(value):
    return set(re.findall(rf"{SECRET}\d+Q", repr(value)))


@pytest.fixture
def shot(over):
    """Of the page with its post-mortem, and what it needs to be drawn with another content."""
    row, incident, _version = over
    return load(row.pk, touched=None, now=NOW + timedelta(hours=3)), incident


@examples_of(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_internal_is_in_any_document(shot, data):
    snapshot, incident = shot
    content = marked(secrets(LONG), data.draw)
    secret = not_for_customers(content)
    loaded = snapshot.others["postmortem"]
    report = replace(loaded.values[0], content=for_customers(content))
    mine = replace(next(each for each in snapshot.incidents if each.pk == incident.pk), report=report)
    others = tuple(mine if each.pk == incident.pk else each for each in snapshot.incidents)
    recent = tuple(mine if each.pk == incident.pk else each for each in snapshot.recent)
    changed = replace(
        snapshot,
        incidents=others,
        recent=recent,
        touched=frozenset({incident.pk}),
        touched_components=frozenset(),
        others=snapshot.others | {"postmortem": replace(loaded, values=(report,))},
    )
    for each in [*documents.hot(changed), *documents.permanent(changed)]:
        assert not names(each.body) & secret, each.path


def test_what_the_page_does_not_name_is_not_named(over):
    row, incident, _version = over
    hidden = build.component("Hidden billing core")
    content = replace(
        LONG, impacts=(replace(LONG.impacts[0], component="Hidden billing core", component_id=hidden.public_id),)
    )
    version = build.report(incident, content, number=2, at=NOW + timedelta(hours=2, minutes=50))
    page = drawn(row)[f"postmortems/{version.postmortem.public_id}/index.html"]
    assert "Hidden billing core" not in page


# Where it stands, and where it does not any more


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def drawing(monkeypatch):
    """Files are made at once."""
    monkeypatch.setattr(rendering.drawing, "draw", lambda *values, **how: PDF)


@pytest.fixture
def sms(transactional_db):
    return make.component(name="SMS")


@pytest.fixture
def published(root, drawing, sms):
    page = make.page(sms, is_default=True)
    publisher.want([page])
    publisher.publish(page.pk)
    incident = make.resolved(page=page, affects=[make.affected(sms)])
    return page, make.published(incident)


@pytest.mark.django_db(transaction=True)
def test_published_it_stands_at_once_and_its_file_when_it_is_drawn(root, published):
    _page, made = published
    tree = PublishedTree(None, root=root, look=0)
    address = f"/postmortems/{made.public_id}/"
    assert ask(tree, address).status == 200
    assert ask(tree, f"/postmortems/{made.public_id}.pdf").status == 404
    assert rendering.run() == 1
    answer = ask(tree, f"/postmortems/{made.public_id}.pdf")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, PDF, "application/pdf")
    assert f"{made.public_id}.pdf".encode() in ask(tree, address).body
    assert list(findings(now=timezone.now())) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "away",
    [
        lambda page, made: actions.withdraw(made, reason="It named a customer.", by=None),
        lambda page, made: incident_actions.set_audience(
            made.incident, audience=Audience.RESTRICTED, reason="A leak.", by=None
        ),
        lambda page, made: incident_actions.set_audience(
            made.incident, audience=Audience.INTERNAL, reason="It was ours.", by=None
        ),
        lambda page, made: telling.place(made.incident, [page], by=None),
        lambda page, made: incident_actions.merge(_reopened(made), into=make.told(page=page), by=None),
    ],
    ids=["withdrawn", "restricted", "internal", "taken off the page", "merged"],
)
def test_taken_away_no_reader_finds_it(root, published, sms, away):
    page, made = published
    rendering.run()
    other = make.page(sms, slug="other")
    away(other, made)
    tree = PublishedTree(None, root=root, look=0)
    if made.versions.filter(withdrawn_at__isnull=False).exists():
        _says_that_it_was_withdrawn(ask(tree, f"/postmortems/{made.public_id}/"))
        incident_actions.set_audience(made.incident, audience=Audience.INTERNAL, reason="It was ours.", by=None)
    assert ask(tree, f"/postmortems/{made.public_id}/").status == 404
    assert ask(tree, f"/postmortems/{made.public_id}.pdf").status == 404
    left = [file for file in (root / "pages" / page.public_id).rglob("*") if file.is_file()]
    assert [file for file in left if made.public_id.encode() in file.read_bytes() or made.public_id in str(file)] == []
    assert PublishState.objects.get(page=page).last_error == ""


def _says_that_it_was_withdrawn(answer):
    """When and why, and nothing of what stood there."""
    page = answer.body.decode()
    assert answer.status == 200
    assert "This post-mortem was withdrawn." in page
    assert "It named a customer." in page
    assert '<meta name="robots" content="noindex">' in page
    assert "62 of 4,100" not in page
    assert list(findings(now=timezone.now())) == []


@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_published_again_it_stands_as_before(root, published):
    _page, made = published
    actions.withdraw(made, reason="It named a customer.", by=None)
    tree = PublishedTree(None, root=root, look=0)
    _says_that_it_was_withdrawn(ask(tree, f"/postmortems/{made.public_id}/"))
    actions.publish(made, by=None)
    assert b"62 of 4,100" in ask(tree, f"/postmortems/{made.public_id}/").body


def _reopened(made):
    return incident_actions.reopen(made.incident, reason="It is back.", by=None)


@pytest.mark.django_db(transaction=True)
def test_put_on_another_page_it_stands_there_in_its_dress(root, published, sms):
    page, made = published
    other = make.page(sms, slug="other", name="Elsewhere")
    telling.place(made.incident, [page, other], by=None)
    assert rendering.run() == 2
    tree = PublishedTree(None, root=root, look=0)
    assert b"Elsewhere" in ask(tree, f"/p/other/postmortems/{made.public_id}/").body
    assert ask(tree, f"/p/other/postmortems/{made.public_id}.pdf").status == 200
    assert {row.content["dress"]["name"] for row in Rendering.objects.all()} == {"Plain Post", "Elsewhere"}


@pytest.mark.django_db(transaction=True)
def test_a_correction_takes_the_place_of_what_stood_there(root, published):
    _page, made = published
    rendering.run()
    actions.revise(made, reason="The count was wrong.", by=None)
    actions.change(made.assessments.of_document().get(), by=None, customers=63)
    tree = PublishedTree(None, root=root, look=0)
    assert b"62 of 4,100" in ask(tree, f"/postmortems/{made.public_id}/").body  # until the next one is published
    actions.publish(made, by=None, change="The count is 63, not 62.")
    page = ask(tree, f"/postmortems/{made.public_id}/").body
    assert b"63 of 4,100" in page
    assert b"62 of 4,100" not in page
    assert ask(tree, f"/postmortems/{made.public_id}.pdf").status == 404  # the old file says what was wrong
    rendering.run()
    assert ask(tree, f"/postmortems/{made.public_id}.pdf").status == 200


@pytest.mark.django_db(transaction=True)
def test_the_page_changes_its_dress_and_the_file_stays_as_it_was(root, published):
    page, made = published
    rendering.run()
    page.brand_color = "#0b5fa5"
    page.save()
    publisher.want([page])
    publisher.publish(page.pk)
    assert ask(PublishedTree(None, root=root, look=0), f"/postmortems/{made.public_id}.pdf").body == PDF
    assert not Rendering.objects.exclude(state=RenderingState.DONE).exists()


def test_what_an_installation_has_costs_the_same_queries_for_one_and_for_fifty(db, same_queries):
    part = build.component("SMS")
    row = build.page(part)
    for number in range(50):
        began = NOW - timedelta(hours=number + 2)
        incident = build.incident(
            "Late", page=row, began=began, ended=began + minutes(30), impacts=[(part, None, Level.DEGRADED)],
            updates=[(began + minutes(30), Status.RESOLVED, "It works again.")],
        )  # fmt: skip
        version = build.report(incident, of_the_page(SHORT, part), at=began + minutes(60))
        build.rendered(version, row)
        if number in (0, 49):
            with same_queries(at_most=29, kind="all"):
                shot = load(row.pk, touched=None, now=NOW)
            with same_queries(at_most=33, kind="touched"):
                load(row.pk, touched={"incident": {incident.pk}}, now=NOW, due=NOW + minutes(1))
    assert len(shot.others["postmortem"].values) == 50
    assert {each.pdf.read() for each in shot.others["postmortem"].values} == {PDF}


@pytest.mark.django_db(transaction=True)
def test_in_a_bucket_it_stands_with_its_file_and_is_purged_there(settings, monkeypatch, drawing, sms):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = s3.running().bucket()
    settings.PUBLISH_STORAGE_URL = bucket.url
    monkeypatch.setattr(bucket_store, "GLANCE", 0.0)
    page = make.page(sms, is_default=True)
    made = make.published(make.resolved(page=page, affects=[make.affected(sms)]))
    rendering.run()

    status, sent, body = bucket.get(f"postmortems/{made.public_id}.pdf")
    assert (status, sent["Content-Type"], body.startswith(PDF)) == (200, "application/pdf", True)
    assert body.rstrip() == PDF.rstrip()  # what a publisher writes behind it is white space
    assert b"62 of 4,100" in bucket.everything()
    actions.withdraw(made, reason="It named a customer.", by=None)
    assert b"This post-mortem was withdrawn." in bucket.everything()
    assert b"62 of 4,100" not in bucket.everything()
    assert PDF not in bucket.everything()


@pytest.mark.django_db(transaction=True)
def test_a_reader_in_a_loop_never_gets_again_what_was_withdrawn(root, published):
    """What was read before the publishing is whole is kept by no process (decision 8)."""
    _page, made = published
    tree, address, seen = PublishedTree(None, root=root, look=0), f"/postmortems/{made.public_id}/", []
    stop = threading.Event()

    def read():
        while not stop.is_set():
            seen.append(b"62 of 4,100" in ask(tree, address).body)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        actions.withdraw(made, reason="It named a customer.", by=None)
        after = len(seen)
        while len(seen) < after + 20:
            time.sleep(0.001)
    finally:
        stop.set()
        reader.join()
    assert set(seen[after + 1 :]) == {False}


# Clocks go forward


def test_no_clock_goes_back_when_it_is_withdrawn(over):
    row, _incident, version = over
    at = version.published_at + minutes(30)
    type(version).objects.filter(pk=version.pk).update(withdrawn_at=at)
    found = drawn(row, now=at + minutes(1))
    body = json.loads(found["api/v2/incidents.json"])
    assert body["incidents"][0]["updated_at"] == "2026-11-19T17:43:00.000Z"
    assert body["page"]["updated_at"] >= "2026-11-19T17:43:00.000Z"
    assert body["incidents"][0]["status"] == "resolved"
    atom = ET.fromstring(found["history.atom"])
    assert atom.findtext(f"{ATOM}updated") == atom.find(f"{ATOM}entry").findtext(f"{ATOM}updated") == at.isoformat()
    assert "Thu, 19 Nov 2026 17:43:00 +0000" in found["history.rss"]


def test_nor_when_an_update_is(over):
    row, incident, version = over
    version.postmortem.delete()
    last = incident.updates.first()
    at = last.posted_at + minutes(7)
    incident.updates.filter(pk=last.pk).update(withdrawn_at=at)
    found = drawn(row, now=at + minutes(1))
    body = json.loads(found["api/v2/incidents.json"])["incidents"][0]
    assert body["updated_at"] == at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert f"<updated>{at.isoformat()}</updated>" in found["history.atom"]
