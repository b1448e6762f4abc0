"""Operators' notices: drafts that follow by themselves, announced windows that wait for a person, and nothing twice."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.core.management import CommandError, call_command

from incidents.exceptions import DomainError, NotAllowed
from incidents.maintenance import actions, advising
from incidents.maintenance.choices import Expected, Kind, ReadAs, State
from incidents.maintenance.models import OperatorNotice, Window
from tests import factories as make
from tests.incidents.maintenance.around import fresh, support
from tests.incidents.maintenance.test_operator_calendars import BALTIC, NORTHGATE, lines

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def amsterdam():
    return make.component(name="Carrier Amsterdam", external_ids=["NGT/AMS7/10G/004417", "other"])


def notice(sequence=0, *, at=datetime(2026, 12, 9, 0, tzinfo=UTC), hours=4, objects=("C-1",), more=(), **facts):
    facts = {"summary": "Software upgrade", "text": "A node is upgraded.", "impact": "OUTAGE"} | facts
    return lines(
        "UID:1@carrier.example", f"SEQUENCE:{sequence}", f"DTSTART:{at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{at + hours * HOUR:%Y%m%dT%H%M%SZ}", f"SUMMARY:{facts['summary']}", f"DESCRIPTION:{facts['text']}",
        "X-MAINTNOTE-PROVIDER:carrier.example", "X-MAINTNOTE-ACCOUNT:ferrypost", "X-MAINTNOTE-MAINTENANCE-ID:CHG-1",
        f"X-MAINTNOTE-IMPACT:{facts['impact']}", *(f"X-MAINTNOTE-OBJECT-ID:{each}" for each in objects), *more,
    )  # fmt: skip


def sent(*args, by=None, **facts):
    [row] = actions.ingest(notice(*args, **facts), source="notice.ics", by=by)
    return row


def announced(row):
    """A person has written what customers read: the operator's letter is not for them."""
    actions.edit(row.window, by=None, body="A carrier works on its network.")
    make.place_window(make.page(*row.window.components.all()), row.window)
    actions.announce(row.window, by=None)
    return fresh(row.window)


# New


def test_a_notice_becomes_a_draft_for_a_person_to_announce(amsterdam):
    by = support()
    first, second = actions.ingest(NORTHGATE.read_bytes(), source="northgate.ics", by=by)
    window = first.window
    assert (first.read_as, first.source, first.by, first.unmatched) == (
        ReadAs.NEW, "northgate.ics", by, ["NGT/AMS7/10G/004418"],
    )  # fmt: skip
    assert (window.kind, window.state, window.author) == (Kind.OPERATOR, State.DRAFT, by)
    assert (window.body, bool(window.plan)) == ("", True)
    assert (window.title, window.ticket, window.time_zone) == (
        "Northgate Transit: core node software upgrade, Amsterdam AMS-7", "CHG-118204", "Europe/Amsterdam",
    )  # fmt: skip
    assert window.starts_at == first.starts_at == datetime(2026, 12, 9, 0, tzinfo=UTC)
    assert window.impacts.values_list("component", "location", "expected").get() == (
        amsterdam.pk,
        None,
        Expected.OUTAGE,
    )
    assert (second.read_as, second.window) == (ReadAs.UNREADABLE, None)
    assert second.error == "No component has the external id NGT/CGN1/10G/002201."
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [second]
    assert list(Window.objects.waiting_to_be_announced()) == [window]


@pytest.mark.parametrize("external_id", ["c-1", "carrier.example:C-1", "ferrypost:C-1"])
def test_components_are_known_by_what_the_operator_calls_them(external_id):
    component, _other = make.component(external_ids=[external_id]), make.component(external_ids=["C-11"])
    assert list(sent().window.components.all()) == [component]


def test_without_circuits_the_account_says_what_it_concerns():
    component = make.component(external_ids=["ferrypost"])
    assert list(sent(objects=()).window.components.all()) == [component]


def test_a_plain_event_is_matched_by_its_place():
    component = make.component(external_ids=["BHM-RIX-HUB-2"])
    [row] = actions.ingest(BALTIC.read_bytes(), source="baltic.ics", by=None)
    assert (row.provider, row.window.components.get()) == ("baltichub.example", component)
    assert row.window.impacts.get().expected == Expected.DEGRADED


def test_the_same_file_again_makes_nothing(amsterdam):
    assert len(actions.ingest(NORTHGATE.read_bytes(), source="a.ics", by=None)) == 2
    assert actions.ingest(NORTHGATE.read_bytes(), source="b.ics", by=None) == []
    assert actions.ingest(b"rubbish", source="c.ics", by=None)[0].read_as == ReadAs.UNREADABLE
    assert actions.ingest(b"rubbish", source="c.ics", by=None) == []
    assert OperatorNotice.objects.count() == 3


def test_a_file_that_was_read_before_is_not_applied_again_after_a_later_one():
    make.component(external_ids=["C-1"])
    first, later = sent(), sent(hours=5)
    assert actions.ingest(notice(), source="notice.ics", by=None) == []
    assert fresh(first.window).length == 5 * HOUR
    assert (first.overtaken_by(), later.overtaken_by()) == (later, None)
    assert list(OperatorNotice.objects.of_file(notice())) == [first]


def test_what_runs_is_not_moved_back(runs):
    first, later = OperatorNotice.objects.get(), sent(hours=5)
    actions.extend(runs, ends_at=START + 5 * HOUR, by=None)
    assert "extend or end the window" in advising.of_file_read_before(first, first.overtaken_by())
    assert first.overtaken_by() == later


def test_one_event_that_cannot_be_read_holds_up_no_other(amsterdam):
    data = NORTHGATE.read_bytes().replace(b"DTSTART:20261211T230000Z", b"DTSTART:soon")
    rows = actions.ingest(data, source="a.ics", by=None)
    assert [row.read_as for row in rows] == [ReadAs.NEW, ReadAs.UNREADABLE]
    assert rows[1].uid == "chg-118377@calendar.northgate.example"


def test_of_two_nights_with_one_uid_in_one_file_the_first_stands_and_the_second_waits():
    make.component(external_ids=["C-1"])
    second = notice(at=datetime(2026, 12, 10, 0, tzinfo=UTC))
    event = second[second.index(b"BEGIN:VEVENT") : second.index(b"END:VCALENDAR")]
    first, clash = actions.ingest(notice().replace(b"END:VCALENDAR", event + b"END:VCALENDAR"), source="a", by=None)
    assert (first.read_as, clash.read_as, clash.uid) == (ReadAs.NEW, ReadAs.UNREADABLE, "1@carrier.example")
    assert actions.read_again(clash, by=None).read_as == ReadAs.UNREADABLE
    assert fresh(first.window).starts_at == datetime(2026, 12, 9, 0, tzinfo=UTC)
    assert sent(1, hours=5).read_as == ReadAs.UPDATED
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [clash]


def test_what_is_over_makes_no_window():
    make.component(external_ids=["C-1"])
    row = sent(at=datetime(2026, 11, 1, tzinfo=UTC))
    assert (row.read_as, row.window, row.error) == (ReadAs.OLD, None, "It is over already.")
    assert not OperatorNotice.objects.waiting_for_a_person().exists()


def test_a_window_of_two_months_is_kept_with_the_reason():
    make.component(external_ids=["C-1"])
    row = sent(hours=24 * 60)
    assert (row.read_as, "30 days at most" in row.error) == (ReadAs.UNREADABLE, True)


def test_what_is_too_large_is_kept_without_its_text():
    [row] = actions.ingest(b"x" * 1_000_001, source="big.ics", by=None)
    assert (row.read_as, row.raw, "1 MB" in row.error) == (ReadAs.UNREADABLE, "", True)


@pytest.mark.parametrize("group", ["Viewers", "Engineering", "Reliability", "Managers", "Security"])
def test_who_may_not(group):
    by, row = make.in_group(group), sent()
    for act in (
        lambda: sent(1, by=by),
        lambda: actions.read_again(row, by=by),
        lambda: actions.settle(row, by=by),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert OperatorNotice.objects.count() == 1


# Read again, settled


def test_read_again_once_a_component_has_its_name(same_queries):
    row = sent()
    component = make.component(external_ids=["C-1"])
    row = actions.read_again(row, by=support())
    assert (row.read_as, row.error, row.unmatched) == (ReadAs.NEW, "", [])
    assert row.window.components.get() == component
    with pytest.raises(DomainError):
        actions.read_again(row, by=support())


def test_settled_it_waits_for_nobody():
    row, by = sent(), support()
    actions.settle(row, by=by)
    assert fresh(row).settled_by == by
    assert not OperatorNotice.objects.waiting_for_a_person().exists()
    with pytest.raises(DomainError):
        actions.settle(row, by=by)


# What comes later


def test_a_draft_follows_in_what_the_operator_changed():
    first, second = make.component(external_ids=["C-1"]), make.component(external_ids=["C-2"])
    row = sent()
    actions.edit(row.window, title="Carrier works in Amsterdam", by=None)
    later = sent(1, at=datetime(2026, 12, 10, 1, tzinfo=UTC), objects=("C-2",), impact="DEGRADED")
    window = fresh(row.window)
    assert (later.read_as, later.window, later.error) == (ReadAs.UPDATED, window, "")
    assert (window.title, window.starts_at) == ("Carrier works in Amsterdam", datetime(2026, 12, 10, 1, tzinfo=UTC))
    assert window.impacts.values_list("component", "expected").get() == (second.pk, Expected.DEGRADED)
    assert first


def test_an_older_version_and_one_that_says_nothing_new_are_kept_and_change_nothing():
    make.component(external_ids=["C-1"])
    row = sent(2)
    for older in (sent(1, at=datetime(2026, 12, 20, tzinfo=UTC)), sent(2, more=["DTSTAMP:20261117T000000Z"])):
        assert (older.read_as, older.window) == (ReadAs.OLD, row.window)
    assert fresh(row.window).version == row.window.version


def test_the_same_number_with_other_times_is_taken():
    make.component(external_ids=["C-1"])
    row = sent()
    assert sent(hours=5).read_as == ReadAs.UPDATED
    assert fresh(row.window).length == 5 * HOUR


def test_what_customers_were_told_is_moved_by_a_person():
    make.component(external_ids=["C-1"])
    window = announced(sent())
    later = sent(1, at=datetime(2026, 12, 10, 1, tzinfo=UTC))
    assert (later.read_as, fresh(window).version) == (ReadAs.UPDATED, window.version)
    assert "from 2026-12-10 01:00 UTC to 2026-12-10 05:00 UTC" in later.error
    assert (later.starts_at, later.ends_at) == (
        datetime(2026, 12, 10, 1, tzinfo=UTC),
        datetime(2026, 12, 10, 5, tzinfo=UTC),
    )
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [later]
    newest = sent(2, at=datetime(2026, 12, 11, 1, tzinfo=UTC))
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [newest]
    back = sent(3)
    assert (back.error, fresh(newest).settled_at) == ("", NOW)
    assert not OperatorNotice.objects.waiting_for_a_person().exists()


def test_other_parts_of_what_customers_were_told_are_looked_at_by_a_person():
    make.component(external_ids=["C-1"])
    window = announced(sent())
    assert "other parts" in sent(1, impact="DEGRADED").error
    assert window.impacts.get().expected == Expected.OUTAGE


def test_what_a_notice_asks_for_is_not_forgotten_because_another_one_came():
    make.component(external_ids=["C-1"])
    announced(sent(1, impact="NO-IMPACT"))
    second = sent(2, impact="OUTAGE")
    third = sent(3, impact="OUTAGE", text="A node is upgraded at night.")
    assert "with another effect" in second.error
    assert third.error == second.error
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [third]
    actions.settle(third, by=support())
    assert sent(4, impact="OUTAGE", text="Nothing new.").error == ""


def test_cancelled_a_draft_goes_and_what_customers_were_told_is_cancelled_by_a_person():
    make.component(external_ids=["C-1"])
    row = sent()
    assert sent(1, more=["STATUS:CANCELLED"]).read_as == ReadAs.CANCELLED
    assert fresh(row.window).state == State.CANCELLED
    again = sent(2)  # it takes place after all
    assert (again.read_as, again.window != row.window) == (ReadAs.NEW, True)
    window = announced(again)
    cancelled = sent(3, more=["STATUS:CANCELLED"])
    assert (cancelled.read_as, fresh(window).state) == (ReadAs.CANCELLED, State.SCHEDULED)
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [cancelled]
    actions.cancel(window, reason="The operator cancelled it.", by=None)
    assert not OperatorNotice.objects.waiting_for_a_person().exists()


START = datetime(2026, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def runs():
    """Announced from 00:00 to 04:00, begun; it is half past two."""
    make.component(external_ids=["C-1"])
    window = announced(sent())
    with time_machine.travel(START + 2.5 * HOUR, tick=False):
        actions.begin_by_itself(window, now=START)
        yield fresh(window)


@pytest.mark.parametrize(
    ("later", "says"),
    [
        ({"hours": 6}, "until 2026-12-09 06:00 UTC now. Customers were told an earlier end: extend it."),
        ({"hours": 3}, "until 2026-12-09 03:00 UTC only. Customers were told a later end: end it"),
        ({"hours": 2}, "until 2026-12-09 02:00 UTC only. Customers were told a later end: end it"),
        ({"at": START + HOUR, "hours": 3}, ""),
        ({"at": START + HOUR, "hours": 5}, "extend it."),
        ({"more": ["X-MAINTNOTE-STATUS:COMPLETED"]}, "Customers still read that it runs: end it."),
        ({"hours": 2, "impact": "DEGRADED", "more": ["X-MAINTNOTE-STATUS:COMPLETED"]}, "it runs: end it."),
        ({"more": ["STATUS:CANCELLED"]}, "cancel it, so that they hear of that."),
    ],
)
def test_what_runs_is_extended_or_ended_and_never_moved(runs, later, says):
    row = sent(1, **later)
    assert (row.window, says in row.error, "move" in row.error) == (runs, True, False)
    assert list(OperatorNotice.objects.waiting_for_a_person()) == ([row] if says else [])


def test_what_overran_is_ended_where_the_operator_was_done_later_and_is_over_too(runs):
    actions.edit(runs, is_automatic=False, by=None)
    with time_machine.travel(START + 6 * HOUR, tick=False):
        assert "later than customers were told: end it." in sent(1, hours=5).error


def test_what_is_verified_cannot_be_cancelled_and_is_ended(runs):
    actions.verify(runs, by=None)
    assert "verified already: end it." in sent(1, more=["STATUS:CANCELLED"]).error


def test_what_the_operator_completed_before_it_was_begun_by_hand():
    make.component(external_ids=["C-1"])
    announced(sent())
    assert "has not begun" in sent(1, more=["X-MAINTNOTE-STATUS:COMPLETED"]).error


@pytest.mark.parametrize(
    "later", [{"hours": 2}, {"hours": 3}, {"text": "Done."}, {"more": ["X-MAINTNOTE-STATUS:COMPLETED"]},
              {"more": ["STATUS:CANCELLED"]}]
)  # fmt: skip
def test_when_a_window_is_over_nothing_is_advised_and_nothing_begun(runs, later):
    actions.end(runs, by=None)
    assert sent(1, **later).read_as in (ReadAs.OLD, ReadAs.CANCELLED)
    assert (Window.objects.get(), OperatorNotice.objects.waiting_for_a_person().exists()) == (runs, False)


def test_what_the_operator_does_again_after_it_was_over_is_a_window_of_its_own(runs):
    actions.end(runs, by=None)
    assert sent(1, at=START + 24 * HOUR).read_as == ReadAs.NEW


def without_provider(data):
    return data.replace(b"X-MAINTNOTE-PROVIDER:carrier.example\r\n", b"")


def from_hub(data):
    return data.replace(b"PROVIDER:carrier.example", b"PROVIDER:hub")


@pytest.mark.parametrize(
    "written",
    [
        without_provider,
        lambda data: data.replace(b"PROVIDER:carrier.example", b"PROVIDER:Carrier.EXAMPLE"),
        lambda data: without_provider(data).replace(b"SEQ", b"ORGANIZER:mailto:noc@hub.example\r\nSEQ"),
    ],
)
def test_a_cancellation_finds_its_window_however_the_operator_writes_its_name(written):
    make.component(external_ids=["C-1"])
    window = announced(sent())
    [row] = actions.ingest(written(notice(1, more=["STATUS:CANCELLED"])), source="a.ics", by=None)
    assert (row.read_as, row.window, row.provider) == (ReadAs.CANCELLED, window, "carrier.example")
    assert "cancel it" in row.error
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [row]
    [again] = actions.ingest(written(notice(2)), source="a.ics", by=None)
    assert (again.read_as, again.window, again.error) == (ReadAs.UPDATED, window, "")  # and concerns no other parts


def test_without_a_provider_and_of_two_that_use_the_uid_none_is_guessed():
    make.component(external_ids=["C-1"])
    first, other = sent(), actions.ingest(from_hub(notice()), source="hub.ics", by=None)[0]
    cancellation = without_provider(notice(1, more=["STATUS:CANCELLED"]))
    [row] = actions.ingest(cancellation, source="a.ics", by=None)
    assert (row.window, fresh(first.window).state, fresh(other.window).state) == (None, State.DRAFT, State.DRAFT)
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [row]


def test_a_cancellation_that_matches_nothing_waits_for_a_person():
    row = sent(more=["STATUS:CANCELLED"])
    assert (row.read_as, row.window, "cancel that window" in row.error) == (ReadAs.CANCELLED, None, True)
    assert not Window.objects.exists()
    again = sent(1, more=["STATUS:CANCELLED"])
    assert list(OperatorNotice.objects.waiting_for_a_person()) == [again]
    actions.settle(again, by=support())
    assert not OperatorNotice.objects.waiting_for_a_person().exists()


def test_a_cancellation_of_what_could_not_be_read_waits_in_its_place():
    unknown = sent()
    row = sent(1, more=["STATUS:CANCELLED"])
    assert (unknown.read_as, list(OperatorNotice.objects.waiting_for_a_person())) == (ReadAs.UNREADABLE, [row])


def test_a_cancellation_of_what_is_over_or_was_thrown_away_asks_nobody():
    assert sent(at=datetime(2026, 11, 1, tzinfo=UTC), more=["STATUS:CANCELLED"]).error == ""
    make.component(external_ids=["C-1"])
    actions.discard(sent(1).window, by=None)
    assert sent(2, more=["STATUS:CANCELLED"]).error == ""


def test_two_operators_may_use_the_same_uid():
    make.component(external_ids=["C-1"])
    first = sent()
    [second] = actions.ingest(from_hub(notice()), source="x", by=None)
    assert (second.read_as, second.window != first.window) == (ReadAs.NEW, True)


# The folder


def mail(*attached, subject="Planned works"):
    message = EmailMessage()
    message["From"], message["Subject"] = "Change Desk <changes@northgate.example>", subject
    message.set_content("Dear customer, see the calendar file.")
    for data, subtype in attached:
        message.add_attachment(
            data, maintype="text" if subtype == "calendar" else "application", subtype=subtype, filename="n.ics"
        )
    return message.as_bytes()


def test_a_folder_is_read_and_each_file_once(tmp_path, capsys):
    make.component(external_ids=["C-1"])
    (tmp_path / "new").mkdir()
    (tmp_path / "a.ics").write_bytes(notice())
    (tmp_path / "b.eml").write_bytes(mail((notice(1, hours=5), "calendar"), (notice(2, hours=6), "octet-stream")))
    (tmp_path / "new" / "1700000000.M1.host:2,S").write_bytes(mail((notice(3, hours=7), "calendar"), subject="Again"))
    (tmp_path / "new" / "1700000001.M2.host").write_bytes(mail())
    (tmp_path / "readme.txt").write_bytes(notice(9))
    (tmp_path / "broken.eml").write_bytes(b"\xff\xfe\x00From: nobody")
    call_command("read_operator_notices", str(tmp_path))
    assert "4 new notices, 0 of them" in capsys.readouterr().out
    assert Window.objects.get().length == 7 * HOUR
    assert OperatorNotice.objects.get(sequence=3).source == "Change Desk <changes@northgate.example>: Again"
    call_command("read_operator_notices", str(tmp_path))
    assert "0 new notices" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("read_operator_notices", str(tmp_path / "nowhere"))
