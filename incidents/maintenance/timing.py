"""Windows begin and end by themselves: found when it is time, done one by one, each once whoever looks."""

from __future__ import annotations

from datetime import datetime

from incidents.maintenance import actions
from incidents.maintenance.choices import RUNNING, State
from incidents.maintenance.models import Window


def keep_time(now: datetime) -> int:
    """How many windows began or ended. What was missed is done late, in its order, and marked so."""
    done = 0
    automatic = Window.objects.filter(is_automatic=True)
    for window in automatic.filter(state=State.SCHEDULED, starts_at__lte=now).order_by("starts_at", "pk"):
        done += actions.begin_by_itself(window, now=now) is not None
    for window in automatic.filter(state__in=RUNNING, ends_at__lte=now).order_by("ends_at", "pk"):
        done += actions.end_by_itself(window, now=now) is not None
    return done
