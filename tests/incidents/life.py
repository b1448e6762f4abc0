"""An incident's life as the design tells it, kept in plain Python: what the verbs are measured against.

Nothing here reads the product's tables of transitions, permissions or conditions; they are written out again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

WORKING = ("investigating", "identified", "monitoring")
TELLABLE = (*WORKING, "resolved")
OPEN = ("suspected", *WORKING)

RIGHTS = {
    "support": {"report", "note", "work", "publish"},
    "engineer": {"report", "note", "work"},
    "lead": {"report", "note", "work", "publish", "override", "reopen", "merge"},
    "security": {"report", "note", "work", "restrict", "sees all"},
    "viewer": {"report"},
    "superuser": {"report", "note", "work", "publish", "override", "reopen", "merge", "restrict"},
    "system": {"report", "note", "work", "publish", "override", "reopen", "merge", "restrict", "sees all"},
}
ALL = {"stable", "fix_time"}
ASKED = {1: set(), 2: ALL, 3: ALL}  # which attestations block, by severity
HEALTHY = {1: timedelta(minutes=5), 2: timedelta(minutes=15), 3: timedelta(minutes=15)}


@dataclass
class Life:
    status: str
    audience: str
    severity: int
    over_when_declared: bool = False
    backfilled: bool = False
    version: int = 1
    failing: dict = field(default_factory=dict)  # place: level
    dismissed: dict = field(default_factory=dict)  # what failed when it was dismissed
    ended: dict = field(default_factory=dict)  # place: when it ended last, and its level then
    monitoring_at: datetime | None = None
    attested: set = field(default_factory=set)
    answered: bool = False
    told: list = field(default_factory=list)  # of [status, when, withdrawn, text]
    first_notice_at: datetime | None = None
    members: set = field(default_factory=set)
    owner: str | None = None
    resolved_at: datetime | None = None
    ends: int = 0  # resolutions so far
    end: dict = field(default_factory=dict)  # how it stood before the last resolution, and who gave it

    # Who

    def sees(self, actor: str) -> bool:
        return self.audience != "restricted" or actor in self.members or "sees all" in RIGHTS[actor]

    def may(self, actor: str, right: str) -> bool:
        return right in RIGHTS[actor] and self.sees(actor)

    # What is so

    @property
    def standing(self) -> list:
        return [update for update in self.told if not update[2]]

    @property
    def told_status(self) -> str | None:
        return self.standing[-1][0] if self.standing else None

    @property
    def is_public(self) -> bool:
        return self.audience == "public" and self.status in (*TELLABLE, "merged") and bool(self.standing)

    def gate_blocks(self, now: datetime) -> bool:
        if self.failing or self.status != "monitoring" or ASKED[self.severity] - self.attested or not self.answered:
            return True
        since = max([self.monitoring_at, *(when for when, _ in self.ended.values())])
        return now - since < HEALTHY[self.severity]

    def may_resolve(self, actor: str, now: datetime, *, override: str) -> bool:
        if self.over_when_declared or not self.gate_blocks(now):
            return True
        return bool(override) and "override" in RIGHTS[actor]

    # What happens

    def fail(self, places: dict, now: datetime) -> bool:
        changed = False
        for place, level in places.items():
            old = self.failing.pop(place, 0)
            if level:
                self.failing[place] = level
            if old and old != level:
                self.ended[place] = (now, old)
            changed |= old != level
        return changed

    def heal(self, now: datetime) -> None:
        self.fail(dict.fromkeys(list(self.failing), 0), now)

    def move(self, status: str, now: datetime) -> None:
        if status == "monitoring" and self.status != "monitoring":
            self.monitoring_at = now
        self.status = status

    def resolve(self, now: datetime) -> None:
        self.heal(now)
        self.status, self.resolved_at, self.ends = "resolved", now, self.ends + 1

    def remember_end(self, actor: str, now: datetime, *, told: bool) -> None:
        """How it stands before it is resolved: what taking that back must bring."""
        own, after = (len(self.told), len(self.told) + 1) if told else (None, len(self.told))
        self.end = {"stage": self.status, "failing": dict(self.failing), "who": actor, "when": now}
        self.end |= {"own": own, "after": after}

    def may_unresolve(self, actor: str, now: datetime) -> bool:
        """Whoever resolved it, within ten minutes, unless customers were told more since."""
        if self.status != "resolved" or self.backfilled or now - self.end["when"] > timedelta(minutes=10):
            return False
        later = [update for update in self.told[self.end["after"] :] if not update[2]]
        right = "work" if self.end["own"] is None else "publish"
        return actor in (self.end["who"], "system") and self.may(actor, right) and not later

    def may_merge(self, actor: str, into: str) -> bool:
        """``into``: what the other one is. Nobody loses sight of it, and nobody new sees it."""
        confirmed, fitting = self.status in WORKING, {"told"}
        if self.audience == "drill":
            fitting = {"drill"}
        elif self.audience == "restricted":
            fitting = {"restricted"}
        elif not self.is_public:
            fitting = {"told", "untold", "internal"} | (set() if confirmed else {"suspected"})
        return self.may(actor, "merge") and self.status in OPEN and into in fitting

    def unresolve(self) -> None:
        self.status, self.failing, self.resolved_at = self.end["stage"], self.end["failing"], None
        own = self.end["own"]
        if own is not None and not self.told[own][2]:
            self.withdraw(own)

    def tell(self, status: str, text: str, now: datetime) -> None:
        self.told.append([status, now, False, text])
        if self.first_notice_at is None and self.audience == "public" and not self.backfilled:
            self.first_notice_at = now

    def withdraw(self, number: int) -> None:
        first = self.standing[0]
        self.told[number][2] = True
        if self.told[number] is first and self.first_notice_at is not None:
            self.first_notice_at = self.standing[0][1] if self.standing else None

    def restrict(self, actor: str) -> None:
        self.audience = "restricted"
        self.members |= {actor, self.owner} - {None, "system"}

    def reopen(self, now: datetime) -> None:
        last = max((when for when, _ in self.ended.values()), default=None)
        since = min([self.resolved_at] + ([last] if last else []))
        self.status, self.resolved_at, self.monitoring_at = "investigating", None, None
        self.attested, self.over_when_declared = set(), False
        if self.backfilled and self.standing:
            self.first_notice_at = self.standing[0][1]
        self.backfilled = False
        self.fail({place: level for place, (when, level) in self.ended.items() if when >= since}, now)
