"""Where incident records contradict each other: about the time of an event, about counts, about the root cause.

Each has to be settled, by choosing one of the claims or by a sentence. What was settled is open again when a claim
changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from incidents.markdown import has_words
from incidents.moments import moment
from postmortems.choices import EventKind
from postmortems.document.words import sentence
from postmortems.models import Assessment, Cause, Event, Record, Settlement
from postmortems.provenance import COPIED

ROOT = "root"  # the question which cause that is
COUNTS = ("customers", "customers_total", "volume")


@dataclass(frozen=True)
class Claim:
    """What one record says. ``value`` is stored when it is chosen, ``words`` are read; ``rests_on`` is its text."""

    record: Record
    value: str
    words: str
    rests_on: str
    part: str  # key of the part that says so

    @property
    def stored(self) -> list[str]:
        return [self.record.public_id, self.value]


@dataclass(frozen=True)
class Contradiction:
    """A question with the claims that differ."""

    question: str
    title: str
    claims: tuple[Claim, ...]
    settlement: Settlement | None

    @property
    def is_settled(self) -> bool:
        """Settled, and nobody says anything else since."""
        return self.settlement is not None and self.settlement.claims == self.stored

    @property
    def anchor(self) -> str:
        return self.question.replace(".", "-")

    @property
    def stored(self) -> list[list[str]]:
        return sorted(claim.stored for claim in self.claims)

    @property
    def options(self) -> list[tuple[Claim, list[Record]]]:
        """Each thing that is said, once, with the records that say it."""
        found: dict[str, tuple[Claim, list[Record]]] = {}
        for claim in self.claims:
            found.setdefault(claim.value, (claim, []))[1].append(claim.record)
        return list(found.values())

    @property
    def sentence(self) -> str:
        """How it was settled, for the document."""
        if self.settlement is None:
            return ""
        chosen = next((claim.words for claim in self.claims if claim.value == self.settlement.chosen), "")
        return " ".join(text for text in (self.title, sentence(chosen), sentence(self.settlement.reason)) if text)


TITLES = {
    EventKind.BEGAN: gettext_lazy("When did it begin?"),
    EventKind.DETECTED: gettext_lazy("When was it detected?"),
    EventKind.ACKNOWLEDGED: gettext_lazy("When did somebody take it up?"),
    EventKind.CAUSE_FOUND: gettext_lazy("When was the cause found?"),
    EventKind.MITIGATED: gettext_lazy("When was it mitigated?"),
    EventKind.RESOLVED: gettext_lazy("When was it resolved?"),
    EventKind.CAUGHT_UP: gettext_lazy("When had everything caught up?"),
}


def found(
    records: Mapping[int, Record],
    events: Iterable[Event],
    assessments: Iterable[Assessment],
    causes: Iterable[Cause],
    settlements: Iterable[Settlement],
) -> list[Contradiction]:
    """All of them, settled ones included, from rows that were read already. Parts of no record are passed over."""
    claims: dict[str, list[Claim]] = defaultdict(list)
    for event in events:
        if event.record_id and event.kind:
            claims[f"time.{event.kind}"].append(_of_event(records[event.record_id], event))
    for assessment in assessments:
        if assessment.record_id:
            for name in COUNTS:
                if (value := getattr(assessment, name)) is not None:
                    claims[f"count.{name}"].append(_of_count(records[assessment.record_id], assessment, name, value))
    for cause in causes:
        if cause.record_id and cause.is_root and has_words(cause.text):
            words = " ".join(cause.text.split())
            claims[ROOT].append(Claim(records[cause.record_id], root_value(cause), words, "", cause.key))
    settled = {settlement.question: settlement for settlement in settlements}
    return [
        Contradiction(question, _title(question), tuple(said), settled.get(question))
        for question, said in claims.items()
        if len({claim.value for claim in said}) > 1 and len({claim.record.pk for claim in said}) > 1
    ]


def root_value(cause: Cause) -> str:
    """What is stored where this cause is chosen."""
    return " ".join(cause.text.split())[:200]


def agreed(records: Mapping[int, Record], assessments: Iterable[Assessment]) -> dict[str, Any]:
    """By field, what every record that is in and says anything of it says: counts, how long, what became of data."""
    said: dict[str, set] = defaultdict(set)
    for assessment in assessments:
        if assessment.record_id and records[assessment.record_id].is_submitted:
            for name in COPIED[Assessment]:
                if (value := getattr(assessment, name)) not in (None, ""):
                    said[name].add(value)
    return {name: values.pop() for name, values in said.items() if len(values) == 1}


def _of_event(record: Record, event: Event) -> Claim:
    minute: datetime = event.at.replace(second=0, microsecond=0)
    return Claim(record, minute.isoformat(), moment(event.at), event.text, event.key)


def _of_count(record: Record, assessment: Assessment, name: str, value: int) -> Claim:
    words = f"{value:,}" + (f" {assessment.volume_unit}" if name == "volume" and assessment.volume_unit else "")
    return Claim(record, str(value), words, "", assessment.key)


def _title(question: str) -> str:
    about, _dot, name = question.partition(".")
    if about == "time":
        return str(TITLES[EventKind(name)])
    if about == "count":
        return {
            "customers": _("How many customers were affected?"),
            "customers_total": _("How many customers are there?"),
            "volume": _("How much was affected?"),
        }[name]
    return _("What is the root cause?")
