"""A day is named with its year wherever that does not go without saying."""

from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, strategies as st

from incidents.maintenance import actions
from notifications.messages import moments
from statuspage.documents import times
from tests import factories as make
from tests.statuspage.windows import A_WEEK, NOW, announced, drawn

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
MOMENTS = st.timedeltas(timedelta(days=-2_000), timedelta(days=2_000)).map(lambda off: NOW + off)


@given(MOMENTS, MOMENTS, st.sampled_from([ZoneInfo("UTC"), BERLIN, ZoneInfo("Pacific/Auckland")]))
def test_another_year_is_named_and_this_one_is_not(at, now, zone):
    local, written = at.astimezone(zone), now.astimezone(zone)
    is_other = local.year != written.year
    for text in (times.near(at, now, zone).text, moments.near(at, now, zone), times.day(at, zone, to=now)):
        assert (str(local.year) in text.split(",")[0].split()) == is_other
    spanned = times.span(at, at + timedelta(hours=3), zone, to=now)
    ends = (at + timedelta(hours=3)).astimezone(zone)
    assert (str(local.year) in spanned.split(",")[0].split()) == (is_other or ends.year != local.year)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (START, END, "Sun 31 Oct 2027, 02:30 CEST to 03:30 CET"),
        (NOW, NOW + timedelta(hours=1), "Thu 19 Nov, 15:38 to 16:38 CET"),
        (datetime(2026, 12, 31, 22, tzinfo=UTC), datetime(2027, 1, 1, 2, tzinfo=UTC),
         "Thu 31 Dec 2026, 23:00 to Fri 1 Jan 2027, 03:00 CET"),
    ],
)  # fmt: skip
def test_a_span_has_the_years_that_its_reader_needs(start, end, words):
    assert times.span(start, end, BERLIN, to=NOW) == words


@pytest.mark.django_db
def test_a_window_of_another_year_says_so_wherever_it_is_told():
    with time_machine.travel(NOW, tick=False):
        page = make.page(sms := make.component(name="SMS"), is_default=True, time_zone="Europe/Berlin")
        window = announced(page, sms, starts_at=START, ends_at=END)
        actions.reschedule(window, starts_at=START + A_WEEK, ends_at=END + A_WEEK, by=None)
        found = {path: unescape(text) for path, text in drawn(page).items()}
    old, new = "Sun 31 Oct 2027, 02:30 CEST to 03:30 CET", "Sun 7 Nov 2027, 01:30 to 03:30 CET"
    for path in ("history.atom", "history.rss", "api/v2/scheduled-maintenances/upcoming.json"):
        assert f"Moved from {old} to {new}." in found[path], path
        assert f"{old}." in found[path], path
    assert f"Moved from {old}." in found["maintenance.ics"].replace("\r\n ", "").replace("\\,", ",")
    own = found[f"maintenance/{window.public_id}/index.html"]
    for path, text in found.items():
        if path.endswith(".html") and "Sun 7 Nov" in text:
            assert text.count("Sun 7 Nov") == text.count("Sun 7 Nov 2027"), path
    assert old in own
    assert new in own
