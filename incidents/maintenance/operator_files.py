"""Calendar files of operators, taken apart into a file for each event, so that none holds up another.

Bytes in, texts out; nothing is asked and nothing is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from incidents.maintenance.operator_calendars import Announced, Unreadable, read
from incidents.plain_text import unturned

LARGEST = 1_000_000  # bytes of a file
LONGEST_EVENT = 100_000  # characters
MOST = 100  # events of a file
LONGEST_HEAD = 20_000  # characters around the events, where there are several
EVENT = re.compile(  # one that was cut off ends where the next one begins, or the calendar ends
    r"^BEGIN:VEVENT[ \t]*\r?$.*?(?:^END:VEVENT[ \t]*\r?$\n?|(?=^BEGIN:VEVENT|^END:VCALENDAR))",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)


def split(data: bytes) -> list[str]:
    """A file of its own for each event, as it came. :class:`Unreadable` where the file holds none.

    An event that has the UID of another one, and is no later version of it, stands beside that one: :func:`read`
    refuses the two, now and whenever it is tried again.
    """
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 1 MB. Ask the operator for the calendar file alone."))
    text = _decoded(data)
    events = EVENT.findall(text)
    if any(len(event) > LONGEST_EVENT for event in events):
        raise Unreadable(_("An event of it is longer than 100 kB. Ask the operator for the calendar file alone."))
    if not re.match(r"\s*BEGIN:VCALENDAR", text, re.IGNORECASE) or not events:
        raise Unreadable(_("It is no calendar file, or holds no event."))
    if len(events) == 1:
        return [text]
    head, _first, rest = text.partition(events[0])
    around = EVENT.sub("", rest)
    if len(events) > MOST or len(head) + len(around) > LONGEST_HEAD:
        raise Unreadable(_("It holds too much: up to %(most)d events are read of one file.") % {"most": MOST})
    return list(_each(head, events, around))


def _each(head: str, events: list[str], around: str) -> Iterator[str]:
    taken: list[tuple[Announced, str]] = []
    for event in events:
        text = head + event + around
        try:
            said = read(text)
        except Unreadable:
            yield text
            continue
        first, its_text = next((pair for pair in reversed(taken) if _is_about_the_same(said, pair[0])), (None, ""))
        if first is None or said.sequence > first.sequence:
            taken.append((said, event))
        elif said != first:
            text = head + its_text + event + around
        yield text


def _is_about_the_same(said: Announced, first: Announced) -> bool:
    """Whether it would be taken for a later version: by the UID alone, where it names no provider."""
    return said.uid == first.uid and (not said.names_provider or said.provider.casefold() == first.provider.casefold())


def marks(data: bytes) -> list[str]:
    """What tells each event of a file from all others, for as many as it may hold; the same for the same bytes."""
    digest = hashlib.sha256(data).hexdigest()
    return [digest, *(hashlib.sha256(f"{digest} {number}".encode()).hexdigest() for number in range(1, MOST))]


def kept(data: bytes) -> str:
    """What is kept of a file that cannot be read: nothing of one that is too large."""
    return _decoded(data) if len(data) <= LARGEST else ""


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return unturned(text.replace("\0", ""))  # which no database holds
