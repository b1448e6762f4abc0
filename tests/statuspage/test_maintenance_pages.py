"""Maintenance as people read it: before, while and after it runs, on every page that tells of it."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents.exceptions import DomainError
from incidents.maintenance import actions
from incidents.maintenance.actions import Message
from incidents.maintenance.choices import Expected
from statuspage.models import PageWindow
from tests import factories as make
from tests.statuspage.windows import A_WEEK, END, NOW, START, announced, begun, drawn, ended, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def sms(clock):
    return make.component(name="SMS")


@pytest.fixture
def page(sms):
    return make.page(sms, make.component(name="Voice"), is_default=True)


@pytest.fixture
def window(page, sms):
    return announced(page, sms, location=make.location(name="Frankfurt"), advice="Nothing *on your side*.")


def words(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def own(window):
    return f"maintenance/{window.public_id}/index.html"


# Before


def test_what_comes_is_announced_and_colours_nothing(page, window):
    found = drawn(page)
    front = found["index.html"]

    assert "Core router upgrade" in words(front)
    assert "Wed 16 Dec 00:00 to 02:00 UTC" in words(front)
    assert "Degraded: SMS in Frankfurt." in words(front)
    assert "Planned: announced 19 business days ahead." in words(front)
    assert "<b>Operational</b>" in front
    assert re.findall('is-maint|class="maint', front) == ["is-maint"]  # the key
    assert '"status":"operational"' in found["api/v2/components.json"]
    assert "is-maint" not in found[own(window)]


def test_its_page_says_what_to_do_before_why(page, window):
    text = words(drawn(page)[own(window)])

    assert "Scheduled Infrastructure upgrade Core router upgrade Wed 16 Dec 2026, 00:00 to 02:00 UTC for 2 h" in text
    assert text.index("What you need to do Nothing on your side .") < text.index("Expected Degraded SMS in Frankfurt")
    assert text.index("Expected Degraded") < text.index("What is done, and why We replace two routers.")
    assert "Posted Wed 16 Dec, 00:00 to 02:00 UTC. Wed 16 Dec, 00:00 UTC Begins" in text
    assert "02:00 UTC Ends" in text


def test_where_it_is_it_has_its_own_time(page, sms):
    vienna = make.location(name="Vienna", time_zone="Europe/Vienna", off_peak_from="22:00", off_peak_until="05:00")
    ashburn = make.location(name="Ashburn", time_zone="America/New_York", off_peak_from="22:00", off_peak_until="05:00")
    affects = [make.Affects(sms, vienna), make.Affects(sms, ashburn)]
    row = announced(page, *affects)
    text = words(drawn(page)[own(row)])

    assert "Vienna Wed 16 Dec, 01:00 to 03:00 CET off-peak" in text
    assert "Ashburn Tue 15 Dec, 19:00 to 21:00 EST in busy hours" in text


def test_moved_it_keeps_the_old_times_struck(page, window):
    actions.reschedule(
        window, starts_at=START + A_WEEK, ends_at=END + A_WEEK, by=None, message=Message("The carrier asked for it.")
    )
    found = drawn(page)

    assert "<del>Wed 16 Dec, 00:00 to 02:00 UTC</del>" in found["index.html"]
    assert "<b>Moved</b> from <del>Wed 16 Dec 2026, 00:00 to 02:00 UTC</del>" in found[own(window)]
    text = words(found[own(window)])
    assert (
        "Moved From Wed 16 Dec, 00:00 to 02:00 UTC to Wed 23 Dec, 00:00 to 02:00 UTC . The carrier asked for it."
        in text
    )


def test_an_emergency_says_so_and_keeps_its_reason(page, sms):
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads", first_name="Zoe", last_name="Zander")
    urgent = make.window(sms, starts_at=NOW + timedelta(days=4), by=by, plan="Numbat plan", ticket="CHG-77", owner=by)
    make.place_window(page, urgent)
    approval = actions.ask_approval(urgent, approver=approver, reason="Quokka reason", by=by)
    actions.approve(approval, by=approver)
    actions.cancel(urgent, reason="Wombat reason", by=approver, message=Message("We found another way."))
    found = drawn(page)

    assert "Emergency maintenance: announced 2 business days ahead." in words(found[own(urgent)])
    assert "We found another way." in found[own(urgent)]
    inside = ("Quokka", "Numbat", "Wombat", "CHG-77", "Zander", by.username)
    assert [(path, each) for path, body in found.items() for each in inside if each in body] == []


def test_what_was_changed_is_told_and_the_old_text_is_nowhere(page, window):
    actions.amend(window, by=None, advice="Restart your client.", message=Message("There is something to do."))
    found = drawn(page)
    assert "What you need to do Restart your client." in words(found[own(window)])
    assert "Changed There is something to do." in words(found[own(window)])
    assert [path for path, body in found.items() if "on your side" in body] == []


# While it runs


def test_what_runs_stands_first_thick_and_blue(clock, page, sms, window):
    announced(page, sms, title="Later", starts_at=START + A_WEEK, ends_at=END + A_WEEK)
    begun(clock, window, after=minutes(80))
    found = drawn(page)
    front = found["index.html"]

    assert front.index('class="e is-maint run"') < front.index('class="e is-plan"')
    assert "until 02:00 UTC" in words(front)
    assert 'data-to="2026-12-16T02:00Z" data-kind="0" data-over="15"' in front
    assert "1 of 2 components under maintenance" in words(front)
    assert 'is-maint"' in found[own(window)]
    assert "Begun The work has begun." in words(found[own(window)])


def test_an_overrun_is_said_without_a_script_from_a_minute_after_its_end(clock, page, window):
    begun(clock, window, after=minutes(121) - timedelta(seconds=1))
    assert "until 02:00 UTC" in words(drawn(page)["index.html"])
    clock.move_to(END + minutes(1))
    found = drawn(page)
    assert "was to end 02:00 UTC overran" in words(found["index.html"])
    assert "02:00 UTC Was to end" in words(found[own(window)])


def test_what_nobody_began_at_its_time_is_said_not_to_have_begun(clock, page, sms):
    """By hand it does not begin by itself; it must not stand as what is to come for days."""
    window = announced(page, sms, is_automatic=False)
    announced(page, sms, starts_at=END + A_WEEK, ends_at=END + A_WEEK + minutes(60))
    clock.move_to(START + minutes(0.5))
    before = drawn(page)
    assert "has not begun" not in words(before["index.html"])
    clock.move_to(START + minutes(1))
    found = drawn(page)
    assert "Wed 16 Dec 00:00 to 02:00 UTC has not begun" in words(found["index.html"])
    assert "Two are to come." in words(before["maintenance/index.html"])
    assert "One has not begun at its time, one is to come." in words(found["maintenance/index.html"])
    its = words(found[own(window)])
    assert "Not begun" in its
    assert "Was to begin" in its
    assert "<b>Operational</b>" in found["index.html"]
    clock.move_to(END)
    with pytest.raises(DomainError, match=r"Its times are over. Move it to others, or cancel it."):
        actions.begin(window, by=None)


def test_what_time_changes_is_written_when_its_time_comes(clock, page, window):
    from statuspage import documents
    from statuspage.snapshot.load import load

    begun(clock, window, after=minutes(5))
    shot = load(page.pk, touched={}, now=timezone.now(), due=END)
    assert documents.next_change(shot) == END + minutes(1)
    late = drawn(page, touched={}, now=END + minutes(1), due=END + minutes(1))
    assert {own(window), "maintenance/2026-12/index.html"} < set(late)
    assert own(window) not in drawn(page, touched={}, now=END + minutes(2), due=END + minutes(30))


def test_it_is_extended_verified_and_begun_late(clock, page, window):
    clock.move_to(START + minutes(35))
    actions.begin_by_itself(window, now=timezone.now())
    actions.extend(window, ends_at=END + minutes(30), by=None, message=Message("One disk is slow."))
    clock.move_to(END)
    actions.verify(window, by=None)
    text = words(drawn(page)[own(window)])

    assert "The work has begun. It began at 00:00 UTC; this was told 35 min late." in text
    assert "Extended From 02:00 UTC to 02:30 UTC . One disk is slow." in text
    assert "Verifying The work is done. We check that all is well." in text


# After


@pytest.mark.parametrize(
    ("lasted", "said"),
    [(112, "Ended 8 min early."), (120, "Ended as announced."), (145, "25 min longer than announced.")],
)
def test_how_it_went_stands_beside_what_was_announced(clock, page, window, lasted, said):
    ended(clock, window, after=minutes(lasted))
    found = drawn(page)

    end = f"{lasted // 60:02}:{lasted % 60:02} UTC"
    assert f"As it went Wed 16 Dec, 00:00 to {end}. {said}" in words(found[own(window)])
    assert f"Core router upgrade 00:00 to {end}. {said}" in words(found["index.html"])
    assert f"Core router upgrade Maintenance 00:00 to {end}. {said}" in words(found["history/2026-12/index.html"])
    assert "No maintenance is planned." in words(found["index.html"])
    assert "No maintenance is planned. Last Core router upgrade , Wed 16 Dec" in words(found["maintenance/index.html"])


def test_an_extended_one_took_longer_than_was_announced(clock, page, window):
    begun(clock, window, after=minutes(100))
    actions.extend(window, ends_at=END + minutes(25), by=None)
    clock.move_to(END + minutes(25))
    actions.end_by_itself(window, now=timezone.now())
    assert "25 min longer than announced." in words(drawn(page)[own(window)])


def test_cancelled_it_says_so_for_good_and_is_in_no_history(page, window):
    actions.cancel(window, reason="Not for readers", by=None, message=Message("We found another way."))
    found = drawn(page)

    assert "Cancelled" in words(found[own(window)])
    assert "<del>Wed 16 Dec 2026, 00:00 to 02:00 UTC</del>" in found[own(window)]
    assert "It does not take place. We found another way." in words(found[own(window)])
    assert "Core router upgrade , cancelled" in words(found["maintenance/2026-12/index.html"])
    assert [path for path in found if path.startswith("history/2026-12")] == []
    assert "Past maintenance" not in words(found["index.html"])


# The calendar


def test_a_month_as_a_calendar(clock, page, sms, window):
    for number in range(4):
        announced(page, sms, title=f"Night {number}", starts_at=START + timedelta(hours=number), ends_at=END + A_WEEK)
    clock.move_to(START - timedelta(hours=3))
    now, month = (drawn(page)[path] for path in ("maintenance/index.html", "maintenance/2026-12/index.html"))

    assert "December 2026 Five are to come." in words(now)
    assert "15 , today" in words(now)
    assert "today" not in words(month)
    assert "16 00:00 Core router upgrade 00:00 Night 0 01:00 Night 1 2 more" in words(month)
    assert "17 all day Night 0" in words(month)
    assert "23 until 02:00 Night 0" in words(month)
    assert len(re.findall('class="cal-t"', month)) == 1
    assert len(re.findall("<tr>", month)) == 6  # the days' names, and five weeks


def test_months_lead_to_one_another(page, sms, window):
    announced(
        page, sms, title="Over new year", starts_at=END + 2 * A_WEEK, ends_at=END + 2 * A_WEEK + timedelta(days=4)
    )
    found = drawn(page)
    assert {path for path in found if re.fullmatch(r"maintenance/\d.*", path)} == {
        "maintenance/2026-12/index.html",
        "maintenance/2027-01/index.html",
    }
    assert "../../maintenance/2027-01/" in found["maintenance/2026-12/index.html"]
    assert "Over new year" in found["maintenance/2027-01/index.html"]
    assert "../maintenance/2026-12/" in found["maintenance/index.html"]


def test_a_day_of_the_history_with_many_leads_to_the_calendar(clock, page, sms):
    rows = [announced(page, sms, title=f"Night {number}") for number in range(7)]
    for row in rows:
        begun(clock, row)
    month = drawn(page)["history/2026-12/index.html"]
    assert (words(month).count("Night"), "2 more windows" in words(month)) == (5, True)
    assert "../../maintenance/2026-12/" in month


def test_a_page_that_never_had_any_says_so_on_its_calendar_only(page):
    found = drawn(page)
    assert "No maintenance is planned." in words(found["maintenance/index.html"])
    assert "Last" not in words(found["maintenance/index.html"])
    assert "No maintenance" not in words(found["index.html"])


def test_every_link_inside_leads_somewhere(clock, page, sms, window):
    announced(page, sms, title="Later", starts_at=START + 4 * A_WEEK, ends_at=END + 4 * A_WEEK)
    ended(clock, window, after=minutes(5))
    found = drawn(page)
    live = {"subscribe/"}
    for path, body in found.items():
        for link in (
            re.findall('href="((?:\\.\\./|\\./)[^"#?]*|maintenance.ics)', body) if path.endswith("html") else ()
        ):
            depth, rest = path.split("/")[:-1], link
            while rest.startswith("../"):
                depth, rest = depth[:-1], rest[3:]
            at = "/".join([*depth, rest.removeprefix("./")])
            at += "index.html" if at.endswith("/") or not at else ""
            assert at in found or at.removesuffix("index.html") in live, (path, link)


def test_the_bytes_do_not_know_when_they_were_made(clock, page, window):
    first = drawn(page)
    clock.move_to(NOW + minutes(20))
    assert drawn(page) == first


def test_what_is_typed_stays_text(page, sms):
    hostile = "<script>alert(1)</script>\x00 & Söhne"
    row = announced(page, sms, title=hostile, body=hostile, advice=hostile)
    for path, body in drawn(page).items():
        assert "<script>alert" not in body or path.endswith((".json", ".ics")), path
        assert "\x00" not in body
    assert "Söhne" in drawn(page)[own(row)]


# The component


def test_a_component_has_what_comes_and_what_was(clock, page, sms, window):
    announced(
        page, sms, title="Later", starts_at=START + 2 * A_WEEK, ends_at=END + 2 * A_WEEK, expected=Expected.OUTAGE
    )
    ended(clock, window, after=minutes(30))
    text = words(drawn(page)[f"components/{sms.public_id}/index.html"])

    assert "Wed 30 Dec 00:00 to 02:00 UTC Later Unavailable: SMS." in text
    assert "Maintenance not over yet Core router upgrade" in text
    voice = page.components.get(name="Voice")
    assert "Core router" not in drawn(page)[f"components/{voice.public_id}/index.html"]


def test_taken_off_the_page_nothing_says_it(page, window):
    PageWindow.objects.all().delete()
    found = drawn(page)
    assert [path for path, body in found.items() if "Core router" in body or window.public_id in path + body] == []
