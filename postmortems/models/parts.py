"""What records and documents are made of: paragraphs, events, mitigations, causes, whys, counts.

The same tables hold both. With a ``record`` a part is what that person or team says; without, it stands in the
document. What was taken over from a record is a part of its own with a :class:`Citation` of where it came from.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.models import Component, Location, TimelineEntry
from incidents.models.public_id import public_id_field
from postmortems.choices import Affects, CauseKind, EventKind, Lasts
from postmortems.models.postmortem import Postmortem, Section
from postmortems.models.record import Evidence, Record
from postmortems.models.template import Question

Person = settings.AUTH_USER_MODEL
LONGEST = 10_000  # characters of a text


def link_field(**options) -> models.URLField:
    return models.URLField(blank=True, max_length=500, validators=[URLValidator(["https", "http"])], **options)


class PartQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Not removed."""
        return self.filter(removed_at__isnull=True)

    def of_document(self) -> Self:
        return self.standing().filter(record__isnull=True)


class Part(models.Model):
    """One row with a key that a browser may choose, so that what is sent twice is added once."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="%(class)ss")
    record = models.ForeignKey(Record, models.CASCADE, null=True, editable=False, related_name="%(class)ss")
    position = models.PositiveIntegerField(default=0)
    is_internal = models.BooleanField(_("internal"), default=False, help_text=_("Customers never read it."))
    removed_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text[:60]


class Paragraph(Part):
    """Words: the answer to a question of a record, or a paragraph of a section of the document. Markdown source."""

    key = public_id_field("par")
    section = models.ForeignKey(Section, models.CASCADE, null=True, editable=False, related_name="paragraphs")
    question = models.ForeignKey(Question, models.PROTECT, null=True, editable=False, related_name="answers")
    text = models.TextField(blank=True, max_length=LONGEST)

    history = HistoricalRecords()

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(
                name="paragraph_answers_a_question_or_stands_in_a_section",
                condition=Q(record__isnull=False, question__isnull=False, section__isnull=True)
                | Q(record__isnull=True, question__isnull=True, section__isnull=False),
            ),
            models.UniqueConstraint(
                "record", "question", condition=Q(removed_at__isnull=True), name="answer_is_one_for_each_question"
            ),
        ]


class Event(Part):
    """A line of the timeline: taken from that of the incident, or one's own, with what it rests on (3-37)."""

    key = public_id_field("evt")
    at = models.DateTimeField(_("when"))
    text = models.TextField(blank=True, max_length=1000)
    kind = models.CharField(max_length=16, choices=EventKind, blank=True, default=EventKind.OTHER)
    entry = models.ForeignKey(TimelineEntry, models.CASCADE, null=True, editable=False, related_name="+")
    link = link_field(help_text=_("Evidence: a log, a graph, a chat."))
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()

    class Meta(Part.Meta):
        ordering = ["at", "position", "pk"]
        constraints = [
            models.CheckConstraint(name="event_kind_is_known", condition=Q(kind__in=EventKind.values)),
            models.UniqueConstraint(
                "record", "entry", condition=Q(removed_at__isnull=True), name="entry_is_taken_once_into_a_record"
            ),
            models.UniqueConstraint(
                "postmortem", "entry", condition=Q(removed_at__isnull=True, record__isnull=True),
                name="entry_is_taken_once_into_a_document",
            ),
        ]  # fmt: skip


class Mitigation(Part):
    """Something that was done about it: by whom, when, for how long it holds, with what effect (3-28, 3-39)."""

    key = public_id_field("mit")
    at = models.DateTimeField(_("when"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    text = models.TextField(_("what was done"), blank=True, max_length=1000)
    role = models.CharField(max_length=100, blank=True, help_text=_("As customers may read it: Messaging engineer."))
    who = models.CharField(max_length=150, blank=True)
    lasts = models.CharField(max_length=12, choices=Lasts, default=Lasts.TEMPORARY)
    effect = models.TextField(blank=True, max_length=1000)
    faster = models.TextField(_("what would have made it faster"), blank=True, max_length=1000)  # 3-39

    history = HistoricalRecords()

    class Meta(Part.Meta):
        ordering = ["at", "position", "pk"]
        constraints = [
            models.CheckConstraint(name="mitigation_lasts_is_known", condition=Q(lasts__in=Lasts.values)),
            models.CheckConstraint(
                name="mitigation_ends_after_it_begins", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("at"))
            ),
        ]


class Cause(Part):
    """Something that had to be so for it to happen, to last, or to reach so many (3-40)."""

    key = public_id_field("cau")
    text = models.TextField(_("what was so"), blank=True, max_length=2000)
    kind = models.CharField(max_length=16, choices=CauseKind, default=CauseKind.CHANGE)
    is_root = models.BooleanField(_("root cause"), default=False)
    affects = models.CharField(_("it made worse"), max_length=12, choices=Affects, default=Affects.BOTH)

    history = HistoricalRecords()

    class Meta(Part.Meta):
        constraints = [
            models.CheckConstraint(name="cause_kind_is_known", condition=Q(kind__in=CauseKind.values)),
            models.CheckConstraint(name="cause_affects_is_known", condition=Q(affects__in=Affects.values)),
        ]


class Why(Part):
    """A step of the five whys, which end in the cause that they lead to."""

    key = public_id_field("why")
    cause = models.ForeignKey(Cause, models.CASCADE, editable=False, related_name="whys")
    text = models.CharField(_("why?"), blank=True, max_length=300)
    answer = models.TextField(_("because"), blank=True, max_length=1000)

    history = HistoricalRecords()

    class Meta(Part.Meta):
        pass


class Assessment(Part):
    """How many, how long, and what became of data (0-11, 0-12, 3-41): one for each record, and one in the document."""

    key = public_id_field("asm")
    customers = models.PositiveIntegerField(_("customers affected"), null=True, blank=True)
    customers_total = models.PositiveIntegerField(_("of all"), null=True, blank=True)
    volume = models.PositiveBigIntegerField(null=True, blank=True)
    volume_unit = models.CharField(max_length=40, blank=True, help_text=_("Such as messages."))
    lasting = models.CharField(_("how long"), max_length=255, blank=True)
    data = models.CharField(_("what became of data"), max_length=500, blank=True)
    components = models.ManyToManyField(Component, blank=True, related_name="+")
    locations = models.ManyToManyField(Location, blank=True, related_name="+")

    history = HistoricalRecords(m2m_fields=[components, locations])

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint("record", name="assessment_is_one_in_a_record"),
            models.UniqueConstraint(
                "postmortem", condition=Q(record__isnull=True), name="assessment_is_one_in_a_document"
            ),
            models.CheckConstraint(
                name="assessment_counts_make_sense",
                condition=Q(customers__isnull=True)
                | Q(customers_total__isnull=True)
                | Q(customers__lte=F("customers_total")),
            ),
        ]

    def __str__(self):
        return f"{self.customers} of {self.customers_total}"


class Citation(models.Model):
    """What a part of the document rests on: a part of a record by its key, or an entry of the timeline by its own.

    ``as_read`` is how the source read when it was taken over: where it reads otherwise now, it changed since.
    """

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="citations")
    part = models.CharField(max_length=60, help_text=_("Key of the part of the document."))
    source = models.CharField(max_length=60, help_text=_("Key of what it rests on."))
    as_read = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint("part", "source", name="citation_is_one_for_each_source")]

    def __str__(self):
        return f"{self.part} rests on {self.source}"
