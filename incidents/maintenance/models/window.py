"""A maintenance window: what is done where, when, how it was announced, and how it went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import Audience, Origin
from incidents.maintenance import lateness
from incidents.maintenance.choices import AHEAD, OVER, RUNNING, Expected, Kind, Outcome, State, UpdateKind
from incidents.maintenance.models.operator_notice import OperatorNotice
from incidents.models.public_id import public_id_field, time_zone_field

Person = settings.AUTH_USER_MODEL


class WindowQuerySet(models.QuerySet["Window"]):
    def visible_to(self, user) -> Self:
        """Maintenance is open to all staff who may see maintenance."""
        return self if user.has_perm("maintenance.view_window") else self.none()

    def announced(self) -> Self:
        return self.filter(announced_at__isnull=False)

    def public(self) -> Self:
        """What customers may read of: announced, whether or not it was cancelled since."""
        return self.announced().filter(audience=Audience.PUBLIC)

    def ahead(self) -> Self:
        """Announced, and not over."""
        return self.filter(state__in=AHEAD)

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def running_at(self, at: datetime) -> Self:
        """Announced by then, begun and not over: by what really happened."""
        begun = self.filter(announced_at__lte=at, started_at__lte=at)
        return begun.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))

    def waiting_to_be_announced(self) -> Self:
        """Made from a series, and not announced by itself, or from an operator's notice: a person has to decide, before
        it would begin."""
        sent = Exists(OperatorNotice.objects.filter(window=OuterRef("pk")))
        return self.filter(sent | Q(series__isnull=False), state=State.DRAFT, starts_at__gt=timezone.now())

    def overlapping(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Window(models.Model):
    """One piece of maintenance (3-04 to 3-08). Written only by :mod:`incidents.maintenance.actions`.

    The times are those that were announced last; a draft's are what is meant. ``arithmetic`` is the frozen
    :class:`~incidents.maintenance.business_days.Notice` that the class came from.
    """

    public_id = public_id_field("mnt")
    title = models.CharField(max_length=200, help_text=_("What customers read, such as: Core router upgrade."))
    kind = models.CharField(max_length=20, choices=Kind)
    audience = models.CharField(
        max_length=12,
        choices=[(each.value, each.label) for each in (Audience.PUBLIC, Audience.INTERNAL)],
        default=Audience.PUBLIC,
    )
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT, editable=False)
    time_zone = time_zone_field(help_text=_("In which its times were written."))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_automatic = models.BooleanField(
        _("begins and ends by itself"), default=True, help_text=_("At its times; otherwise by hand.")
    )
    body = models.TextField(blank=True, max_length=25_000, help_text=_("What is done and why, for customers."))
    advice = models.TextField(blank=True, max_length=2_000, help_text=_("What customers have to do, if anything."))

    plan = models.TextField(blank=True, help_text=_("The steps, for staff."))
    roll_back = models.TextField(_("roll-back"), blank=True, help_text=_("How it is undone, and until when."))
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="owned_windows")
    team = models.ForeignKey("incidents.Team", models.SET_NULL, null=True, blank=True, related_name="windows")
    ticket = models.CharField(_("change ticket"), max_length=200, blank=True)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    author = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        help_text=_("Who wants it at the times it has; somebody else approves it."),
    )
    announced_at = models.DateTimeField(null=True, editable=False, help_text=_("When it was first posted."))
    is_emergency = models.BooleanField(null=True, editable=False, help_text=_("As computed when it was announced."))
    arithmetic = models.JSONField(null=True, editable=False)
    reason = models.CharField(max_length=500, blank=True, editable=False, help_text=_("Why it cannot wait."))  # 3-07
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(null=True, editable=False)

    started_at = models.DateTimeField(null=True, editable=False)
    verifying_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, editable=False)
    result = models.TextField(blank=True, editable=False, help_text=_("What came of it, for staff."))

    series = models.ForeignKey("maintenance.Series", models.SET_NULL, null=True, editable=False, related_name="windows")
    occurrence = models.DateTimeField(null=True, editable=False, help_text=_("The start that the series gave it."))
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Of its calendar file: rises with every time or state.")
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False, help_text=_("What readers may see of it."))
    version = models.PositiveIntegerField(default=1, editable=False, help_text=_("Rises with every change."))

    components = models.ManyToManyField("incidents.Component", through="maintenance.WindowImpact", related_name="+")

    objects = WindowQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["version"])

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("maintenance window")
        permissions = [
            ("plan_window", _("Can plan maintenance")),
            ("announce_window", _("Can announce, move, run and cancel maintenance")),
            ("approve_window", _("Can approve emergency maintenance")),
        ]
        constraints = [
            models.CheckConstraint(name="window_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="window_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="window_audience_is_public_or_internal",
                condition=Q(audience__in=[Audience.PUBLIC, Audience.INTERNAL]),
            ),
            models.CheckConstraint(name="window_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="window_has_a_class_iff_announced",
                condition=Q(announced_at__isnull=True, is_emergency__isnull=True, arithmetic__isnull=True)
                | Q(announced_at__isnull=False, is_emergency__isnull=False, arithmetic__isnull=False),
            ),
            models.CheckConstraint(
                name="window_draft_is_not_announced",
                condition=Q(state=State.DRAFT, announced_at__isnull=True)
                | Q(state=State.CANCELLED)
                | (Q(state__in=[*AHEAD, State.COMPLETED], announced_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="window_emergency_has_reason_and_approver",  # 3-07
                condition=Q(is_emergency__isnull=True)
                | Q(is_emergency=False)
                | (~Q(reason="") & Q(approved_by__isnull=False, author__isnull=False)),
            ),
            models.CheckConstraint(
                name="window_approver_is_not_the_author",
                condition=Q(approved_by__isnull=True) | Q(author__isnull=True) | ~Q(approved_by=F("author")),
            ),
            models.CheckConstraint(
                name="window_approval_has_its_time",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="window_started_iff_it_ran",
                condition=Q(state__in=[State.DRAFT, State.SCHEDULED], started_at__isnull=True)
                | Q(state__in=[*RUNNING, State.COMPLETED], started_at__isnull=False)
                | Q(state=State.CANCELLED),
            ),
            models.CheckConstraint(
                name="window_ended_iff_over",
                condition=Q(state=State.COMPLETED, ended_at__isnull=False, cancelled_at__isnull=True)
                | Q(state=State.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state__in=OVER) & Q(ended_at__isnull=True, cancelled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="window_really_ends_after_it_started",
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
            models.UniqueConstraint("series", "occurrence", name="window_is_one_for_each_occurrence"),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="window_by_state"),
            models.Index(fields=["starts_at", "ends_at"], name="window_by_time"),
        ]

    def __str__(self):
        return self.title

    @property
    def origin(self) -> Origin:
        return Kind(self.kind).origin

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_public(self) -> bool:
        """Whether customers may read of it."""
        return self.audience == Audience.PUBLIC and self.announced_at is not None

    def silence(self) -> str:
        """Why nobody outside was told of it so far; empty where somebody was, or it is a draft. One query."""
        told = list(self.updates.order_by("pk").values_list("deliver_notifications", "silence_reason"))
        return "" if not told or any(deliver for deliver, _why in told) else told[0][1]

    @property
    def length(self) -> timedelta:
        """As planned."""
        return self.ends_at - self.starts_at

    @property
    def planned_end(self) -> datetime:
        """The end that was announced before it began. One query, or none where its updates are prefetched."""
        extended = [each for each in self.updates.all() if each.kind == UpdateKind.EXTENDED]
        return lateness.planned_end(self.ends_at, (each.old_ends_at for each in extended))

    def overran_by(self, now: datetime) -> timedelta:
        """How much longer than announced it ran, or runs; zero where it did not."""
        if self.started_at is None:
            return timedelta()
        return lateness.longer_by(self.ended_at or now, self.planned_end)

    def ended_early_by(self) -> timedelta:
        """Zero where it was not early; what was broken off was not."""
        if self.ended_at is None or self.state != State.COMPLETED:
            return timedelta()
        return lateness.early_by(self.ended_at, self.planned_end)


class WindowImpact(models.Model):
    """A component with all below it, at a location (none: everywhere), and what is expected of it meanwhile."""

    window = models.ForeignKey(Window, models.CASCADE, related_name="impacts")
    component = models.ForeignKey("incidents.Component", models.PROTECT, related_name="window_impacts")
    location = models.ForeignKey(
        "incidents.Location", models.PROTECT, null=True, blank=True, related_name="window_impacts"
    )
    expected = models.PositiveSmallIntegerField(choices=Expected)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-expected", "component__position", "pk"]
        constraints = [
            models.CheckConstraint(name="window_impact_is_known", condition=Q(expected__in=Expected.values)),
            models.UniqueConstraint("window", "component", "location", name="window_impact_is_one_at_location"),
            models.UniqueConstraint("window", "component", condition=Q(location=None), name="window_impact_is_one"),
        ]

    def __str__(self):
        where = f" in {self.location}" if self.location_id else ""
        return f"{self.component}{where}: {self.get_expected_display()}"


class WindowIncident(models.Model):
    """An incident that the window caused."""

    window = models.ForeignKey(Window, models.CASCADE, related_name="caused")
    incident = models.OneToOneField("incidents.Incident", models.CASCADE, related_name="caused_by_window")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    history = HistoricalRecords()

    def __str__(self):
        return f"{self.incident} caused by {self.window}"
