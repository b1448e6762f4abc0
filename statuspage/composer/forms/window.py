"""A maintenance window as people write it: what, where, when and for how long, and what customers read (4-09)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import Audience
from incidents.maintenance.choices import Kind
from incidents.maintenance.forms.acts import MessageFields
from incidents.models import Team, User
from incidents.moments import whole, wrong_year
from statuspage.composer.forms.notice import PlainText
from statuspage.models import Page

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440)  # minutes
OTHER = "other"
LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "dir": "auto"})


class TimesForm(forms.Form):
    """When it begins and how long it takes, in the zone that was chosen. ``starts_at`` and ``ends_at`` come of it.

    ``standing``: the times that it has. Left as they are shown they stay what they are, to the second, and where clocks
    show them twice.
    """

    date = forms.DateField(
        label=gettext_lazy("Start"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the day on which it begins."),
            "invalid": gettext_lazy("Write a day such as 2026-12-09."),
        },
    )
    time = forms.TimeField(
        label=gettext_lazy("at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose the time at which it begins."),
            "invalid": gettext_lazy("Write a time such as 01:00."),
        },
    )
    length = forms.ChoiceField(label=gettext_lazy("for"), initial="120")
    until = forms.DateTimeField(
        required=False,
        label=gettext_lazy("until"),
        input_formats=LOCAL,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL[0]),
        error_messages={"invalid": gettext_lazy("Write a day and a time such as 2026-12-09 03:00.")},
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args, zones, standing=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.standing = dict(zip(("time", "until"), standing, strict=False))
        self.fields["length"].choices = [
            *((str(n), whole(timedelta(minutes=n))) for n in LENGTHS),
            (OTHER, _("Other…")),
        ]
        typed = self.data.get("time_zone") if self.is_bound else self.initial.get("time_zone")
        zones = dict.fromkeys([*zones, *([typed] if typed else [])])
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in zones if _is_zone(zone)]

    def clean(self):
        data = super().clean()
        day, at, zone = data.get("date"), data.get("time"), data.get("time_zone")
        if not (day and at and zone):
            return data
        if sentence := wrong_year(day):
            self.add_error("date", sentence)
            return data
        data["starts_at"] = self._instant("time", datetime.combine(day, at), zone)
        if data.get("length") == OTHER:
            until = data.get("until")
            if until is None and "until" not in self.errors:
                self.add_error("until", _("Choose when it ends."))
            data["ends_at"] = self._instant("until", until.replace(tzinfo=None), zone) if until else None
        elif data.get("length") and data["starts_at"]:
            data["ends_at"] = data["starts_at"] + timedelta(minutes=int(data["length"]))
        starts_at, ends_at = data["starts_at"], data.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("until", _("It ends before it begins; choose a later end."))
        return data

    def _instant(self, field: str, local: datetime, zone: str) -> datetime | None:
        """A time that clocks there leave out is refused; of one that they show twice, the first is meant."""
        stood = self.standing.get(field)
        if stood and stood.astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None) == local:
            return stood
        at = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
            words = {"time": f"{local:%H:%M}", "zone": zone}
            self.add_error(
                field, _("Clocks in %(zone)s are put forward over %(time)s that day; choose another.") % words
            )
            return None
        return at

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end, where both are right."""
        data = getattr(self, "cleaned_data", {})
        starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
        return (starts_at, ends_at) if starts_at and ends_at and ends_at > starts_at else None


class ClassFields(forms.Form):
    """Why it cannot wait and who approves: what an announcement needs where it would be an emergency."""

    reason = forms.CharField(
        required=False, max_length=500, label=gettext_lazy("Why it cannot wait"),
        help_text=gettext_lazy("For whoever approves, and the record. Customers read that it is an emergency."),
    )  # fmt: skip
    approver = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Who approves"),
        help_text=gettext_lazy("Not the author. Asked at once, on their home and by mail."),
        empty_label=gettext_lazy("Choose somebody"),
    )  # fmt: skip
    read_as = forms.CharField(required=False, widget=forms.HiddenInput)  # the class that was read when it was posted

    def __init__(self, *args, approvers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["approver"].queryset = approvers

    @property
    def expected(self) -> bool | None:
        """Whether an emergency was read; none where nothing was."""
        return {"emergency": True, "planned": False}.get(self.cleaned_data["read_as"])


class FactsForm(forms.Form):
    """What is done, for whom, and by whom."""

    title = forms.CharField(
        max_length=200,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What is done, to what. Customers read it first."),
        error_messages={"required": gettext_lazy("Write what is done, in a line for customers.")},
    )
    kind = forms.ChoiceField(
        choices=Kind.choices,
        label=gettext_lazy("Kind"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the kind.")},
    )
    audience = forms.ChoiceField(
        choices=[
            (Audience.PUBLIC.value, gettext_lazy("Customers")),
            (Audience.INTERNAL.value, gettext_lazy("Staff only")),
        ],
        initial=Audience.PUBLIC,
        label=gettext_lazy("Who may know"),
        widget=forms.RadioSelect,
    )
    pages = forms.ModelMultipleChoiceField(
        Page.objects.all(),
        required=False,
        label=gettext_lazy("Pages"),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="public_id",
    )
    body = PlainText(
        required=False,
        widget=lines(6),
        max_length=25_000,
        label=gettext_lazy("What customers read"),
        help_text=gettext_lazy("What is done and why, and what they will notice. Times and places are added."),
    )
    advice = PlainText(
        required=False, widget=lines(2), max_length=2_000, label=gettext_lazy("What they have to do"),
        help_text=gettext_lazy("Stands first on the page and in mails. Leave it empty where there is nothing to do."),
    )  # fmt: skip
    plan = PlainText(required=False, widget=lines(4), max_length=25_000, label=gettext_lazy("Plan"))
    roll_back = PlainText(required=False, widget=lines(3), max_length=25_000, label=gettext_lazy("Roll-back"))
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Owner"), empty_label=gettext_lazy("Nobody yet")
    )
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, label=gettext_lazy("Team"), empty_label=gettext_lazy("None")
    )
    ticket = forms.CharField(required=False, max_length=200, label=gettext_lazy("Change ticket"))
    is_automatic = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Begins and ends by itself"),
        help_text=gettext_lazy("At its times. Otherwise somebody begins and ends it by hand."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())


class WindowForm(TimesForm, MessageFields, ClassFields, FactsForm):
    """A window that is not announced yet."""


class MoveForm(TimesForm, MessageFields, ClassFields):
    """An announced window is moved."""

    body = PlainText(
        required=False, widget=lines(6), max_length=25_000, label=gettext_lazy("A word to customers"),
        help_text=gettext_lazy("Both times are said by themselves."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AmendForm(MessageFields, FactsForm):
    """What readers see of an announced window is changed, except its times."""

    note = PlainText(
        required=False, widget=lines(3), max_length=25_000, label=gettext_lazy("What is different"),
        help_text=gettext_lazy("For whoever was told before."),
    )  # fmt: skip


class SeriesForm(TimesForm, FactsForm):
    """Maintenance that recurs: the first start and how often."""

    rule = forms.CharField(
        max_length=255,
        label=gettext_lazy("How often"),
        help_text=gettext_lazy("An RRULE. Example: FREQ=MONTHLY;BYDAY=2TU for each second Tuesday of a month."),
        widget=forms.TextInput(attrs={"list": "rules", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write how often, such as FREQ=WEEKLY;BYDAY=SU.")},
    )
    announce_days = forms.IntegerField(
        min_value=1,
        max_value=180,
        initial=21,
        label=gettext_lazy("Announced ahead"),
        help_text=gettext_lazy("Days before each start. Enough for the notice that its pages ask for, with holidays."),
    )
    ticket = None

    @property
    def minutes(self) -> int:
        starts_at, ends_at = self.times
        return int((ends_at - starts_at).total_seconds() // 60)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
