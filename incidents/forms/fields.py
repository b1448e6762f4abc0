"""Fields that the forms around an incident share, and the form that notices when somebody else was quicker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy

from incidents import numbers
from incidents.choices import Level
from incidents.models import Severity
from incidents.moments import moment


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows by key; what is no key of any row is refused in words, and not by the database."""

    def clean(self, value):
        for each in value or ():
            if not numbers.is_key(str(each)):
                raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": each})
        return super().clean(value)


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered yet."""

    def __init__(self, **options):
        words = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", gettext_lazy("Not answered yet"))]
        super().__init__(
            choices=words,
            coerce=lambda word: word == "yes",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            **options,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


class SeverityField(forms.ModelChoiceField):
    """The three levels with their written meaning (3-02)."""

    def __init__(self, **options):
        super().__init__(Severity.objects.all(), empty_label=None, widget=forms.RadioSelect, **options)

    def label_from_instance(self, severity):
        return format_html("<b>{}</b><small>{}</small>", severity, severity.meaning)


class LevelField(forms.TypedChoiceField):
    def __init__(self, *, levels=tuple(Level), **options):
        super().__init__(
            choices=[(level.value, level.label) for level in levels],
            coerce=lambda value: Level(int(value)),
            widget=forms.RadioSelect,
            **options,
        )


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what stands there now, and what this person wrote."""

    name: str
    label: str
    now: str
    yours: str


class ClashingForm(forms.Form):
    """A form that carries what its fields held when it was read (hidden), and so knows what was really typed.

    Only what was typed is written. Where somebody else changed the same field meanwhile, :meth:`clashes` says so, and
    :meth:`on_top` gives the same form again, everything typed in it, standing on the values of now: submitting it again
    is the clear choice to write over them. Fields that nobody else touched never stand in the way.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, current: dict, version: int, **options):
        super().__init__(data, initial={"version": version, **current}, **options)
        self.current = current
        for name in current:
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def base(self, name: str):
        """What the field held when the form was read. Unknown: what it holds now, if the version did not move."""
        hidden = self.add_initial_prefix(self.add_prefix(name))
        if hidden not in self.data:
            was_read_now = self.data.get("version") == str(self.initial["version"])
            return _plain(self.current[name]) if was_read_now else object()
        try:
            return _plain(self.fields[name].clean(self.data[hidden]))
        except ValidationError:
            return None

    def typed(self) -> dict:
        """The fields that this person changed, cleaned."""
        names = [n for n in self.current if n in self.cleaned_data and self.add_prefix(n) in self.data]
        return {n: _lines(self.cleaned_data[n]) for n in names if not _same(self.cleaned_data[n], self.base(n))}

    def clashes(self) -> list[Clash]:
        found = []
        for name, mine in self.typed().items():
            theirs = _plain(self.current[name])
            if theirs != self.base(name) and not _same(mine, theirs):
                label = str(self.fields[name].label or name)
                found.append(Clash(name, label, self.words(name, self.current[name]), self.words(name, mine)))
        return found

    def words(self, name: str, value) -> str:
        """A value as people read it."""
        if value in (None, ""):
            return _("empty")
        if isinstance(value, datetime):
            return moment(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        choices = getattr(self.fields[name], "choices", None)
        if choices and not hasattr(self.fields[name], "queryset"):
            return str(dict(choices).get(value, value))
        return str(value)

    def on_top(self, clashes: list[Clash]) -> ClashingForm:
        """The same form with everything typed, but read now."""
        data = self.data.copy()
        data["version"] = str(self.initial["version"])
        for clash in clashes:
            bound = self[clash.name]
            value = bound.field.prepare_value(self.current[clash.name])
            data[bound.html_initial_name] = bound.field.hidden_widget().format_value(value) or ""
        self.data = data
        return self


def _lines(value):
    """Browsers post lines with a carriage return; facts are kept without."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _plain(value):
    """Comparable: times in UTC, keys for rows, nothing for emptiness."""
    value = _lines(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if value in (None, ""):
        return None
    return getattr(value, "pk", value)


def _same(mine, base) -> bool:
    """Whether what was typed is what stood there; a time that was typed to the minute means that whole minute."""
    mine = _plain(mine)
    return mine == base or (isinstance(mine, datetime) and isinstance(base, datetime) and mine == _minute(base))


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def not_before(at: datetime | None, start: datetime) -> datetime | None:
    """A time typed to the minute in which the incident started means that start, and not a few seconds before it."""
    return start if at is not None and _plain(at) == _minute(_plain(start)) else at


def without_theirs(data, names: str):
    """What was posted, with the named fields put back to what they hold for everybody else."""
    data = data.copy()
    for name in filter(None, names.split(",")):
        data[name] = data.get(f"initial-{name}", "")
    return data
