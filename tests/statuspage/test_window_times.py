"""The times of a form of maintenance: opened and saved as they stand, they are what they were."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given, strategies as st

from statuspage.composer.forms.times import TimesForm
from statuspage.composer.window_forms import initial_times
from tests.test_time_fields import sent

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
SECOND = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # half past two for the second time, in Berlin


def posted(starts_at, ends_at, zone):
    """What a browser sends of the form as it is shown."""
    form = TimesForm(initial=initial_times(starts_at, ends_at, zone), zones=ZONES)
    html = "".join(str(form[name]) for name in ("date", "time", "until"))
    return sent(html).dict() | {"length": str(form["length"].value())}


@given(
    starts_at=st.integers(0, 10 * 365 * 86_400).map(lambda seconds: SECOND + timedelta(seconds=seconds)),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=30)) | st.sampled_from([timedelta(minutes=120)]),
    zone=st.sampled_from(ZONES),
)
@example(starts_at=SECOND, length=timedelta(hours=2), zone="Europe/Berlin")
@example(starts_at=SECOND - timedelta(hours=2), length=timedelta(hours=2, minutes=7), zone="Europe/Berlin")
def test_saved_as_it_stands_it_stays(starts_at, length, zone):
    ends_at = starts_at + length
    form = TimesForm(posted(starts_at, ends_at, zone) | {"time_zone": zone}, zones=ZONES)
    assert form.is_valid(), form.errors
    assert form.times == (starts_at, ends_at)


def test_a_time_that_clocks_show_twice_asks_which():
    data = {"date": "2027-10-31", "time": "02:30", "length": "120", "time_zone": "Europe/Berlin"}
    form = TimesForm(data, zones=ZONES)
    said = "Clocks in Europe/Berlin show 02:30 twice on this day. Write 02:30 CEST or 02:30 CET."
    assert form.errors == {"time": [said]}
    chosen = [TimesForm(data | {"time": f"02:30 {name}"}, zones=ZONES) for name in ("CEST", "CET")]
    assert [form.is_valid() and form.times[0] for form in chosen] == [SECOND - timedelta(hours=1), SECOND]


def test_both_spellings_are_understood():
    data = {
        "date": "2026-12-09",
        "time": "1:30 pm",
        "length": "other",
        "until": "2026-12-09 2:30 PM",
        "time_zone": "UTC",
    }
    form = TimesForm(data, zones=ZONES)
    assert form.is_valid()
    assert form.times == (datetime(2026, 12, 9, 13, 30, tzinfo=UTC), datetime(2026, 12, 9, 14, 30, tzinfo=UTC))
