import logging

import pytest
from django.test import override_settings

from tests.walks import world as worlds
from tests.walks.walking import SEED, undone


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """One world for all walks of a module: what one of them wrote is undone before the next."""
    where = override_settings(MAILBOX=True, PUBLISH_ROOT=tmp_path_factory.mktemp("published"))
    with django_db_blocker.unblock(), where, undone():
        yield worlds.build()


@pytest.fixture
def world(built, db):
    print(f"WALK_SEED={SEED}")
    logging.disable(logging.CRITICAL)  # thousands of refusals are what is walked for
    yield built
    logging.disable(logging.NOTSET)
