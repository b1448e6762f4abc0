"""Who listens to the invented company, and how the last two weeks of messages went."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import NamedTuple

from django.utils import timezone

from incidents import choices
from incidents.choices import SeverityLevel
from incidents.models import Component, Location, Team
from notifications.announcements import release
from notifications.choices import DeliveryState, Kind, Outcome, Reach, SubscriberFact, Topic, Transport
from notifications.models import Announcement, Attempt, Channel, Delivery, Subscriber, SubscriberEvent, Subscription
from statuspage.models import Page

FRESH = timedelta(days=14)  # older messages have left the ledger


class Reader(NamedTuple):
    """One subscriber by mail: which pages, which part of them, from which severity on."""

    address: str
    time_zone: str = ""
    component: str = ""
    location: str = ""
    severity: SeverityLevel = SeverityLevel.MINOR
    pages: tuple[str, ...] = ("platform",)
    kind: Kind = Kind.EVERYTHING


READERS = [
    Reader("it-operations@tulpenhandel.example", "Europe/Amsterdam"),
    Reader("status@nordlicht-versand.example", "Europe/Berlin", pages=("platform", "external")),
    Reader("noc@baiadosol.example", "America/Sao_Paulo", location="São Paulo"),
    Reader("ana.ribeiro@baiadosol.example", "America/Sao_Paulo", component="sms", severity=SeverityLevel.MAJOR),
    Reader("duty@harbourpay.example", "Asia/Singapore", location="Singapore"),
    Reader("platform-team@harbourpay.example", "Asia/Singapore", component="webhooks"),
    Reader("oncall@ridgeline-clinics.example", "America/Denver", severity=SeverityLevel.CRITICAL),
    Reader("messaging@fjordbuss.example", "Europe/Oslo", component="sms", pages=("platform", "external")),
    Reader("hello@kleinerladen.example", "Europe/Vienna", component="email"),
    Reader("dev@quickbasket.example", "", component="api"),
    Reader("maria.lindqvist@fjordbuss.example", "Europe/Oslo", kind=Kind.INCIDENT),
    Reader("alerts@blueparcel.example", "Europe/London", pages=("external",)),
]
BOUNCING = "former.colleague@quickbasket.example"
UNCONFIRMED = "new.customer@waldhotel.example"
CHANNELS = [
    ("#support-incident", "support-incident@ferrypost.example", None, SeverityLevel.MINOR, list(Topic.values), False),
    ("#messaging-core", "messaging-core@ferrypost.example", "Messaging core", SeverityLevel.MAJOR,
     [Topic.STAGES, Topic.CLOCKS], False),
    ("#security-desk", "security-desk@ferrypost.example", "Security", SeverityLevel.MINOR, [], True),
]  # fmt: skip


def install() -> None:
    """After the company and its past (:mod:`statuspage.demo`), in the same transaction. Nothing of it is sent."""
    for name, address, team, severity, topics, is_security in CHANNELS:
        Channel.objects.create(
            name=name, transport=Transport.EMAIL, address=address, min_severity=severity, topics=topics,
            team=Team.objects.get(name=team) if team else None, is_security=is_security, time_zone="Europe/Berlin",
        )  # fmt: skip
    joined = count(3)
    for reader in READERS:
        _subscribe(reader, joined_at=timezone.now() - timedelta(days=90, hours=-7 * next(joined)))
    _subscribe(Reader(BOUNCING), joined_at=timezone.now() - timedelta(days=80))
    Subscriber.objects.filter(address=BOUNCING).update(
        quarantined_at=timezone.now() - timedelta(days=9), quarantine_reason="550 5.1.1 There is no such mailbox here."
    )
    _subscribe(Reader(UNCONFIRMED), joined_at=None)
    _past_messages()


def _subscribe(reader: Reader, *, joined_at) -> None:
    subscriber = Subscriber.objects.create(
        address=reader.address, time_zone=reader.time_zone, confirmed_at=joined_at,
        created_at=joined_at or timezone.now() - timedelta(hours=3),
    )  # fmt: skip
    for page in Page.objects.filter(slug__in=reader.pages):
        Subscription.objects.create(
            subscriber=subscriber, page=page, confirmed_at=joined_at, created_at=subscriber.created_at,
            component=Component.objects.get(public_id=f"comp_{reader.component}") if reader.component else None,
            location=Location.objects.get(name=reader.location) if reader.location else None,
            min_severity=reader.severity, kind=reader.kind,
        )  # fmt: skip
        facts = [SubscriberFact.ASKED, *([SubscriberFact.CONFIRMED] if joined_at else [])]
        for fact in facts:
            SubscriberEvent.objects.create(
                fact=fact, transport=subscriber.transport, address_hash=subscriber.address_hash, page=page,
                at=subscriber.created_at,
            )  # fmt: skip


def _past_messages() -> None:
    """What the stories announced was sent long ago."""
    fresh = Announcement.objects.filter(reach=Reach.SUBSCRIBERS, update__posted_at__gt=timezone.now() - FRESH)
    fresh |= fresh.model.objects.filter(reach=Reach.SUBSCRIBERS, incident__status__in=choices.OPEN)
    kept = list(fresh.order_by("update__posted_at", "pk"))
    Announcement.objects.exclude(pk__in=[row.pk for row in kept]).delete()
    milliseconds = count(38, 7)
    for row in kept:
        at = row.update.posted_at
        release.release_held(row, by=None)
        while release.address():
            pass
        Announcement.objects.filter(pk=row.pk).update(
            created_at=at, release_at=at, released_at=at, addressed_at=at + timedelta(seconds=1)
        )
        sent = Delivery.objects.filter(announcement=row)
        Attempt.objects.bulk_create(
            Attempt(
                delivery_id=pk, at=at + timedelta(seconds=2), milliseconds=next(milliseconds) % 180,
                outcome=Outcome.SENT, code=250, answer="2.0.0 Ok: queued",
            )
            for pk in sent.values_list("pk", flat=True)
        )  # fmt: skip
        sent.update(
            state=DeliveryState.SENT, attempts=1, due_at=at, finished_at=at + timedelta(seconds=2),
            last_answer="2.0.0 Ok: queued",
        )  # fmt: skip
