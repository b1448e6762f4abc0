"""What a new installation begins with. Only empty tables are filled: what people changed stays changed."""

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from incidents.choices import RuleKind, SeverityLevel
from incidents.models import DeclareRule, Severity

CATALOGUE = ["team", "location", "component"]
POLICY = ["severity", "declarerule"]
PAGES = ["page", "pagelink", "pagecomponent", "stagetemplate"]
CHANNELS = ["channel"]
SUBSCRIBERS = ["subscriber"]
MESSAGES = ["messagesettings", "messagetext"]


def _edit(models: list[str]) -> list[str]:
    return [f"{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")]


def _view(models: list[str]) -> list[str]:
    return [f"view_{model}" for model in models]


READ = _view([*CATALOGUE, *POLICY, *PAGES, *CHANNELS, *MESSAGES, "announcement", "incident", "pin", "user"])

GROUPS = {  # 1-15; who may what: DESIGN section 3
    "Viewers": READ,
    "Support": [
        *READ, "report_incident", "work_incident", "publish_incident", "send_announcement",
        *_edit(["stagetemplate", *SUBSCRIBERS]),
    ],
    "Engineering": [*READ, "report_incident", "work_incident", *_edit(CATALOGUE)],
    "Engineering Leads": [
        *READ, "report_incident", "work_incident", "publish_incident", "override_incident", "reopen_incident",
        "merge_incident", "send_announcement",
        *_edit([*CATALOGUE, *POLICY, *PAGES, *CHANNELS, *SUBSCRIBERS, *MESSAGES]), "export_subscriber",
    ],
    "Reliability": [*READ, "report_incident", *_edit(CATALOGUE)],
    "Managers": [*READ, "report_incident", "add_user", "change_user", "invite_user"],
    "Security": [*READ, "report_incident", "work_incident", "restrict_incident", "view_restricted_incident"],
}  # fmt: skip

SEVERITIES = {
    SeverityLevel.MINOR: {
        "meaning": "A small part works badly, or a way round exists; most customers do not notice.",
        "gate_blocks": False,
    },
    SeverityLevel.MAJOR: {"meaning": "A product, channel or location fails for many customers."},
    SeverityLevel.CRITICAL: {"meaning": "Most of the platform is down, or data is lost or at risk."},
}

RULES = [  # 1-01 to 1-03, 0-05
    {"label": "More than 25 % of merchants", "kind": RuleKind.SHARE, "unit": "merchants", "threshold_percent": 25},
    {
        "label": "More than 25 % of one integration",
        "kind": RuleKind.SHARE,
        "unit": "accounts on the integration",
        "threshold_percent": 25,
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


def install_groups(*, apps: list, using: str) -> None:
    """The ready groups with their permissions, once all permissions of ``apps`` exist."""
    if Group.objects.using(using).exists():
        return
    for app in apps:
        create_permissions(app, verbosity=0, using=using)
    permissions = {
        p.codename: p
        for p in Permission.objects.using(using).filter(content_type__app_label__in=[app.label for app in apps])
    }
    for name, codenames in GROUPS.items():
        group = Group.objects.using(using).create(name=name)
        group.permissions.set(
            [permissions[codename] for codename in dict.fromkeys(codenames) if codename in permissions]
        )
