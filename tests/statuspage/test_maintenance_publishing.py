"""What happens to a window is published at once, what may not be read is in no file, and costs what it always costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.maintenance import actions
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Window
from incidents.models import Location
from statuspage import documents
from statuspage.checks.truth import findings
from statuspage.models import DirtyPage, PageComponent, PageWindow, PublishState
from statuspage.publishing import publisher
from statuspage.serving import PublishedTree
from statuspage.snapshot.load import load
from tests import factories as make
from tests.statuspage.test_serving import ask
from tests.statuspage.windows import many

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def sms(root):
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    page = make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    publisher.publish(page.pk)
    return page


@pytest.fixture
def tree(root):
    return PublishedTree(None, root=root, look=0)


def everything(root, page):
    """Every byte and every name below the page's folder, packed twins left out."""
    folder = root / "pages" / page.public_id
    files = [file for file in folder.rglob("*") if file.is_file() and file.suffix not in (".gz", ".br")]
    return {str(file.relative_to(folder)): file.read_bytes().decode(errors="replace") for file in files}


def saying(root, page, *words):
    return sorted(path for path, body in everything(root, page).items() for word in words if word in path + body)


def address(window):
    return f"/maintenance/{window.public_id}/"


def test_each_fact_is_published_as_it_happens(page, sms, tree):
    window = make.scheduled(sms, page=page)
    assert b"Scheduled" in ask(tree, address(window)).body
    assert window.public_id.encode() in ask(tree, "/maintenance.ics").body
    actions.amend(window, by=None, title="Edge router upgrade")
    assert b"Edge router upgrade" in ask(tree, "/").body
    assert b"Core router" not in ask(tree, address(window)).body
    Window.objects.filter(pk=window.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    actions.begin(window, by=None)
    assert b"In progress" in ask(tree, address(window)).body
    assert b'"message":"maintenance"' in ask(tree, "/badge.json").body
    actions.end(window, by=None)
    assert b"Completed" in ask(tree, address(window)).body
    assert b'"message":"operational"' in ask(tree, "/badge.json").body
    assert (PublishState.objects.get(page=page).last_error, DirtyPage.objects.count()) == ("", 0)


def test_programs_of_others_may_read_the_calendars(page, sms, tree):
    place = make.location(name="Frankfurt")
    window = make.scheduled(Affects(sms, place), page=page)
    for path in (
        "/maintenance.ics", f"/components/{sms.public_id}/maintenance.ics",
        f"/locations/{place.public_id}/maintenance.ics", f"{address(window)}maintenance.ics",
    ):  # fmt: skip
        answer = ask(tree, path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert ask(tree, path, if_none_match=answer.headers["ETag"]).status == 304


def test_taken_off_the_page_it_is_gone_from_every_file(root, page, sms, tree):
    window = make.scheduled(sms, page=page, title="Zanzibar routers")
    month = f"/maintenance/{window.starts_at:%Y-%m}/"
    assert (ask(tree, address(window)).status, ask(tree, month).status) == (200, 200)
    PageWindow.objects.filter(window=window).delete()
    assert (ask(tree, address(window)).status, ask(tree, month).status) == (404, 404)
    assert saying(root, page, "Zanzibar", window.public_id) == []
    assert PublishState.objects.get(page=page).last_error == ""


def test_put_on_another_page_it_stands_there_too(page, sms, tree):
    window = make.scheduled(sms, page=make.page(sms))
    assert ask(tree, address(window)).status == 404
    make.place_window(page, window)
    assert ask(tree, address(window)).status == 200


def test_a_page_with_windows_can_be_deleted(page, sms):
    make.scheduled(sms, page=page)
    page.delete()
    assert DirtyPage.objects.count() == PublishState.objects.count() == 0


def test_what_readers_may_not_know_is_in_no_file(root, page, sms):
    hidden = make.component(name="Hidden gateway", parent=sms)
    PageComponent.objects.create(page=page, component=hidden, is_shown=False)
    other = make.component(name="Of another page")
    by, approver = make.in_group("Support", first_name="Quentin"), make.in_group("Engineering Leads")
    secrets = {"plan": "Numbat plan", "roll_back": "Dingo way back", "ticket": "CHG-4711", "owner": by, "by": by}
    told = make.window(sms, hidden, other, starts_at=timezone.now() + timedelta(days=2), **secrets)
    make.place_window(page, told)
    actions.approve(actions.ask_approval(told, approver=approver, reason="Quokka reason", by=by), by=approver)
    draft = make.window(sms, title="Wombat draft")
    make.place_window(page, draft)
    inside = make.scheduled(sms, title="Echidna internal", audience="internal")
    make.place_window(page, inside)
    elsewhere = make.scheduled(sms, title="Bilby elsewhere", page=make.page(sms))
    dropped = make.window(sms, title="Possum dropped")
    make.place_window(page, dropped)
    actions.cancel(dropped, reason="x", by=None)
    actions.edit(told, by=by, plan="Another numbat")
    publisher.want([page])
    publisher.publish(page.pk)

    assert saying(root, page, told.public_id)
    words = (
        "Hidden gateway", "Of another page", hidden.public_id, other.public_id, "umbat", "Dingo", "CHG-4711", "Quokka",
        "Wombat", draft.public_id, "Echidna", inside.public_id, "Bilby", elsewhere.public_id, "Possum",
        dropped.public_id, by.username, "Quentin", approver.username,
    )  # fmt: skip
    assert saying(root, page, *words) == []
    assert list(findings(now=timezone.now())) == []


def test_truth_says_what_should_not_stand_or_shine(root, page, sms):
    window = make.scheduled(sms, page=page)
    Window.objects.filter(pk=window.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    actions.begin(window, by=None)
    assert list(findings(now=timezone.now())) == []
    window.refresh_from_db()
    Window.objects.filter(pk=window.pk).update(audience="internal", title="Zanzibar")
    found = " ".join(findings(now=timezone.now()))
    assert "shows SMS as maintenance, and the facts say operational" in found
    assert f"names {window.public_id} in maintenance/{window.public_id}/index.html" in found


def test_only_what_is_concerned_is_drawn(page, sms):
    voice = make.component(name="Voice")
    PageComponent.objects.create(page=page, component=voice)
    here, _there = make.location(name="Frankfurt"), make.location(name="Vienna")
    first = make.scheduled(Affects(sms, here), page=page)
    make.scheduled(voice, page=page, starts_at=first.starts_at + timedelta(days=90))
    now = timezone.now()
    shot = load(page.pk, touched={"maintenance": {first.pk}}, now=now, due=now + timedelta(minutes=1))

    folders = {path.rpartition("/")[0] for path in (each.path for each in documents.pending(shot))}
    assert folders == {
        f"maintenance/{first.public_id}",
        f"maintenance/{first.starts_at:%Y-%m}",
        f"maintenance/{first.starts_at + timedelta(days=90):%Y-%m}",  # it leads to the month before it
        f"components/{sms.public_id}",
        "maintenance",
        "",  # the page's maintenance.ics
        f"locations/{here.public_id}",
    }
    assert documents.gone(shot) == []


def test_a_month_that_it_left_goes(page, sms, tree):
    window = make.scheduled(sms, page=page)
    left = f"/maintenance/{window.starts_at:%Y-%m}/"
    later = {"starts_at": window.starts_at + timedelta(days=40), "ends_at": window.ends_at + timedelta(days=40)}
    actions.reschedule(window, by=None, **later)
    assert (ask(tree, left).status, ask(tree, f"/maintenance/{later['starts_at']:%Y-%m}/").status) == (404, 200)


def test_what_lost_its_text_is_rewritten_before_the_rest(page, sms):
    window = make.scheduled(sms, page=page)
    now, back = timezone.now(), {"maintenance": {window.pk}}
    shot = load(page.pk, touched=back, now=now, due=now + timedelta(minutes=1), taken_back=back)
    losing = {each.path for each in documents.pending(shot) if each.loses_text}
    assert losing == {each.path for each in documents.pending(shot)}


# Cost


def test_the_number_of_windows_costs_no_query(page, sms, same_queries):
    now, due = timezone.now(), timezone.now() + timedelta(minutes=1)
    for count in (1, 49):
        place = Location.objects.create(name=f"Place {count}")
        windows = many(page, sms, count, place=place) + many(page, sms, count, ago=timedelta(days=5), place=place)
        with same_queries(at_most=25, kind="all"):
            load(page.pk, touched=None, now=now)
        with same_queries(at_most=27, kind="touched"):
            load(page.pk, touched={"maintenance": {each.pk for each in windows}}, now=now, due=due)
        with same_queries(at_most=27, kind="others"):
            shot = load(page.pk, touched={"incident": {1}}, now=now, due=due)
    assert len(shot.others["maintenance"].recent) == 100


def test_what_is_long_over_is_not_read(page, sms):
    window = make.scheduled(sms, page=page)
    make.scheduled(sms, page=page, starts_at=window.starts_at)  # its month was there before
    make.told(page=page, affects=[sms])  # the history has a newer month than that of those long over
    many(page, sms, 60)
    before = _cost(page, window)
    many(page, sms, 1500, ago=timedelta(days=100))
    after = _cost(page, window)
    assert before == after == (62, 27)


def test_a_word_about_an_incident_reads_as_many_windows_in_full_whatever_there_are(page, sms):
    incident = make.told(page=page, affects=[sms])
    counts = []
    for ahead, recent in ((60, 120), (150, 500)):
        many(page, sms, ahead)
        many(page, sms, recent, ago=timedelta(days=2))
        now = timezone.now()
        with CaptureQueriesContext(connection) as queries:
            shot = load(page.pk, touched={"incident": {incident.pk}}, now=now, due=now + timedelta(minutes=1))
        found = shot.others["maintenance"]
        assert (found.lists_change, len(found.recent)) == (False, ahead + recent + sum(row[3] for row in counts))
        days = len({each.started_at.date() for each in found.ran})
        counts.append((len(found.values) - 5 * days, len(queries), len(documents.permanent(shot)), ahead + recent))
    assert abs(counts[0][0] - counts[1][0]) <= 60  # those of a day may be among the newest too
    assert counts[0][1:3] == counts[1][1:3]


def test_documents_say_the_same_with_few_windows_read_in_full(page, sms):
    """What is read for an incident alone, against everything."""
    incident = make.told(page=page, affects=[sms])
    many(page, sms, 70)
    many(page, sms, 150, ago=timedelta(hours=5))
    make.scheduled(sms, page=page)
    now, due = timezone.now(), timezone.now() + timedelta(minutes=1)
    few, whole = (load(page.pk, touched=touched, now=now, due=due) for touched in ({"incident": {incident.pk}}, None))
    assert len(few.others["maintenance"].values) < len(whole.others["maintenance"].values)
    assert documents.hot(few) == documents.hot(whole)
    said = {each.path: each.body for each in documents.permanent(whole)}
    drawn = {each.path: each.body for each in documents.permanent(few)}
    assert {f"components/{sms.public_id}/{name}" for name in ("index.html", "history.atom")} <= drawn.keys()
    assert drawn == {path: said[path] for path in drawn}


def test_a_window_that_is_late_meanwhile_is_drawn_with_another_that_changed(page, sms):
    many(page, sms, 40)
    [late] = many(page, sms, 1)
    changed = make.scheduled(sms, page=page, starts_at=timezone.now() + timedelta(days=80))
    now = late.starts_at + timedelta(minutes=5)
    touched, due = {"maintenance": {changed.pk}}, late.starts_at
    drawn = {each.path: each.body for each in documents.permanent(load(page.pk, touched=touched, now=now, due=due))}
    said = {each.path: each.body for each in documents.permanent(load(page.pk, touched=None, now=now, due=due))}
    months = {f"maintenance/{each.starts_at:%Y-%m}/index.html" for each in (late, changed)}
    assert {*months, *(f"maintenance/{each.public_id}/index.html" for each in (late, changed))} <= drawn.keys()
    assert drawn == {path: said[path] for path in drawn}


def _cost(page, window):
    """Windows that are read for a word about one, and queries."""
    now = timezone.now()
    touched = {"maintenance": {window.pk}}
    with CaptureQueriesContext(connection) as queries:
        shot = load(page.pk, touched=touched, now=now, due=now + timedelta(minutes=1))
    return len(shot.others["maintenance"].values), len(queries)


def test_documents_do_not_flicker_with_what_is_read_beside(page, sms):
    many(page, sms, 60)
    [old, *_rest] = many(page, sms, 60, ago=timedelta(days=200))
    now, due = timezone.now(), timezone.now() + timedelta(minutes=1)
    hot = [
        documents.hot(load(page.pk, touched=touched, now=now, due=due))
        for touched in (None, {}, {"maintenance": {old.pk}})
    ]
    assert hot[0] == hot[1] == hot[2]
