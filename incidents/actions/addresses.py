"""Another e-mail address. Links go to it, so it counts once its user has confirmed it.

They confirm by the link that went to the new address, and signed in: it takes the new mailbox and the password that
they had. Nobody else can move an account to a mailbox of their own.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import signals
from incidents.actions.accounts import locked, record, require_active, require_reach
from incidents.actions.passwords import renew_mark
from incidents.choices import AccountFact
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import AddressChange, User
from incidents.permissions import require

SALT = "incidents.address-change"


@transaction.atomic
def ask_address(person: User, *, address: str, by: User | None) -> AddressChange | None:
    """What waits now to be confirmed. An account that nobody has in hand yet gets its address put right at once."""
    address, person = address.strip().lower(), locked(person)
    if address == person.email.lower():
        return None
    _require_change(person, by=by)
    require_free(address, person)
    if person.is_invited:
        require_active(person)
        renew_mark(person)  # what went to the wrong address opens nothing
        _move(person, address, by=by)
        signals.invited.send(sender=User, user=person, by=by)
        return None
    AddressChange.objects.filter(person=person).delete()
    change = AddressChange.objects.create(person=person, address=address, asked_by=by)
    record(person, AccountFact.ADDRESS_ASKED, by=by, old=person.email, new=address)
    signals.address_change_asked.send(sender=User, user=person, change=change, by=by)
    return change


@transaction.atomic
def confirm_address(signed: str, *, by: User) -> None:
    change = whose(signed, by=by)
    person = locked(change.person)
    change = AddressChange.objects.select_for_update(of=("self",)).filter(pk=change.pk).first()
    if change is None:
        raise gone()
    require_free(change.address, person)
    address = change.address
    change.delete()
    _move(person, address, by=by)


@transaction.atomic
def cancel_address(person: User, *, by: User) -> None:
    """The address stays what it was; the link that went out opens nothing."""
    if person != by:
        _require_change(person, by=by)
    change = AddressChange.objects.select_for_update(of=("self",)).filter(person=person).first()
    if change is not None:
        record(person, AccountFact.ADDRESS_CANCELLED, by=by, new=change.address)
        change.delete()


def whose(signed: str, *, by: User) -> AddressChange:
    """The change that this link confirms; refused where it is not open, or is somebody else's."""
    try:
        pk = signing.loads(signed, salt=SALT, max_age=timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
    except signing.BadSignature:
        raise gone() from None
    change = AddressChange.objects.select_related("person", "asked_by").filter(pk=pk).first()
    if change is None:
        raise gone()
    if change.person_id != by.pk:
        raise NotAllowed(_("This link is for somebody else. Sign out, and sign in as the person whose address it is."))
    return change


def confirm_url(change: AddressChange) -> str:
    """Made when it is sent, kept nowhere."""
    return settings.PUBLIC_URL + reverse("admin:address", args=[signing.dumps(change.pk, salt=SALT)])


def gone() -> DomainError:
    return DomainError(_("This link does not work any more. If the address is still to change, have it changed anew."))


def require_free(address: str, person: User) -> None:
    taken = User.objects.filter(Q(email__iexact=address) | Q(username__iexact=address))
    if taken.exclude(pk=person.pk).exists():
        raise DomainError(_("Somebody with this address is here already. Look for them in the list."), field="email")


def take(address: str) -> None:
    """It is this user's from now: others who wait to confirm it wait no more."""
    AddressChange.objects.filter(address__iexact=address).delete()


def _require_change(person: User, *, by: User | None) -> None:
    require(by, "incidents.change_user")
    require_reach(person, by=by)


def _move(person: User, address: str, *, by: User | None) -> None:
    """Who signs in by the address goes on to."""
    old = person.email
    take(address)
    if person.username.lower() == old.lower():
        person.username = address
    person.email = address
    person.save(update_fields=["email", "username"])
    record(person, AccountFact.ADDRESS_CHANGED, by=by, old=old, new=address)
