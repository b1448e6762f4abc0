"""How the demo begins a post-mortem and fills in the record of one person, at the time that it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from incidents.models import Incident, User
from postmortems import actions
from postmortems.models import Paragraph, Postmortem, Record
from statuspage.demo.aging import at_time

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
People = dict[str, User]
Answers = dict[str, str]


def begin(incident: Incident, *, lead: User) -> Postmortem:
    """As the resolution would have begun it, had there been a policy."""
    postmortem = actions.expect(incident)
    at_time(postmortem, incident.resolved_at)
    return actions.lead(postmortem, user=lead, by=lead)


def record(
    postmortem: Postmortem,
    person: User,
    *,
    by: User,
    answers: Answers,
    parts: list[tuple[type, dict[str, Any]]],
    after: timedelta | None,
) -> Record:
    """Filled in by one person; handed in ``after`` the resolution, or (none) not yet."""
    [made] = actions.invite(postmortem, people=[person], by=by)
    at = postmortem.incident.resolved_at
    for question in postmortem.template.questions.all():
        if text := answers.get(question.label):
            actions.add(Paragraph, postmortem, record=made, question=question, text=text, by=person)
    for table, facts in parts:
        actions.add(table, postmortem, record=made, by=person, **facts)
    if after is not None:
        actions.submit_record(made, by=person)
    at_time(made, at + (after or 20 * HOUR))
    return made


SUMMARY, HOW, SIGNAL, WHY_NOT, ENDED, NOTICED = (
    "What happened, in three sentences", "How did you know?", "By which signal?", "Why not sooner?",
    "What made it possible to end it?", "What did customers notice?",
)  # fmt: skip
