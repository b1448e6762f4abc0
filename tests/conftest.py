"""What all tests have in common: where each of them runs, and what its database begins with."""

import gc
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import prepared
from tests.where import mark

FOLDER = pytest.StashKey[tempfile.TemporaryDirectory]()


def pytest_configure(config):
    if prepared.FOLDER not in os.environ:  # neither tools.suite nor the pytest that started this worker made it
        config.stash[FOLDER] = tempfile.TemporaryDirectory(prefix="bridgewatch-prepared-")
        os.environ[prepared.FOLDER] = config.stash[FOLDER].name


def pytest_unconfigure(config):
    if folder := config.stash.get(FOLDER, None):
        del os.environ[prepared.FOLDER]
        folder.cleanup()


@pytest.hookimpl(tryfirst=True)  # before -m looks at the marks
def pytest_collection_modifyitems(items):
    for item in items:
        mark(item)


def pytest_collection_finish():
    """Django, the application and 4000 tests stay until the end: nobody needs to look through them again and again for
    what may go."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def same_queries():
    """For blocks of one test that have to make as many queries as its first one does, of one kind if it has several,
    and at most so many."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}

    @contextmanager
    def block(*, at_most, kind=""):
        with CaptureQueriesContext(connection) as queries:
            yield
        assert 0 < len(queries) <= at_most
        assert len(queries) == counts.setdefault(kind, len(queries)), [query["sql"][:200] for query in queries]

    return block


@pytest.fixture
def gate_only_warns():
    """An organisation whose closure gate blocks nothing: for tests of something else, which have a database."""
    from incidents.choices import GateHardness
    from incidents.models import Severity

    Severity.objects.update(gate=GateHardness.NONE)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """An SQLite database stands already, and goes with the folder that it is in (``tests/settings.py``)."""
    from django.db import connection

    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb):
    from django.db import connection

    if django_db_keepdb:
        prepared.copy_of_migrated(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A test that commits does not flush: :mod:`tests.put_back`."""
    from django.test import TransactionTestCase

    from tests import put_back

    with django_db_blocker.unblock():
        put_back.keep()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: put_back.put_back())
        yield
