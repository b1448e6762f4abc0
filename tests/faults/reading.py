"""What readers of a page find, and what lies on the disk."""

import gzip
import json
import re

import brotli
from django.utils import timezone

from statuspage import documents, health
from statuspage.models import PublishState
from statuspage.snapshot.load import load
from statuspage.stores.directory import PageFolder

UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}
MARK = re.compile(rb"Delay no\. (\d+)")


def hot(page, root):
    """The bytes of every document of the hot set, by path, compressed twins among them (unpacked)."""
    folder = PageFolder(root, page.public_id).pointer.resolve()
    return {path.relative_to(folder).as_posix(): unpacked(path) for path in folder.rglob("*") if path.is_file()}


def unpacked(path):
    return UNPACK.get(path.suffix, bytes)(path.read_bytes())


def marks(page, root):
    """Which version of the facts the documents tell of: one number, where the hot set is one version."""
    return {int(mark) for body in hot(page, root).values() for mark in MARK.findall(body)}


def fresh(page):
    """The hot set as a render of the facts as they are now has it."""
    due = PublishState.objects.get(page=page).next_at
    shot = load(page.pk, touched={}, now=timezone.now(), due=due)
    return {document.path: document.body for document in documents.hot(shot)}


def readiness():
    """What operators are told: the status, and every problem but the broker's, who is dead in these tests."""
    said = []
    body = b"".join(health.readyz({}, lambda status, headers: said.append(status)))
    return said[0], [sentence for sentence in json.loads(body)["problems"] if "roker" not in sentence]


def plain(found):
    return {path: body for path, body in found.items() if not path.endswith(tuple(UNPACK))}


def holding(word, root):
    """Every file below root that holds the word, packed or not."""
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink() and word in _read(path)
    )


def torn(root):
    """Twins that do not hold what their file holds, and twins without one."""
    wrong = []
    for twin in root.rglob("*"):
        if twin.suffix in UNPACK and twin.is_file():
            file = twin.with_suffix("")
            if not file.exists() or _read(twin) != file.read_bytes():
                wrong.append(str(twin.relative_to(root)))
    return sorted(wrong)


def _read(path):
    try:
        return unpacked(path)
    except (OSError, EOFError, brotli.error):  # half-written
        return path.read_bytes()
