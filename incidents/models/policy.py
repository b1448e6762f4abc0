"""What the organisation has agreed: what severities mean, which limits they carry, and what makes an incident."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import ComponentKind, GateHardness, RuleKind, SeverityLevel


class Severity(models.Model):
    """One of the three fixed levels, with its written meaning and the limits of its clocks (3-02).

    An incident copies a limit when its clock starts: changing it here rewrites no past.
    """

    level = models.PositiveSmallIntegerField(primary_key=True, choices=SeverityLevel, editable=False)
    meaning = models.CharField(max_length=200, help_text=_("One sentence that tells it from its neighbours."))
    first_notice_minutes = models.PositiveIntegerField(
        default=15, help_text=_("From detection to the first public notice.")
    )
    update_minutes = models.PositiveIntegerField(
        default=30, help_text=_("To the next update, where nothing else is promised.")
    )
    suspicion_minutes = models.PositiveIntegerField(default=10, help_text=_("To confirm or dismiss a suspicion."))
    escalation_minutes = models.PositiveIntegerField(
        default=10, help_text=_("After a missed time, until leads are told as well.")
    )
    healthy_minutes = models.PositiveIntegerField(
        default=15, help_text=_("Of sustained health before it may be resolved.")
    )
    gate = models.CharField(_("closure gate"), max_length=10, choices=GateHardness, default=GateHardness.ALL)

    history = HistoricalRecords()

    class Meta:
        ordering = ["level"]
        verbose_name_plural = _("severities")
        constraints = [
            models.CheckConstraint(name="severity_level_is_known", condition=Q(level__in=SeverityLevel.values)),
            models.CheckConstraint(name="severity_gate_is_known", condition=Q(gate__in=GateHardness.values)),
        ]

    def __str__(self):
        return str(SeverityLevel(self.level).label)

    @property
    def name(self) -> str:
        return SeverityLevel(self.level).name.lower()


class DeclareRule(models.Model):
    """What makes a suspicion an incident (1-01 to 1-05, 0-05). A share is met by strictly more than the threshold."""

    label = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=RuleKind, default=RuleKind.FACT)
    unit = models.CharField(max_length=60, blank=True, help_text=_("What is counted, such as merchants."))
    threshold_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    component_kind = models.CharField(
        _("counts by one"),
        max_length=20,
        choices=ComponentKind,
        blank=True,
        help_text=_("Such as integration: whoever confirms by this rule chooses which one is affected."),
    )
    is_data_leak = models.BooleanField(
        _("data leak"), default=False, help_text=_("Makes it a security incident, restricted from the start.")
    )
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "label"]
        constraints = [
            models.CheckConstraint(
                name="declare_rule_share_has_threshold_and_unit",
                condition=Q(kind=RuleKind.FACT, threshold_percent__isnull=True)
                | (Q(kind=RuleKind.SHARE, threshold_percent__gt=0, threshold_percent__lt=100) & ~Q(unit="")),
            )
        ]

    def __str__(self):
        return self.label

    @property
    def counts(self) -> bool:
        """Whether it is met by numbers."""
        return self.kind == RuleKind.SHARE

    def is_met(self, *, affected: int | None = None, total: int | None = None) -> bool:
        """Whether the counts meet the rule; a plain fact is met by being chosen."""
        if not self.counts:
            return True
        if not total or affected is None or self.threshold_percent is None:
            return False
        return Decimal(affected) * 100 > self.threshold_percent * Decimal(total)
