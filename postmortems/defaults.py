"""What a new installation begins with: two templates, their questions and signatories, and which way incidents take."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from incidents.choices import Origin, SeverityLevel
from incidents.permissions import edit, see
from postmortems.choices import RecordSection, SectionKind, Visibility, Way
from postmortems.models import Question, ReviewPolicy, Signatory, Template, TemplateSection

READ = see("postmortems", "postmortem", "record", "actionitem")
WRITE, DRAFT = "postmortems.write_record", "postmortems.draft_postmortem"
SIGN, PUBLISH = "postmortems.sign_postmortem", "postmortems.publish_postmortem"
POLICY = [
    *see("postmortems", "template", "reviewpolicy"),
    *edit("postmortems", "templatesection", "question", "signatory"),
    "postmortems.change_template", "postmortems.change_reviewpolicy",
]  # fmt: skip

GROUPS = {  # M-08
    "Viewers": READ,
    "Support": [*READ, WRITE, DRAFT, PUBLISH],
    "Engineering": [*READ, WRITE],
    "Engineering Leads": [*READ, WRITE, DRAFT, SIGN, PUBLISH, *POLICY],
    "Reliability": [*READ, WRITE, DRAFT, SIGN, PUBLISH, *POLICY],
    "Managers": [*READ, WRITE, SIGN, PUBLISH],
    "Security": [*READ, WRITE, DRAFT, SIGN],
}

Rows = list[dict[str, Any]]

SHORT: Rows = [  # 4-12
    {
        "kind": SectionKind.TIMELINE, "title": "Timeline", "is_required": True,
        "guidance": "What happened, and when. Mark internal what customers need not read.",
        "example": "09:12 Reports take up to four minutes to open.",
    },
    {
        "kind": SectionKind.ROOT_CAUSE, "title": "Root cause", "is_required": True,
        "guidance": "What had to be so for this to happen. Systems and habits, never people.",
        "example": "A certificate ran out because its renewal was tied to a server that had been switched off.",
    },
    {
        "kind": SectionKind.IMPACT, "title": "Impact", "is_required": True,
        "guidance": "How many, and for how long. Times and places come from the facts and change there.",
        "example": "62 of 4,100 customers opened a report in that time. Nothing was lost.",
    },
    {
        "kind": SectionKind.MITIGATION, "title": "Resolution", "is_required": True,
        "guidance": "What ended it.",
        "example": "We ended the query. Report queries now stop after 20 seconds.",
    },
    {
        "kind": SectionKind.ACTIONS, "title": "Action items", "is_required": True,
        "guidance": "What changes so that it does not happen again: each with an owner and a date.",
        "example": "Yearly reports read from the copy, not from the live table. By 4 December.",
    },
]  # fmt: skip

FULL: Rows = [  # 3-44, 2-19
    {
        "kind": SectionKind.SUMMARY, "title": "Summary", "is_required": True,
        "guidance": "For somebody who was not there: what failed, for whom, what ended it. Three sentences.",
        "example": "From 09:12 to 09:50 UTC reports took minutes to open. A query held a lock. We ended it, "
        "and report queries now have a limit.",
    },
    {
        "kind": SectionKind.IMPACT, "title": "Scope and impact", "is_required": True,
        "guidance": "Which components and locations, how many customers, how much, for how long, and what became "
        "of data. Counts as numbers; components, places and times come from the facts.",
        "example": "1,240 of 4,100 customers had late messages, 41,204 in all. None was lost, none was sent twice.",
    },
    {
        "kind": SectionKind.TIMELINE, "title": "Timeline", "is_required": True,
        "guidance": "The events that explain how it went, each with its time.",
        "example": "20:44 All new gateways are found to send 20 messages a second.",
    },
    {
        "kind": SectionKind.DETECTION, "title": "Detection and detection gap", "is_required": True,
        "guidance": "How we knew, when, by which signal; and why not sooner.",
        "example": "An alert on the age of queues fired after four minutes. Nothing watches the rate of sending.",
    },
    {
        "kind": SectionKind.ROOT_CAUSE, "title": "Root cause", "is_required": True,
        "guidance": "What had to be so for this to happen at all. Systems and habits, never people.",
        "example": "The new image carried no pace of its own, and without one a gateway sends 20 messages a second.",
    },
    {
        "kind": SectionKind.FACTORS, "title": "Contributing factors",
        "guidance": "What made it longer, or larger.",
        "example": "Gateways restart one at a time, three minutes each.",
    },
    {
        "kind": SectionKind.MITIGATION, "title": "Mitigation and resolution", "is_required": True,
        "guidance": "What was done about it, what of that was temporary, and what replaces it for good.",
        "example": "The pace was set by hand on ten gateways at 21:26. That was temporary: action 1 replaces it.",
    },
    {
        "kind": SectionKind.RESPONSE_LOG, "title": "Response log",
        "guidance": "What was tried, by whom, with what effect. What had no effect stays in.",
        "example": "20:31 Messaging engineer: eight more workers in Frankfurt. No effect.",
    },
    {
        "kind": SectionKind.ACTIONS, "title": "Corrective and preventive actions", "is_required": True,
        "guidance": "Every cause needs an action that works for good; every action an owner and a date.",
        "example": "Gateways read their pace from the carrier’s record and refuse to start without one. By 1 December.",
    },
    {
        "kind": SectionKind.TEXT, "title": "Lessons for ourselves", "visibility": Visibility.INTERNAL,
        "guidance": "What went well, what was luck, what we would do otherwise. Customers never read it.",
        "example": "Two people opened a bridge each. For seven minutes neither knew of the other.",
    },
    {
        "kind": SectionKind.CONTACT, "title": "Contact and sign-off",
        "guidance": "Where readers ask, besides the address of the page.",
        "example": "Your account manager has the figures of your own traffic.",
    },
]  # fmt: skip

QUESTIONS: Rows = [  # 3-37 to 3-42
    {
        "section": RecordSection.TIMELINE, "label": "What happened, in three sentences", "is_required": True,
        "goes_to": SectionKind.SUMMARY,
        "guidance": "For somebody who was not there. What failed, for whom, and what ended it. Keep causes for their "
        "own section.",
        "example": "From 09:12 to 09:50 reports took minutes to open. A query held a lock. We ended it.",
    },
    {
        "section": RecordSection.DETECTION, "label": "How did you know?", "is_required": True,
        "goes_to": SectionKind.DETECTION,
        "guidance": "The first sign that you saw, and when.",
        "example": "At 20:18 the alert on the age of queues went off, four minutes after it began.",
    },
    {
        "section": RecordSection.DETECTION, "label": "By which signal?", "goes_to": SectionKind.DETECTION,
        "guidance": "The alert, graph, log or call, and its limit.",
        "example": "sms_queue_age 310 s, limit 120 s.",
    },
    {
        "section": RecordSection.DETECTION, "label": "Why not sooner?", "goes_to": SectionKind.DETECTION,
        "guidance": "What could have told you earlier, and why it did not.",
        "example": "The rate of sending fell within seconds. Nothing watches it.",
    },
    {
        "section": RecordSection.MITIGATION, "label": "What made it possible to end it?",
        "goes_to": SectionKind.MITIGATION,
        "guidance": "Tools, people or luck without which it would have taken longer.",
        "example": "The old image was still in the registry.",
    },
    {
        "section": RecordSection.IMPACT, "label": "What did customers notice?", "is_required": True,
        "goes_to": SectionKind.IMPACT,
        "guidance": "In their words rather than ours.",
        "example": "One-time passcodes arrived after they had expired and had to be asked for again.",
    },
]  # fmt: skip

SIGNATORIES = ["Reliability", "Engineering Leads", "Managers"]  # roles, and the ready groups of these names
DAY = 24 * 60

POLICIES: dict[tuple[Origin, SeverityLevel], dict[str, Any]] = {  # 3-43, 4-11, 2-18, 4-08
    (Origin.PLATFORM, SeverityLevel.MINOR): {"way": Way.SHORT, "publish_minutes": DAY},
    (Origin.PLATFORM, SeverityLevel.MAJOR): {"way": Way.FULL, "record_minutes": DAY, "publish_minutes": 2 * DAY},
    (Origin.PLATFORM, SeverityLevel.CRITICAL): {"way": Way.FULL, "record_minutes": DAY, "publish_minutes": 2 * DAY},
    (Origin.EXTERNAL, SeverityLevel.MINOR): {"way": Way.NONE},
    (Origin.EXTERNAL, SeverityLevel.MAJOR): {"way": Way.NONE},
    (Origin.EXTERNAL, SeverityLevel.CRITICAL): {"way": Way.NONE},
}


def install(*, using: str) -> None:
    """Only empty tables are filled: what people changed stays changed."""
    if not Template.objects.using(using).exists():
        _template(Way.SHORT, "Short post-mortem", SHORT, using=using)
        full = _template(Way.FULL, "Root cause analysis", FULL, using=using)
        for position, facts in enumerate(QUESTIONS, start=1):
            Question(template=full, position=position, **facts).save(using=using)
        groups = {group.name: group for group in Group.objects.using(using).filter(name__in=SIGNATORIES)}
        for position, role in enumerate(SIGNATORIES, start=1):
            if role in groups:
                Signatory(template=full, role=role, group=groups[role], position=position).save(using=using)
    if not ReviewPolicy.objects.using(using).exists():
        for (origin, severity), facts in POLICIES.items():
            ReviewPolicy(origin=origin, severity=severity, **facts).save(using=using)


def _template(way: Way, name: str, sections: Rows, *, using: str) -> Template:
    template = Template(way=way, name=name)
    template.save(using=using)
    for position, facts in enumerate(sections, start=1):
        TemplateSection(template=template, position=position, **facts).save(using=using)
    return template
