"""What a new installation begins with: what the ready groups may here, and texts (1-18, 4-07, 2-13).

Only an empty table is filled.
"""

from incidents.choices import Status
from incidents.permissions import edit, see
from statuspage.models import StageTemplate

READ = see("statuspage", "page", "pagelink", "pagecomponent", "stagetemplate")

GROUPS = {
    "Viewers": READ,
    "Support": [*READ, *edit("statuspage", "stagetemplate")],
    "Engineering": READ,
    "Engineering Leads": [*READ, *edit("statuspage", "page", "pagelink", "pagecomponent", "stagetemplate")],
    "Reliability": READ,
    "Managers": READ,
    "Security": READ,
}

TEMPLATES = {
    Status.INVESTIGATING: [
        (
            "First notice",
            "We are aware of a problem with {{ components }}{% if locations %} in {{ locations }}{% endif %}"
            "{% if impact %}: {{ impact }}{% endif %}. We are looking for the cause. "
            "The next update follows by {{ next_update }}.",
        ),
        (
            "Still investigating",
            "The problem with {{ components }}{% if locations %} in {{ locations }}{% endif %} continues"
            "{% if impact %}: {{ impact }}{% endif %}. We are still looking for its cause. "
            "The next update follows by {{ next_update }}.",
        ),
    ],
    Status.IDENTIFIED: [
        (
            "Cause found",
            "We have found the cause of the problem with {{ components }}"
            "{% if locations %} in {{ locations }}{% endif %} and are working on a fix. "
            "The next update follows by {{ next_update }}.",
        ),
        (
            "Progress",
            "The fix for {{ components }}{% if locations %} in {{ locations }}{% endif %} is under way. "
            "The next update follows by {{ next_update }}.",
        ),
    ],
    Status.MONITORING: [
        (
            "Fix in place",
            "A fix for {{ components }}{% if locations %} in {{ locations }}{% endif %} is in place. "
            "We are watching that it holds. The next update follows by {{ next_update }}.",
        )
    ],
    Status.RESOLVED: [
        (
            "All clear",
            "The problem with {{ components }}{% if locations %} in {{ locations }}{% endif %} is over "
            "and everything works again."
            "{% if support_url %} If you still see it, please write to us through the support portal: "
            "{{ support_url }}{% endif %}"
            "{% if postmortem_by %}\n\nWe publish what happened and why by {{ postmortem_by }}.{% endif %}",
        )
    ],
}
BACK = (
    "Back again",
    "The problem with {{ components }}{% if locations %} in {{ locations }}{% endif %} is back"
    "{% if impact %}: {{ impact }}{% endif %}. We are looking into it again. "
    "The next update follows by {{ next_update }}.",
)


def install(*, using: str) -> None:
    if StageTemplate.objects.using(using).exists():
        return
    for status, texts in TEMPLATES.items():
        for position, (name, body) in enumerate(texts):
            StageTemplate(status=status, name=name, body=body, position=position).save(using=using)
    name, body = BACK
    StageTemplate(status=Status.INVESTIGATING, name=name, body=body, position=2, is_back=True).save(using=using)
