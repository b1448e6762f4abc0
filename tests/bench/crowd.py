"""A crowd of subscribers by mail, made inside PostgreSQL: half of them match an incident by subtree or by location."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from incidents.models import Component, Incident, Location
from notifications.models import Delivery, Subscriber, Subscription
from statuspage.models import Page
from tests import factories as make


@dataclass(frozen=True)
class Stage:
    """A page with two products at two locations; one product breaks at one of them."""

    page: Page
    broken: Component  # a leaf two levels below what people subscribe to
    watched: Component
    calm: Component
    here: Location
    there: Location

    def incident(self) -> Incident:
        return make.confirmed(affects=[make.affected(self.broken, self.here)], severity="major")


def stage() -> Stage:
    watched, calm = make.component(name="Messaging"), make.component(name="Voice")
    for parent in (watched, calm):
        for _number in range(20):
            make.component(parent=make.component(parent=parent))
    broken = make.component(name="SMS", parent=make.component(name="Channels", parent=watched))
    return Stage(make.page(watched, calm), broken, watched, calm, make.location(), make.location())


def fill(stage: Stage, count: int, *, host: str = "example.com") -> None:
    """``count`` subscribers: a quarter by the subtree, a quarter by the location, the other half by neither."""
    subscriber, subscription = (model._meta.db_table for model in (Subscriber, Subscription))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {subscriber} (public_id, transport, address, address_hash, time_zone, format, secret,
                old_secret, created_at, confirmed_at, quarantine_reason)
            SELECT 'sub_' || lpad(n::text, 12, '0'), 'email', 'reader' || n || '@{host}', md5(n::text),
                (ARRAY['', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])[1 + n %% 4], 'standard', '', '',
                now(), now(), ''
            FROM generate_series(1, %s) AS n
            """,
            [count],
        )
        cursor.execute(
            f"""
            INSERT INTO {subscription} (subscriber_id, page_id, component_id, location_id, kind, min_severity,
                created_at, confirmed_at)
            SELECT id, %s,
                CASE id %% 4 WHEN 0 THEN %s WHEN 2 THEN %s END::bigint,
                CASE id %% 4 WHEN 1 THEN %s WHEN 3 THEN %s END::bigint,
                'everything', 1, now(), now()
            FROM {subscriber}
            """,
            [stage.page.pk, stage.watched.pk, stage.calm.pk, stage.here.pk, stage.there.pk],
        )
        cursor.execute("ANALYZE")


def forget() -> None:
    with connection.cursor() as cursor:
        tables = ", ".join(model._meta.db_table for model in (Delivery, Subscriber))
        cursor.execute(f"TRUNCATE {tables} CASCADE")
