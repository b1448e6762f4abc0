"""A pin: worse than what is derived, with a reason, for 24 hours at most (DESIGN section 3)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from incidents import actions
from incidents.choices import Level
from incidents.exceptions import DomainError
from incidents.models import Pin
from tests import factories as make

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def pin(component, level=Level.PARTIAL, *, hours=2, reason="The carrier asked us to.", **options):
    return actions.pin(component, level=level, reason=reason, ends_at=timezone.now() + hours * HOUR, by=None, **options)


def test_a_pin_holds_until_its_end():
    support = make.in_group("Support")
    row = actions.pin(make.component(), level=Level.MAJOR, reason="Fire", ends_at=timezone.now() + HOUR, by=support)
    assert list(Pin.objects.running()) == [row]
    assert not Pin.objects.running(row.ends_at).exists()
    assert (row.by, row.history.get().history_user) == (support, support)


@pytest.mark.parametrize(("hours", "allowed"), [(24, True), (24.01, False), (0, False), (-1, False)])
def test_a_pin_ends_within_24_hours(hours, allowed):
    with time_machine.travel(timezone.now(), tick=False):
        if allowed:
            assert pin(make.component(), hours=hours)
            return
        with pytest.raises(DomainError) as refusal:
            pin(make.component(), hours=hours)
    assert refusal.value.field == "ends_at"


def test_a_pin_has_a_reason():
    with pytest.raises(DomainError) as refusal:
        pin(make.component(), reason="")
    assert refusal.value.field == "reason"


@pytest.mark.parametrize(
    ("level", "allowed"),
    [(Level.OPERATIONAL, False), (Level.DEGRADED, False), (Level.PARTIAL, False), (Level.MAJOR, True)],
)
def test_a_pin_is_only_worse_than_what_is_derived(level, allowed):
    sms = make.component()
    make.told(affects=[make.affected(sms, level=Level.PARTIAL)])
    if allowed:
        assert pin(sms, level)
        return
    with pytest.raises(DomainError) as refusal:
        pin(sms, level)
    assert refusal.value.field == "level"


def test_operational_is_no_pin():
    with pytest.raises(DomainError):
        pin(make.component(), Level.OPERATIONAL)


def test_what_covers_it_and_what_lies_below_it_are_derived_too():
    channels = make.component()
    sms = make.component(parent=channels)
    long_codes, voice = make.component(parent=sms), make.component(parent=channels)
    make.told(affects=[make.affected(sms, level=Level.PARTIAL)])
    for shown in (channels, sms, long_codes):
        with pytest.raises(DomainError):
            pin(shown, Level.DEGRADED)
    assert pin(voice, Level.DEGRADED)
    with pytest.raises(DomainError):  # a pin that runs is shown too
        pin(voice, Level.DEGRADED)
    assert pin(voice, Level.PARTIAL)


def test_only_what_the_public_may_know_is_derived():
    sms = make.component()
    for kind in (make.confirmed, make.internal, make.drill, make.restricted):
        kind(affects=[make.affected(sms, level=Level.MAJOR)])
    assert pin(sms, Level.DEGRADED)


def test_a_pin_at_one_location_is_compared_with_that_location():
    sms, here, there = make.component(), make.location(), make.location()
    make.told(affects=[make.affected(sms, there, Level.MAJOR), make.affected(sms, None, Level.DEGRADED)])
    with pytest.raises(DomainError):
        pin(sms, Level.DEGRADED, location=here)
    assert pin(sms, Level.PARTIAL, location=here)
    with pytest.raises(DomainError):
        pin(sms, Level.PARTIAL)  # everywhere, where one place is worse already


def test_unpinning_ends_it_now_and_keeps_the_time_that_it_held():
    row = pin(make.component())
    with time_machine.travel(timezone.now() + HOUR):
        support = make.in_group("Support")
        ended = actions.unpin(row, by=support)
        assert not Pin.objects.running().exists()
        assert ended.ends_at - ended.started_at >= HOUR
        assert ended.history.first().history_user == support
        assert actions.unpin(ended, by=support).ends_at == ended.ends_at
