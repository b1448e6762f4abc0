"""The times of a form of maintenance: opened and saved as they stand, they are what they were."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, strategies as st

from statuspage.composer.forms.times import TimesForm
from statuspage.composer.window_forms import initial_times

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
SECOND = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # half past two for the second time, in Berlin


def posted(starts_at, ends_at, zone):
    """What a browser sends of the form as it is shown."""
    form = TimesForm(initial=initial_times(starts_at, ends_at, zone), zones=ZONES)
    return {name: str(field.value() if name == "length" else field.field.widget.format_value(field.value()))
            for name, field in ((each, form[each]) for each in ("date", "time", "length", "until"))}  # fmt: skip


@given(
    starts_at=st.integers(0, 10 * 365 * 86_400).map(lambda seconds: SECOND + timedelta(seconds=seconds)),
    length=st.timedeltas(timedelta(seconds=1), timedelta(days=30)) | st.sampled_from([timedelta(minutes=120)]),
    zone=st.sampled_from(ZONES),
)
@example(starts_at=SECOND, length=timedelta(hours=2), zone="Europe/Berlin")
@example(starts_at=SECOND - timedelta(hours=2), length=timedelta(hours=2, minutes=7), zone="Europe/Berlin")
def test_saved_as_it_stands_it_stays(starts_at, length, zone):
    ends_at = starts_at + length
    data = posted(starts_at, ends_at, zone) | {"time_zone": zone}
    form = TimesForm(data, zones=ZONES, standing=(starts_at, ends_at))
    assert form.is_valid(), form.errors
    assert form.times == (starts_at, ends_at)


def test_of_a_time_that_clocks_show_twice_the_first_is_meant_where_none_stands():
    data = {"date": "2027-10-31", "time": "02:30", "length": "120", "time_zone": "Europe/Berlin"}
    form = TimesForm(data, zones=ZONES)
    assert form.is_valid()
    assert form.times[0] == SECOND - timedelta(hours=1)
    assert form.times[0].astimezone(ZoneInfo("Europe/Berlin")).fold == 0
