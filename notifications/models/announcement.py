"""One row per event that somebody is to hear of. It appears in the transaction that changes the facts."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.models.public_id import public_id_field
from notifications.choices import AnnouncementState, Event, Kind, Reach


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def due(self, now) -> Self:
        """Those whose time to be released has come."""
        return self.filter(state=AnnouncementState.WAITING, release_at__lte=now)

    def visible_to(self, user) -> Self:
        """What is about an incident is open to users who may see that incident, and to nobody else; what is about
        maintenance to those who may see maintenance."""
        rows = self.filter(Q(incident__isnull=True) | Q(incident__in=Incident.objects.visible_to(user)))
        return rows if user.has_perm("maintenance.view_window") else rows.exclude(kind=Kind.MAINTENANCE)

    def apart_from(self, incidents: QuerySet[Incident]) -> Self:
        """All that does not speak of these."""
        return self.exclude(incident__in=incidents)

    def addressing(self, now) -> Self:
        """Released, with recipients still to be written; one that failed is left alone for a while."""
        return self.filter(state=AnnouncementState.RELEASED, release_at__lte=now)

    def troubled(self) -> Self:
        """Those that a fault of ours keeps from leaving."""
        return self.filter(state__in=[AnnouncementState.WAITING, AnnouncementState.RELEASED]).exclude(last_error="")


class Announcement(models.Model):
    """What is announced, to whom, from when. ``key`` is unique, so that announcing twice adds nothing.

    Its ``kind`` knows what it is about (:mod:`notifications.content.kinds`): an incident and its update, or whatever
    has ``subject_id``. A user who may not see the ``incident`` that it is about does not see the announcement either.
    ``content`` is frozen at release and the same for every recipient.
    """

    public_id = public_id_field("ann")
    key = models.CharField(max_length=200, unique=True, editable=False)
    event = models.CharField(max_length=24, choices=Event)
    reach = models.CharField(max_length=12, choices=Reach)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INCIDENT)
    subject_id = models.BigIntegerField(null=True, help_text=_("Of another kind than incidents: what it is about."))
    incident = models.ForeignKey("incidents.Incident", models.SET_NULL, null=True, related_name="announcements")
    update = models.ForeignKey("incidents.IncidentUpdate", models.SET_NULL, null=True, related_name="announcements")
    pages = models.ManyToManyField("statuspage.Page", related_name="announcements")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="announcements")
    state = models.CharField(max_length=12, choices=AnnouncementState, default=AnnouncementState.WAITING)
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    release_at = models.DateTimeField(default=timezone.now, help_text=_("The undo delay ends then."))
    released_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=255, blank=True, default="", help_text=_("Why it could not leave."))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text=_("Released or dropped it.")
    )
    addressed_to = models.BigIntegerField(default=0, help_text=_("Fan-out has come to this subscriber."))
    addressed_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(default=0, help_text=_("Deliveries that fan-out has written."))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="announcement_state_is_known", condition=Q(state__in=AnnouncementState.values)),
            models.CheckConstraint(
                name="announcement_of_another_kind_has_a_subject",
                condition=Q(kind=Kind.INCIDENT, subject_id__isnull=True)
                | (~Q(kind=Kind.INCIDENT) & Q(subject_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["release_at"],
                name="announcement_open",
                condition=Q(state__in=[AnnouncementState.WAITING.value, AnnouncementState.RELEASED.value]),
            ),
            models.Index(
                fields=["kind", "subject_id"], name="announcement_subject", condition=Q(subject_id__isnull=False)
            ),
            models.Index(
                fields=["created_at"], name="announcement_held", condition=Q(state=AnnouncementState.HELD.value)
            ),
        ]
        permissions = [("send_announcement", _("Can release, drop, replay and pause messages"))]

    def __str__(self):
        return f"{self.get_event_display()}: {self.content.get('title') or self.key}"
