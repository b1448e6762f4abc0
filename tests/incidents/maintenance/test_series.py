"""Series: what is made of them, when, once; what follows a change and what stays as it was announced."""

from datetime import date, datetime, timedelta

import pytest

from incidents.exceptions import DomainError, NotAllowed, StaleVersion
from incidents.maintenance import actions, timing
from incidents.maintenance.choices import Expected, State
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Series, SeriesException, Window
from incidents.maintenance.signals import changed
from incidents.models import ChangeFreeze
from statuspage.actions.series import place_series
from tests import factories as make
from tests.incidents.maintenance.around import DAY, HOUR, UTC, fresh, on, series, support
from tests.incidents.test_concurrency import at_once, refused

NOVEMBER, DECEMBER = datetime(2026, 11, 10, 1, tzinfo=UTC), datetime(2026, 12, 8, 1, tzinfo=UTC)
WINTER = datetime(2026, 11, 16, 12, tzinfo=UTC)  # 22 days before the start in December
READY = DECEMBER - 21 * DAY


def run(now):
    with on(now):
        return timing.make_windows(now)


def shown(row):
    return [(each.occurrence, each.state) for each in row.windows.order_by("occurrence")]


@pytest.mark.django_db
def test_an_occurrence_becomes_a_window_and_is_announced_when_it_is_time():
    sms, frankfurt = make.component(), make.location()
    page = make.page(sms)
    row = series(sms, pages=[page], affects=[Affects(sms, frankfurt, Expected.AT_RISK)], by=support(), plan="1. Drain.")
    assert run(READY - timedelta(seconds=1)) == 0
    assert run(READY) == 1
    window = row.windows.get()
    assert (window.occurrence, window.starts_at, window.ends_at) == (DECEMBER, DECEMBER, DECEMBER + 1.5 * HOUR)
    assert (window.state, window.is_emergency, window.announced_at) == (State.SCHEDULED, False, READY)
    assert (window.title, window.kind, window.plan, window.time_zone) == (
        row.title,
        "security",
        "1. Drain.",
        row.time_zone,
    )
    assert (window.author, window.updates.get().author) == (row.author, None)
    assert window.impacts.values_list("component", "location", "expected").get() == (sms.pk, frankfurt.pk, 1)
    assert list(window.pages.all()) == [page]
    assert run(READY + DAY) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "why"),
    [
        ({"announce_days": 9}, "an emergency"),
        ({"body": ""}, "nothing to read"),
        ({"pages": []}, "no page"),
    ],
)
def test_what_cannot_be_announced_by_itself_waits_for_a_person_once(made, why):
    row = series(**made)
    now = DECEMBER - made.get("announce_days", 21) * DAY
    assert run(now) == 1, why
    window = row.windows.get()
    assert (window.state, window.updates.count()) == (State.DRAFT, 0)
    with on(now):
        assert list(Window.objects.waiting_to_be_announced()) == [window]
    assert run(now + HOUR) == 0
    with on(DECEMBER + HOUR):
        assert not Window.objects.waiting_to_be_announced().exists()


@pytest.mark.django_db
def test_an_occurrence_in_a_freeze_waits_for_a_person():
    ChangeFreeze.objects.create(name="Peak", first_day=date(2026, 12, 1), last_day=date(2026, 12, 20))
    row = series()
    run(READY)
    assert shown(row) == [(DECEMBER, State.DRAFT)]


@pytest.mark.django_db
def test_what_began_before_anybody_looked_is_not_made_up():
    row = series()
    assert run(DECEMBER) == 0
    assert run(DECEMBER - timedelta(seconds=1)) == 1
    assert shown(row) == [(DECEMBER, State.DRAFT)]  # too late to be planned


@pytest.mark.django_db
def test_it_comes_at_the_same_time_of_day_over_a_change_of_clocks():
    row = series(rule="FREQ=WEEKLY", first_at=datetime(2026, 10, 20, 0, tzinfo=UTC), announce_days=21)
    run(datetime(2026, 10, 5, 0, tzinfo=UTC))
    assert [f"{at:%d %H}" for at, _state in shown(row)] == ["20 00"]  # in three weeks: up to 26 October
    run(datetime(2026, 10, 6, 2, tzinfo=UTC))
    assert [f"{at:%d %H}" for at, _state in shown(row)] == ["20 00", "27 01"]


# Written, changed


@pytest.mark.django_db
@pytest.mark.parametrize("group", ["Viewers", "Engineering", "Reliability", "Managers", "Security"])
def test_who_may_not(group):
    by, row = make.in_group(group), series()
    for act in (
        lambda: series(by=by),
        lambda: actions.change_series(row, title="Other", by=by),
        lambda: actions.skip_occurrence(row, occurrence=DECEMBER, reason="So.", by=by),
        lambda: actions.stop_series(row, reason="So.", by=by),
        lambda: actions.resume_series(row, by=by),
        lambda: place_series(row, pages=[make.page()], by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert fresh(row).version == row.version


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"rule": "FREQ=HOURLY"}, "rule"),
        ({"rule": "FREQ=DAILY", "minutes": 1500}, "rule"),
        ({"time_zone": "Europe/Frankfurt"}, "time_zone"),
        ({"first_at": datetime.max.replace(tzinfo=UTC)}, "first_at"),
        ({"first_at": datetime.min.replace(tzinfo=UTC)}, "first_at"),
        ({"minutes": 0}, "minutes"),
        ({"announce_days": 0}, "announce_days"),
        ({"version": 7}, "version"),
    ],
)
def test_what_is_refused(facts, field):
    with pytest.raises(DomainError) as error:
        series(**facts)
    assert error.value.field == field
    row = series()
    if field != "version":
        with pytest.raises(DomainError) as error:
            actions.change_series(row, by=None, **facts)
        assert error.value.field == field
    with pytest.raises(DomainError):
        actions.create_series(
            title="Patches", kind="security", rule="FREQ=DAILY", first_at=NOVEMBER, affects=[], by=None
        )
    assert Series.objects.count() == 1


@pytest.mark.django_db
def test_a_series_that_never_comes_again_is_not_begun():
    for ends in ("FREQ=WEEKLY;UNTIL=20261115", "FREQ=WEEKLY;COUNT=1"):
        with on(WINTER), pytest.raises(DomainError, match="never comes again") as error:
            series(rule=ends)
        assert error.value.field == "rule"
    assert not Series.objects.exists()


@pytest.mark.django_db
def test_of_a_series_that_has_ended_the_words_change_and_not_when_it_came():
    with on(NOVEMBER - DAY):
        row = series(rule="FREQ=WEEKLY;UNTIL=20261115")
    with on(WINTER):
        actions.change_series(row, title="Old patches", rule=row.rule, first_at=row.first_at, by=None)
        for when in ({"rule": "FREQ=DAILY;UNTIL=20261115"}, {"time_zone": "UTC"}, {"first_at": NOVEMBER + HOUR}):
            with pytest.raises(DomainError, match="never comes again") as error:
                actions.change_series(fresh(row), by=None, **when)
            assert error.value.field == "rule"
        actions.change_series(fresh(row), rule="FREQ=WEEKLY", by=None)
    assert (fresh(row).title, fresh(row).rule) == ("Old patches", "FREQ=WEEKLY")


@pytest.mark.django_db
def test_of_two_who_read_the_same_series_one_is_told():
    row = series()
    actions.change_series(row, title="One", version=row.version, by=None)
    for act in (
        lambda: actions.change_series(row, title="Two", version=row.version, by=None),
        lambda: actions.stop_series(row, reason="So.", version=row.version, by=None),
    ):
        with pytest.raises(StaleVersion):
            act()
    assert fresh(row).title == "One"


@pytest.mark.django_db
def test_drafts_follow_and_what_was_announced_stays():
    """November was announced; December waits, because nobody wrote what customers read."""
    sms, voice, by = make.component(), make.component(), support()
    row = series(sms)
    run(NOVEMBER - 21 * DAY)
    actions.change_series(row, body="", by=None)
    run(READY)
    assert [state for _at, state in shown(row)] == [State.SCHEDULED, State.DRAFT]
    with on(READY):
        actions.change_series(fresh(row), title="All databases", minutes=120, affects=[Affects(voice)], by=by)
    kept, draft = row.windows.order_by("occurrence")
    assert (kept.title, kept.length, kept.components.get()) == ("Database patches", 1.5 * HOUR, sms)
    assert (draft.title, draft.length, draft.components.get()) == ("All databases", 2 * HOUR, voice)
    assert row.history.get(title="All databases").history_user == by


@pytest.mark.django_db
def test_what_a_person_changed_in_a_draft_stays_where_the_series_did_not_change():
    row = series(body="")
    run(READY)
    window = row.windows.get()
    with on(READY):
        actions.edit(window, title="By hand", starts_at=DECEMBER + HOUR, ends_at=DECEMBER + 2 * HOUR, by=None)
        actions.change_series(row, plan="1. Drain.", by=None)
    window = fresh(window)
    assert (window.title, window.starts_at, window.plan) == ("By hand", DECEMBER + HOUR, "1. Drain.")


@pytest.mark.django_db
def test_a_draft_that_the_rule_has_no_longer_goes_and_the_new_one_comes():
    row = series(body="")
    run(READY)
    with on(READY):
        actions.change_series(row, rule="FREQ=MONTHLY;BYDAY=1WE", body="We patch.", by=None)
    assert not row.windows.exists()
    assert run(READY) == 1
    assert shown(row) == [(datetime(2026, 12, 2, 1, tzinfo=UTC), State.SCHEDULED)]
    assert not row.exceptions.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [-1, 1, 12])
def test_at_another_hour_no_night_is_announced_twice(hour):
    """What was announced, or left out, for a day stays so when the series moves within it."""
    row = series()
    run(READY)
    with on(READY):
        january = datetime(2027, 1, 12, 1, tzinfo=UTC)
        actions.skip_occurrence(row, occurrence=january, reason="A launch.", by=None)
        actions.change_series(fresh(row), first_at=row.first_at + hour * HOUR, announce_days=60, by=None)
        with pytest.raises(DomainError, match="announced"):
            actions.skip_occurrence(fresh(row), occurrence=DECEMBER + hour * HOUR, reason="So.", by=None)
    assert run(READY) == 0
    assert run(DECEMBER + 2 * HOUR) == 0
    assert shown(row) == [(DECEMBER, State.SCHEDULED)]


@pytest.mark.django_db
def test_a_change_of_nothing_is_none():
    row = series()
    actions.change_series(row, title=row.title, rule="rrule:freq=monthly;byday=2tu", by=None)
    assert Series.objects.get().rule == "FREQ=MONTHLY;BYDAY=2TU"


# Left out, thrown away, stopped


@pytest.mark.django_db
def test_an_occurrence_is_left_out_with_a_reason():
    row, by = series(), support()
    for occurrence, reason, field in ((DECEMBER, " ", "reason"), (DECEMBER + DAY, "So.", "occurrence")):
        with pytest.raises(DomainError) as error:
            actions.skip_occurrence(row, occurrence=occurrence, reason=reason, by=by)
        assert error.value.field == field
    actions.skip_occurrence(row, occurrence=DECEMBER, reason="Holidays.", by=by)
    actions.skip_occurrence(row, occurrence=DECEMBER, reason="Audit.", by=by)
    assert SeriesException.objects.get().reason == "Audit."
    assert run(READY) == 0
    latest = fresh(row).history.first()
    assert (latest.history_user, latest.history_change_reason) == (by, "Audit.")


@pytest.mark.django_db
def test_a_draft_that_is_left_out_goes_and_what_is_announced_is_cancelled_instead():
    row = series(body="")
    run(READY)
    with on(READY):
        actions.skip_occurrence(row, occurrence=DECEMBER, reason="Holidays.", by=None)
    assert not row.windows.exists()
    other = series()
    run(READY)
    with on(READY), pytest.raises(DomainError):
        actions.skip_occurrence(other, occurrence=DECEMBER, reason="Holidays.", by=None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [lambda window: actions.discard(window, by=None), lambda window: actions.cancel(window, reason="So.", by=None)],
)
def test_a_draft_that_a_person_threw_away_does_not_come_back(act):
    row = series(body="")
    run(READY)
    with on(READY):
        act(row.windows.get())
    assert run(READY + HOUR) == 0
    assert not row.windows.filter(state=State.DRAFT).exists()


@pytest.mark.django_db
def test_stopped_nothing_is_made_and_what_was_announced_takes_place():
    row = series()
    run(NOVEMBER - 21 * DAY)
    actions.change_series(row, body="", by=None)
    run(READY)
    with on(READY):
        with pytest.raises(DomainError):
            actions.stop_series(row, reason=" ", by=None)
        actions.stop_series(row, reason="Moved to the cloud.", by=None)
        with pytest.raises(DomainError):
            actions.stop_series(row, reason="Again.", by=None)
    assert shown(row) == [(NOVEMBER, State.SCHEDULED)]
    assert run(DECEMBER - DAY) == 0
    actions.resume_series(row, by=None)
    with pytest.raises(DomainError):
        actions.resume_series(row, by=None)
    assert run(DECEMBER - DAY) == 1


@pytest.mark.django_db
def test_pages_of_a_series_are_those_of_drafts_too():
    sms = make.component()
    one, other = make.page(sms), make.page(sms)
    row = series(sms, pages=[one], body="")
    run(READY)
    with on(READY):
        place_series(row, pages=[other], by=None)
        with pytest.raises(DomainError):
            place_series(row, pages=[], by=None)
    assert list(row.pages.all()) == list(row.windows.get().pages.all()) == [other]


@pytest.mark.django_db
def test_a_series_whose_components_are_gone_holds_up_no_other():
    sms = make.component()
    first, second = series(sms, pages=[make.page()]), series()
    sms.delete()
    assert run(READY) == 1
    assert (shown(first), shown(second)) == ([], [(DECEMBER, State.SCHEDULED)])


@pytest.mark.django_db
def test_a_rule_that_no_form_takes_any_more_holds_up_no_other(caplog):
    stored, sound = series(), series()
    Series.objects.filter(pk=stored.pk).update(rule="FREQ=DAILY;UNTIL=00010101")
    assert run(READY) == 1
    assert (shown(stored), shown(sound)) == ([], [(DECEMBER, State.SCHEDULED)])
    assert stored.public_id in caplog.text


@pytest.mark.django_db
def test_a_series_that_fails_holds_up_no_other():
    broken, sound = series(), series()

    def fails(window, **kwargs):
        if window.series_id == broken.pk:
            raise ValueError("a receiver broke")

    changed.connect(fails)
    try:
        with pytest.raises(ValueError, match="a receiver broke"):
            run(READY)
    finally:
        changed.disconnect(fails)
    assert (shown(broken), shown(sound)) == ([], [(DECEMBER, State.SCHEDULED)])
    assert run(READY) == 1


# Many, and at once


@pytest.mark.django_db
def test_500_series_with_nothing_due_cost_what_one_costs(same_queries):
    series()
    run(WINTER)
    with same_queries(at_most=3):
        assert run(WINTER) == 0
    Series.objects.bulk_create(
        Series(
            title=f"Series {n}", kind="security", rule="FREQ=MONTHLY;BYDAY=2TU", time_zone="Europe/Berlin",
            first_at=NOVEMBER - 365 * DAY, body="We patch.",
        )
        for n in range(499)
    )  # fmt: skip
    with same_queries(at_most=3):
        assert run(WINTER) == 0


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_make_each_window_once():
    page = make.page(make.component())
    rows = [series(pages=[page]) for _number in range(3)]
    with on(READY):
        results = at_once(*[lambda: timing.make_windows(READY)] * 4)
    assert (refused(results), sum(results)) == (0, 3)
    assert [shown(row) for row in rows] == [[(DECEMBER, State.SCHEDULED)]] * 3
