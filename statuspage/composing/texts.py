"""Texts to begin from: a stage's template filled in from the facts (1-18, 1-19, 4-07, 2-13).

A template prints the variables below and may use ``{% if %}``. Nothing can be loaded, included, looped over or called,
so whoever may edit a text can do nothing but write one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.template import Context, Engine, Library, Template, TemplateSyntaxError, defaultfilters
from django.template.base import FilterExpression, NodeList, VariableNode
from django.template.defaulttags import IfNode, do_if
from django.utils import timezone, translation
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Level, Status
from incidents.models import Component, Location
from incidents.scope import Affected
from statuspage.documents import times, words
from statuspage.models import Page, StageTemplate

VARIABLES = {
    "components": gettext_lazy("what is affected. Example: SMS and WhatsApp"),
    "locations": gettext_lazy("where; empty where it is everywhere. Example: Frankfurt and Singapore"),
    "states": gettext_lazy("both with how bad it is. Example: SMS in Frankfurt: partial outage"),
    "next_update": gettext_lazy("the promised time in the page's zone. Example: 14:54 UTC"),
    "support_url": gettext_lazy("the support portal of the page; empty where it has none"),
    "page": gettext_lazy("the name of the page. Example: Larkwire Platform"),
    "title": gettext_lazy("the title of the incident"),
}


class BrokenText(ValueError):
    """The template cannot be used; the message says what to write instead."""


@dataclass(frozen=True)
class Facts:
    """What a text is filled in from."""

    title: str
    page: Page
    affected: Sequence[Affected]
    promised_at: datetime | None
    now: datetime


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
        try:
            return check(body).render(Context(values(facts), autoescape=False)).strip()
        except (BrokenText, RecursionError):
            return body.strip()


def sample(body: str, page: Page | None = None) -> str:
    """The text with made-up facts, for whoever writes one."""
    page = page or Page.objects.first() or Page(name=_("Your page"), support_url="https://support.example.com/")
    frankfurt, singapore = Location(pk=-1, name="Frankfurt"), Location(pk=-2, name="Singapore")
    sms, whatsapp = Component(pk=-1, name="SMS"), Component(pk=-2, name="WhatsApp")
    affected = [
        Affected(sms, frankfurt, Level.PARTIAL),
        Affected(sms, singapore, Level.PARTIAL),
        Affected(whatsapp, frankfurt, Level.DEGRADED),
    ]
    now, title = timezone.now(), _("SMS and WhatsApp delayed in Frankfurt and Singapore")
    return render(body, Facts(title, page, affected, now + timedelta(minutes=30), now))


def values(facts: Facts) -> dict[str, str]:
    """Each of ``VARIABLES`` in words."""
    affected = still_wrong(facts.affected)
    everywhere = any(item.location is None for item in affected)
    places = [] if everywhere else [item.location.name for item in affected]
    return {
        "components": words.listing(_distinct(item.component.name for item in affected)) or _("some of our services"),
        "locations": words.listing(_distinct(places)),
        "states": in_words(facts.affected),
        "next_update": promise_in_words(facts.promised_at, facts.page, now=facts.now),
        "support_url": facts.page.support_url,
        "page": str(facts.page),
        "title": facts.title,
    }


def promise_in_words(promised_at: datetime | None, page: Page, *, now: datetime) -> str:
    """14:54 UTC; with the day where it is another one."""
    return times.near(promised_at, now, ZoneInfo(page.time_zone)).text if promised_at else ""


def still_wrong(affected: Sequence[Affected]) -> list[Affected]:
    """What does not work; where everything works again, what the incident was about."""
    return [item for item in affected if item.level != Level.OPERATIONAL] or list(affected)


def in_words(affected: Sequence[Affected]) -> str:
    """SMS in Frankfurt and Singapore: partial outage. WhatsApp: degraded."""
    places: dict[tuple[Level | None, str], list[str]] = defaultdict(list)
    for item in sorted(affected, key=lambda item: -(item.level or 0)):
        places[item.level, item.component.name].append(item.location.name if item.location else "")
    alike: dict[tuple[Level | None, str], list[str]] = defaultdict(list)
    for (level, name), where in places.items():
        alike[level, "" if "" in where else words.listing(where)].append(name)
    return " ".join(
        _("%(names)s: %(level)s.")
        % {"names": words.placed(words.listing(names), where), "level": Level(level or 0).label.lower()}
        for (level, where), names in alike.items()
    )


def check(body: str) -> Template:
    """The template; raises :class:`BrokenText` where it would not come out as its author expects."""
    template = _parse(body)
    for name in _names(template.nodelist):
        if name not in VARIABLES:
            raise BrokenText(
                _("There is no variable “%(name)s”. Use one of: %(known)s.")
                % {"name": name, "known": ", ".join(VARIABLES)}
            )
    return template


class _Words(Engine):
    """Django's template language without anything but variables, four filters and ``if``."""

    def get_template_builtins(self, builtins):
        library = Library()
        library.tag("if", do_if)
        for name in ("capfirst", "default", "lower", "upper"):
            library.filter(name, getattr(defaultfilters, name))
        return [library]


_engine = _Words(loaders=[], autoescape=False)


def _parse(body: str) -> Template:
    try:
        return Template(body, engine=_engine)
    except TemplateSyntaxError as error:
        raise BrokenText(_explain(str(error))) from error
    except RecursionError as error:
        raise BrokenText(_("This is nested too deeply to be a text for people.")) from error


def _explain(error: str) -> str:
    """Django's complaint, and what may stand here."""
    return _(
        "This is not understood: %(error)s Write variables in double braces, such as {{ components }}, and conditions "
        "as {%% if locations %%} … {%% endif %%}; nothing else is needed."
    ) % {"error": error.split(" Did you forget")[0].rstrip(".") + "."}


def _names(nodes: NodeList) -> Iterator[str]:
    """Every variable that stands in the template, in branches not taken too."""
    for node in nodes:
        if isinstance(node, VariableNode):
            yield from _names_in(node.filter_expression)
        elif isinstance(node, IfNode):
            for condition, branch in node.conditions_nodelists:
                yield from _names_in_condition(condition)
                yield from _names(branch)


def _names_in_condition(condition) -> Iterator[str]:
    if condition is None:
        return
    if isinstance(value := getattr(condition, "value", None), FilterExpression):
        yield from _names_in(value)
    for side in ("first", "second"):
        yield from _names_in_condition(getattr(condition, side, None))


def _names_in(expression: FilterExpression) -> Iterator[str]:
    found = [expression.var, *(value for _name, given in expression.filters for is_var, value in given if is_var)]
    for variable in found:
        if getattr(variable, "lookups", None):
            yield ".".join(variable.lookups)


def _distinct(names) -> list[str]:
    return list(dict.fromkeys(names))
