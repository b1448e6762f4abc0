"""What a new installation begins with. Only empty tables are filled: what people changed stays changed."""

from typing import Any

from incidents.choices import ComponentKind, GateHardness, RuleKind, SeverityLevel
from incidents.models import DeclareRule, Severity
from incidents.permissions import edit, see

CATALOGUE = ["team", "location", "component"]
POLICY = ["severity", "declarerule"]
READ = see("incidents", *CATALOGUE, *POLICY, "incident", "pin", "user", "businesscalendar", "changefreeze")
CALENDARS = edit("incidents", "businesscalendar", "calendarday", "changefreeze")
REPORT, NOTE, WORK = "incidents.report_incident", "incidents.note_incident", "incidents.work_incident"
PUBLISH = "incidents.publish_incident"

GROUPS = {  # 1-15; who may what: DESIGN section 3
    "Viewers": [*READ, REPORT],
    "Support": [*READ, REPORT, NOTE, WORK, PUBLISH],
    "Engineering": [*READ, REPORT, NOTE, WORK, *edit("incidents", *CATALOGUE)],
    "Engineering Leads": [
        *READ, REPORT, NOTE, WORK, PUBLISH,
        "incidents.override_incident", "incidents.reopen_incident", "incidents.merge_incident",
        *edit("incidents", *CATALOGUE, *POLICY), *CALENDARS,
    ],
    "Reliability": [*READ, REPORT, NOTE, *edit("incidents", *CATALOGUE), *CALENDARS],
    "Managers": [*READ, REPORT, NOTE, "incidents.add_user", "incidents.change_user", "incidents.invite_user"],
    "Security": [*READ, REPORT, NOTE, WORK, "incidents.restrict_incident", "incidents.view_restricted_incident"],
}  # fmt: skip

SEVERITIES: dict[SeverityLevel, dict[str, Any]] = {
    SeverityLevel.MINOR: {
        "meaning": "A small part works badly, or a way round exists; most customers do not notice.",
        "healthy_minutes": 5,
        "gate": GateHardness.BASIC,
    },
    SeverityLevel.MAJOR: {"meaning": "A product, channel or location fails for many customers."},
    SeverityLevel.CRITICAL: {"meaning": "Most of the platform is down, or data is lost or at risk."},
}

RULES: list[dict[str, Any]] = [  # 1-01 to 1-03, 0-05
    {"label": "More than 25 % of merchants", "kind": RuleKind.SHARE, "unit": "merchants", "threshold_percent": 25},
    {
        "label": "More than 25 % of one integration",
        "kind": RuleKind.SHARE,
        "unit": "accounts on the integration",
        "threshold_percent": 25,
        "component_kind": ComponentKind.INTEGRATION,
    },
    {"label": "Any data leak", "is_data_leak": True},
    {"label": "Sustained rise of DELIVERY_FAILED"},
    {"label": "Widespread authentication or validation rejections"},
    {"label": "A business-critical flow is interrupted"},
]


def install(*, using: str) -> None:
    """Severities and declare rules."""
    if not Severity.objects.using(using).exists():
        for level, facts in SEVERITIES.items():
            Severity(level=level, **facts).save(using=using)
    if not DeclareRule.objects.using(using).exists():
        for position, facts in enumerate(RULES, start=1):
            DeclareRule(position=position, **facts).save(using=using)
