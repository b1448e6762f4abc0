"""What people type into the fields of parts, one field at a time: as plain text, in and out."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextField, URLField

from incidents.exceptions import DomainError
from incidents.forms.moments import MomentField
from incidents.forms.time_inputs import MomentInput
from incidents.models import User
from incidents.numbers import is_key
from postmortems.actions.parts import KINDS
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Paragraph, Part, Why

TYPED: dict[type[Part], tuple[str, ...]] = {  # what may be typed; keys, places and who it is of may not
    Paragraph: ("text", "is_internal"),
    Event: ("at", "text", "kind", "link", "is_internal"),
    Mitigation: ("at", "ended_at", "text", "role", "who", "lasts", "effect", "faster", "is_internal"),
    Cause: ("text", "kind", "is_root", "affects", "is_internal"),
    Why: ("text", "answer", "is_internal"),
    Assessment: ("customers", "customers_total", "volume", "volume_unit", "lasting", "data", "is_internal"),
    ActionItem: ("text", "kind", "priority", "state", "owner", "due_on", "proof", "ticket", "is_internal"),
}
YES, NO = "true", ""


@cache
def field(kind: type[Part], name: str) -> forms.Field:
    """The form field; refuses one that nobody types."""
    if name not in TYPED[kind]:
        raise DomainError(f"{name} is not written here.")
    column = kind._meta.get_field(name)
    if name in ("at", "ended_at"):
        return MomentField(required=not column.blank)
    if name == "owner":
        return forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)
    more: dict[str, Any] = {"assume_scheme": "https"} if isinstance(column, URLField) else {}
    return column.formfield(**more)


def clean(kind: type[Part], name: str, text: str) -> Any:
    """The value of what was typed; refuses in the sentence of the field."""
    made = field(kind, name)
    if isinstance(made, forms.BooleanField):
        return text == YES
    if isinstance(made, forms.ModelChoiceField) and text and not is_key(text):
        raise DomainError(str(made.error_messages["invalid_choice"]), field=name)
    try:
        value = made.clean(text.replace("\r\n", "\n"))
    except ValidationError as error:
        raise DomainError(error.messages[0], field=name) from error
    return getattr(kind._meta.get_field(name), "to_python", lambda each: each)(value) if name != "owner" else value


def typed(part: Part, name: str) -> str:
    """What a field holds, as it would be typed. An owner is their key."""
    made, value = field(type(part), name), getattr(part, name)
    if value is None:
        return ""
    if isinstance(made, forms.BooleanField):
        return YES if value else NO
    if isinstance(made, forms.ModelChoiceField):
        return str(value.pk)
    if isinstance(made, MomentField):
        return MomentInput().format_value(value)
    return str(made.prepare_value(value))


def shown(part: Part) -> dict[str, str]:
    """Every field, as it would be typed."""
    return {name: typed(part, name) for name in TYPED[type(part)]}


def is_long(kind: type[Part], name: str) -> bool:
    """Whether it is written in a box of several lines."""
    return isinstance(kind._meta.get_field(name), TextField)


__all__ = ["KINDS", "TYPED", "clean", "field", "is_long", "shown", "typed"]
