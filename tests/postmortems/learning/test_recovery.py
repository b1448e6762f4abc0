"""Mean and median of each step by month and severity, as post-mortems show them; and how they are drawn (2-25)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, strategies as st

from incidents.choices import Audience, Status
from incidents.models import Incident
from postmortems import metrics
from postmortems.choices import Metric
from postmortems.learning.chart import HEIGHT, WIDTH, chart
from postmortems.learning.recovery import STEPS, recovery
from tests import factories as make
from tests.postmortems.learning.past import fill

pytestmark = pytest.mark.django_db
OCTOBER, DECEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def person():
    return make.in_group("Managers")


def took(day, minutes, *, month=10, severity="major", **facts):
    """Resolved ``minutes`` after it began; detected after 5, reported after 7, told after 15, mitigated halfway."""
    at = datetime(2026, month, day, tzinfo=UTC)
    row = make.resolved(severity=severity)
    times = {"started_at": 0, "detected_at": 5, "declared_at": 7, "confirmed_at": 7, "first_notice_at": 15,
             "mitigated_at": minutes / 2, "resolved_at": minutes}  # fmt: skip
    Incident.objects.filter(pk=row.pk).update(
        **{name: at + timedelta(minutes=after) for name, after in times.items()} | facts
    )
    return row


def test_mean_and_median_by_month_and_severity(person):
    took(1, 20)
    took(2, 40)
    took(3, 120, severity="critical")
    took(4, 60, month=11)
    found = recovery(person, start=OCTOBER, end=DECEMBER)
    resolve = {group.key: group.figures[Metric.RESOLVE] for group in (*found.by_month, *found.by_severity)}
    assert {key: (each.count, each.mean, each.median) for key, each in resolve.items()} == {
        "2026-10": (3, 60.0, 40.0), "2026-11": (1, 60.0, 60.0), "3": (1, 120.0, 120.0), "2": (3, 40.0, 40.0),
        "1": (0, None, None),
    }  # fmt: skip
    figures = {step: (each.count, each.median) for step, each in found.by_month[1].in_order}
    assert figures == {
        Metric.DETECT: (1, 5.0), Metric.ACKNOWLEDGE: (1, 2.0), Metric.FIRST_NOTICE: (1, 10.0),
        Metric.MITIGATE: (1, 30.0), Metric.RESOLVE: (1, 60.0),
    }  # fmt: skip
    assert [(month.key, group.key, group.incidents) for month, group in found.by_both()] == [
        ("2026-10", "3", 1), ("2026-10", "2", 2), ("2026-11", "2", 1),
    ]  # fmt: skip


def test_it_is_what_the_post_mortem_shows(person):
    row = took(1, 50)
    row.refresh_from_db()
    steps = {step.metric: step.minutes for step in metrics.steps_of(row, None)}
    found = recovery(person, start=OCTOBER, end=DECEMBER)
    assert found.taken[0].minutes == {step: steps[step] for step in STEPS}


def test_a_step_that_it_did_not_get_to_is_not_counted(person):
    took(1, 50, mitigated_at=None, first_notice_at=None)
    figures = recovery(person, start=OCTOBER, end=DECEMBER).total.figures
    assert {step for step, figure in figures.items() if not figure.count} == {Metric.FIRST_NOTICE, Metric.MITIGATE}


@pytest.mark.parametrize(
    "facts",
    [{"audience": Audience.DRILL}, {"is_backfilled": True}, {"audience": Audience.RESTRICTED},
     {"status": Status.DISMISSED, "resolved_at": None, "confirmed_at": None, "dismissed_at": timezone.now()}],
)  # fmt: skip
def test_what_does_not_count(person, facts):
    took(1, 50, **facts)
    found = recovery(person, start=OCTOBER, end=DECEMBER)
    assert (found.taken, found.total.incidents) == ([], 0)


def test_a_month_is_that_of_the_reader(person):
    took(31, 50)
    with timezone.override("Pacific/Auckland"):
        start, end = (timezone.make_aware(datetime(2026, month, 1)) for month in (10, 12))  # noqa: DTZ001
        found = recovery(person, start=start, end=end)
        assert [(group.key, group.incidents) for group in found.by_month] == [("2026-10", 1), ("2026-11", 0)]
    with timezone.override("Pacific/Honolulu"):
        took(1, 50, month=11)  # 31 October there
        start, end = (timezone.make_aware(datetime(2026, month, 1)) for month in (10, 12))  # noqa: DTZ001
        found = recovery(person, start=start, end=end)
        assert [(group.key, group.incidents) for group in found.by_month] == [("2026-10", 2), ("2026-11", 0)]


def test_it_takes_one_query(person, same_queries):
    now, parts = timezone.now(), [make.component()]
    recovery(person, start=OCTOBER, end=DECEMBER)  # what they may is read once
    for count in (1, 49):
        fill(count, parts)
        with same_queries(at_most=1):
            assert recovery(person, start=now - timedelta(days=30), end=now).total.incidents in (1, 50)


LENGTHS = st.none() | st.floats(0, 1e6)


@given(st.lists(st.tuples(st.just("Oct"), LENGTHS, LENGTHS), max_size=60))
def test_everything_that_is_drawn_stays_inside(figures):
    drawn = chart(figures)
    assert len(drawn.bars) == len(figures)
    for bar, (_label, median, mean) in zip(drawn.bars, figures, strict=True):
        assert bar.x >= 0
        assert bar.right <= WIDTH
        assert 0 <= bar.y <= HEIGHT
        assert (bar.height > 0) == (median is not None)
        assert bar.mean is None or 0 <= bar.mean <= HEIGHT
        assert (bar.mean is None) == (mean is None or drawn.top == 0)
    assert sum(bool(bar.label) for bar in drawn.bars) <= 6
    assert not drawn.bars or drawn.bars[-1].label == "Oct"
