"""The post-mortem of an incident: its working copy, and how far that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import Audience, Status
from incidents.models import Incident
from incidents.models.public_id import public_id_field
from postmortems.choices import SectionKind, Stage, Visibility
from postmortems.models.template import SectionBase, Template

Person = settings.AUTH_USER_MODEL


class PostmortemQuerySet(models.QuerySet["Postmortem"]):
    def visible_to(self, user) -> Self:
        """What belongs to an incident is for those who may see that."""
        return self.filter(incident__in=Incident.objects.visible_to(user))

    def public(self) -> Self:
        """Of incidents that customers may read of, with a version that stands."""
        stands = {"versions__published_at__isnull": False, "versions__withdrawn_at__isnull": True}
        return self.filter(incident__audience=Audience.PUBLIC, **stands).distinct()

    def owed(self) -> Self:
        """Somebody waits for it: a policy or a promise asks for it since its incident was resolved."""
        return self.filter(is_owed=True, incident__status=Status.RESOLVED)

    def unpublished(self) -> Self:
        return self.filter(published_at__isnull=True)


class Postmortem(models.Model):
    """One for each incident (3-34, 4-11). Stage and version change only through :mod:`postmortems.actions`."""

    public_id = public_id_field("rca")
    incident = models.OneToOneField(Incident, models.CASCADE, related_name="postmortem")
    template = models.ForeignKey(Template, models.PROTECT, related_name="postmortems")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.DRAFT, editable=False)
    lead = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="led_postmortems")
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, editable=False, related_name="+")
    drafted_at = models.DateTimeField(null=True, editable=False, help_text=_("Begun with what the facts tell."))

    # Owed from when the incident was resolved last; limits are copied, so that a policy rewrites no past.
    is_owed = models.BooleanField(default=False, editable=False, help_text=_("A policy or a promise asks for it."))
    record_limit = models.PositiveIntegerField(null=True, editable=False, help_text=_("Minutes."))
    publish_limit = models.PositiveIntegerField(null=True, editable=False, help_text=_("Minutes."))
    is_promised = models.BooleanField(default=False, editable=False, help_text=_("Customers were promised it."))  # 4-08
    published_at = models.DateTimeField(null=True, editable=False, help_text=_("The first time since it is owed."))

    version = models.PositiveIntegerField(default=1, editable=False, help_text=_("Rises with every change."))

    objects = PostmortemQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["version"])

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("post-mortem")
        verbose_name_plural = _("post-mortems")
        permissions = [
            ("write_record", _("Can fill in incident records")),
            ("draft_postmortem", _("Can draft post-mortems")),
            ("sign_postmortem", _("Can sign post-mortems")),
            ("publish_postmortem", _("Can publish and withdraw post-mortems")),
        ]
        constraints = [
            models.CheckConstraint(name="postmortem_stage_is_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="postmortem_that_was_promised_is_owed", condition=Q(is_promised=False) | Q(is_owed=True)
            ),
        ]

    def __str__(self):
        return self.incident.title

    @property
    def is_draft(self) -> bool:
        """Its text may be changed: what was asked to be approved stays as it was read."""
        return self.stage == Stage.DRAFT

    @property
    def owed_since(self) -> datetime | None:
        """When the incident was resolved, where somebody waits for its post-mortem."""
        return self.incident.resolved_at if self.is_owed else None

    @property
    def records_due_at(self) -> datetime | None:
        """Until when every incident record is to be in; none where nobody waits for them (2-18)."""
        return self._due_at(self.record_limit)

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be published; none where nobody waits for it (4-08)."""
        return self._due_at(self.publish_limit)

    def _due_at(self, limit: int | None) -> datetime | None:
        if self.owed_since is None or limit is None:
            return None
        return self.owed_since + timedelta(minutes=limit)

    @cached_property
    def sent_back(self):
        """The version that was sent back, as long as the draft is what it was sent back for."""
        last = self.versions.defer("content").select_related("sent_back_by").first() if self.is_draft else None
        return last if last is not None and last.sent_back_at else None

    @cached_property
    def withdrawn(self):
        """The version that readers had last, where it was withdrawn and none was published since."""
        if self.stage == Stage.PUBLISHED:
            return None
        return self.withdrawn_of(self.versions.defer("content").select_related("withdrawn_by"))

    @staticmethod
    def withdrawn_of(versions):
        """The same, of versions that were read already, the newest first."""
        last = next((version for version in versions if version.published_at), None)
        return last if last is not None and last.withdrawn_at else None

    @cached_property
    def standing(self):
        """The published version that readers have, if there is one."""
        return self.versions.standing().first()


class Section(SectionBase):
    """A section of one post-mortem: copied from its template, then its own."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="sections")

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "postmortem", "kind", condition=~Q(kind=SectionKind.TEXT), name="postmortem_has_each_kind_once"
            ),
            models.CheckConstraint(name="section_visibility_is_known", condition=Q(visibility__in=Visibility.values)),
        ]
