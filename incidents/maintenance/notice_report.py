"""Notice compliance: which windows were announced in time, by month, page and team; how much notice they had; and which
overran or ended early (3-05, 3-08). Of announced windows for customers that took place, by the month they began in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from incidents.choices import Audience
from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.models import Window, WindowUpdate
from incidents.models import User
from incidents.wording import whole_percent

MOST = 20  # business days; all above stand together


@dataclass(frozen=True)
class Given:
    """One window and the notice that it had: business days, of those asked for."""

    window: Window
    pages: tuple[str, ...]
    days: int
    asked: int

    @property
    def is_planned(self) -> bool:
        return not self.window.is_emergency


@dataclass(frozen=True)
class Figures:
    """Some of them together. ``typical``: the median of the business days of notice."""

    key: str
    label: str
    total: int
    planned: int
    typical: float

    @property
    def emergencies(self) -> int:
        return self.total - self.planned

    @property
    def percent(self) -> float:
        return 100 * self.planned / self.total if self.total else 100.0

    @property
    def whole_percent(self) -> int:
        return whole_percent(self.planned, self.total)


@dataclass(frozen=True)
class Bar:
    """How many windows had so many business days of notice; ``height`` in percent of the highest."""

    days: int
    planned: int
    emergencies: int
    height: float
    is_most: bool

    @property
    def total(self) -> int:
        return self.planned + self.emergencies

    @property
    def top(self) -> str:
        """Where it begins, from above, as SVG writes it."""
        return f"{100 - self.height:.2f}"

    @property
    def drawn(self) -> str:
        return f"{self.height:.2f}"

    @property
    def short(self) -> str:
        """How much of it are emergencies."""
        return f"{self.height * self.emergencies / self.total:.2f}" if self.total else "0"


class NoticeReport:
    def __init__(self, rows: list[Given], now: datetime):
        self.rows, self.now = rows, now

    @cached_property
    def total(self) -> Figures:
        return _figures("", _("All"), self.rows)

    @property
    def asked(self) -> int:
        """Business days that most were asked for."""
        return Counter(row.asked for row in self.rows).most_common(1)[0][0] if self.rows else 10

    @property
    def bars(self) -> list[Bar]:
        found = Counter((min(row.days, MOST), row.is_planned) for row in self.rows)
        highest = max((found[day, True] + found[day, False] for day in range(MOST + 1)), default=0)
        return [
            Bar(
                day,
                found[day, True],
                found[day, False],
                100 * (found[day, True] + found[day, False]) / highest if highest else 0,
                day == MOST,
            )
            for day in range(MOST + 1)
        ]

    @property
    def emergencies(self) -> list[Given]:
        """The newest first."""
        return [row for row in reversed(self.rows) if not row.is_planned]

    @property
    def overran(self) -> list[tuple[Given, timedelta]]:
        """The longest first."""
        found = [(row, row.window.overran_by(self.now)) for row in self.rows]
        return sorted(((row, by) for row, by in found if by), key=lambda pair: pair[1], reverse=True)

    @property
    def early(self) -> list[tuple[Given, timedelta]]:
        found = [(row, row.window.ended_early_by()) for row in self.rows]
        return sorted(((row, by) for row, by in found if by), key=lambda pair: pair[1], reverse=True)

    def by_month(self) -> list[Figures]:
        def month(row: Given):
            local = timezone.localtime(row.window.starts_at)
            return [(f"{local:%Y-%m}", date_format(local, "F Y"))]

        return sorted(_grouped(self.rows, month), key=lambda figures: figures.key, reverse=True)

    def by_page(self) -> list[Figures]:
        return _grouped(self.rows, lambda row: [(page, page) for page in row.pages])

    def by_team(self) -> list[Figures]:
        def team(row: Given):
            found = row.window.team or (row.window.owner and row.window.owner.team)
            return [(str(found.pk), found.name)] if found else [("none", _("No team"))]

        return _grouped(self.rows, team)


def report(
    user: User, *, start: datetime, end: datetime, now: datetime, page: str = "", team: str = ""
) -> NoticeReport:
    """Of what began, or is to begin, in the period, and of what ``user`` may see. Three queries, whatever there is.

    Pages belong to an app above: known here by lookups only, and by their names.
    """
    rows = Window.objects.visible_to(user).announced().filter(audience=Audience.PUBLIC)
    rows = rows.exclude(Q(state=State.CANCELLED) & Q(started_at__isnull=True))
    rows = rows.filter(starts_at__gte=start, starts_at__lt=end)
    if team == "none":
        rows = rows.filter(team=None).filter(Q(owner=None) | Q(owner__team=None))
    elif team:
        rows = rows.filter(Q(team=team) | Q(team=None, owner__team=team))
    pages = defaultdict(list)
    names = rows.order_by("listed__page__position", "listed__page__name")
    for pk, name, label in names.values_list("pk", "listed__page__name", "listed__page__label"):
        if name:
            pages[pk].append(f"{name} {label}".strip())
    rows = rows.defer("body", "advice", "plan", "roll_back", "result")
    rows = rows.select_related("owner__team", "team", "approved_by", "author").order_by("starts_at", "pk")
    extended = WindowUpdate.objects.filter(kind=UpdateKind.EXTENDED).defer("body", "arithmetic")
    rows = rows.prefetch_related(Prefetch("updates", extended))  # for the end that was planned
    found = [_given(row, tuple(pages[row.pk])) for row in rows]
    return NoticeReport([row for row in found if not page or page in row.pages], now)


def _given(window: Window, pages: tuple[str, ...]) -> Given:
    arithmetic = window.arithmetic
    return Given(window, pages, min(count["given"] for count in arithmetic["counts"]), arithmetic["asked"])


def _grouped(rows: Iterable[Given], keys: Callable[[Given], list[tuple[str, str]]]) -> list[Figures]:
    """Those with the most first."""
    found: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for row in rows:
        for key in keys(row):
            found[key].append(row)
    figures = [_figures(key, label, each) for (key, label), each in found.items()]
    return sorted(figures, key=lambda each: (-each.total, each.label))


def _figures(key: str, label: str, rows: list[Given]) -> Figures:
    typical = median(row.days for row in rows) if rows else 0
    return Figures(key, label, len(rows), sum(row.is_planned for row in rows), typical)
