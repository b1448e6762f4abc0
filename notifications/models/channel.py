"""Where staff hear: #support-incident and the like (1-06, 1-21)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import SeverityLevel
from incidents.models.public_id import public_id_field, time_zone_field
from notifications.choices import Topic, Transport, WebhookFormat


def every_topic() -> list[str]:
    return list(Topic.values)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def active(self) -> Self:
        return self.filter(is_active=True, quarantined_at__isnull=True)


class Channel(models.Model):
    """A chat room, a mailbox or a program of our own, for a team or for everybody, from a severity on."""

    public_id = public_id_field("chn")
    name = models.CharField(max_length=100, unique=True, help_text=_("Such as #support-incident."))
    transport = models.CharField(max_length=10, choices=Transport, default=Transport.SLACK)
    address = models.CharField(max_length=2000, help_text=_("The URL of the incoming webhook, or an e-mail address."))
    format = models.CharField(max_length=12, choices=WebhookFormat, default=WebhookFormat.STANDARD, editable=False)
    secret = models.CharField(max_length=120, blank=True, editable=False)
    old_secret = models.CharField(max_length=120, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    team = models.ForeignKey(
        "incidents.Team",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="channels",
        help_text=_("Empty: every team."),
    )
    min_severity = models.PositiveSmallIntegerField(
        _("from severity"), choices=SeverityLevel, default=SeverityLevel.MINOR
    )
    topics = models.JSONField(_("hears about"), default=every_topic, blank=True)
    is_security = models.BooleanField(
        _("security channel"),
        default=False,
        help_text=_("Is told that a restricted incident was opened, without a word of its content."),
    )
    time_zone = time_zone_field()
    is_active = models.BooleanField(_("active"), default=True)
    quarantined_at = models.DateTimeField(null=True, editable=False)
    quarantine_reason = models.CharField(max_length=255, blank=True, editable=False)

    objects = ChannelQuerySet.as_manager()
    history = HistoricalRecords(  # an incoming webhook's URL is a secret
        excluded_fields=["address", "secret", "old_secret", "old_secret_until"]
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("internal channel")
        constraints = [
            models.CheckConstraint(name="channel_transport_is_known", condition=Q(transport__in=Transport.values)),
        ]

    def __str__(self):
        return self.name

    @staticmethod
    def words_of_topics(topics: list[str]) -> str:
        return "; ".join(str(Topic(each).label) for each in topics)
