"""How many, how long, and what became of data: what the document says of it, from records and from facts.

An assessment has one mark for all of it. So where anything of an internal one goes into that of the document, all of
that becomes internal; and nothing that goes in makes it public again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.exceptions import DomainError
from incidents.models import User
from postmortems.actions.parts import add, change
from postmortems.contradictions import agreed
from postmortems.models import Assessment, Postmortem
from postmortems.parts import Parts

EMPTY = (None, "")


def fill_in(postmortem: Postmortem, *, by: User | None, is_internal: bool = False, **facts: Any) -> Assessment:
    """Into the assessment of the document, what it does not say yet. ``is_internal``: it was, where it comes from."""
    row = postmortem.assessments.of_document().first()
    new = {name: value for name, value in facts.items() if row is None or getattr(row, name) in EMPTY}
    return _write(postmortem, row, new, by=by, is_internal=is_internal)


@transaction.atomic
def take_agreed(found: Parts, *, by: User | None) -> dict[str, Any]:
    """What records agree on about how many and how long, where the document does not say it yet. What was written."""
    postmortem, own = found.postmortem, found.assessment
    said = agreed(found.records, found.assessments)
    if own is not None:
        said = {name: value for name, value in said.items() if getattr(own, name) in EMPTY}
    both = _customers(own, said)
    if _is_beyond(both):
        said = {name: value for name, value in said.items() if name not in both}
    if said:
        fill_in(postmortem, by=by, is_internal=_is_internal(found, said), **said)
    return said


def settle_count(found: Parts, counted: dict[str, Any], *, by: User | None) -> None:
    """The document says what was decided, whatever it said before; the caller holds the lock."""
    own = found.assessment
    if own is not None:
        said = agreed(found.records, found.assessments)
        both = _customers(own, counted)
        if _is_beyond(both):
            (other,) = both.keys() - counted.keys()
            if other not in said:
                words = {"customers": both["customers"], "total": both["customers_total"]}
                sentence = _(
                    "The document would say %(customers)d of %(total)d customers. Change the other count first."
                )
                raise DomainError(sentence % words, field="chosen")
            counted[other] = said[other]  # what the records say together; the document had it from the facts
    _write(found.postmortem, own, counted, by=by, is_internal=_is_internal(found, counted))


def _customers(own: Assessment | None, said: Mapping[str, Any]) -> dict[str, int | None]:
    """How many the document would say, of how many."""
    return {name: said.get(name, getattr(own, name, None)) for name in ("customers", "customers_total")}


def _is_beyond(both: Mapping[str, int | None]) -> bool:
    """More customers than there are in all."""
    customers, total = both["customers"], both["customers_total"]
    return customers is not None and total is not None and customers > total


def _write(
    postmortem: Postmortem, row: Assessment | None, facts: dict[str, Any], *, by: User | None, is_internal: bool
) -> Assessment:
    if is_internal and any(value not in EMPTY and value != getattr(row, name, None) for name, value in facts.items()):
        facts = facts | {"is_internal": True}
    if row is None:
        return add(Assessment, postmortem, by=by, **facts)
    row.postmortem = postmortem
    return change(row, by=by, **facts)


def _is_internal(found: Parts, said: Mapping[str, Any]) -> bool:
    """Whether a record that says any of it keeps that to staff."""
    internal = [row for row in found.assessments if row.record_id and row.is_internal]
    return any(getattr(row, name) == value for row in internal for name, value in said.items())
