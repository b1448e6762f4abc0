"""The life of a window, verb by verb."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.maintenance import actions
from incidents.maintenance.choices import State, UpdateKind
from incidents.maintenance.exceptions import NeedsApproval
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_window_is_planned_announced_run_and_ended():
    window = make.scheduled()
    assert (window.state, window.is_emergency) == (State.SCHEDULED, False)


def test_too_soon_is_an_emergency_and_needs_somebody_else():
    by, approver = make.in_group("Support"), make.in_group("Engineering Leads")
    window = make.window(starts_at=timezone.now() + timedelta(days=2), by=by)
    make.place_window(make.page(*window.components.all()), window)
    with pytest.raises(NeedsApproval):
        actions.announce(window, by=by)
    approval = actions.ask_approval(window, approver=approver, reason="Exploited already.", by=by)
    actions.approve(approval, by=approver)
    window.refresh_from_db()
    assert window.is_emergency
    assert [u.kind for u in window.updates.all()] == [UpdateKind.POSTED]
