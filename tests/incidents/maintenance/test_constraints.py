"""What the database refuses, whoever writes (3-07): each named constraint once, by a row written past every verb."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.maintenance.models import Approval, OperatorNotice, Series, SeriesException, Window, WindowUpdate
from tests import factories as make
from tests.incidents.maintenance.around import (
    HOUR,
    LATER,
    MONDAY,
    announced,
    asked,
    drafted,
    emergency,
    fresh,
    on,
    running,
    support,
)

pytestmark = pytest.mark.django_db

AT = LATER + timedelta(hours=1)
KEPT = {"arithmetic": {"asked": 10}}


def refuses(name, act):
    """SQLite names checks and columns, PostgreSQL every constraint."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
    assert name in str(error.value) or (connection.vendor == "sqlite" and "UNIQUE" in str(error.value))


def written(row, **facts):
    return lambda: type(row).objects.filter(pk=row.pk).update(**facts)


def done():
    window = running()
    Window.objects.filter(pk=window.pk).update(state="completed", ended_at=AT)
    return window


WINDOW = [
    ("window_", drafted, {"state": "paused"}),  # by whichever is looked at first
    ("window_kind_is_known", drafted, {"kind": "party"}),
    ("window_audience_is_public_or_internal", drafted, {"audience": "restricted"}),
    ("window_ends_after_it_starts", drafted, {"ends_at": LATER}),
    ("window_has_a_class_iff_announced", announced, {"is_emergency": None}),
    ("window_has_a_class_iff_announced", announced, {"arithmetic": None}),
    ("window_has_a_class_iff_announced", drafted, {"is_emergency": False, **KEPT}),
    ("window_draft_is_not_announced", drafted, {"announced_at": AT, "is_emergency": False, **KEPT}),
    ("window_draft_is_not_announced", drafted, {"state": "scheduled"}),
    ("window_emergency_has_reason_and_approver", announced, {"is_emergency": True}),
    ("window_emergency_has_reason_and_approver", emergency, {"reason": ""}),
    ("window_emergency_has_reason_and_approver", emergency, {"approved_by": None, "approved_at": None}),
    ("window_emergency_has_reason_and_approver", emergency, {"author": None}),
    ("window_approval_has_its_time", emergency, {"approved_at": None}),
    ("window_approval_has_its_time", announced, {"approved_at": AT}),
    ("window_started_iff_it_ran", announced, {"started_at": AT}),
    ("window_started_iff_it_ran", announced, {"state": "in_progress"}),
    ("window_started_iff_it_ran", running, {"started_at": None}),
    ("window_ended_iff_over", running, {"ended_at": AT}),
    ("window_ended_iff_over", running, {"state": "completed"}),
    ("window_ended_iff_over", done, {"cancelled_at": AT}),
    ("window_ended_iff_over", announced, {"state": "cancelled"}),
    ("window_really_ends_after_it_started", done, {"ended_at": LATER - HOUR}),
]


@pytest.mark.parametrize(("name", "made", "facts"), WINDOW, ids=[f"{row[0]}-{list(row[2])}" for row in WINDOW])
def test_of_a_window(name, made, facts):
    window = made()
    refuses(name, written(window, **facts))
    assert fresh(window).state == window.state or made is done


def test_the_approver_is_not_the_author_however_it_is_written():
    window = emergency()
    refuses("window_approver_is_not_the_author", written(window, approved_by=window.author))
    window.approved_by = window.author
    refuses("window_approver_is_not_the_author", window.save)
    window.pk, window.public_id = None, "mnt_" + "9" * 12
    refuses("window_approver_is_not_the_author", lambda: Window.objects.bulk_create([window]))


def test_an_emergency_is_not_created_without_reason_or_approver_either():
    window = emergency()
    for facts in ({"reason": ""}, {"approved_by": None, "approved_at": None}):
        row = fresh(window)
        row.pk, row.public_id = None, "mnt_" + "8" * 12
        for name, value in facts.items():
            setattr(row, name, value)
        refuses("window_emergency_has_reason_and_approver", lambda row=row: Window.objects.bulk_create([row]))
        refuses("window_emergency_has_reason_and_approver", lambda row=row: row.save(force_insert=True))


def test_an_occurrence_has_one_window():
    series = Series.objects.create(title="Patches", kind="security", rule="FREQ=WEEKLY", first_at=LATER)
    windows = [drafted(), drafted()]
    written(windows[0], series=series, occurrence=LATER)()
    refuses("window_is_one_for_each_occurrence", written(windows[1], series=series, occurrence=LATER))
    SeriesException.objects.create(series=series, occurrence=LATER)
    refuses(
        "series_exception_is_one",
        lambda: SeriesException.objects.bulk_create([SeriesException(series=series, occurrence=LATER)]),
    )
    refuses("series_has_a_rule", written(series, rule=""))


def test_of_what_is_affected():
    window, sms, frankfurt = make.window(), make.component(), make.location()
    impact = window.impacts.get()
    refuses("window_impact_is_known", written(impact, expected=9))
    refuses("window_impact_is_one", lambda: window.impacts.create(component=impact.component, expected=1))
    window.impacts.create(component=sms, location=frankfurt, expected=1)
    refuses(
        "window_impact_is_one_at_location", lambda: window.impacts.create(component=sms, location=frankfurt, expected=2)
    )


UPDATE = [
    ("window_update_kind_is_known", {"kind": "rumour"}),
    ("window_update_ends_after_it_starts", {"ends_at": LATER}),
    ("window_update_silence_has_a_reason", {"deliver_notifications": False}),
    ("window_update_emergency_has_reason_and_approver", {"is_emergency": True}),
    ("window_update_emergency_has_reason_and_approver", {"is_emergency": True, "reason": "So."}),
    ("window_update_class_has_its_arithmetic", {"arithmetic": None}),
    ("window_update_class_has_its_arithmetic", {"is_emergency": None}),
]


@pytest.mark.parametrize(("name", "facts"), UPDATE, ids=[f"{row[0]}-{list(row[1])}" for row in UPDATE])
def test_of_what_is_told(name, facts):
    refuses(name, written(announced().updates.get(), **facts))


@pytest.mark.parametrize("kind", ["posted", "begun", "ended", "cancelled"])
def test_what_happens_once_is_told_once(kind):
    window = announced()
    times = {"starts_at": LATER, "ends_at": LATER + HOUR, "sequence": 0}
    window.updates.exclude(kind="posted").delete()
    if kind != "posted":
        window.updates.create(kind=kind, **times)
    refuses(
        f"window_is_{kind}_once",
        lambda: WindowUpdate.objects.bulk_create([WindowUpdate(window=window, kind=kind, **times)]),
    )


def test_of_what_is_asked_for():
    window, other = drafted(at=MONDAY + timedelta(days=3)), support()
    with on(MONDAY):
        approval = asked(window)
    by, decided = approval.asked_by, {"decision": "approved", "decided_at": AT}
    refuses("approval_is_of_somebody_else", written(approval, approver=by))
    refuses("approval_is_not_decided_by_who_asked", written(approval, decided_by=by, **decided))
    refuses("approval_has_a_reason", written(approval, reason=""))
    refuses("approval_decision_has_its_time", written(approval, decision="declined", decided_by=other))
    refuses("approval_decision_has_its_time", written(approval, decided_at=AT))
    copy = fresh(approval)
    copy.pk, copy.public_id, copy.approver = None, "apr_" + "7" * 12, by
    refuses("approval_is_of_somebody_else", lambda: Approval.objects.bulk_create([copy]))
    copy.approver = other
    refuses("approval_is_asked_once_at_a_time", lambda: Approval.objects.bulk_create([copy]))


def test_of_an_operators_notice():
    refuses(
        "operator_notice_says_why_it_is_unreadable",
        lambda: OperatorNotice.objects.create(digest="a" * 64, source="x.ics", read_as="unreadable"),
    )
