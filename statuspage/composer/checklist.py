"""Whether a public update says what readers need: what fails, what is done, when they hear next (0-16, 2-12).

Warnings, never blocks: the person in front of it knows more than a list of words does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _, pgettext

from incidents.choices import Status
from incidents.scope import Affected
from statuspage.composer import texts
from statuspage.models import Page

CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):[0-5]\d(?![\d:])")


@dataclass(frozen=True)
class ChecklistItem:
    """One of the parts. ``hint`` says what to write where it is missing."""

    key: str
    label: str
    is_met: bool
    hint: str


@dataclass(frozen=True)
class Draft:
    """An update as it stands in the composer."""

    status: Status
    body: str
    page: Page
    affected: Sequence[Affected]
    promised_at: datetime | None
    now: datetime
    tried: str = ""
    next_step: str = ""
    is_unmodified: bool = False
    is_again: bool = False  # customers read of it before, and it is not over
    reopens: bool = False  # customers read the all-clear before it
    report_by: datetime | None = None  # until when a post-mortem is promised, with the all-clear

    @property
    def text(self) -> str:
        return "\n".join([self.body, self.tried, self.next_step])

    @property
    def is_last(self) -> bool:
        return self.status == Status.RESOLVED


def checklist_of(draft: Draft) -> list[ChecklistItem]:
    """What a good update holds; the last one owes no next, but says where to turn."""
    if draft.is_last:
        return [_fails(draft), _that_it_works(draft), _where_to_turn(draft)]
    return [_fails(draft), _impact(draft), _tried_and_next(draft) if draft.is_again else _done(draft), _when(draft)]


def hints(draft: Draft) -> list[str]:
    """What else would help: 1-19, 3-23, a time that contradicts the promise."""
    found = []
    if draft.is_unmodified:
        found.append(_("This is the template as it stands. Add what is special about this incident."))
    places = [item.location.name for item in texts.still_wrong(draft.affected) if item.location]
    missing = [name for name in dict.fromkeys(places) if not names_any(draft.text, [name])]
    if missing and not draft.is_last:
        found.append(_("The text does not say where: %(places)s.") % {"places": ", ".join(missing)})
    promised = texts.promise_in_words(draft.promised_at, draft.page, now=draft.now)
    named = {match[0] for match in CLOCK.finditer(draft.body)}
    if promised and not draft.is_last and named and not any(clock in promised for clock in named):
        found.append(
            _("The text names %(named)s; the promise is %(promised)s.")
            % {"named": ", ".join(sorted(named)), "promised": promised}
        )
    return found


def names_any(text: str, names: Iterable[str]) -> bool:
    """Whether one of the names stands in the text as a word of its own, in any case."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names if name)


def _fails(draft: Draft) -> ChecklistItem:
    names = [item.component.name for item in draft.affected]
    hint = _("Name what is affected: %(names)s.") % {"names": ", ".join(dict.fromkeys(names))}
    return ChecklistItem(
        "fails",
        _("What was wrong") if draft.is_last else _("What fails"),
        bool(names) and names_any(draft.text, names),
        hint if names else _("Choose what is affected, and name it in the text."),
    )


def _impact(draft: Draft) -> ChecklistItem:
    """3-23."""
    told = pgettext(
        "words, separated by |, of which one stands in a sentence about how customers feel it",
        "cannot|can't|not arrive|not arriving|not delivered|not being delivered|not sent|not being sent|not received|"
        "not work|not working|not possible|not available|not reachable|not load|not loading|not open|not accepted|"
        "no messages|no calls|no mails|no access|no service|"
        "fail|fails|failing|failed|error|errors|late|later|delay|delays|delayed|slow|slowly|slower|"
        "lost|missing|down|unavailable|unreachable|outage|degraded|interrupted|rejected|timeouts|time out|twice|wrong|"
        "less reliably|intermittent|intermittently|some of",
    )
    is_met = bool(_any_of(told).search(draft.text))
    return ChecklistItem(
        "impact", _("How customers feel it"), is_met, _("Say what customers notice, such as: messages arrive late.")
    )


def _done(draft: Draft) -> ChecklistItem:
    return ChecklistItem(
        "done",
        _("What is done"),
        bool(draft.tried.strip() or draft.next_step.strip()) or _tells_of_work(draft),
        _("Say what you are doing about it, such as: We are …"),
    )


def _tried_and_next(draft: Draft) -> ChecklistItem:
    """From the second update on (2-17)."""
    return ChecklistItem(
        "done",
        _("What was tried, what comes next"),
        bool(draft.tried.strip() and draft.next_step.strip()),
        _("Fill in what was tried so far and what comes next; customers read both."),
    )


def _that_it_works(draft: Draft) -> ChecklistItem:
    return ChecklistItem("done", _("That it works"), _tells_of_work(draft), _("Say that it works again."))


def _when(draft: Draft) -> ChecklistItem:
    return ChecklistItem(
        "next", _("When we speak next"), draft.promised_at is not None, _("Choose when customers hear from you next.")
    )


def _where_to_turn(draft: Draft) -> ChecklistItem:
    """1-14."""
    portal = draft.page.support_url
    return ChecklistItem(
        "next",
        _("Where to turn"),
        not portal or portal.rstrip("/") in draft.text,
        _("Name the support portal for whoever still sees it: %(portal)s") % {"portal": portal},
    )


def _tells_of_work(draft: Draft) -> bool:
    if draft.is_last:
        told = pgettext(
            "words, separated by |, of which one stands in an all-clear",
            "works|work again|working|over|resolved|solved|fixed|restored|recovered|normal|operational|back",
        )
    else:
        told = pgettext(
            "words, separated by |, of which one stands in a sentence about what is being done",
            "we|we're|we've|our|us|engineers|team|fix|working on|looking|investigating|restarting|moving",
        )
    return bool(_any_of(told).search(draft.body))


@lru_cache(maxsize=16)
def _any_of(told: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in told.split('|'))})(?!\w)", re.IGNORECASE)
