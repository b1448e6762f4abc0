"""What a version says of itself to whom, and under which key its PDF is kept: the same in every room."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from postmortems.choices import Paper, Reader
from postmortems.document import frozen
from postmortems.document.edition import Dress, Edition, SignOff
from postmortems.document.redaction import for_customers
from postmortems.document.values import Content
from postmortems.models import Postmortem, Version
from postmortems.reading import content_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that a document is drawn from: what a rendering keeps."""

    content: Content
    edition: Edition
    dress: Dress


def content_for(version: Version, reader: Reader) -> Content:
    content = frozen.load(Content, version.content)
    return content if reader == Reader.STAFF else for_customers(content)


def edition_of(version: Version, reader: Reader) -> Edition:
    """Two queries, unless ``sign_offs`` and the versions of its post-mortem are prefetched.

    Names stand beside roles for staff only, and so does the number that staff call it by: customers count what they
    could read (:attr:`Version.public_number`). What was withdrawn before this version was published is not among those
    that were published before it.
    """
    is_internal = reader == Reader.STAFF
    signed = sorted(version.sign_offs.all(), key=lambda each: (each.at, each.pk))
    return Edition(
        number=version.number if is_internal else version.public_number,
        is_draft=version.approved_at is None,
        is_internal=is_internal,
        digest=version.digest if is_internal else version.customers_digest,
        published_at=version.published_at,
        sign_offs=tuple(SignOff(each.role, each.name if is_internal else "", each.at) for each in signed),
        versions=_published_until(version, is_internal=is_internal),
    )


def of_draft(postmortem: Postmortem, reader: Reader) -> tuple[Content, Edition]:
    """The working copy as it stands now."""
    content = content_of(postmortem)
    shown = content if reader == Reader.STAFF else for_customers(content)
    return shown, Edition(0, is_draft=True, is_internal=reader == Reader.STAFF, digest=frozen.digest(shown))


def key_of(version: Version, reader: Reader, paper: Paper, *, whose: str) -> str:
    """Of a published version for a page, which ``whose`` tells with what it names, or for none. It holds neither the
    dress nor what is drawn: once made, the file of a version stays as it is, whatever the page looks like afterwards.
    """
    named = (version.postmortem_id, version.number, version.digest, Reader(reader).value, Paper(paper).value, whose)
    return sha256(" ".join(map(str, named)).encode()).hexdigest()


def key_of_drawn(drawn: Drawn, reader: Reader, paper: Paper) -> str:
    """Of what may still change: the same where everything in it is."""
    return sha256(f"{frozen.digest(drawn)} {Reader(reader).value} {Paper(paper).value}".encode()).hexdigest()


def _published(version: Version, *, is_internal: bool) -> list[Version]:
    """For customers those that they could read, and the one they are given."""
    found = (each for each in version.postmortem.versions.all() if each.published_at)
    kept = (each for each in found if is_internal or each.public_at or each.number == version.number)
    return sorted(kept, key=lambda each: each.number)


def _published_until(version: Version, *, is_internal: bool) -> tuple:
    if version.published_at is None:
        return ()
    found = [
        (each.number if is_internal else number, each.published_at, each.change if is_internal else each.public_change)
        for number, each in enumerate(_published(version, is_internal=is_internal), start=1)
        if each.number <= version.number and not (each.withdrawn_at and each.withdrawn_at < version.published_at)
    ]
    if found and not is_internal:  # before their first one, customers had nothing: its note is one of the review
        found[0] = (*found[0][:2], "")
    return tuple(found)
