import pytest

from tests import factories as make


@pytest.fixture
def writer(client):
    """Who drafts, signed in."""
    person = make.in_group("Reliability", first_name="Oskar", last_name="Nyman")
    client.force_login(person)
    return person
