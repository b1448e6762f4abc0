"""People, times and pages around windows, as the tests of their verbs need them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine

from incidents.maintenance import actions
from incidents.maintenance.judging import Affects
from incidents.maintenance.models import Approval, Series, Window
from statuspage.actions.series import place_series
from tests import factories as make

UTC = ZoneInfo("UTC")
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)  # planned from the 16th on, without holidays
SOON = datetime(2026, 11, 5, 2, tzinfo=UTC)
LATER = datetime(2026, 11, 18, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def on(at: datetime):
    """The clock stands at this time."""
    return time_machine.travel(at, tick=False)


def support():
    return make.in_group("Support")


def lead():
    return make.in_group("Engineering Leads")


def drafted(*components, at: datetime = LATER, hours: int = 2, page=None, **facts) -> Window:
    """Written an hour before the Monday's ten o'clock, on a page of its own, unless one is given."""
    components = components or (make.component(),)
    with on(MONDAY - HOUR):
        window = make.window(*components, **{"starts_at": at, "ends_at": at + hours * HOUR} | facts)
    make.place_window(page or make.page(*window.components.all()), window)
    return window


def announced(*components, **facts) -> Window:
    """Planned, on the Monday."""
    window = drafted(*components, **facts)
    with on(MONDAY):
        actions.announce(window, by=None)
    return fresh(window)


def running(*components, **facts) -> Window:
    window = announced(*components, **facts)
    actions.begin_by_itself(window, now=window.starts_at)
    return fresh(window)


def asked(window: Window, *, by=None, approver=None, **facts) -> Approval:
    facts = {"reason": "Exploited already."} | facts
    return actions.ask_approval(window, approver=approver or lead(), by=by or support(), **facts)


def emergency(**facts) -> Window:
    """Approved and announced on the Monday, for the Thursday after it."""
    window = drafted(**{"at": SOON} | facts)
    with on(MONDAY):
        approval = asked(window)
        actions.approve(approval, by=approval.approver)
    return fresh(window)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def kinds(window: Window) -> list[str]:
    """What happened to it, in order."""
    return [update.kind for update in window.updates.order_by("posted_at", "pk")]


def series(*components, pages=None, affects=None, **facts) -> Series:
    """Every second Tuesday of the month at two o'clock in Berlin, on a page of its own."""
    components = components or (make.component(),)
    facts = {
        "title": "Database patches", "kind": "security", "rule": "FREQ=MONTHLY;BYDAY=2TU", "time_zone": "Europe/Berlin",
        "first_at": datetime(2026, 11, 10, 1, tzinfo=UTC), "body": "We patch the databases.", "minutes": 90, "by": None,
    } | facts  # fmt: skip
    row = actions.create_series(affects=affects or [Affects(each) for each in components], **facts)
    pages = [make.page(*components)] if pages is None else pages
    if pages:
        place_series(row, pages=pages, by=None)
    return row
