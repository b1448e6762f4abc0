"""The incident: what is known of it, and when each thing happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents import choices
from incidents.choices import Audience, Category, DetectionSource, IncidentType, Origin, Status
from incidents.models.incident_queryset import IncidentQuerySet
from incidents.models.public_id import public_id_field

Person = settings.AUTH_USER_MODEL


class Incident(models.Model):
    """Something is broken, or may be, and someone is on it.

    Status, version, the times of the life and the timeline change only through :mod:`incidents.actions`.
    """

    public_id = public_id_field("inc")
    title = models.CharField(
        max_length=200, help_text=_("What a customer sees fail, such as: SMS delayed in Frankfurt.")
    )
    summary = models.TextField(blank=True, help_text=_("What is known, for staff. Customers never see it."))
    status = models.CharField(max_length=20, choices=Status, default=Status.INVESTIGATING, editable=False)
    severity = models.ForeignKey("incidents.Severity", models.PROTECT, related_name="incidents")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.INTERNAL, editable=False)
    type = models.CharField(max_length=20, choices=IncidentType, default=IncidentType.DISRUPTION)
    category = models.CharField(max_length=20, choices=Category, default=Category.OPERATIONS, editable=False)
    origin = models.CharField(max_length=20, choices=Origin, default=Origin.PLATFORM)
    detection_source = models.CharField(max_length=20, choices=DetectionSource, default=DetectionSource.INTERNAL)

    rule = models.ForeignKey(
        "incidents.DeclareRule", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    rule_affected = models.PositiveIntegerField(null=True, blank=True, editable=False)
    rule_total = models.PositiveIntegerField(null=True, blank=True, editable=False)
    rule_note = models.CharField(max_length=200, blank=True, editable=False, help_text=_("How it was counted."))
    judged_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="owned_incidents")
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    members = models.ManyToManyField(
        Person, through="incidents.Member", through_fields=("incident", "user"), related_name="member_incidents"
    )
    bridge_url = models.URLField(
        _("bridge link"),
        blank=True,
        validators=[URLValidator(["https", "http"])],
        help_text=_("Call or chat where people join."),  # 1-10
    )

    volume = models.PositiveBigIntegerField(null=True, blank=True, help_text=_("Estimated, such as 1900000."))  # 0-11
    volume_unit = models.CharField(max_length=40, blank=True, help_text=_("Such as messages."))
    customers_affected = models.PositiveIntegerField(null=True, blank=True, help_text=_("Estimated number."))  # 0-12
    customer_impact = models.TextField(blank=True, help_text=_("What customers notice, in words."))  # 0-12
    workflow_impact = models.BooleanField(
        null=True,
        blank=True,
        help_text=_("Did customers' workflows stop or go wrong?"),  # 1-13
    )
    workflow_impact_note = models.CharField(max_length=255, blank=True)
    data_impact = models.BooleanField(null=True, blank=True, help_text=_("Is data lost, late or wrong?"))  # 1-13
    data_impact_note = models.CharField(max_length=255, blank=True)
    catch_up_eta = models.DateTimeField(
        _("catch-up ETA"),
        null=True,
        blank=True,
        help_text=_("When processing has caught up; needed if either impact is yes."),  # 1-13
    )
    stable_at = models.DateTimeField(null=True, editable=False)
    stable_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    fix_time_at = models.DateTimeField(null=True, editable=False)
    fix_time_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")

    started_at = models.DateTimeField(default=timezone.now, help_text=_("When it began to fail."))  # 0-07
    detected_at = models.DateTimeField(
        default=timezone.now, help_text=_("When we first knew; the first-notice clock starts here.")
    )
    declared_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    dismissed_at = models.DateTimeField(null=True, editable=False)
    first_notice_at = models.DateTimeField(null=True, editable=False)
    identified_at = models.DateTimeField(null=True, editable=False)
    monitoring_at = models.DateTimeField(null=True, editable=False)
    mitigated_at = models.DateTimeField(null=True, blank=True, help_text=_("When customers stopped noticing."))
    resolved_at = models.DateTimeField(null=True, editable=False)
    caught_up_at = models.DateTimeField(null=True, blank=True, help_text=_("When the last waiting work was done."))

    merged_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged_from", help_text=_("Where it goes on.")
    )

    first_notice_limit = models.PositiveIntegerField(editable=False, help_text=_("Minutes, copied from the severity."))
    suspicion_limit = models.PositiveIntegerField(editable=False, help_text=_("Minutes, copied from the severity."))
    is_backfilled = models.BooleanField(
        default=False, editable=False, help_text=_("Recorded afterwards: no clock, nobody told.")
    )
    declared_resolved = models.BooleanField(
        default=False, editable=False, help_text=_("Declared when it was already over.")
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text=_("Rises with every change."))

    objects = IncidentQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["version"])

    class Meta:
        ordering = ["-declared_at", "-pk"]
        permissions = [
            ("report_incident", _("Can report a suspicion")),
            ("note_incident", _("Can write private notes and let people into a restricted incident")),
            ("work_incident", _("Can confirm, dismiss, and change stage, facts and impacts")),
            ("publish_incident", _("Can publish, correct and withdraw public updates")),
            ("override_incident", _("Can override the closure gate")),
            ("reopen_incident", _("Can reopen a resolved incident")),
            ("merge_incident", _("Can merge an incident into another")),
            ("restrict_incident", _("Can change who may see an incident")),
            ("view_restricted_incident", _("Can see every restricted incident")),
        ]
        constraints = [
            models.CheckConstraint(name="incident_status_is_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="incident_audience_is_known", condition=Q(audience__in=Audience.values)),
            models.CheckConstraint(
                name="incident_resolved_at_iff_resolved",
                condition=Q(status=Status.RESOLVED, resolved_at__isnull=False)
                | (~Q(status=Status.RESOLVED) & Q(resolved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_confirmed_at_iff_confirmed",
                condition=Q(status__in=choices.PUBLIC, confirmed_at__isnull=False)
                | (~Q(status__in=choices.PUBLIC) & Q(confirmed_at__isnull=True))
                | Q(status=Status.MERGED),  # a suspicion is merged as well as an incident
            ),
            models.CheckConstraint(
                name="incident_merged_iff_merged",
                condition=Q(status=Status.MERGED, merged_at__isnull=False, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_at__isnull=True, merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_is_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")),
            ),
            models.CheckConstraint(
                name="incident_dismissed_at_iff_dismissed",
                condition=Q(status=Status.DISMISSED, dismissed_at__isnull=False)
                | (~Q(status=Status.DISMISSED) & Q(dismissed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="incident_is_detected_after_start", condition=Q(detected_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="incident_is_resolved_after_start",
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="incident_rule_counts_make_sense",
                condition=Q(rule_affected__isnull=True, rule_total__isnull=True)
                | Q(rule_total__gt=0, rule_affected__lte=F("rule_total")),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "audience"], name="incident_by_status"),
            models.Index(fields=["-started_at"], name="incident_by_start"),
        ]

    def __str__(self):
        return self.title

    def can_become(self, status: Status) -> bool:
        return Status(self.status).can_become(Status(status))

    @property
    def is_open(self) -> bool:
        return self.status in choices.OPEN

    @property
    def is_confirmed(self) -> bool:
        return self.status in choices.PUBLIC

    @property
    def is_merged(self) -> bool:
        return self.status == Status.MERGED

    @property
    def is_restricted(self) -> bool:
        return self.audience == Audience.RESTRICTED

    @property
    def has_public_clocks(self) -> bool:
        """Internal, restricted, drill and backfilled incidents owe the public nothing, and merged ones nothing more."""
        return self.had_public_clocks and not self.is_merged

    @property
    def had_public_clocks(self) -> bool:
        """It owes the public something, or did until it was merged."""
        return self.audience == Audience.PUBLIC and not self.is_backfilled

    @property
    def stage(self) -> str:
        """The macro-stage: identification, intervention or review (3-03)."""
        return choices.STAGES[Status(self.status)]

    @property
    def rule_percent(self) -> float | None:
        return 100 * self.rule_affected / self.rule_total if self.rule_total else None

    @property
    def running_since(self) -> datetime:
        """When it began, or was reopened last: the time between counts as healthy. Of rows ``with_told``."""
        return max(self.started_at, self.reopened_at or self.started_at)

    def ran_for(self, now: datetime) -> timedelta:
        """From beginning to end; of an open one (``with_told``), since it was reopened."""
        over = self.resolved_at or self.dismissed_at or self.merged_at
        return over - self.started_at if over else now - self.running_since
