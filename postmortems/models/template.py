"""What a post-mortem is made of: sections of the document, questions of a record, who signs, and which way is taken."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import Origin, SeverityLevel
from postmortems.choices import RecordSection, SectionKind, Visibility, Way

WAYS = [Way.SHORT, Way.FULL]


class Template(models.Model):
    """What a new post-mortem of one way begins with. Changing it changes none that has begun."""

    way = models.CharField(max_length=8, choices=[(way.value, way.label) for way in WAYS], unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    contact = models.CharField(
        max_length=200,
        blank=True,
        help_text=_("Where readers ask about it: an address. Empty: the support address of the page."),
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["way"]
        constraints = [
            models.CheckConstraint(name="template_way_is_written", condition=Q(way__in=[way.value for way in WAYS]))
        ]

    def __str__(self):
        return self.name

    @property
    def has_records(self) -> bool:
        """Whether it is drawn from incident records."""
        return self.way == Way.FULL

    @property
    def is_signed(self) -> bool:
        """Whether it is published only with signatures: a full RCA always, whoever took the last role out."""
        return self.has_records or self.signatories.exists()


class SectionBase(models.Model):
    """A section of the document, in a template or in a post-mortem."""

    kind = models.CharField(max_length=16, choices=SectionKind, default=SectionKind.TEXT)
    title = models.CharField(max_length=100)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.CUSTOMERS)
    is_required = models.BooleanField(_("required"), default=False, help_text=_("It cannot be approved while empty."))
    guidance = models.TextField(blank=True, max_length=1000, help_text=_("What belongs into it, in plain words."))
    example = models.TextField(blank=True, max_length=1000)
    position = models.PositiveIntegerField(default=0, help_text=_("Lower numbers come first."))

    class Meta:
        abstract = True

    def __str__(self):
        return self.title


class TemplateSection(SectionBase):
    template = models.ForeignKey(Template, models.CASCADE, related_name="sections")

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "template", "kind", condition=~Q(kind=SectionKind.TEXT), name="template_has_each_kind_once"
            )
        ]


class Question(models.Model):
    """A question of an incident record that is answered in words; the rest of its section is rows and figures."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="questions")
    section = models.CharField(max_length=12, choices=RecordSection)
    label = models.CharField(_("question"), max_length=150)
    guidance = models.TextField(blank=True, max_length=1000, help_text=_("What belongs into it, in plain words."))
    example = models.TextField(blank=True, max_length=1000)
    goes_to = models.CharField(
        max_length=16,
        choices=SectionKind,
        default=SectionKind.SUMMARY,
        help_text=_("The section of the document that answers are taken over into."),
    )
    is_required = models.BooleanField(_("required"), default=False)
    is_asked = models.BooleanField(_("asked"), default=True, help_text=_("Otherwise only past answers are shown."))
    position = models.PositiveIntegerField(default=0, help_text=_("Lower numbers come first."))

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label


class Signatory(models.Model):
    """A role that has to sign before a version is approved; members of ``group`` may sign for it."""

    template = models.ForeignKey(Template, models.CASCADE, related_name="signatories")
    role = models.CharField(max_length=100, help_text=_("As it stands in the document, such as Reliability."))
    group = models.ForeignKey(
        Group, models.SET_NULL, null=True, related_name="+", help_text=_("Whose members may sign for it.")
    )
    position = models.PositiveIntegerField(default=0, help_text=_("Lower numbers come first."))

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name_plural = _("signatories")
        constraints = [models.UniqueConstraint("template", "role", name="template_asks_each_role_once")]

    def __str__(self):
        return self.role


class ReviewPolicy(models.Model):
    """Which way an incident of this origin and severity takes when it is resolved, and its limits (3-43, 4-11)."""

    origin = models.CharField(max_length=20, choices=Origin, editable=False)
    severity = models.PositiveSmallIntegerField(choices=SeverityLevel, editable=False)
    way = models.CharField(max_length=8, choices=Way)
    record_minutes = models.PositiveIntegerField(
        _("minutes to the records"),
        null=True,
        blank=True,
        help_text=_("From resolution until every incident record is in. Empty: no limit."),  # 2-18
    )
    publish_minutes = models.PositiveIntegerField(
        _("minutes to publication"),
        null=True,
        blank=True,
        help_text=_("From resolution until the post-mortem is published. Empty: no limit."),  # 4-08
    )
    detect_minutes = models.PositiveIntegerField(
        _("minutes to detect"), null=True, blank=True, help_text=_("From the beginning. Empty: no limit.")
    )
    mitigate_minutes = models.PositiveIntegerField(
        _("minutes to mitigate"), null=True, blank=True, help_text=_("From the beginning. Empty: no limit.")
    )
    resolve_minutes = models.PositiveIntegerField(
        _("minutes to resolve"), null=True, blank=True, help_text=_("From the beginning. Empty: no limit.")
    )
    catch_up_minutes = models.PositiveIntegerField(
        _("minutes to catch up"), null=True, blank=True, help_text=_("From the mitigation. Empty: no limit.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["origin", "-severity"]
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")
        constraints = [
            models.UniqueConstraint("origin", "severity", name="review_policy_is_one_for_each_pair"),
            models.CheckConstraint(name="review_policy_origin_is_known", condition=Q(origin__in=Origin.values)),
            models.CheckConstraint(
                name="review_policy_severity_is_known", condition=Q(severity__in=SeverityLevel.values)
            ),
            models.CheckConstraint(
                name="review_policy_asks_for_records_that_there_are",
                condition=Q(way=Way.FULL) | Q(record_minutes__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.get_severity_display()}, {self.get_origin_display()}"
