"""``{% error_summary form rows nothing="Nothing was saved yet." %}`` at the head of a form: what is wrong in it, a line
for each field, which leads there. Nothing where nothing is wrong.

It takes forms, sets of forms (also of the admin's inlines), and a dict of sentences by the name of a control. Where the
lines lead is looked up in the finished page (:class:`incidents.staff.error_summary.ErrorSummaries`), so that also a
control that a template writes by hand is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BaseFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@dataclass(frozen=True)
class Line:
    """``name`` is that of the control; none where the sentence is about all of it."""

    text: str
    label: str = ""
    name: str = ""


@register.inclusion_tag("bridgewatch/error_summary.html")
def error_summary(*forms, nothing="", dress="staff"):
    """``nothing``: what has not happened. ``dress``: staff, signin or public."""
    lines = [line for each in forms if each for line in _lines(each)]
    return {"lines": lines, "nothing": nothing, "dress": dress}


def _lines(source: Any) -> Iterator[Line]:
    if isinstance(source, dict):
        yield from (Line(str(text), name=name) for name, text in source.items())
    elif isinstance(source, BaseForm):
        yield from _of_form(source)
    elif isinstance(source, BaseFormSet):
        if source.is_bound:
            yield from (Line(str(error)) for error in source.non_form_errors())
            for number, form in enumerate(source.forms, start=1):
                yield from _of_form(form, number)
    elif hasattr(source, "formset"):  # as the admin wraps it
        yield from _lines(source.formset)
    elif hasattr(source, "form"):
        yield from _lines(source.form)
    elif not isinstance(source, str):
        for each in source:
            yield from _lines(each)


def _of_form(form: BaseForm, number: int = 0) -> Iterator[Line]:
    if not form.is_bound:
        return
    yield from (Line(str(error)) for error in form.non_field_errors())
    for bound in form:
        label = capfirst(str(bound.label)).rstrip(":")
        if number:
            label = _("%(label)s, row %(n)d") % {"label": label, "n": number}
        label = label if label.endswith("?") else f"{label}:"
        yield from (Line(str(error), label, bound.html_name) for error in bound.errors)
