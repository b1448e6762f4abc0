"""A disk that is full, or fails now and then: the last good version stays whole, and the page follows by itself."""

import errno
import itertools
import os
import resource
import subprocess
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Status
from statuspage import actions
from statuspage.models import PublishState
from statuspage.publishing import publisher
from statuspage.stores.directory import DirectoryStore, PageFolder
from tests.faults import reading

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = 4 * 1024 * 1024  # bytes of the disk
LEFT = 12 * 1024  # bytes that are free when it is as good as full: some files find room, not all


def may_mount(folder):
    return (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], capture_output=True
        ).returncode
    )


class SmallDisk:
    """A disk of its own; full once it holds its ballast."""

    def __init__(self, folder):
        self.ballast = folder / "ballast"

    def fill(self):
        with self.ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"." * 4096)
        with self.ballast.open("r+b") as file:
            file.truncate(self.ballast.stat().st_size - LEFT)

    def empty(self):
        self.ballast.unlink()


class SmallFiles:
    """Where nothing can be mounted: no file that the store writes may grow past a limit."""

    def __init__(self, patch):
        self.limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.patch, self.write = patch, DirectoryStore.write

    def fill(self):
        def limited(store, page_id, **work):
            resource.setrlimit(resource.RLIMIT_FSIZE, (2048, self.limits[1]))
            try:
                self.write(store, page_id, **work)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, self.limits)

        self.patch.setattr(DirectoryStore, "write", limited)

    def empty(self):
        self.patch.setattr(DirectoryStore, "write", self.write)


@pytest.fixture(params=["small disk", "small files"])
def disk(request, tmp_path, settings, monkeypatch):
    settings.PUBLISH_ROOT = tmp_path / "published"
    settings.PUBLISH_ROOT.mkdir()
    if request.param == "small files" or not may_mount(settings.PUBLISH_ROOT):
        yield SmallFiles(monkeypatch)
        return
    yield SmallDisk(settings.PUBLISH_ROOT)
    subprocess.run(["umount", settings.PUBLISH_ROOT], check=True)


def pause_is_over(page):
    """A publisher that failed is left alone for a moment; that moment has passed."""
    PublishState.objects.filter(page=page).update(last_error_at=timezone.now() - publisher.RETRY)


def tell(incident, number):
    """A change in every document, and more text than before."""
    incident_actions.change_facts(incident, title=f"Delay no. {number}", by=None)
    body = " ".join(f"Word {word:05}" for word in range(900))
    actions.publish_update(incident, by=None, status=Status.INVESTIGATING, body=body)


def test_on_a_full_disk_the_last_good_version_stays_and_the_next_sweep_with_room_publishes(
    disk, page, incident, settings
):
    root = settings.PUBLISH_ROOT
    before, version = reading.hot(page, root), PageFolder(root, page.public_id).version()
    disk.fill()
    tell(incident, 1)
    for _sweep in range(3):
        pause_is_over(page)
        publisher.sweep()

    status, problems = reading.readiness()
    assert reading.hot(page, root) == before
    assert status.startswith("503")
    assert problems[0].startswith("Page platform could not be published: OSError: [Errno ")
    assert [folder.name for folder in PageFolder(root, page.public_id).versions.iterdir()] == [version]
    assert not list(root.rglob("scratch/*"))

    disk.empty()
    pause_is_over(page)
    publisher.sweep()

    assert reading.marks(page, root) == {1}
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert reading.torn(root) == []
    assert reading.readiness() == ("200 OK", [])


def test_a_store_that_fails_every_third_time_loses_nothing(page, incident, root, monkeypatch):
    write, numbers = DirectoryStore.write, itertools.count(1)

    def moody(store, page_id, **work):
        write(store, page_id, **work)
        if not next(numbers) % 3:
            raise OSError(errno.EIO, "Input/output error")  # after it was written: nobody knows

    monkeypatch.setattr(DirectoryStore, "write", moody)
    monkeypatch.setattr(publisher, "RETRY", timedelta(0))
    for number in range(1, 8):
        incident_actions.change_facts(incident, title=f"Delay no. {number}", by=None)
        assert reading.marks(page, root) <= {number - 1, number}
        assert len(reading.marks(page, root)) == 1
    publisher.sweep()

    assert reading.marks(page, root) == {7}
    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO], ids=["ENOSPC", "EIO"])
def test_a_disk_that_fails_every_third_write_of_a_file_publishes_in_the_end(page, incident, root, monkeypatch, number):
    replace, numbers = os.rename, itertools.count(1)

    def moody(*where, **how):
        if not next(numbers) % 3:
            raise OSError(number, os.strerror(number))
        replace(*where, **how)

    monkeypatch.setattr(publisher, "RETRY", timedelta(0))
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", moody)
        for count in range(1, 6):
            incident_actions.change_facts(incident, title=f"Delay no. {count}", by=None)
            publisher.sweep()
            assert len(reading.marks(page, root)) == 1
        assert reading.marks(page, root) == {5}

    assert reading.plain(reading.hot(page, root)) == reading.fresh(page)
    assert reading.torn(root) == []
    assert not list(root.rglob("scratch/*"))
