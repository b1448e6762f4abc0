"""Texts to begin from: a stage's template filled in from the facts (1-18, 1-19, 4-07, 2-13).

A template prints the variables below and may use ``{% if %}``: :mod:`statuspage.plain_templates`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.template import Template
from django.utils import timezone, translation
from django.utils.translation import gettext as _, gettext_lazy

from incidents import wording
from incidents.choices import Level, Status
from incidents.models import Component, Location
from incidents.scope import Affected
from statuspage import plain_templates
from statuspage.documents import times
from statuspage.models import Page, StageTemplate

BrokenText = plain_templates.BrokenText

VARIABLES = {
    "components": gettext_lazy("what is affected. Example: SMS and WhatsApp"),
    "locations": gettext_lazy("where; empty where it is everywhere. Example: Frankfurt and Singapore"),
    "impact": gettext_lazy("how bad it is at worst; empty where it works. Example: some of it does not work"),
    "states": gettext_lazy("both with how bad it is. Example: SMS in Frankfurt: partial outage"),
    "next_update": gettext_lazy("the promised time in the page's zone. Example: 14:54 UTC"),
    "postmortem_by": gettext_lazy(
        "until when a post-mortem is promised; empty where none is. Example: Sat 21 Nov, 14:54 UTC"
    ),
    "support_url": gettext_lazy("the support portal of the page; empty where it has none"),
    "page": gettext_lazy("the name of the page. Example: Larkwire Platform"),
    "title": gettext_lazy("the title of the incident"),
}


IMPACT = {
    Level.DEGRADED: gettext_lazy("it works, slower or less reliably than it should"),
    Level.PARTIAL: gettext_lazy("some of it does not work"),
    Level.MAJOR: gettext_lazy("it does not work"),
}


@dataclass(frozen=True)
class Facts:
    """What a text is filled in from."""

    title: str
    page: Page
    affected: Sequence[Affected]
    promised_at: datetime | None
    now: datetime
    report_by: datetime | None = None


def templates_for(page: Page) -> dict[Status, list[StageTemplate]]:
    """The texts of each stage on this page: its own first, then those of every page."""
    found: dict[Status, list[StageTemplate]] = defaultdict(list)
    rows = StageTemplate.objects.filter(Q(page=page) | Q(page=None))
    for row in rows.order_by(F("page").asc(nulls_last=True), "position", "name"):
        found[Status(row.status)].append(row)
    return found


def render(body: str, facts: Facts) -> str:
    """The text filled in, in the page's language; a broken template is given as it stands, for a person to mend."""
    with translation.override(facts.page.language):
        return plain_templates.fill(body, values(facts))


def sample(body: str, page: Page | None = None) -> str:
    """The text with made-up facts, for its author."""
    page = page or Page.objects.first() or Page(name=_("Your page"), support_url="https://support.example.com/")
    frankfurt, singapore = Location(pk=-1, name="Frankfurt"), Location(pk=-2, name="Singapore")
    sms, whatsapp = Component(pk=-1, name="SMS"), Component(pk=-2, name="WhatsApp")
    affected = [
        Affected(sms, frankfurt, Level.PARTIAL),
        Affected(sms, singapore, Level.PARTIAL),
        Affected(whatsapp, frankfurt, Level.DEGRADED),
        Affected(whatsapp, singapore, Level.DEGRADED),
    ]
    now, title = timezone.now(), _("SMS and WhatsApp delayed in Frankfurt and Singapore")
    return render(body, Facts(title, page, affected, now + timedelta(minutes=30), now, now + timedelta(hours=48)))


def values(facts: Facts) -> dict[str, str]:
    """Each of ``VARIABLES`` in words."""
    affected = still_wrong(facts.affected)
    components, locations = wording.apart(placed(affected))
    return {
        "components": components or _("some of our services"),
        "locations": locations,
        "impact": str(IMPACT.get(max((item.level or Level.OPERATIONAL for item in affected), default=None), "")),
        "states": in_words(facts.affected),
        "next_update": promise_in_words(facts.promised_at, facts.page, now=facts.now),
        "postmortem_by": promise_in_words(facts.report_by, facts.page, now=facts.now),
        "support_url": facts.page.support_url,
        "page": str(facts.page),
        "title": facts.title,
    }


def placed(affected: Iterable[Affected]) -> list[tuple[str, str]]:
    """Names and places, as :mod:`incidents.wording` takes them."""
    return [(item.component.name, item.location.name if item.location else "") for item in affected]


def promise_in_words(promised_at: datetime | None, page: Page, *, now: datetime) -> str:
    """14:54 UTC; with the day where it is another one."""
    return times.near(promised_at, now, ZoneInfo(page.time_zone)).text if promised_at else ""


def still_wrong(affected: Sequence[Affected]) -> list[Affected]:
    """What does not work; where everything works again, what the incident was about."""
    return [item for item in affected if item.level != Level.OPERATIONAL] or list(affected)


def in_words(affected: Sequence[Affected]) -> str:
    """SMS in Frankfurt and Singapore: partial outage. WhatsApp: degraded."""
    by_level: dict[Level, list[Affected]] = defaultdict(list)
    for item in sorted(affected, key=lambda item: -(item.level or 0)):
        by_level[Level(item.level or 0)].append(item)
    return " ".join(
        _("%(names)s: %(level)s.") % {"names": wording.scope(placed(items)), "level": level.label.lower()}
        for level, items in by_level.items()
    )


def check(body: str) -> Template:
    """The template; raises :class:`BrokenText` where it would not come out as its author expects."""
    return plain_templates.check(body, VARIABLES)
