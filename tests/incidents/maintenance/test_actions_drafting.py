"""A window is written: who may, what is refused, and what is kept of it (3-04)."""

from datetime import timedelta

import pytest

from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.maintenance import actions
from incidents.maintenance.choices import Expected, State
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Window
from tests import factories as make
from tests.incidents.maintenance.around import HOUR, LATER, MONDAY, announced, asked, drafted, fresh, on

pytestmark = pytest.mark.django_db

PLAN = ["Support", "Engineering", "Engineering Leads", "Reliability", "Security"]
NOT = ["Viewers", "Managers"]


@pytest.mark.parametrize("group", PLAN)
def test_who_may_plan(group):
    by = make.in_group(group)
    window = make.window(by=by)
    assert (window.author, window.state, window.is_emergency) == (by, State.DRAFT, None)
    actions.edit(window, title="Router upgrade", by=by)
    actions.discard(window, by=by)
    assert not Window.objects.exists()


@pytest.mark.parametrize("group", NOT)
def test_who_may_not(group):
    by, window = make.in_group(group), make.window()
    for act in (
        lambda: make.window(by=by),
        lambda: actions.edit(window, title="Router upgrade", by=by),
        lambda: actions.discard(window, by=by),
        lambda: actions.note_result(window, outcome="done", result="", by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert fresh(window).version == window.version


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"starts_at": LATER, "ends_at": LATER}, "ends_at"),
        ({"starts_at": LATER, "ends_at": LATER - HOUR}, "ends_at"),
        ({"starts_at": LATER, "ends_at": LATER + timedelta(days=30, seconds=1)}, "ends_at"),
        ({"starts_at": LATER.replace(year=1969), "ends_at": LATER}, "starts_at"),
        ({"starts_at": LATER, "ends_at": LATER.replace(year=2100)}, "ends_at"),
        ({"state": "completed"}, "state"),
        ({"is_emergency": False}, "is_emergency"),
    ],
)
def test_what_is_refused(facts, field):
    with pytest.raises(DomainError) as error:
        make.window(**facts)
    assert error.value.field == field
    assert not Window.objects.exists()


def test_something_has_to_be_affected():
    with pytest.raises(DomainError) as error:
        actions.draft(title="Upgrade", kind="software", starts_at=LATER, ends_at=LATER + HOUR, affects=[], by=None)
    assert error.value.field == "affects"


def test_a_draft_is_changed_with_who_and_when():
    by, sms = make.in_group("Engineering"), make.component()
    window = make.window()
    frankfurt = make.location()
    actions.edit(
        window, title="Router upgrade", starts_at=LATER, ends_at=LATER + HOUR, by=by,
        affects=[Affects(sms, frankfurt, Expected.OUTAGE), Affects(sms, None, Expected.AT_RISK)],
    )  # fmt: skip
    row = fresh(window)
    assert (row.title, row.author, row.version) == ("Router upgrade", by, window.version + 1)
    assert [(each.location, each.expected) for each in row.impacts.all()] == [
        (frankfurt, Expected.OUTAGE), (None, Expected.AT_RISK),
    ]  # fmt: skip
    assert row.history.first().history_user == by
    actions.edit(row, affects=[Affects(sms, frankfurt, Expected.DEGRADED)], by=by)
    assert [(each.location, each.expected) for each in row.impacts.all()] == [(frankfurt, Expected.DEGRADED)]


def test_of_two_who_read_the_same_draft_one_is_told():
    window = make.window()
    actions.edit(window, title="One", by=None, version=window.version)
    for act in (
        lambda: actions.edit(window, title="Two", by=None, version=window.version),
        lambda: actions.discard(window, by=None, version=window.version),
        lambda: actions.announce(window, by=None, version=window.version),
        lambda: actions.cancel(window, reason="So", by=None, version=window.version),
    ):
        with pytest.raises(StaleVersion):
            act()
    assert fresh(window).title == "One"


def test_what_staff_alone_see_is_changed_at_any_time_and_nobody_is_told():
    window = announced()
    by, team = make.in_group("Engineering"), make.team()
    actions.edit(window, plan="1. Drain.", roll_back="Undo.", team=team, owner=by, ticket="CHG-1", by=by)
    row = fresh(window)
    assert (row.plan, row.team, row.sequence, row.changed_at) == ("1. Drain.", team, window.sequence, window.changed_at)
    assert row.author == window.author
    assert row.updates.count() == 1


@pytest.mark.parametrize("facts", [{"title": "Other"}, {"starts_at": LATER + HOUR}, {"audience": "internal"}])
def test_what_was_announced_is_not_changed_in_silence(facts):
    window = announced()
    with pytest.raises(DomainError):
        actions.edit(window, by=None, **facts)
    with pytest.raises(DomainError):
        actions.edit(window, affects=[Affects(make.component())], by=None)
    with pytest.raises(DomainError):
        actions.discard(window, by=None)
    assert fresh(window).version == window.version


def test_of_what_is_over_only_the_plan_is_kept_up():
    window = announced()
    actions.cancel(window, reason="Not needed.", by=None)
    actions.edit(window, ticket="CHG-2", by=None)
    with pytest.raises(DomainError):
        actions.edit(window, is_automatic=False, by=None)
    assert fresh(window).ticket == "CHG-2"


@pytest.mark.parametrize("facts", [{"title": "Other"}, {"starts_at": LATER + HOUR, "ends_at": LATER + 2 * HOUR}])
def test_a_change_of_what_was_asked_for_withdraws_the_question(facts):
    window = emergency_draft()
    with on(MONDAY):
        approval = asked(window)
        actions.edit(window, by=None, **facts)
    assert (fresh(approval).decision, fresh(approval).decided_by) == ("withdrawn", None)


def test_a_change_that_customers_do_not_see_lets_the_question_stand():
    window = emergency_draft()
    with on(MONDAY):
        approval = asked(window)
        actions.edit(window, plan="1. Drain.", by=None)
    assert fresh(approval).decision == ""


def emergency_draft():
    return drafted(at=MONDAY + timedelta(days=3))


def test_a_draft_is_thrown_away_with_who():
    by, window = make.in_group("Engineering"), make.window()
    actions.discard(window, by=by)
    gone = Window.history.filter(id=window.pk, history_type="-").get()
    assert gone.history_user == by
