"""A name that was put right is on no page, in no feed and in no file of a post-mortem that was published before."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Level
from incidents.signals import catalogue_changed
from notifications.content import postmortem_version
from postmortems import rendering
from postmortems.models import Rendering
from postmortems.pdf import drawing
from statuspage import documents
from statuspage.snapshot.load import load
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draws(monkeypatch):
    """What was drawn."""
    seen = []

    def draw(content, edition, dress, *, paper, missing):
        seen.append(content)
        return b"%PDF-1.7 made up\n"

    monkeypatch.setattr(drawing, "draw", draw)
    return seen


@pytest.fixture
def place():
    return make.location(name="Wombatville")


@pytest.fixture
def page():
    return make.page(make.component(name="SMS"), is_default=True)


@pytest.fixture
def published(page, place, draws):
    affected = make.affected(page.components.get(), place, Level.PARTIAL)
    made = make.published(make.resolved(page=page, affects=[affected], title="SMS of Acme delayed"))
    rendering.run()
    return made


def told(page, word):
    shot = load(page.pk, touched=None, now=timezone.now() + timedelta(minutes=1))
    bodies = {each.path: each.body.decode() for each in [*documents.hot(shot), *documents.permanent(shot)]}
    return sorted(path for path, body in bodies.items() if word in body)


def rename(incident, title):
    incident.refresh_from_db()
    incident_actions.change_facts(incident, title=title, reason="It named a customer.", by=None)


def test_a_title_that_was_put_right_is_the_title_of_what_is_published(page, published, draws):
    file = f"postmortems/{published.public_id}.pdf"
    whole = f"postmortems/{published.public_id}/index.html"
    assert whole in told(page, "Acme")
    assert file in told(page, "%PDF")
    rename(published.incident, "SMS of one customer delayed")
    assert told(page, "Acme") == []
    assert whole in told(page, "SMS of one customer delayed")
    assert file not in told(page, "%PDF")  # until it is made again
    assert rendering.run() == 1
    assert file in told(page, "%PDF")
    assert [content.title for content in draws] == ["SMS of Acme delayed", "SMS of one customer delayed"]
    published.refresh_from_db()
    message = postmortem_version.of_version(published.standing, [page], is_correction=False)
    assert "Acme" not in str(message)
    assert published.standing.content["title"] == "SMS of Acme delayed"  # what was signed stays as it was


def test_a_title_that_is_as_it_was_again_has_its_file(page, published):
    rename(published.incident, "SMS of one customer delayed")
    rename(published.incident, "SMS of Acme delayed")
    assert f"postmortems/{published.public_id}.pdf" in told(page, "%PDF")
    assert Rendering.objects.count() == 2


def test_a_location_has_the_name_that_it_has_now(page, place, published, draws):
    assert f"postmortems/{published.public_id}/index.html" in told(page, "Wombatville")
    place.name = "Frankfurt"
    place.save()
    catalogue_changed.send(sender=type(place), component=None)
    assert told(page, "Wombatville") == []
    assert f"postmortems/{published.public_id}/index.html" in told(page, "Frankfurt")
    assert f"postmortems/{published.public_id}.pdf" not in told(page, "%PDF")
    assert rendering.run() == 1
    assert f"postmortems/{published.public_id}.pdf" in told(page, "%PDF")
    assert [{each.location for each in content.impacts} for content in draws] == [{"Wombatville"}, {"Frankfurt"}]
