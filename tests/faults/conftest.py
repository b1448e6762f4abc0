"""A page with one incident on it, published; and publishers that the test's end stops."""

import os
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.choices import Status
from incidents.scope import Affected
from statuspage import actions
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.stores import files
from tests import factories as make, prepared
from tests.bench.running import product as running
from tests.faults import children


@pytest.fixture
def root(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path / "published"
    return settings.PUBLISH_ROOT


@pytest.fixture
def sms(db):
    return make.component(name="SMS")


@pytest.fixture
def page(root, sms):
    page = make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    return page


@pytest.fixture
def incident(page, sms):
    return actions.declare_and_publish(
        pages=[page],
        title="Delay no. 0",
        status=Status.INVESTIGATING,
        severity=make.severity("major"),
        affected=[Affected(sms)],
        notice={"body": "SMS is slow.", "promised_at": timezone.now() + timedelta(minutes=30)},
        by=None,
    )


@pytest.fixture
def unpublished(monkeypatch):
    """A block whose facts are committed by a process that publishes nothing: as if it died right then."""

    class Unpublished:
        def __enter__(self):
            self.patch = pytest.MonkeyPatch()
            self.patch.setattr(publisher, "publish", lambda pk: None)

        def __exit__(self, *error):
            self.patch.undo()

    return Unpublished()


@pytest.fixture
def start():
    """``children.start``, with a promise that none outlives the test."""
    started = []

    def run(work, *arguments):
        started.append(children.start(work, *arguments))
        return started[-1]

    yield run
    for process in started:
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join(10)


@pytest.fixture
def quick(monkeypatch):
    """A lease and a patience that tests can wait for, in this process and in those that it starts."""
    monkeypatch.setattr(publisher, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(files, "PATIENCE", 0.3)


@pytest.fixture
def release():
    """The lease of a publisher that is no more runs out now."""

    def release(page):
        PublishState.objects.filter(page=page).update(leased_until=timezone.now() - timedelta(milliseconds=1))

    return release


@pytest.fixture(scope="session")
def product(tmp_path_factory):
    """The product with its demo, two web processes and a worker, as ``make run`` starts it a second time."""
    folder = tmp_path_factory.mktemp("product")
    prepared.copy_of_data(folder / "var")
    with running(folder) as run:
        yield run
