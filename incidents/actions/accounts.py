"""What every verb about an account does: ask whether it is in reach, and write its line in the account's history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from incidents.accounts import reach
from incidents.choices import AccountFact
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import AccountEvent, User


def record(person: User, fact: AccountFact, *, by: User | None, **data: Any) -> None:
    AccountEvent.objects.create(person=person, fact=fact, by=by, data=data)


def locked(person: User) -> User:
    """The row as it is now, whatever a form has made of the one in hand."""
    return User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def require_reach(person: User, *, by: User | None) -> None:
    if by is not None and person.pk is not None and not reach.in_reach(person, by=by):
        raise out_of_reach(person)


def out_of_reach(person: User) -> NotAllowed:
    """The same words whether it is rights or what they see: that there is a restricted incident is not said."""
    return NotAllowed(_("%(person)s may do more than you may. Ask an administrator.") % {"person": person})


def require_active(person: User) -> None:
    if not person.is_active:
        raise DomainError(_("%(person)s is deactivated. Activate them first.") % {"person": person})
