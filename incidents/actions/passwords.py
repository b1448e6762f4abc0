"""Links to set a password. A link is as good as the account: it is shown to nobody once its user was in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from incidents import asks, signals
from incidents.accounts import reach
from incidents.actions.accounts import locked, record, require_active, require_reach
from incidents.choices import AccountFact, Audience
from incidents.exceptions import TooMany
from incidents.models import AccountEvent, Member, PasswordResetRequest, User
from incidents.permissions import require

ASKS_LAST = timedelta(hours=1)
ASKS_OF_ADDRESS, ASKS_OF_CLIENT = 3, 10  # within that time


class Links(PasswordResetTokenGenerator):
    """Django's tokens end with the password, the address and the sign-in; ours with being deactivated too.

    The first link may have been seen by the user who invited: it ends when the account comes to see what is restricted.
    """

    key_salt = "incidents.password-link"

    def _make_hash_value(self, user, timestamp):
        switched = AccountEvent.objects.filter(person=user, fact=AccountFact.DEACTIVATED).count()
        seen: list[int] = []
        if user.is_invited:
            rows = Member.objects.filter(user=user, incident__audience=Audience.RESTRICTED).order_by("incident")
            seen = [*rows.values_list("incident", flat=True)]
            seen += [0] if reach.SEES_RESTRICTED in reach.given(user) else []
        return f"{super()._make_hash_value(user, timestamp)}|{user.is_active}|{switched}|{seen}"


links = Links()


def set_password_url(user: User) -> str:
    """A link with which this person sets a password; whole, so that a mail can hold it.

    It works once, for as long as ``PASSWORD_RESET_TIMEOUT`` says from now. Make it when it is sent; keep it nowhere.
    """
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.PUBLIC_URL + reverse("admin:invitation", args=[uid, links.make_token(user)])


def require_link(person: User, *, by: User) -> None:
    """Whether ``by`` may have a link made for this person."""
    require(by, "incidents.invite_user")
    require_reach(person, by=by)
    require_active(person)


@transaction.atomic
def send_link(person: User, *, by: User) -> None:
    """A fresh link by mail, to the address on the account. Those of an invitation that went before end here; where a
    password is in use, that one stays.
    """
    person = locked(person)
    require_link(person, by=by)
    if person.is_invited:
        renew_mark(person)
        signals.invited.send(sender=User, user=person, by=by)
    else:
        signals.password_reset_asked.send(sender=User, user=person, by=by)
    record(person, AccountFact.LINK_SENT, by=by, to=person.email)


def renew_mark(person: User) -> None:
    """A new random mark, which every link of an invitation depends on."""
    person.set_unusable_password()
    person.save(update_fields=["password"])


@transaction.atomic
def set_password(person: User, password: str) -> None:
    """The person does it themselves, by their link or signed in; there is no other way."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record(person, AccountFact.PASSWORD, by=person)


@transaction.atomic
def ask_password_reset(*, email: str, client: str) -> None:
    """Somebody at ``client`` (a network address) forgot a password: a link goes to the user with this address.

    The address is looked up later (:func:`answer_asks`), so that neither the answer nor its time tells whether anybody
    has it. Beyond ten asks from one client in an hour it is refused.
    """
    since = timezone.now() - ASKS_LAST
    PasswordResetRequest.objects.filter(asked_at__lte=since, answered_at__isnull=False).delete()
    client = _hashed("client", client)
    PasswordResetRequest.objects.create(address=_hashed("address", email.strip().lower()), client=client)
    if PasswordResetRequest.objects.filter(client=client, asked_at__gt=since).count() > ASKS_OF_CLIENT:
        words = _("Too many links were asked for from where you are. Wait an hour, or ask an administrator.")
        raise TooMany(words, retry_after=int(ASKS_LAST.total_seconds()))
    signals.password_asked.send(sender=PasswordResetRequest)


def answer_asks() -> bool:
    """Look up who asked, and have links sent; whether anything was done. Any number may run it at once."""
    pending = PasswordResetRequest.objects.filter(answered_at=None)
    if not pending.exists():
        return False
    people = _people_by_address()
    return asks.answer(pending, lambda pk: _answer(pk, people))


def _people_by_address() -> dict[str, int]:
    """Everybody who could sign in, by the keyed hash of their address."""
    able = User.objects.filter(is_active=True, is_staff=True).exclude(email="").order_by("-pk")
    return {_hashed("address", email.lower()): pk for pk, email in able.values_list("pk", "email")}


@transaction.atomic
def _answer(pk: int, people: dict[str, int]) -> bool:
    ask = PasswordResetRequest.objects.select_for_update(skip_locked=True).filter(pk=pk, answered_at=None).first()
    if ask is None:
        return False  # somebody else is at it
    ask.answered_at = timezone.now()
    ask.save(update_fields=["answered_at"])
    person = User.objects.select_for_update(of=("self",)).filter(pk=people.get(ask.address)).first()
    if person is not None and _is_within_limit(ask, person, ask.answered_at):
        signals.password_reset_asked.send(sender=User, user=person, by=None)
        record(person, AccountFact.LINK_ASKED, by=None)
    return True


def _is_within_limit(ask: PasswordResetRequest, person: User, now: datetime) -> bool:
    """Three in an hour, of those that were asked for and of those that waited for a worker."""
    sent = AccountEvent.objects.filter(person=person, fact=AccountFact.LINK_ASKED, at__gt=now - ASKS_LAST)
    return sent.count() < ASKS_OF_ADDRESS


def _hashed(kind: str, value: str) -> str:
    """Known again within the hour, and of no use to somebody who reads the table."""
    return salted_hmac(f"incidents.password-ask.{kind}", value, algorithm="sha256").hexdigest()
