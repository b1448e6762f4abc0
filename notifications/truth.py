"""What ``manage.py check_truth`` asks of messages: whoever heard the beginning heard the end, and what the ledger calls
sent was taken by its receiver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from incidents.choices import Audience, Status
from incidents.models import Incident, IncidentUpdate
from notifications.choices import AnnouncementState, DeliveryState, Event, Kind, Reach, Transport
from notifications.models import Announcement, Delivery
from statuspage.models import PageIncident

LATE = timedelta(minutes=15)


def unheard_ends(now: datetime) -> Iterator[str]:
    """Told of an update that was withdrawn, or of an incident that goes on elsewhere, and not of that."""
    of_it = Announcement.objects.filter(incident=OuterRef("pk"), kind=Kind.INCIDENT, reach=Reach.SUBSCRIBERS)
    told = of_it.filter(state=AnnouncementState.DONE, recipients__gt=0)
    merged = Incident.objects.filter(Exists(told), status=Status.MERGED, audience=Audience.PUBLIC)
    for incident in merged.filter(~Exists(of_it.filter(event=Event.INCIDENT_MERGED)), merged_at__lt=now - LATE):
        yield _("%(incident)s goes on in another incident, and whoever was told of it does not know.") % {
            "incident": incident.public_id
        }
    heard = Delivery.objects.filter(
        announcement__update=OuterRef("pk"), announcement__reach=Reach.SUBSCRIBERS, state=DeliveryState.SENT
    ).exclude(announcement__event=Event.INCIDENT_WITHDRAWN)
    ended = Announcement.objects.filter(update=OuterRef("pk"), event=Event.INCIDENT_WITHDRAWN)
    withdrawn = IncidentUpdate.objects.filter(
        Exists(heard), ~Exists(ended), tell_withdrawal=True, withdrawn_at__lt=now - LATE,
        incident__audience=Audience.PUBLIC,
    )  # fmt: skip
    for update in withdrawn:
        yield _("%(update)s was withdrawn, and whoever was told of it does not know.") % {"update": update.public_id}


def removed_unheard(now: datetime) -> Iterator[str]:
    """Told of an incident by a page that does not show it any more, and neither that it is over nor that it is gone.
    That row appears in the act itself; nobody is named who was not to hear of it, on purpose."""
    told = Announcement.objects.filter(kind=Kind.INCIDENT, reach=Reach.SUBSCRIBERS, incident__isnull=False)
    removed: dict[tuple[int, int], int] = {}
    gone = told.filter(event=Event.INCIDENT_REMOVED).exclude(state=AnnouncementState.CALLED_BACK).order_by("pk")
    for pk, about, content in gone.values_list("pk", "incident", "content"):
        removed |= {(about, page): pk for page in content.get("left", [])}
    stands = PageIncident.objects.filter(page=OuterRef("page"), incident=OuterRef("announcement__incident"))
    taken = Delivery.objects.filter(
        ~Q(announcement__incident__audience=Audience.PUBLIC) | ~Exists(stands), page__isnull=False,
        announcement__in=told.exclude(event=Event.INCIDENT_REMOVED), state=DeliveryState.SENT,
    )  # fmt: skip
    newest = taken.order_by().values_list("announcement__incident", "page").annotate(last=Max("announcement"))
    last = {(about, page): pk for about, page, pk in newest}
    over = set(told.filter(pk__in=last.values(), content__status=Status.RESOLVED).values_list("pk", flat=True))
    lost = {key[0] for key, pk in last.items() if pk not in over and removed.get(key, 0) < pk}
    for incident in Incident.objects.filter(pk__in=lost).order_by("pk"):
        yield _("%(incident)s is not shown any more, and whoever was told of it does not know.") % {
            "incident": incident.public_id
        }


def refused_and_sent(now: datetime) -> Iterator[str]:
    """A chat that says "delivery failed" has taken nothing, whatever its status code was."""
    refused = Q(last_answer__icontains="delivery failed") | Q(last_answer__icontains="error 4")
    rows = Delivery.objects.filter(refused, transport=Transport.TEAMS, state=DeliveryState.SENT)
    for delivery in rows.select_related("announcement")[:100]:
        yield _("%(announcement)s: a message counts as sent, and its receiver said that it failed.") % {
            "announcement": delivery.announcement.public_id
        }


CHECKS = [unheard_ends, removed_unheard, refused_and_sent]
