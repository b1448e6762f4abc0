"""Action items: what is done so that it does not happen again, by whom, until when (3-35, 3-42, 0-24)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.models import Incident, User
from incidents.models.public_id import public_id_field
from postmortems.choices import OPEN_ACTIONS, ActionKind, ActionState, Priority
from postmortems.models.parts import Cause, Mitigation, Part, PartQuerySet, link_field

Person = settings.AUTH_USER_MODEL
LAST_DAY = date(9998, 12, 31)  # whose end every zone can name


class ActionItemQuerySet(PartQuerySet):
    def visible_to(self, user) -> Self:
        """Agreed on in a document, of incidents that this person may see; what a record proposes is none yet."""
        return self.agreed().filter(postmortem__incident__in=Incident.objects.visible_to(user))

    def agreed(self) -> Self:
        """In a document, and written: a row that somebody only began is none."""
        return self.of_document().exclude(text="")

    def open(self) -> Self:
        return self.filter(state__in=OPEN_ACTIONS)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(is_late(now))

    def of_owner(self, user: User) -> Self:
        return self.filter(owner=user)


def is_late(now: datetime) -> Q:
    """The due day is over where the owner is. One query, for the zones that owners are in."""
    owners = User.objects.filter(action_items__isnull=False).order_by()
    zones = defaultdict(list)
    for name in owners.values_list("time_zone", flat=True).distinct():
        zones[now.astimezone(ZoneInfo(name)).date()].append(name)
    late = Q(owner__isnull=True, due_on__lt=now.astimezone(zone_of(None)).date())
    for today, names in zones.items():
        late |= Q(owner__time_zone__in=names, due_on__lt=today)
    return late


def zone_of(owner: User | None) -> ZoneInfo:
    """Whose day a due date is: the owner's own, who reads it in their calendar and is reminded by it. Pages have zones
    too, but an action item stands on none, and those who work on it may be elsewhere."""
    return ZoneInfo(owner.time_zone if owner else settings.TIME_ZONE)


class ActionItem(Part):
    """In a document an action that was agreed on; in a record what somebody took or proposes."""

    key = public_id_field("act")
    text = models.TextField(_("what"), blank=True, max_length=500)
    kind = models.CharField(max_length=12, choices=ActionKind, default=ActionKind.PREVENT)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    state = models.CharField(max_length=12, choices=ActionState, default=ActionState.TODO)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="action_items")
    due_on = models.DateField(_("due"), null=True, blank=True)
    proof = models.TextField(
        _("what proves it"), blank=True, max_length=500, help_text=_("How somebody else can tell that it is done.")
    )
    ticket = link_field(help_text=_("Where the work is tracked."))
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False, help_text=_("Done or dropped."))
    causes = models.ManyToManyField(Cause, verbose_name=_("works on"), blank=True, related_name="actions")
    fixes = models.ManyToManyField(
        Mitigation,
        verbose_name=_("replaces"),
        blank=True,
        related_name="fixed_by",
        help_text=_("Temporary measures that it replaces."),  # 3-32
    )

    objects = ActionItemQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[causes, fixes])

    class Meta(Part.Meta):
        verbose_name = _("action item")
        constraints = [
            models.CheckConstraint(name="action_item_kind_is_known", condition=Q(kind__in=ActionKind.values)),
            models.CheckConstraint(name="action_item_state_is_known", condition=Q(state__in=ActionState.values)),
            models.CheckConstraint(name="action_item_priority_is_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(
                name="action_item_is_closed_iff_closed",
                condition=Q(state__in=OPEN_ACTIONS, closed_at__isnull=True)
                | (~Q(state__in=OPEN_ACTIONS) & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="action_item_by_due")]

    @property
    def public_id(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_ACTIONS

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.owner)

    @property
    def due_at(self) -> datetime | None:
        """The end of the due day, where the owner is."""
        if self.due_on is None:
            return None
        return datetime.combine(min(self.due_on, LAST_DAY), time.max, tzinfo=self.zone)

    @property
    def closed_on(self) -> date | None:
        return self.closed_at.astimezone(self.zone).date() if self.closed_at else None

    def days_left(self, now: datetime) -> int | None:
        """Until the due day: 0 on the day itself, less than 0 when it is over; none without a date."""
        return (self.due_on - now.astimezone(self.zone).date()).days if self.due_on else None
