"""What waits for somebody on the home: steps, from every app that has some; and what is late, whosever it is.

An app offers them in a module ``home``, under the name ``steps``: a function of the user and the time, which makes a
constant number of queries and returns :class:`Steps`. The home leads with those of incidents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from incidents import offers
from incidents.models import User


@dataclass(frozen=True)
class Step:
    """One thing to do: what, why, until when, and where."""

    title: str
    detail: str
    url: str
    due_at: datetime | None = None
    started_at: datetime | None = None


@dataclass(frozen=True)
class Late:
    """How many of one kind are late, in words, "two action items", and where they are listed."""

    count: int
    words: str
    url: str = ""


@dataclass(frozen=True)
class Steps:
    """Of what the user leads, and of what waits for anybody with their rights. ``late``: of all that they may
    see."""

    mine: list[Step] = field(default_factory=list)
    group: list[Step] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)


def offered(user: User, now: datetime) -> Steps:
    """Those of all apps."""
    found = [steps(user, now) for steps in offers.of("home", "steps")]
    return Steps(
        [step for each in found for step in each.mine],
        [step for each in found for step in each.group],
        [kind for each in found for kind in each.late],
    )
