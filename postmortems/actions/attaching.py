"""Files that events rest on: kept as they were uploaded, with their hash (0-27)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from postmortems.actions import parts
from postmortems.actions.base import to_write
from postmortems.models import Event, Evidence, Postmortem, Record

LARGEST = 5_000_000  # bytes of one file
MOST = 100_000_000  # bytes of all files of one post-mortem
LONGEST = 150  # characters of a name
NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff/\\:*?\"<>|]+")


class Upload(Protocol):
    """As a form hands it over."""

    name: str | None

    def chunks(self) -> Iterable[bytes]: ...


@transaction.atomic
def attach(
    postmortem: Postmortem, event: Event, upload: Upload, *, by: User | None, record: Record | None = None
) -> Evidence:
    """The event rests on this file; what it rested on before stays stored. Reads no more than it may be long."""
    postmortem = to_write(postmortem, record, by=by)
    data = _read(upload)
    if not data:
        raise DomainError(_("The file is empty."), field="file")
    if sum(Evidence.objects.filter(postmortem=postmortem).values_list("size", flat=True)) + len(data) > MOST:
        raise DomainError(_("The files of this post-mortem are full: 100 MB in all. Link to it instead."), field="file")
    evidence = Evidence(
        postmortem=postmortem, name=safe_name(upload.name or ""), size=len(data), sha256=sha256(data).hexdigest(),
        data=data, by=by,
    )  # fmt: skip
    evidence.save()
    parts.change(event, by=by, evidence=evidence)
    return evidence


def detach(event: Event, *, by: User | None) -> Event:
    """It does not rest on its file any more, which stays stored."""
    return parts.change(event, by=by, evidence=None)


def safe_name(name: str) -> str:
    """A name that every system takes and nothing reads as a path or a command; the end that tells its kind stays."""
    name = NOT_IN_NAMES.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    if len(name) > LONGEST:
        stem, dot, kind = name.rpartition(".")
        name = f"{stem[: LONGEST - len(kind) - 1]}.{kind}" if dot and len(kind) <= 10 else name[:LONGEST]
    return name or "file"


def _read(upload: Upload) -> bytes:
    read = bytearray()
    for chunk in upload.chunks():
        read += chunk
        if len(read) > LARGEST:
            raise DomainError(
                _("This file is larger than 5 MB. Make it smaller, or link to where it is."), field="file"
            )
    return bytes(read)
