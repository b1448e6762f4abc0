"""The list of action items: who reads what, in which order, in which numbers; and several changed together."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Status
from incidents.exceptions import DomainError
from postmortems import actions, ageing
from postmortems.exceptions import NoneChanged
from postmortems.models import ActionItem, Cause, Mitigation
from postmortems.views.action_items import sentence
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST, CHANGE, EXPORT = "/admin/action-items/", "/admin/action-items/change/", "/admin/action-items/export/"


@pytest.fixture
def person():
    return make.in_group("Reliability", first_name="Oskar", last_name="Nyman")


@pytest.fixture
def desk(client, person):
    client.force_login(person)
    return client


def listed(desk, query=""):
    return [row.item for row in desk.get(LIST + query).context["rows"]]


def restricted_item(member, **facts):
    incident = make.restricted(members=[member], title="Zanzibar keys", severity="minor")
    incident = incident_actions.change_stage(incident, status=Status.RESOLVED, override_reason="Over.", by=None)
    return make.action_item(incident.postmortem, **{"text": "Quokka rotation", "owner": member} | facts)


# The list


def test_longest_overdue_is_first_and_what_has_no_date_is_last(desk):
    soon, none, late, later = (make.action_item(due_in=days) for days in (3, None, -2, -16))
    done = make.action_item(due_in=-30)
    actions.track(done, state="done", by=None)
    assert listed(desk) == [later, late, soon, none]
    assert listed(desk, "?show=overdue") == [later, late]
    assert listed(desk, "?show=done") == [done]
    assert listed(desk, "?show=all") == [later, late, soon, none, done]
    assert listed(desk, "?show=nonsense") == [later, late, soon, none]


def test_it_is_narrowed_by_kind_owner_team_priority_and_words(desk, person):
    team = make.team()
    mine = make.action_item(owner=person, kind="detect", priority=3)
    other = make.action_item(make.postmortem(make.resolved(title="WhatsApp delayed")), owner=make.user(team=team))
    nobody = make.action_item(owner=None, text="Restart three at a time")
    assert listed(desk, "?show=mine") == [mine]
    assert listed(desk, "?kind=detect") == [mine]
    assert listed(desk, "?priority=3") == [mine]
    assert listed(desk, f"?owner={other.owner_id}") == [other]
    assert listed(desk, "?owner=none") == [nobody]
    assert listed(desk, f"?team={team.pk}") == [other]
    assert listed(desk, "?q=whatsapp") == [other]
    assert listed(desk, f"?q={other.postmortem.incident.public_id}") == [other]
    assert listed(desk, "?q=three+at") == [nobody]
    page = desk.get(LIST + "?kind=prevent")
    assert {show: count for show, _label, count, _url in page.context["shows"]} == {
        "open": 2, "mine": 0, "overdue": 0, "done": 0, "all": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        f"?kind=x&owner={'9' * 30}&team={'9' * 5000}&priority=²&p={'9' * 20}&q={'x' * 300}",
        "?owner=-1&team=none&p=0&show=",
    ],
)
def test_what_nobody_can_choose_is_said_at_the_field(desk, query):
    item = make.action_item()
    page = desk.get(LIST + query)
    assert page.status_code == 200
    assert [row.item for row in page.context["rows"]] == [item]
    assert "This can not be chosen" in page.content.decode()
    assert desk.get(EXPORT + query).status_code == 200


def test_proposals_of_records_what_was_removed_and_empty_rows_are_none(desk, person):
    postmortem = make.postmortem(way="full", severity="major")
    [record] = actions.invite(postmortem, people=[person], by=None)
    actions.add(ActionItem, postmortem, record=record, text="Proposed", by=person)
    actions.remove(make.action_item(postmortem, text="Removed"), by=None)
    actions.add(ActionItem, postmortem, text="", by=None)
    assert listed(desk) == []
    assert "No action item" in desk.get(LIST).content.decode()


def test_a_row_says_what_it_works_on(desk):
    postmortem = make.postmortem(make.resolved(title="SMS delayed"))
    _first = actions.add(Cause, postmortem, text="Nothing watched it.", by=None)
    second = actions.add(Cause, postmortem, text="A lock was held.", by=None)
    measure = actions.add(Mitigation, postmortem, at=timezone.now(), text="By hand.", lasts="temporary", by=None)
    item = make.action_item(postmortem)
    actions.link(item, second, on=True, by=None)
    actions.link(item, measure, on=True, by=None)
    [row] = desk.get(LIST).context["rows"]
    day = f"{timezone.localdate():%-d %b}"
    assert row.about == f"SMS delayed, {day}, cause 2. Lasting fix of a temporary measure"


def test_a_page_holds_fifty_at_the_same_cost(desk, same_queries):
    make.action_item(owner=make.in_group("Reliability"))
    desk.get(LIST)
    with same_queries(at_most=26):
        assert len(listed(desk, "?show=all")) == 1
    for _n in range(3):
        postmortem = make.postmortem()
        cause = actions.add(Cause, postmortem, text="A lock was held.", by=None)
        for n in range(18):
            item = make.action_item(postmortem, due_in=n - 9)
            actions.link(item, cause, on=True, by=None)
    with same_queries(at_most=26):
        assert len(listed(desk, "?show=all")) == 50
    assert len(listed(desk, "?show=all&p=2")) == 5


# Sentence and scale


def test_the_sentence_counts_what_is_open_late_and_was_in_time(desk):
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        for days in (-16, -7, 5):
            make.action_item(due_in=days)
        on_its_day, after = make.action_item(due_in=0), make.action_item(due_in=-1)
        dropped, long_ago = make.action_item(due_in=-3), make.action_item(due_in=-200)
        for item in (on_its_day, after, long_ago):
            actions.track(item, state="done", by=None)
        actions.track(dropped, state="dropped", reason="Another one does it.", by=None)
        found = desk.get(LIST).context["sentence"]
    assert " ".join(found.values()) == (
        "Three are open. Two are overdue, the oldest by 16 days. Since September, 1 of 4 was done in time."
    )


def test_the_sentence_of_nothing():
    summary = ageing.summary(ActionItem.objects.all(), now=timezone.now())
    assert sentence(summary) == {"open": "None is open."}


def test_a_day_is_that_of_the_owner(desk):
    """At 11:30 UTC on the 20th it is the 21st in Kiritimati and still the 19th nowhere but west of there."""
    with time_machine.travel(datetime(2026, 11, 20, 11, 30, tzinfo=UTC), tick=False):
        east, west = make.user(time_zone="Pacific/Kiritimati"), make.user(time_zone="Pacific/Pago_Pago")
        postmortem = make.postmortem()
        items = [make.action_item(postmortem, owner=owner, due_in=None) for owner in (east, west, None)]
        for item in items:
            actions.track(item, due_on=datetime(2026, 11, 20).date(), by=None)  # noqa: DTZ001
        now = timezone.now()
        assert list(ActionItem.objects.overdue(now)) == [items[0]]
        assert [item.days_left(now) for item in ActionItem.objects.agreed().order_by("pk")] == [-1, 0, 0]
        assert ActionItem.objects.get(owner=east).due_at == datetime(2026, 11, 20, 9, 59, 59, 999999, tzinfo=UTC)
        assert listed(desk, "?show=overdue") == [items[0]]


@pytest.mark.parametrize(
    ("asked", "due", "closed", "expected"),
    [
        (-14, -7, None, {"ran": (33.3, 50.0), "late": (50.0, 66.7), "ahead": None, "due": 50.0}),
        (-3, 7, None, {"ran": (59.5, 66.7), "late": None, "ahead": (66.7, 83.3), "due": 83.3}),
        (-90, -60, None, {"ran": None, "late": (0.0, 66.7), "ahead": None, "due": None}),
        (-3, 90, None, {"ran": (59.5, 66.7), "late": None, "ahead": (66.7, 100.0), "due": None}),
        (-14, -7, -10, {"ran": (33.3, 42.9), "late": None, "ahead": None, "due": 50.0}),
        (-3, None, None, {"ran": (59.5, 66.7), "late": None, "ahead": None, "due": None}),
    ],
)
def test_the_scale_runs_from_asked_to_due(asked, due, closed, expected):
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    item = ActionItem(asked_at=now + timedelta(days=asked), state="done" if closed else "todo")
    item.due_on = (now + timedelta(days=due)).date() if due is not None else None
    item.closed_at = now + timedelta(days=closed) if closed else None
    scale = ageing.Row(item, now).scale
    assert {name: getattr(scale, name) for name in expected} == expected
    assert scale.today == 66.7


# Restricted


def test_what_is_restricted_is_in_no_list_count_sentence_export_or_choice(client):
    member, other = make.in_group("Reliability"), make.in_group("Reliability")
    owner = make.user(first_name="Wombat")
    item = restricted_item(member, due_in=-3, owner=member)
    actions.track(item, owner=member, by=None)
    ActionItem.objects.filter(pk=item.pk).update(owner=owner)  # who may not see it any more
    client.force_login(other)
    for query in ("", "?show=all", f"?owner={owner.pk}&show=all", "?q=Zanzibar&show=all"):
        page = client.get(LIST + query)
        html = page.content.decode().replace("q=Zanzibar", "").replace('value="Zanzibar"', "")  # as it was asked
        assert [row.item for row in page.context["rows"]] == []
        assert [word for word in ("Zanzibar", "Quokka", "Wombat", item.key) if word in html] == []
        assert {count for _show, _label, count, _url in page.context["shows"]} == {0}
        assert page.context["summary"].open == 0
        assert b"Quokka" not in client.get(EXPORT + query).getvalue()
    client.force_login(member)
    assert listed(client, "?show=overdue") == [item]
    assert b"Quokka" in client.get(EXPORT).getvalue()


@pytest.mark.parametrize("address", [LIST, EXPORT])
def test_it_needs_the_right(client, address):
    client.force_login(make.user(permissions=["view_incident"]))
    assert client.get(address).status_code == 403


# Changed together


def test_several_get_the_same_in_one_act(desk, person):
    first, second, third = (make.action_item() for _n in range(3))
    answer = desk.post(
        CHANGE + "?show=open&q=", {"item": [first.key, third.key], "owner": person.pk, "state": "in_progress"}
    )
    assert (answer.status_code, answer.url) == (302, LIST + "?show=open")
    facts = ActionItem.objects.agreed().order_by("pk").values_list("state", "owner")
    assert list(facts) == [("in_progress", person.pk), ("todo", second.owner_id), ("in_progress", person.pk)]
    assert first.history.first().history_user == person


def test_one_that_refuses_is_named_and_nothing_is_changed(desk, person):
    plain = make.action_item(text="Plain")
    proven = make.action_item(text="Proven", proof="Ten gateways refuse to start.")
    answer = desk.post(CHANGE, {"item": [plain.key, proven.key], "state": "done", "owner": "", "reason": ""})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'<a class="bw-link" href="#{proven.key}">Proven</a>' in html
    assert "It asks for: Ten gateways refuse to start." in html
    assert f'href="#{plain.key}">Plain</a>' not in html
    assert html.count(" checked") == 2
    assert '<option value="done" selected>' in html
    assert set(ActionItem.objects.agreed().values_list("state", flat=True)) == {"todo"}


def test_every_refusal_is_told_by_the_verb():
    items = [make.action_item(text=text) for text in ("One", "Two")]
    with pytest.raises(NoneChanged, match=r"One: Say why.*Two: Say why") as refused:
        actions.track_all(items, state="dropped", by=None)
    assert set(refused.value.refusals) == {item.key for item in items}
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"state": "done"}, "Tick at least one row."),
        ({"item": "mine"}, "Choose what to change"),
        ({"item": "mine", "due_on": "2026-13-45"}, "Write a day such as 2026-12-09."),
        ({"item": "mine", "state": "x"}, "This can not be chosen"),
        ({"item": "mine", "state": "done", "reason": "x" * 101}, "Write at most 100 characters."),
        ({"item": "act_000000000000", "state": "done"}, "Some of the rows are not there any more."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(desk, data, said):
    item = make.action_item()
    data = data | ({"item": item.key} if data.get("item") == "mine" else {})
    answer = desk.post(CHANGE, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    item.refresh_from_db()
    assert item.state == "todo"


def test_what_one_may_not_see_is_not_changed_and_looks_as_if_it_were_not_there(client):
    item = restricted_item(make.in_group("Reliability"))
    client.force_login(make.in_group("Reliability"))
    answers = [client.post(CHANGE, {"item": key, "state": "done"}) for key in (item.key, "act_000000000000")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Some of the rows are not there any more." in answer.content.decode() for answer in answers)
    item.refresh_from_db()
    assert item.state == "todo"


def test_viewers_tick_nothing(client):
    item = make.action_item()
    client.force_login(make.in_group("Viewers"))
    assert "data-bulk" not in client.get(LIST).content.decode()
    assert client.post(CHANGE, {"item": item.key, "state": "done"}).status_code == 403


# Export


def test_a_spreadsheet_gets_the_same_rows_and_no_formula(desk):
    postmortem = make.postmortem(make.resolved(title="SMS delayed"))
    item = make.action_item(postmortem, text="=cmd|' /C calc'!A0", due_in=-4, priority=3)
    make.action_item(kind="detect")
    answer = desk.get(EXPORT + "?kind=prevent")
    _header, line, *rest = answer.getvalue().decode().splitlines()
    assert rest == []
    assert f"{item.key},'=cmd|" in line
    assert ",prevent,High,todo," in line
    assert f",{item.due_on},4," in line
    assert f"/admin/action-items/{item.key}/" in line


# The verb


@pytest.mark.parametrize(
    ("facts", "asks"),
    [
        ({"state": "dropped"}, True),
        ({"state": "in_progress"}, False),
        ({"state": "done"}, False),
        ({"due_on": None}, True),
        ({"due_on": timedelta(days=1)}, True),
        ({"due_on": timedelta(days=-1)}, False),
        ({"priority": 3}, False),
    ],
)
def test_a_reason_is_asked_for_where_others_rely_on_what_stood_there(facts, asks):
    item = make.action_item()
    facts = {name: item.due_on + value if isinstance(value, timedelta) else value for name, value in facts.items()}
    if asks:
        with pytest.raises(DomainError, match="Say why"):
            actions.track(item, by=None, **facts)
        actions.track(item, by=None, reason="The supplier needs longer.", **facts)
        assert item.history.first().history_change_reason == "The supplier needs longer."
    else:
        actions.track(item, by=None, **facts)


def test_done_is_shown_where_something_has_to_prove_it():
    item = make.action_item(proof="The drill ends under 10 minutes.")
    with pytest.raises(DomainError, match="The drill ends under 10 minutes") as refused:
        actions.track(item, state="done", proof="", by=None)
    assert refused.value.field == "reason"
    actions.track(item, state="done", reason="8 min on Tuesday.", by=None)
    item.refresh_from_db()
    assert item.closed_at is not None
    actions.track(item, state="todo", by=None)
    item.refresh_from_db()
    assert item.closed_at is None


def test_what_no_field_takes_is_refused_in_words():
    item = make.action_item()
    with pytest.raises(DomainError) as refused:
        actions.track(item, ticket="javascript:alert(1)", by=None)
    assert refused.value.field == "ticket"
