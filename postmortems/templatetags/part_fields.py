"""Fields of parts: ``{% part_field part "text" rows=3 %}`` draws one with its label, as it is saved.

The screen hands over ``outcome`` (what became of what was posted) and ``posted`` (what was), if anything was;
and ``people``, keys and names of who may own an action item.
"""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.utils.text import capfirst
from django.utils.translation import gettext

from incidents.forms.moments import MomentField
from postmortems.document import values
from postmortems.forms import parts as fields
from postmortems.forms.typed import LINK, READ
from postmortems.models import Part

register = template.Library()


@register.inclusion_tag("postmortems/_part_field.html", takes_context=True)
def part_field(context, part: Part, name: str, *, label="", rows=2, hide_label=False, help="", classes=""):
    """One control with what it holds, what it held when it was read, and what is wrong with it."""
    control, column = f"{part.key}.{name}", type(part)._meta.get_field(name)
    made, held = fields.field(type(part), name), fields.typed(part, name)
    posted, outcome = context.get("posted"), context.get("outcome")
    value = posted.get(control, "") if posted and READ + control in posted else held
    return {
        "name": control,
        "read_name": READ + control,
        "id": control.replace(".", "-"),
        "value": value,
        "read": held,
        "kind": _kind(made, name, long=fields.is_long(type(part), name)),
        "choices": _choices(context, made, part, name),
        "label": label or capfirst(str(column.verbose_name)),
        "hide_label": hide_label,
        "help": help,
        "rows": rows,
        "longest": getattr(column, "max_length", None),
        "error": outcome.errors.get(control, "") if outcome else "",
        "clash": outcome.clashes.get(control) if outcome else None,
        "classes": classes,
    }


@register.inclusion_tag("postmortems/_part_link.html", takes_context=True)
def part_link(context, action: Part, other: Part, label: str, *, linked=False):
    """A tick: whether the action works on the cause, or replaces the temporary measure."""
    return _link(context, action.key, other.key, label, linked=linked)


@register.inclusion_tag("postmortems/_part_mark.html", takes_context=True)
def part_mark(context, action: values.Action, cause: values.Cause, mark: str):
    """A cell of the matrix as a tick."""
    words = {"action": action.number, "cause": cause.number}
    label = gettext("Action %(action)d works on cause %(cause)d") % words
    if action.is_temporary:
        label = gettext("Action %(action)d works on cause %(cause)d for a while") % words
    return _link(context, action.id, cause.key, label, linked=bool(mark)) | {"is_temporary": action.is_temporary}


def _link(context, action: str, other: str, label: str, *, linked: bool) -> dict[str, Any]:
    name = f"{LINK}{action}.{other}"
    posted = context.get("posted")
    ticked = bool(posted.get(name)) if posted and READ + name in posted else linked
    return {
        "name": name,
        "read_name": READ + name,
        "action": action,
        "other": other,
        "label": label,
        "ticked": ticked,
        "linked": linked,
    }


def _kind(made: forms.Field, name: str, *, long: bool) -> str:
    if isinstance(made, forms.BooleanField):
        return "tick"
    if isinstance(made, forms.ChoiceField):
        return "select"
    if long:
        return "long"
    if isinstance(made, MomentField):
        return "moment"
    if isinstance(made, forms.DateField):
        return "date"
    if isinstance(made, forms.IntegerField):
        return "number"
    return "url" if isinstance(made, forms.URLField) else "text"


def _choices(context, made: forms.Field, part: Part, name: str) -> list[tuple[str, str]]:
    """Of people: those of the screen, who may see the incident, and whoever it is by now."""
    if isinstance(made, forms.ModelChoiceField):
        held = getattr(part, name)
        now = [(str(held.pk), str(held))] if held else []
        return [("", "–"), *dict([*context["people"], *now]).items()]
    if isinstance(made, forms.ChoiceField):
        return [(str(value), str(words)) for value, words in made.choices]
    return []
