"""What post-mortems and action items owe: derived from facts, counted in the figures, explained on their screens."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from incidents import actions as incident_actions
from incidents.actions import explain_breach, notice_breach
from incidents.choices import Audience, Status
from incidents.clocks import figures, promises
from incidents.exceptions import NotAllowed
from incidents.models import Breach
from postmortems import actions
from postmortems.choices import ActionPromise, ReportPromise
from postmortems.clocks import ACTION_ITEM_CLOCKS, POSTMORTEM_CLOCKS
from postmortems.models import ActionItem, Paragraph, Postmortem
from tests import factories as make
from tests.postmortems.test_action_items import restricted_item

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
LATER = START + 10 * DAY

pytestmark = pytest.mark.django_db


def at(moment):
    return time_machine.travel(moment, tick=False)


@pytest.fixture
def owed():
    """A full one: records within 24 h, published within 48 h."""
    with at(START):
        return make.postmortem(make.resolved(title="SMS delayed", severity="major"), way="full")


def judged(kind, now=LATER, **options):
    found = kind.between(START - 30 * DAY, now + 30 * DAY, **options)
    return [
        (str(each.clock), each.due_at - START, each.late_by(now) if each.is_judged(now) else None)
        for each in found
    ]  # fmt: skip


def run(kind, now):
    return [(clock.key, clock.due_at - START) for _subject, clock in kind.running(now)]


def submit(record, at_moment):
    with at(at_moment):
        for question in record.postmortem.template.questions.filter(is_required=True):
            actions.add(Paragraph, record.postmortem, record=record, question=question, text="Yes.", by=None)
        actions.submit_record(record, by=None)


# Records


def test_records_are_owed_until_every_one_is_in(owed):
    with at(START + HOUR):
        first, second = actions.invite(owed, people=[make.in_group("Engineering"), make.in_group("Support")], by=None)
    assert ("records", DAY) in run(POSTMORTEM_CLOCKS, START + HOUR)
    submit(first, START + 2 * HOUR)
    assert ("records", DAY) in run(POSTMORTEM_CLOCKS, START + 3 * HOUR)
    submit(second, START + 30 * HOUR)
    assert ("records", DAY) not in run(POSTMORTEM_CLOCKS, START + 31 * HOUR)
    assert ("records", DAY, 6 * HOUR) in judged(POSTMORTEM_CLOCKS)


def test_without_any_record_none_is_in(owed):
    assert ("records", DAY, LATER - START - DAY) in judged(POSTMORTEM_CLOCKS)
    with at(START + 2 * DAY):
        [late] = actions.invite(owed, people=[make.in_group("Engineering")], by=None)
    submit(late, START + 3 * DAY)
    assert ("records", DAY, 2 * DAY) in judged(POSTMORTEM_CLOCKS)


def test_who_is_invited_later_breaks_no_promise_that_was_kept(owed):
    with at(START + HOUR):
        [first] = actions.invite(owed, people=[make.in_group("Engineering")], by=None)
    submit(first, START + 2 * HOUR)
    with at(START + 2 * DAY):
        actions.invite(owed, people=[make.in_group("Support")], by=None)
    assert ("records", DAY, timedelta()) in judged(POSTMORTEM_CLOCKS)


# Published


@pytest.mark.parametrize(("after", "late"), [(3 * HOUR, timedelta()), (30 * HOUR, 6 * HOUR)])
def test_a_short_one_is_owed_until_it_is_published(after, late):
    with at(START):
        postmortem = make.ready_to_publish()
    assert run(POSTMORTEM_CLOCKS, START + HOUR) == [("published", DAY)]
    with at(START + after):
        actions.publish(postmortem, by=None)
    assert run(POSTMORTEM_CLOCKS, START + after) == []
    assert judged(POSTMORTEM_CLOCKS) == [("published", DAY, late)]


def test_while_the_incident_is_open_again_nothing_is_owed(owed):
    with at(START + HOUR):
        incident_actions.reopen(owed.incident, reason="It is back.", by=None)
    assert run(POSTMORTEM_CLOCKS, START + HOUR) == judged(POSTMORTEM_CLOCKS) == []
    with at(START + 5 * HOUR):
        owed.incident.refresh_from_db()
        make.update(owed.incident, status="resolved", override_reason="Over again.")
    assert ("published", 5 * HOUR + 2 * DAY) in run(POSTMORTEM_CLOCKS, START + 6 * HOUR)


def test_drills_and_what_was_recorded_afterwards_owe_nothing(owed):
    item = make.action_item(owed, due_in=None)
    actions.track(item, due_on=START.date(), by=None)
    assert judged(ACTION_ITEM_CLOCKS)
    type(owed.incident).objects.update(audience=Audience.DRILL)
    assert judged(POSTMORTEM_CLOCKS) == judged(ACTION_ITEM_CLOCKS) == []
    type(owed.incident).objects.update(audience=Audience.PUBLIC, is_backfilled=True)
    assert judged(POSTMORTEM_CLOCKS) == []


# Action items


def dated(due_on, *, zone="UTC", **facts):
    with at(START):
        item = make.action_item(
            make.postmortem(), owner=make.in_group("Engineering", time_zone=zone), due_in=None, **facts
        )
        return actions.track(item, due_on=due_on, by=None)


@pytest.mark.parametrize(
    ("zone", "due"), [("UTC", 15 * HOUR), ("Asia/Singapore", 7 * HOUR), ("America/Los_Angeles", 23 * HOUR)]
)
def test_the_day_ends_where_the_owner_is(zone, due):
    item = dated(START.date(), zone=zone)
    assert run(ACTION_ITEM_CLOCKS, START) == [("done", due - TICK)]
    with at(START + due - timedelta(seconds=1)):
        actions.track(item, state="done", by=None)
    assert judged(ACTION_ITEM_CLOCKS) == [("done", due - TICK, timedelta())]


def test_what_was_dropped_owes_nothing_and_what_was_done_late_was_late():
    late, dropped = dated(START.date()), dated(START.date())
    with at(START + 2 * DAY):
        actions.track(late, state="done", by=None)
        actions.track(dropped, state="dropped", reason="Another does it.", by=None)
    assert judged(ACTION_ITEM_CLOCKS) == [("done", 15 * HOUR - TICK, 2 * DAY - 15 * HOUR + TICK)]


def test_of_what_is_far_off_or_late_for_long_nobody_is_reminded():
    item = dated(START.date() + 30 * DAY)
    assert run(ACTION_ITEM_CLOCKS, START) == []
    assert run(ACTION_ITEM_CLOCKS, START + 27 * DAY) != []
    assert run(ACTION_ITEM_CLOCKS, START + 31 * DAY) != []
    assert run(ACTION_ITEM_CLOCKS, START + 60 * DAY) == []
    assert ACTION_ITEM_CLOCKS.locked(item.pk, now=START + 60 * DAY) is not None


def test_a_day_that_no_calendar_has_breaks_nothing():
    item = dated(START.date())
    ActionItem.objects.filter(pk=item.pk).update(due_on=date.max)
    assert ActionItem.objects.get(pk=item.pk).due_at.year == 9998
    assert run(ACTION_ITEM_CLOCKS, START) == []


# Figures, reasons


@pytest.fixture
def lead():
    return make.in_group("Reliability")


def test_the_figures_count_them_beside_the_others(owed, lead):
    dated(START.date())
    with at(LATER):
        report = figures.report(lead, start=START - DAY, end=LATER, now=LATER)
        rows = [(row.key, row.label, row.late) for row in report.by_clock() if row.key.startswith(("post", "action"))]
    assert rows == [
        ("postmortem.records", "Incident records", 1),
        ("postmortem.published", "Post-mortem", 2),
        ("action_item.done", "Action item", 1),
    ]
    [late] = figures.report(lead, start=START - DAY, end=LATER, now=LATER, clock="action_item.done").late
    assert late.subject.url.startswith("/admin/action-items/act_")
    assert figures.report(lead, start=START - DAY, end=LATER, now=LATER, severity=2).total.late == 2


def test_figures_cost_the_same_whatever_is_owed(lead, same_queries):
    def one_more():
        with at(START):
            postmortem = make.postmortem(make.resolved(severity="major", affects=[make.component()]), way="full")
            actions.invite(postmortem, people=[make.in_group("Engineering")], by=None)
        dated(START.date())

    def report(kind):
        return kind.between(START - DAY, LATER, user=type(lead).objects.get(pk=lead.pk))

    one_more()
    for kind, most in ((POSTMORTEM_CLOCKS, 14), (ACTION_ITEM_CLOCKS, 12)):
        with same_queries(at_most=most, kind=kind.name):
            report(kind)
    for _n in range(3):
        one_more()
    for kind, most in ((POSTMORTEM_CLOCKS, 14), (ACTION_ITEM_CLOCKS, 12)):
        with same_queries(at_most=most, kind=kind.name):
            assert len(report(kind)) > 3
    with same_queries(at_most=4, kind="running"):
        assert list(POSTMORTEM_CLOCKS.running(START + HOUR)) + list(ACTION_ITEM_CLOCKS.running(START + HOUR))


def breach_of(kind, row, now=LATER):
    return notice_breach(next(each for each in kind.of(row) if each.is_late(now)))


def test_why_it_was_late_is_asked_kept_and_shown(client, lead):
    item = dated(START.date())
    breach = breach_of(ACTION_ITEM_CLOCKS, item)
    client.force_login(lead)
    door = reverse("admin:promise_explain", args=[breach.pk])
    with at(LATER):
        assert door in client.get("/admin/promises/?first=2026-11&last=2026-11").content.decode()
        assert door in client.get(f"/admin/action-items/{item.key}/").content.decode()
        assert "Action item, due Mon 2 Nov, 23:59 UTC" in " ".join(client.get(door).content.decode().split())
        refused = client.post(door, {"reason": " "})
        assert (refused.status_code, "Say why; it stays on the record." in refused.content.decode()) == (422, True)
        assert client.post(door, {"reason": "x" * 256}).status_code == 422
        assert client.post(door, {"reason": "The carrier was late."}).url == f"/admin/action-items/{item.key}/#late"
        assert "The carrier was late." in client.get(f"/admin/action-items/{item.key}/").content.decode()
        assert "The carrier was late." in client.get("/admin/promises/?first=2026-11&last=2026-11").content.decode()
    breach.refresh_from_db()
    assert breach.reason_by == lead


def test_that_of_a_post_mortem_too(client, owed, lead):
    breach = breach_of(POSTMORTEM_CLOCKS, owed)
    client.force_login(lead)
    with at(LATER):
        answer = client.post(reverse("admin:promise_explain", args=[breach.pk]), {"reason": "It was the holidays."})
    assert answer.url == f"/admin/post-mortems/{owed.public_id}/#late"
    with at(LATER):
        review = client.get(f"/admin/post-mortems/{owed.public_id}/review/").content.decode()
    assert 'id="late"' in review
    assert "It was the holidays." in review
    assert Breach.objects.get(kind="postmortem").reason == "It was the holidays."


def test_home_asks_who_answers_for_it(owed):
    owner, lead = make.in_group("Engineering"), make.in_group("Reliability")
    item = actions.track(dated(START.date()), owner=owner, by=None)
    actions.lead(owed, user=lead, by=None)
    for kind, row in ((ACTION_ITEM_CLOCKS, item), (POSTMORTEM_CLOCKS, owed)):
        breach_of(kind, row)
    assert [str(p.clock) for p in promises.unexplained(owner, now=LATER)] == [ActionPromise.DONE]
    assert [str(p.clock) for p in promises.unexplained(lead, now=LATER)] == [ReportPromise.RECORDS]
    explain_breach(Breach.objects.get(kind="action_item"), reason="Ill.", by=owner)
    assert promises.unexplained(owner, now=LATER) == []


def test_a_restricted_one_is_counted_and_explained_by_its_members_only(client):
    member, other = make.in_group("Reliability"), make.in_group("Reliability")
    with at(START):
        item = restricted_item(member, owner=member, due_in=0)
        Postmortem.objects.update(publish_limit=60)
    for kind, row in ((ACTION_ITEM_CLOCKS, item), (POSTMORTEM_CLOCKS, item.postmortem)):
        breach = breach_of(kind, row)
        assert judged(kind, user=member) != []
        assert judged(kind, user=other) == []
        door = reverse("admin:promise_explain", args=[breach.pk])
        nowhere = reverse("admin:promise_explain", args=[987654321])
        client.force_login(other)
        assert client.get(door).status_code == client.get(nowhere).status_code == 404
        assert client.post(door, {"reason": "So."}).status_code == 404
        with pytest.raises(NotAllowed):
            explain_breach(breach, reason="So.", by=other)
        with at(LATER):
            html = client.get("/admin/promises/?first=2026-11&last=2026-11").content.decode()
            assert not any(word in html for word in ("Zanzibar", "Quokka"))
            client.force_login(member)
            assert "Zanzibar" in client.get("/admin/promises/?first=2026-11&last=2026-11").content.decode()
        assert client.post(door, {"reason": "So."}).status_code == 302


def test_who_may_see_neither_has_neither_in_their_figures(owed):
    dated(START.date())
    reader = make.user(permissions=["view_incident"])
    assert judged(POSTMORTEM_CLOCKS, user=reader) == judged(ACTION_ITEM_CLOCKS, user=reader) == []
    assert owed.incident.status == Status.RESOLVED
