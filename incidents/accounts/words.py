"""The history of an account in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from incidents.choices import AccountFact
from incidents.models import AccountEvent, User
from incidents.permissions import rights

SHOWN = 100
PLAIN = {
    AccountFact.INVITED: gettext_lazy("Invited. A link went to %(to)s."),
    AccountFact.LINK_SENT: gettext_lazy("A link to set a password was sent to %(to)s."),
    AccountFact.LINK_ASKED: gettext_lazy("Somebody asked for a link where people sign in; it was sent to the address."),
    AccountFact.PASSWORD: gettext_lazy("Set a password."),
    AccountFact.ADDRESS_ASKED: gettext_lazy("The address %(old)s is to become %(new)s, once that is confirmed."),
    AccountFact.ADDRESS_CHANGED: gettext_lazy("The address %(old)s became %(new)s."),
    AccountFact.ADDRESS_CANCELLED: gettext_lazy("The change of the address to %(new)s was cancelled."),
    AccountFact.DEACTIVATED: gettext_lazy("Deactivated."),
    AccountFact.ACTIVATED: gettext_lazy("Let in again."),
}
FIELDS = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "team": gettext_lazy("Team"),
    "time_zone": gettext_lazy("Time zone"),
}


def history(person: User) -> list[tuple[AccountEvent, list[str]]]:
    """The newest lines, each with its sentences."""
    rows = AccountEvent.objects.filter(person=person).select_related("by")[:SHOWN]
    return [(row, sentences(AccountFact(row.fact), row.data)) for row in rows]


def sentences(fact: AccountFact, data: dict[str, Any]) -> list[str]:
    if fact == AccountFact.SUPERUSER:
        return [_("Became an administrator.") if data["given"] else _("Is no administrator any more.")]
    if fact == AccountFact.GROUPS:
        return _both(data["added"], data["removed"], _("Put into %(what)s."), _("Taken out of %(what)s."))
    if fact == AccountFact.RIGHTS:
        more, less = _("%(group)s may also: %(what)s."), _("%(group)s may no more: %(what)s.")
        return _both(_rights(data["added"]), _rights(data["removed"]), more, less, group=data["group"])
    if fact == AccountFact.DETAILS:
        return [
            _("%(field)s: %(old)s became %(new)s.")
            % {"field": FIELDS.get(field, field), "old": old or _("nothing"), "new": new or _("nothing")}
            for field, (old, new) in data["changes"].items()
        ]
    return [str(PLAIN[fact]) % data]


def _both(added: list[str], removed: list[str], more: str, less: str, **words: str) -> list[str]:
    told = [(added, more), (removed, less)]
    return [text % {"what": ", ".join(what), **words} for what, text in told if what]


def _rights(names: list[str]) -> list[str]:
    """In the sentences that the group's form has."""
    return list(dict.fromkeys(_sentence(name) for name in names))


def _sentence(name: str) -> str:
    return next((str(right.sentence) for right in rights().values() if name in right.names), name)
