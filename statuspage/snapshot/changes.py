"""Since when readers have been shown what they see of a subject. It never turns back, whatever is taken back.

Facts say when most of it changed. Where they do not (an incident leaves the page, a title is put right, a component is
renamed), what is shown now differs from what was published last: then it changed now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

PAGE, UPDATE, FEED, ENTRY, NEWS = "page", "update", "feed", "entry", "news"  # beside the kinds of subjects
FORM = "1"  # of what is compared; raised with it, so that a new release does not look like news
LEAST = timedelta(milliseconds=1)  # what programs can tell apart

Subject = tuple[str, str]  # its kind, and its public id


@dataclass(frozen=True, slots=True)
class Shown:
    """What was published last of a subject, and since when."""

    form: str
    digest: str
    changed_at: datetime


@dataclass(slots=True)
class Changes:
    """``kept`` is how the last publishing left it, ``made`` what this one says: both by subject."""

    now: datetime
    kept: Mapping[Subject, Shown] = field(default_factory=dict)
    made: dict[Subject, Shown] = field(default_factory=dict)

    def at(self, kind: str, key: str, moment: datetime, *shown: object) -> datetime:
        """When it changed last: at ``moment``, as the facts have it, or now if ``shown`` differs and they say no more.

        What differs by itself as time passes is not to be in ``shown``. Asked twice, the first answer holds.
        """
        subject = (kind, key)
        if subject not in self.made:
            digest, last = sha256(repr(shown).encode()).hexdigest()[:32], self.kept.get(subject)
            if last is not None and moment <= last.changed_at:
                differs = last.form == FORM and last.digest != digest
                moment = max(self.now, last.changed_at + LEAST) if differs else last.changed_at
            self.made[subject] = Shown(FORM, digest, moment)
        return self.made[subject].changed_at

    def fresh(self) -> Iterator[tuple[Subject, Shown]]:
        """What is to be kept of this publishing."""
        return ((subject, shown) for subject, shown in self.made.items() if self.kept.get(subject) != shown)
