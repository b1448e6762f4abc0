"""The web process with its database gone: readers keep reading, operators are told, nothing empty is made."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prepared
from tests.faults.product import Web

pytestmark = pytest.mark.own_data

ROOT = Path(__file__).parents[2]
FACTS = """
import django; django.setup()
from incidents.choices import Status
from incidents.scope import Affected
from statuspage import actions
from tests import factories as make
sms = make.component(name="SMS", public_id="comp_sms")
page = make.page(sms, slug="platform", is_default=True)
incident = actions.declare_and_publish(pages=[page], title="SMS delayed", status=Status.INVESTIGATING,
    severity=make.severity("major"), affected=[Affected(sms)], notice={"body": "We look."}, by=None)
print(incident.public_id)
"""


@pytest.fixture
def environment(tmp_path):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "PYTEST", "DJANGO"))
    }
    return kept | {
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "only for this test, and long enough for Django to like it",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "WARNING",
        "CELERY_BROKER_URL": "filesystem://",
    }


@pytest.fixture
def incident_id(tmp_path, environment):
    prepared.copy_of_migrated(tmp_path / "bridgewatch.sqlite3")
    (tmp_path / "broker").mkdir()
    run = {"cwd": ROOT, "env": environment, "check": True, "capture_output": True, "text": True}
    return subprocess.run([sys.executable, "-c", FACTS], **run).stdout.strip()


def test_readers_keep_reading_while_the_database_is_away(tmp_path, environment, incident_id):
    addresses = [
        "/",
        "/p/platform/",
        "/history/",
        f"/incidents/{incident_id}/",
        "/components/comp_sms/",
        "/api/v2/summary.json",
        "/history.atom",
        "/history.rss",
    ]
    database = tmp_path / "bridgewatch.sqlite3"
    web = Web(environment).wait()
    try:
        before = {path: web.get(path) for path in addresses}
        ready = web.get("/readyz")
    finally:
        web.stop()
    assert {path: status for path, (status, _body) in before.items()} == dict.fromkeys(addresses, 200)
    assert ready[0] == 200

    for file in tmp_path.glob("bridgewatch.sqlite3*"):
        file.rename(tmp_path / f"away-{file.name}")
    web = Web(environment).wait()
    try:
        assert {path: web.get(path) for path in addresses} == before
        assert web.get("/no/such/address/")[0] == 404
        status, body = web.get("/readyz")
        assert (status, json.loads(body)["status"]) == (503, "not ready")
        assert "database" in json.loads(body)["problems"][0]
        assert web.get("/admin/login/")[0] in (200, 500, 503)
        assert web.get("/healthz")[0] == 200
        assert not database.exists()

        for file in tmp_path.glob("away-*"):
            file.rename(tmp_path / file.name.removeprefix("away-"))
        assert web.get("/readyz")[0] == 200
        assert web.get("/") == before["/"]
    finally:
        web.stop()
