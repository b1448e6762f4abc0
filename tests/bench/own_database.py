"""Runs a measurement in a process of its own on a PostgreSQL of its own, and brings back what it prints as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import django
from django.db import connection

with suppress(RuntimeError):  # where it is ready already
    django.setup()


def measured(url: str, module: str, *arguments: object) -> Any:
    """What ``python -m module arguments`` says in its last line."""
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    return json.loads(told.stdout.splitlines()[-1])


def say(measure: Callable[[], Any]) -> None:
    """The other end: ``measure`` on an empty database."""
    connection.creation.create_test_db(verbosity=0)
    try:
        found = measure()
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    print(json.dumps(found))
