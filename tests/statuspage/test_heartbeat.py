"""How fresh a page is stands beside it, and grows old where something is wrong."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from incidents import actions
from incidents.choices import Level
from statuspage import stores
from statuspage.models import PublishState
from statuspage.publishing import heartbeat, publisher
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(settings, tmp_path):
    settings.PUBLISH_ROOT = tmp_path
    page = make.page(make.component(name="SMS"), slug="platform", is_default=True)
    publisher.want([page])
    return page


def read(page):
    told = json.loads(stores.current().read(page.public_id, "heartbeat.json"))
    return datetime.fromisoformat(told["at"]), told["version"]


def ago(**span):
    return PublishState.objects.update(beat_at=timezone.now() - timedelta(**span))


def test_publishing_writes_it(page):
    at, version = read(page)

    assert timezone.now() - at < timedelta(seconds=5)
    assert version == heartbeat.digest(stores.current().read(page.public_id, "index.html"))


def test_a_sweep_renews_it_after_ten_seconds_and_not_before(page, settings):
    stores.current().beat(page.public_id, b"{}")
    ago(seconds=5)
    publisher.sweep()
    assert stores.current().read(page.public_id, "heartbeat.json") == b"{}"

    ago(seconds=11)
    publisher.sweep()
    assert timezone.now() - read(page)[0] < timedelta(seconds=5)


def test_it_grows_old_while_the_page_is_behind(page, monkeypatch):
    before = read(page)
    PublishState.objects.update(wanted=99, last_error="full disk", last_error_at=timezone.now())
    ago(minutes=5)
    publisher.sweep()

    assert read(page) == before


def test_its_version_changes_with_the_front_page_only(page):
    before = read(page)[1]
    publisher.want([page])
    same = read(page)[1]
    ends_at = timezone.now() + timedelta(hours=1)
    actions.pin(
        page.components.get(), level=Level.PARTIAL, reason="Seen.", ends_at=ends_at, by=make.in_group("Support")
    )

    assert (same == before, read(page)[1] == before) == (True, False)


def test_a_page_that_is_gone_gets_none(page):
    stores.current().beat("sp_nobody", b"{}")

    assert stores.current().read("sp_nobody", "heartbeat.json") is None


def test_a_disk_that_refuses_it_does_not_stop_the_sweep(page, monkeypatch):
    def refuse(*facts, **more):
        raise OSError("no room")

    ago(minutes=5)
    monkeypatch.setattr(type(stores.current()), "beat", refuse)
    publisher.sweep()
