"""What a section of a record posts without a script, as the changes that a script would send one by one.

A field ``cau_….text`` stands in the control ``cau_…-text``, and what it held when it was read in
``read-cau_…-text``: only what differs is a change. ``new-<key>`` says of what kind a row is that is not there yet, or
under which question an answer would stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.http import QueryDict

from postmortems.actions.parts import KINDS
from postmortems.forms.changes import Change
from postmortems.forms.rows import FORMS

READ, NEW = "read-", "new-"
NEEDS = {prefix: FORMS[kind].needs for prefix, kind in KINDS.items() if kind in FORMS}


def changes_of(data: QueryDict) -> list[Change]:
    """In the order in which they are to be applied: new rows, fields, links, ticks, then the button."""
    typed = {name.removeprefix(READ): name for name in data if name.startswith(READ)}
    changed = [name for name, read in typed.items() if _text(data, name) != _text(data, read)]
    return [*_new(data, changed), *_set(data, changed), *_linked(data), *_taken(data), *_pressed(data)]


def typed(data: QueryDict) -> dict[str, dict[str, str]]:
    """What stands in every control, by key and field: for the form that is shown again."""
    found: dict[str, dict[str, str]] = {}
    for name in data:
        if name.startswith(READ):
            key, _dash, field = name.removeprefix(READ).rpartition("-")
            found.setdefault(key, {})[field] = _text(data, name.removeprefix(READ))
    return found


def _new(data: QueryDict, changed: list[str]) -> Iterator[Change]:
    for key in dict.fromkeys(name.rpartition("-")[0] for name in changed):
        under = data.get(NEW + key)
        if under is not None:
            kind = key.partition("_")[0]
            needs = {name: _text(data, f"{key}-{name}") for name in NEEDS.get(kind, ())}
            yield {"do": "add", "kind": kind, "key": key, "under": under, "values": needs}


def _set(data: QueryDict, changed: list[str]) -> Iterator[Change]:
    for name in changed:
        key, _dash, field = name.rpartition("-")
        if NEW + key in data and field in NEEDS.get(key.partition("_")[0], ()):
            continue
        read = _text(data, READ + name) if NEW + key not in data else ""
        base = {} if NEW + key in data and not read else {"read": read}
        yield {"do": "set", "key": key, "field": field, "value": _text(data, name)} | base


def _linked(data: QueryDict) -> Iterator[Change]:
    for name in data:
        if name.startswith("linked-"):
            key = name.removeprefix("linked-")
            before, now = set(data.get(name, "").split()), set(data.getlist(f"link-{key}"))
            for other in sorted(before ^ now):
                yield {"do": "link", "key": key, "other": other, "on": other in now}


def _taken(data: QueryDict) -> Iterator[Change]:
    before, now = set(data.get("took", "").split()), set(data.getlist("take"))
    for entry in sorted(before ^ now):
        yield {"do": "take", "entry": entry, "on": entry in now}


def _pressed(data: QueryDict) -> Iterator[Change]:
    verb, _colon, key = data.get("do", "").partition(":")
    if verb in ("remove", "restore"):
        yield {"do": verb, "key": key}
    if verb in ("up", "down"):
        order = data.get(f"order-{key.partition('_')[0]}", "").split()
        if key in order:
            place = order.index(key)
            to = max(place - 1, 0) if verb == "up" else place + 1
            order.insert(to, order.pop(place))
            yield {"do": "order", "keys": order}


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\r\n", "\n")
