"""How long it takes to detect, acknowledge, tell, mitigate and resolve: mean and median by month and severity (2-25).

Counted are confirmed incidents that the reader may see, by the month in which they began; drills, what was recorded
afterwards and what was merged are left out. Each step is taken as a post-mortem shows it (:mod:`postmortems.metrics`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import fmean, median

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents import choices
from incidents.choices import Audience, SeverityLevel
from incidents.models import Incident
from postmortems import metrics
from postmortems.choices import Metric

STEPS: dict[Metric, str | Promise] = {
    Metric.DETECT: _("Time to detect"),
    Metric.ACKNOWLEDGE: _("Time to acknowledge"),
    Metric.FIRST_NOTICE: _("Time to first notice"),
    Metric.MITIGATE: _("Time to mitigate"),
    Metric.RESOLVE: _("Time to resolve"),
}
FIELDS = (
    "started_at", "detected_at", "declared_at", "first_notice_at", "identified_at", "mitigated_at", "resolved_at",
    "caught_up_at", "is_backfilled", "severity_id",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """Of one step: of how many incidents it is known, and how long it took them. In minutes; none where none is."""

    count: int
    mean: float | None
    median: float | None

    @classmethod
    def of(cls, minutes: list[int]) -> Figure:
        return cls(len(minutes), fmean(minutes), float(median(minutes))) if minutes else cls(0, None, None)

    @property
    def mean_length(self) -> timedelta | None:
        return None if self.mean is None else timedelta(minutes=self.mean)

    @property
    def median_length(self) -> timedelta | None:
        return None if self.median is None else timedelta(minutes=self.median)


@dataclass(frozen=True)
class Group:
    """Incidents of one month or severity, with the figure of each step."""

    key: str
    label: str
    short: str
    incidents: int
    figures: dict[Metric, Figure]

    @property
    def in_order(self) -> list[tuple[Metric, Figure]]:
        return list(self.figures.items())


@dataclass(frozen=True)
class Taken:
    """What one incident took for each step that it got to."""

    started_at: datetime
    severity: int
    minutes: dict[Metric, int]


@dataclass(frozen=True)
class Recovery:
    """``start`` and ``end`` are first instants of months in the reader's zone."""

    taken: list[Taken]
    start: datetime
    end: datetime

    @cached_property
    def total(self) -> Group:
        return _group("", "", "", self.taken)

    @cached_property
    def by_month(self) -> list[Group]:
        """Every month of the period from the first to the last, also those in which nothing happened."""
        of: dict[str, list[Taken]] = defaultdict(list)
        for each in self.taken:
            of[f"{timezone.localtime(each.started_at):%Y-%m}"].append(each)
        months = _months(self.start, self.end)
        return [_group(key, date_format(at, "F Y"), date_format(at, "M"), of[key]) for key, at in months]

    @cached_property
    def by_severity(self) -> list[Group]:
        return [_of_severity(level, self.taken) for level in sorted(SeverityLevel, reverse=True)]

    def by_both(self) -> Iterator[tuple[Group, Group]]:
        """Each month with each severity that it had."""
        for month in self.by_month:
            of_it = [each for each in self.taken if f"{timezone.localtime(each.started_at):%Y-%m}" == month.key]
            for level in sorted({each.severity for each in of_it}, reverse=True):
                yield month, _of_severity(SeverityLevel(level), of_it)


def recovery(user, *, start: datetime, end: datetime, severity: int | None = None) -> Recovery:
    """One query."""
    rows = Incident.objects.visible_to(user).filter(
        status__in=choices.PUBLIC, is_backfilled=False, started_at__gte=start, started_at__lt=end
    )
    rows = rows.exclude(audience=Audience.DRILL)
    if severity:
        rows = rows.filter(severity=severity)
    of_each = rows.order_by("started_at").values_list(*FIELDS, named=True)  # thousands: plain rows
    return Recovery([Taken(row.started_at, row.severity_id, _minutes(row)) for row in of_each], start, end)


def _minutes(row) -> dict[Metric, int]:
    taken = metrics.minutes_of(metrics.times_of(row))
    return {step: taken[step] for step in STEPS if taken[step] is not None}


def _group(key: str, label: str, short: str, taken: Iterable[Taken]) -> Group:
    taken = list(taken)
    figures = {step: Figure.of([each.minutes[step] for each in taken if step in each.minutes]) for step in STEPS}
    return Group(key, label, short, len(taken), figures)


def _of_severity(level: SeverityLevel, taken: Iterable[Taken]) -> Group:
    label = str(level.label)
    return _group(str(level.value), label, label, (each for each in taken if each.severity == level))


def _months(start: datetime, end: datetime) -> Iterator[tuple[str, datetime]]:
    at = timezone.localtime(start)
    while at < end:
        yield f"{at:%Y-%m}", at
        year, month = divmod(at.year * 12 + at.month, 12)
        at = timezone.make_aware(datetime(year, month + 1, 1))  # noqa: DTZ001
