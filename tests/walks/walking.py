"""One request by one person, undone afterwards: what it answered, and which rows of which tables it changed."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.walks import verdicts
from tests.walks.world import HIDDEN, SECRETS, World

WHOLE = os.environ.get("WALK") == "whole"
SEED = int(os.environ.get("WALK_SEED") or random.SystemRandom().randrange(10**6))
LEFT_BY_BEING_THERE = {
    "django_session", "axes_accessattempt", "axes_accessattemptexpiration", "axes_accesslog", "axes_accessfailurelog",
    "incidents_submission",
}  # fmt: skip

MOST_LISTED = 40  # of what was found

Rows = dict[str, tuple[list[str], list[tuple]]]  # columns and rows of each table
Changes = dict[str, tuple[list[dict], list[dict]]]


@dataclass
class Outcome:
    status: int
    body: str
    head: str
    changes: Changes


def draw(steps: Iterable, share: float, *, salt: str) -> list:
    """All of them for ``make walk``; else as large a share, another one each time."""
    steps = list(steps)
    if WHOLE:
        return steps
    return random.Random(f"{SEED}{salt}").sample(steps, max(1, round(len(steps) * share)))


def judge(found: list[str], salt: str) -> None:
    """Fail with what was found, and with how to walk the same way again."""
    if found:
        listed = "\n".join(line[:1500] for line in found[:MOST_LISTED])
        pytest.fail(f"{len(found)} times, with WALK_SEED={SEED} ({salt}):\n{listed}", pytrace=False)


def client_of(world: World, kind: str) -> Client:
    client = Client(raise_request_exception=False)
    person = world.everything if kind == "everything" else world.people[kind]
    if person is not None:
        client.force_login(person)
    return client


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str, data=None, *, watched: bool = False) -> Outcome:
    """``watched``: where a row was written, every table is compared with what it is without the request."""
    cookies = client.cookies.copy()  # where words for the next page may wait
    with undone():
        counted = rows_written()
        response = getattr(client, method)(path, data or {}, HTTP_ACCEPT="text/html")
        body, head = response.getvalue().decode(errors="replace"), str(response.headers)
        after = tables() if watched and counted != rows_written() else None
    changes = _changes(tables(), after) if after is not None else {}
    client.cookies = cookies
    return Outcome(response.status_code, body, head, changes)


def tables() -> Rows:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            found[name] = ([each[0] for each in cursor.description], cursor.fetchall())
    return found


def rows_written() -> int:
    """How many rows this transaction or connection has written so far: most requests write none."""
    if connection.vendor == "sqlite":
        return connection.connection.total_changes
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return cursor.fetchone()[0]


def _changes(before: Rows, after: Rows) -> Changes:
    """Table → the rows that went and the rows that came, by column."""
    found = {}
    for name, (columns, rows) in after.items():
        if name not in LEFT_BY_BEING_THERE and before[name][1] != rows:
            old, new = ({repr(row): row for row in some} for some in (before[name][1], rows))
            gone, come = ([row for key, row in one.items() if key not in two] for one, two in ((old, new), (new, old)))
            if gone or come:
                found[name] = tuple([dict(zip(columns, row, strict=True)) for row in some] for some in (gone, come))
    return found


def leaks(world: World, kind: str, outcome: Outcome, sent: str) -> list[str]:
    """What of the restricted incident, or of a channel's secrets, the answer says to somebody who may not know; of ids,
    those that were not ``sent`` by themselves."""
    wanted = []
    if not world.sees_restricted(kind):
        wanted += SECRETS
        wanted += [row for row in (world.restricted.public_id, *_ids(world)) if row not in sent]
    if not verdicts.allows("notifications.change_channel", world.people[kind]):
        wanted += HIDDEN
    return [words for words in wanted if words in outcome.body + outcome.head]


def _ids(world: World) -> list[str]:
    updates = world.restricted.updates.values_list("public_id", flat=True)
    postmortem = world.restricted.postmortem
    inside = [postmortem.records.get().public_id, postmortem.evidence.get().public_id]
    return [*updates, *inside, postmortem.public_id, world.item_of(world.restricted).key]


def crossed(world: World, kind: str, verdict: verdicts.Verdict, changes: Changes) -> list[str]:
    """What this person changed there and may not."""
    found = []
    person = world.people[kind]
    if changes and not verdicts.allows(verdict.writes, person):
        found.append(f"lacks {verdict.writes} and changed {sorted(changes)}")
    elif beyond := set(changes) - verdict.tables:
        found.append(f"changed {sorted(beyond)} too")
    return found + _closed_rows(world, kind, changes) + _accounts(person, changes)


def _closed_rows(world: World, kind: str, changes: Changes) -> list[str]:
    """Rows of the restricted incident, by whoever does not see it."""
    if world.sees_restricted(kind):
        return []
    found = []
    for table, (gone, come) in changes.items():
        key = "id" if table == "incidents_incident" else "incident_id"
        if table.startswith("incidents_") and any(row.get(key) == world.restricted.pk for row in (*gone, *come)):
            found.append(f"changed {table} of a restricted incident")
        hidden = world.restricted.postmortem.pk
        if table.startswith("postmortems_") and any(row.get("postmortem_id") == hidden for row in (*gone, *come)):
            found.append(f"changed {table} of a restricted incident")
    return found


def _accounts(person, changes: Changes) -> list[str]:
    """A password in use is changed by its owner alone, and nobody is made more than the one who makes them."""
    gone, come = changes.get("incidents_user", ([], []))
    before = {row["id"]: row for row in gone}
    found = []
    for row in come:
        was = before.get(row["id"], {"password": "!", "is_superuser": False, "is_staff": True})
        is_own = person is not None and row["id"] == person.pk
        if row["password"] != was["password"] and not is_own and not row["password"].startswith("!"):
            found.append(f"set the password of {row['username']}")
        if row["email"] != was.get("email", row["email"]) and not is_own and not was["password"].startswith("!"):
            found.append(f"took the address of {row['username']}")
        if bool(row["is_superuser"]) > bool(was["is_superuser"]) and not (person and person.is_superuser):
            found.append(f"made {row['username']} a superuser")
    return found
