"""The staff sidebar: every place a person may go, and none that they may not. Each app offers its own (``ITEMS`` in its
``navigation.py``); sections and items stand by position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from incidents import offers
from incidents.permissions import Words


@dataclass(frozen=True)
class Section:
    position: int
    title: Words = ""


@dataclass(frozen=True)
class Item:
    """One place. ``needs``: any of these permissions opens it; none is for everybody.

    ``address`` is the name of its URL, ``query`` what follows it. ``lit`` says whether this is where the person is,
    where the address alone does not tell. ``more`` is what is drawn beside it: a ``count``, or a
    ``template`` of the app's own.
    """

    section: Section
    position: int
    title: Words
    icon: str
    address: str
    needs: tuple[str, ...] = ()
    query: str = ""
    is_there: Callable[[], bool] = lambda: True
    lit: Callable[[HttpRequest], bool] | None = None
    more: Callable[[HttpRequest], Mapping[str, Any]] = lambda request: {}

    @classmethod
    def of_model(cls, section: Section, position: int, title: Words, icon: str, app: str, model: str) -> Item:
        """The list of a model, for those who may read it."""
        needs = (f"{app}.view_{model}", f"{app}.change_{model}")
        return cls(section, position, title, icon, f"admin:{app}_{model}_changelist", needs)

    def drawn(self, request: HttpRequest) -> dict[str, Any]:
        """As Unfold draws it."""
        link = reverse(self.address) + self.query
        active = self.lit(request) if self.lit else request.path.startswith(link)
        item = {"title": str(self.title), "icon": self.icon, "link": link, "active": lambda request: active}
        return item | dict(self.more(request))

    def is_for(self, request: HttpRequest) -> bool:
        may = not self.needs or any(request.user.has_perm(name) for name in self.needs)
        return may and self.is_there()


def sidebar(request: HttpRequest) -> list[dict]:
    """Unfold's navigation for this person. One query, for the number of open incidents."""
    groups = []
    for section, items in groupby(_items(), key=lambda item: item.section):
        drawn = [item.drawn(request) for item in items if item.is_for(request)]
        if drawn:
            groups.append({"items": drawn} | ({"title": str(section.title)} if section.title else {}))
    return groups


@cache
def _items() -> list[Item]:
    offered: list[Item] = [item for each in offers.of("navigation", "ITEMS") for item in each]
    return sorted(offered, key=lambda item: (item.section.position, item.position))
