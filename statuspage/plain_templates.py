"""A template language in which nobody can do harm: variables, four filters and ``{% if %}``.

Nothing can be loaded, included, looped over or called, so a user who may edit a text can do nothing but write one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.template import Context, Engine, Library, Template, TemplateSyntaxError, defaultfilters
from django.template.base import FilterExpression, NodeList, VariableNode
from django.template.defaulttags import IfNode, do_if
from django.utils.translation import gettext as _

LONGEST = 5_000  # characters
MOST_TAGS = 100  # and variables: each takes time whenever the text is filled in


class BrokenText(ValueError):
    """The template cannot be used; the message says what to write instead."""


def check(body: str, known: Iterable[str]) -> Template:
    """The template; raises :class:`BrokenText` where it would not come out as its author expects."""
    template = _parse(body)
    names = list(known)
    for name in _names(template.nodelist):
        if name not in names:
            raise BrokenText(
                _("There is no variable “%(name)s”. Use one of: %(known)s.") % {"name": name, "known": ", ".join(names)}
            )
    return template


def fill(body: str, values: Mapping[str, str]) -> str:
    """The text filled in; a broken template is given as it stands, for a person to mend."""
    try:
        return check(body, values).render(Context(dict(values), autoescape=False)).strip()
    except (BrokenText, RecursionError):
        return body.strip()


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
    if len(body) > LONGEST:
        raise BrokenText(_("This is too long: a text has up to %(most)s characters.") % {"most": f"{LONGEST:,}"})
    if body.count("{%") + body.count("{{") > MOST_TAGS:
        raise BrokenText(_("A text has up to %(most)s variables and conditions; this has more.") % {"most": MOST_TAGS})
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
