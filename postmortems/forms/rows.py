"""The forms of rows of a record, laid out by crispy-forms: their fields are those of :mod:`postmortems.forms.parts`.

A form is never bound: what was typed is applied field by field (:mod:`postmortems.forms.changes`), and what was refused
is shown beside its field (``said``). ``data-save`` names a field for ``saving.js``.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from postmortems.choices import ActionState, Affects, CauseKind, Lasts
from postmortems.forms import parts
from postmortems.models import ActionItem, Assessment, Cause, Event, Mitigation, Part

Texts = Mapping[str, str]
SHAPES = {  # by field and value: how a choice is drawn
    ("is_root", parts.YES): "ca-root",
    ("is_root", parts.NO): "ca-factor",
    ("affects", Affects.DURATION): "af-duration",
    ("affects", Affects.IMPACT): "af-impact",
    ("affects", Affects.BOTH): "af-both",
    ("lasts", Lasts.TEMPORARY): "la-temporary",
    ("lasts", Lasts.PERMANENT): "la-permanent",
    ("lasts", Lasts.NO_EFFECT): "la-no-effect",
    ("state", ActionState.TODO): "ck-todo",
    ("state", ActionState.IN_PROGRESS): "ck-running",
    ("state", ActionState.DONE): "ck-met",
    ("state", ActionState.DROPPED): "ck-missed",
}


class Segments(Field):
    """A choice of few as buttons that lie together."""

    template = "%s/layout/segments.html"

    def render(self, form, context, template_pack=None, **options):
        bound = form[self.fields[0]]
        form.rendered_fields.add(bound.name)
        shapes = [SHAPES.get((bound.name, option.data["value"]), "") for option in bound]
        found = {"field": bound, "options": list(zip(bound, shapes, strict=True))}
        return render_to_string(self.get_template_name(template_pack), found)


class RowForm(forms.Form):
    """``key`` is that of the part, which may not be there yet; ``values`` are texts, as they would be typed."""

    kind: type[Part]
    names: tuple[str, ...]
    needs: tuple[str, ...] = ()  # what a new row cannot be without
    labels: Mapping[str, Any] = {}
    helps: Mapping[str, Any] = {}
    rows: Mapping[str, int] = {}
    layout = Layout()

    def __init__(self, key: str, values: Texts, *, said: Texts | None = None, more: Mapping[str, Any] | None = None):
        super().__init__(prefix=key, initial=dict(values))
        self.key, self.said, self.more = key, said or {}, more or {}
        self.read = {name: values.get(name, "") for name in self.names}
        for name in self.names:
            made = self.field(name)
            made.label, made.help_text, made.required = (
                self.labels.get(name, made.label),
                self.helps.get(name, ""),
                False,
            )
            made.widget.attrs["data-save"] = f"{key}.{name}"
            if name in self.rows:
                made.widget.attrs["rows"] = self.rows[name]
            self.fields[name] = made

    def field(self, name: str) -> forms.Field:
        made = deepcopy(parts.field(self.kind, name))
        if isinstance(made, forms.IntegerField):
            made.widget = forms.TextInput(attrs={"inputmode": "numeric"})
        return made

    @property
    def errors(self):
        found = ErrorDict(renderer=self.renderer)
        for name, sentence in self.said.items():
            found[name] = ErrorList([sentence], renderer=self.renderer)
        return found

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = self.layout
        return helper

    def shown(self, name: str) -> str:
        return str(self.initial.get(name, ""))


def _choice(choices, **options) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)


class CauseForm(RowForm):
    kind = Cause
    names = ("text", "kind", "is_root", "affects")
    labels = {"text": _("What was so?"), "kind": _("Kind"), "is_root": _("It is a"), "affects": _("It made worse")}
    rows = {"text": 3}
    layout = Layout("text", Div("kind", Segments("is_root"), css_class="pm-two"), Segments("affects"))

    def field(self, name):
        if name == "is_root":
            return _choice([(parts.YES, _("Root cause")), (parts.NO, _("Factor"))])
        if name == "affects":
            words = [(Affects.DURATION, _("How long")), (Affects.IMPACT, _("How much")), (Affects.BOTH, _("Both"))]
            return _choice(words)
        if name == "kind":
            return forms.ChoiceField(choices=CauseKind)
        return super().field(name)


class EventForm(RowForm):
    kind = Event
    names = ("at", "text", "kind", "link")
    needs = ("at",)
    labels = {"at": _("When"), "text": _("What happened"), "kind": _("Which moment is it?"), "link": _("Link")}
    helps = {
        "kind": _("Where two records date the same moment differently, that is settled in the RCA."),
        "link": _("What it rests on: a log, a graph, a chat."),
    }
    rows = {"text": 2}
    layout = Layout(Div("at", "kind", css_class="pm-two"), "text", "link")


class MitigationForm(RowForm):
    kind = Mitigation
    names = ("text", "who", "role", "at", "ended_at", "lasts", "effect", "faster")
    needs = ("at",)
    labels = {
        "text": _("What was done?"), "who": _("Who"), "role": _("In which role"), "at": _("From"),
        "ended_at": _("Until"), "lasts": _("It holds"), "effect": _("What did it change?"),
        "faster": _("What would have made it faster?"),
    }  # fmt: skip
    helps = {"role": _("Customers read the role, never the name."), "ended_at": _("Empty: it still stands.")}
    rows = {"text": 2, "effect": 2, "faster": 2}
    layout = Layout(
        "text",
        Div("who", "role", css_class="pm-two"),
        Div("at", "ended_at", css_class="pm-two"),
        Segments("lasts"),
        "effect",
        "faster",
    )

    def field(self, name):
        return _choice(Lasts.choices) if name == "lasts" else super().field(name)


class AssessmentForm(RowForm):
    kind = Assessment
    names = ("customers", "customers_total", "volume", "volume_unit", "lasting", "data")
    labels = {
        "customers": _("Customers affected"), "customers_total": _("of all"), "volume": _("Volume"),
        "volume_unit": _("of what"), "lasting": _("How long did they feel it?"), "data": _("What became of data?"),
    }  # fmt: skip
    layout = Layout(
        Div("customers", "customers_total", css_class="pm-two"),
        Div("volume", "volume_unit", css_class="pm-two"),
        "lasting",
        "data",
    )


class ActionForm(RowForm):
    """``more["people"]``: keys and names of those who may own it, read once for all rows."""

    kind = ActionItem
    names = ("text", "state", "kind", "owner", "due_on")
    labels = {
        "text": _("What is done?"), "state": _("It is"), "kind": _("What for"), "owner": _("Owner"),
        "due_on": _("Due"),
    }  # fmt: skip
    rows = {"text": 2}
    layout = Layout(
        "text",
        Segments("state"),
        Div("owner", "due_on", css_class="pm-two"),
        Div("kind", css_class="pm-two"),
    )

    def field(self, name):
        if name == "state":
            words = {ActionState.TODO: _("Planned"), ActionState.IN_PROGRESS: _("Begun"), ActionState.DONE: _("Taken")}
            dropped = [(ActionState.DROPPED, _("Dropped"))] if self.shown("state") == ActionState.DROPPED else []
            return _choice([*words.items(), *dropped])
        if name == "owner":
            return forms.ChoiceField(choices=[("", _("Nobody yet")), *self.more.get("people", ())])
        made = super().field(name)
        if name == "due_on":
            made.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return made


FORMS: dict[type[Part], type[RowForm]] = {
    each.kind: each for each in (CauseForm, EventForm, MitigationForm, AssessmentForm, ActionForm)
}
