"""What was restricted, withdrawn, corrected or merged is gone when its publishing returns, whoever reads meanwhile."""

import pytest

from statuspage.publishing import publisher
from statuspage.stores.bucket import store as bucket_store
from tests.deploy.nginx import nginx
from tests.faults import product, taken_back
from tests.statuspage import s3

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3  # of each kind; the bench makes two hundred


def walk_through(page, sms, bases, *, index="", rounds=ROUNDS):
    scene, watch = taken_back.Scene(page, sms, index), taken_back.Watch()
    readers = [taken_back.Reader(base, scene.paths, watch) for base in bases]
    for reader in readers:
        reader.start()
    try:
        for number in range(rounds):
            for kind in taken_back.KINDS:
                taken_back.one(kind, number, scene, watch)
    finally:
        for reader in readers:
            reader.stopped.set()
            reader.join(10)
    assert watch.stale == []
    assert watch.answers > 200


def test_from_every_web_process(page, sms, root):
    webs = [product.Web(product.environment()) for _each in range(2)]
    try:
        walk_through(page, sms, [f"http://127.0.0.1:{web.wait().port}/" for web in webs * 2])
    finally:
        for web in webs:
            web.stop()


@pytest.mark.nginx
def test_from_nginx_with_every_open_file_cached(page, sms, root, tmp_path):
    """Whatever the rest of the server is set to: a replaced file that is held open would be answered for a while."""
    with nginx(root, tmp_path / "nginx", workers=2, cached=True) as address:
        walk_through(page, sms, [f"{address}/"] * 4)


def test_from_a_bucket(sms, settings, monkeypatch, root):
    for name, value in s3.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = s3.running().bucket()
    settings.PUBLISH_STORAGE_URL = bucket.url
    monkeypatch.setattr(bucket_store, "GLANCE", 0.0)
    page = taken_back.make.page(sms, slug="platform", is_default=True)
    publisher.want([page])
    base = f"{bucket.server.endpoint}/{bucket.name}/"
    walk_through(page, sms, [base, base], index="index.html", rounds=1)
