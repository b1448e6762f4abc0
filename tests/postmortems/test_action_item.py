"""One action item on its page: changed with a reason, by two at once, and its history in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from postmortems import actions, item_history
from postmortems.models import Cause, Mitigation
from tests import factories as make
from tests.incidents.browser import form
from tests.postmortems.test_action_items import restricted_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return make.in_group("Engineering", first_name="Lena")


@pytest.fixture
def desk(client, person):
    client.force_login(person)
    return client


def page_of(item):
    return f"/admin/action-items/{item.key}/"


def test_only_what_was_typed_is_written(desk, person):
    item = make.action_item(proof="A graph.", ticket="https://tickets.example.com/1")
    read = form(desk.get(page_of(item)))
    actions.track(item, priority=3, by=None)  # somebody else, meanwhile
    answer = desk.post(page_of(item), read | {"state": "in_progress", "reason": "Begun."})
    assert answer.url == page_of(item)
    item.refresh_from_db()
    assert (item.state, item.priority, item.proof) == ("in_progress", 3, "A graph.")
    last = item.history.first()
    assert (last.history_user, last.history_change_reason) == (person, "Begun.")


def test_where_two_change_the_same_the_second_one_chooses(desk):
    item = make.action_item()
    read = form(desk.get(page_of(item)))
    actions.track(item, state="in_progress", by=None)
    mine = read | {"state": "done"}
    answer = desk.post(page_of(item), mine)
    assert answer.status_code == 412
    assert "Somebody changed this while you were writing" in answer.content.decode()
    item.refresh_from_db()
    assert item.state == "in_progress"
    assert desk.post(page_of(item), form(answer)).status_code == 302
    item.refresh_from_db()
    assert item.state == "done"


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(desk):
    item = make.action_item(proof="The drill ends under 10 minutes.")
    answer = desk.post(page_of(item), form(desk.get(page_of(item))) | {"state": "done", "priority": "3"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "It asks for: The drill ends under 10 minutes." in html
    assert form(answer)["state"] == "done"
    assert form(answer)["priority"] == "3"


def test_an_owner_who_may_not_see_it_is_refused(client):
    member, other = make.in_group("Reliability"), make.in_group("Reliability")
    item = restricted_item(member, owner=member)
    client.force_login(member)
    answer = client.post(page_of(item), form(client.get(page_of(item))) | {"owner": other.pk})
    assert answer.status_code == 422
    assert "may not see this incident" in answer.content.decode()


def test_its_history_is_told_in_words(desk, person):
    postmortem = make.postmortem()
    item = make.action_item(postmortem, owner=person, due_in=None)
    cause = actions.add(Cause, postmortem, text="A lock was held.", by=None)
    measure = actions.add(Mitigation, postmortem, at=timezone.now(), text="By hand.", lasts="temporary", by=None)
    actions.link(item, cause, on=True, by=None)
    actions.link(item, measure, on=True, by=None)
    day = timezone.localdate() + timedelta(days=4)
    actions.track(item, due_on=day, owner=None, reason="Asked the team.", by=person)
    actions.track(item, state="done", by=None)
    done, tracked, fixes, works, first = item_history.history(item, user=person)
    assert (done.sentence, done.by) == ("Done", "the system")
    assert [(c.what, c.old, c.new) for c in done.changes] == [("State", "To do", "Done")]
    assert [(c.what, c.old, c.new) for c in tracked.changes] == [
        ("Owner", "Lena", ""), ("Due", "", f"{day:%a} {day.day} {day:%b} {day.year}"),
    ]  # fmt: skip
    assert (tracked.reason, tracked.by) == ("Asked the team.", "Lena")
    assert [(c.what, c.new) for c in (*works.changes, *fixes.changes)] == [
        ("Works on", "A lock was held."), ("Replaces", "By hand."),
    ]  # fmt: skip
    assert (first.is_first, first.sentence) == (True, "Asked for")
    html = desk.get(page_of(item)).content.decode()
    assert "Asked the team." in html
    assert f"/admin/post-mortems/{postmortem.public_id}/document/#{cause.key}" in html


def test_a_long_history_costs_the_same(desk, person, same_queries):
    postmortem = make.postmortem()
    item = make.action_item(postmortem)
    cause = actions.add(Cause, postmortem, text="A lock was held.", by=None)
    actions.link(item, cause, on=True, by=None)
    actions.track(item, owner=person, by=None)
    desk.get(page_of(item))
    with same_queries(at_most=26):
        desk.get(page_of(item))
    for n in range(20):
        actions.track(item, owner=make.user(), by=make.in_group("Engineering"), priority=n % 3 + 1)
    actions.track(item, owner=person, by=None)
    with same_queries(at_most=26):
        desk.get(page_of(item))


def test_viewers_read_it_and_change_nothing(client):
    item = make.action_item(proof="A graph.")
    client.force_login(make.in_group("Viewers"))
    html = client.get(page_of(item)).content.decode()
    assert "A graph." in html
    assert 'name="state"' not in html
    assert client.post(page_of(item), {"state": "done"}).status_code == 403
    item.refresh_from_db()
    assert item.state == "todo"


def test_what_is_restricted_removed_or_proposed_is_not_there(client):
    hidden = restricted_item(make.in_group("Reliability"))
    removed = make.action_item()
    actions.remove(removed, by=None)
    client.force_login(make.in_group("Reliability"))
    for key in (hidden.key, removed.key, "act_000000000000"):
        assert client.get(f"/admin/action-items/{key}/").status_code == 404
        assert client.post(f"/admin/action-items/{key}/", {"state": "done"}).status_code == 404
