"""What a group may do, in sentences, and the one check of a right. Each app offers its own in ``rights.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import AnonymousUser, Permission, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.functional import Promise

from incidents import offers
from incidents.exceptions import NotAllowed

Words = str | Promise


@dataclass(frozen=True)
class Right:
    """A tick box. ``names`` are written as Django checks them: ``incidents.view_team``."""

    key: str
    sentence: Words
    names: frozenset[str]

    @classmethod
    def to(cls, key: str, sentence: Words, *names: str) -> Right:
        return cls(key, sentence, frozenset(names))


@dataclass(frozen=True)
class Section:
    """A heading on the screen of a group; they stand by position."""

    position: int
    title: Words


@dataclass(frozen=True)
class Offer:
    """Rights that stand together: at which position of their section, from top to bottom."""

    section: Section
    position: int
    rights: tuple[Right, ...]


def edit(app: str, *models: str) -> list[str]:
    return [f"{app}.{verb}_{model}" for model in models for verb in ("add", "change", "delete")]


def see(app: str, *models: str) -> list[str]:
    return [f"{app}.view_{model}" for model in models]


@cache
def sections() -> dict[Section, list[Right]]:
    """The whole screen: what every app offers (``RIGHTS`` in its ``rights.py``)."""
    found: dict[Section, list[Right]] = {}
    offered: list[Offer] = [offer for each in offers.of("rights", "RIGHTS") for offer in each]
    for offer in sorted(offered, key=lambda offer: (offer.section.position, offer.position)):
        found.setdefault(offer.section, []).extend(offer.rights)
    return found


@cache
def rights() -> dict[str, Right]:
    """All of them by key."""
    return {right.key: right for offered in sections().values() for right in offered}


def choices() -> Iterator[tuple[Words, list[tuple[str, Words]]]]:
    """For a field of a form."""
    for section, offered in sections().items():
        yield section.title, [(right.key, right.sentence) for right in offered]


@cache
def refusals() -> dict[str, Words]:
    """The refusal for users who lack a permission, and whom to ask (``REFUSALS`` in each ``rights.py``)."""
    return {name: sentence for each in offers.of("rights", "REFUSALS") for name, sentence in each.items()}


def may(by: PermissionsMixin | AnonymousUser | None, *names: str) -> bool:
    """Whether ``by`` has every one of these permissions. The system (none) may do all."""
    return by is None or all(by.has_perm(name) for name in names)


def require(by: PermissionsMixin | AnonymousUser | None, *names: str) -> None:
    """The one check of a right: refuses in the sentence of the first of ``names``, which says whom to ask.

    Where an app offers no sentence, such as for looking at something, Django's own refusal has to do.
    """
    if not may(by, *names):
        if names[0] in refusals():
            raise NotAllowed(str(refusals()[names[0]]))
        raise PermissionDenied


def held(names: Iterable[str]) -> list[str]:
    """The keys of the rights that these permissions amount to."""
    names = set(names)
    return [key for key, right in rights().items() if right.names <= names]


def permissions(names: Iterable[str]) -> list[Permission]:
    """The rows for ``app.codename`` names; one query."""
    wanted = Q(pk__in=[])
    for name in names:
        app, codename = name.split(".", 1)
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted).select_related("content_type"))


def name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
