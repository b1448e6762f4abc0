import logging

import pytest

from tests.walks import world as worlds
from tests.walks.walking import SEED


@pytest.fixture
def world(db, settings, tmp_path):
    settings.MAILBOX, settings.PUBLISH_ROOT = True, tmp_path / "published"
    print(f"WALK_SEED={SEED}")
    logging.disable(logging.CRITICAL)  # thousands of refusals are what is walked for
    yield worlds.build()
    logging.disable(logging.NOTSET)
