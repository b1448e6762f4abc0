"""Whose account somebody may act on, and which rights they may hand out. Nobody opens by it what they do not have.

A link to an account, or its address, gives the account, with all that it sees. So reach counts what is seen as well
as what may be done, and being a superuser is not enough for what superusers do not see.

Of what is seen, membership of restricted incidents counts only where it has to, or each refusal would tell that there
is one: as long as nobody has the account in hand, when its link is shown and its address moves at once. Afterwards
links go to the person's own mailbox, another address needs their own sign-in, and a user who is let in again by
somebody who does not see an incident sees it no more (:func:`incidents.actions.people.set_active`). Nobody is made a
member before they were in, so the refusal that remains is for rows older than this rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from incidents.choices import AccountFact, Audience
from incidents.models import AccountEvent, Incident, Member, User
from incidents.permissions import name

SEES_RESTRICTED = "incidents.view_restricted_incident"
GUARDED = frozenset({SEES_RESTRICTED, "incidents.restrict_incident"})  # had through groups only, by superusers too


def rights(by: User) -> set[str]:
    """What ``by`` may hand out. The first member of Security is let in by a superuser: somebody has to."""
    own = by.get_all_permissions()
    if not by.is_superuser or nobody_sees_restricted():
        return own
    return own - (GUARDED - given(by))


def given(person: User) -> set[str]:
    """The rights that groups give this person, whether or not they are active."""
    rows = Permission.objects.filter(Q(user=person) | Q(group__user=person)).select_related("content_type")
    return {name(right) for right in rows}


def nobody_sees_restricted() -> bool:
    """Whether nobody has or had the right, and there was never anything to see: only then does it open nothing.

    Users who were deactivated or left count: else that would open the way. Those only invited do not: a first address
    with a typing error could not be corrected.
    """
    [right] = Permission.objects.filter(content_type__app_label="incidents", codename=SEES_RESTRICTED.split(".")[1])
    holders = User.objects.filter(Q(user_permissions=right) | Q(groups__permissions=right))
    if holders.exclude(pk__in=User.objects.invited()).exists():
        return False
    if Incident.history.filter(audience=Audience.RESTRICTED).exists():
        return False
    groups = set(Group.objects.filter(permissions=right).values_list("name", flat=True))
    moved = AccountEvent.objects.filter(fact=AccountFact.GROUPS).exclude(person__in=User.objects.invited())
    return not any(groups & {*data["added"], *data["removed"]} for data in moved.values_list("data", flat=True))


def grantable(by: User) -> list[Group]:
    """The groups whose every right ``by`` may hand out."""
    own = rights(by)
    groups = Group.objects.prefetch_related("permissions__content_type").order_by("name")
    return [group for group in groups if names(group.permissions.all()) <= own]


def names(permissions: Iterable[Permission]) -> set[str]:
    return {name(right) for right in permissions}


def outranks(person: User, *, by: User) -> bool:
    """Enough to keep somebody out, which gives nobody anything: ``by`` may do all that this person may."""
    if by.is_superuser or person == by:
        return True
    return not person.is_superuser and given(person) <= by.get_all_permissions()


def in_reach(person: User, *, by: User) -> bool:
    """Whether ``by`` may change this person, send them links, let them in: it opens nothing that ``by`` lacks."""
    if person == by:
        return True
    if not (outranks(person, by=by) and given(person) <= rights(by)):
        return False
    return not (person.is_invited and seen_beyond(person, by=by).exists())


def seen_beyond(person: User, *, by: User) -> QuerySet[Member]:
    """Memberships of restricted incidents that ``by`` does not see."""
    return Member.objects.filter(user=person, incident__in=Incident.objects.hidden_from(by))
