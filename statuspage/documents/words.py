"""Sentences from facts: lists of names, the scope of an incident, the state of the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _, ngettext

from incidents import moments
from incidents.choices import ComponentState, Status
from incidents.wording import MANY, listing, placed
from statuspage.snapshot.values import Impact, Snapshot, Tree

SLUG = {
    ComponentState.OPERATIONAL: "op",
    ComponentState.MAINTENANCE: "maint",
    ComponentState.DEGRADED: "degraded",
    ComponentState.PARTIAL: "partial",
    ComponentState.MAJOR: "major",
    ComponentState.UNKNOWN: "unknown",
}
Hit = dict[int, dict[int | None, ComponentState]]  # component → place → state


@dataclass(frozen=True, slots=True)
class Mark:
    """A status as a word, a shape and a colour."""

    slug: str
    word: str


def mark(state: ComponentState) -> Mark:
    return Mark(SLUG[state], str(state.label))


def stage(status: Status, *, reopens: bool = False) -> str:
    """What an update says that is being done; of one that takes an all-clear back, that too."""
    word = str(status.label)
    return _("Reopened, %(stage)s") % {"stage": word.lower()} if reopens else word


def affected_for(length: timedelta, *, of: timedelta) -> str:
    """How long something was affected; nothing where that is all of the time."""
    span = moments.lasting(length)
    return _("affected for %(span)s of it") % {"span": span} if span != moments.lasting(of) else ""


@dataclass(frozen=True, slots=True)
class Scope:
    affected: str
    not_affected: str


def scope(
    snapshot: Snapshot, impacts: Iterable[Impact], *, elsewhere: dict[int, ComponentState] | None = None
) -> Scope:
    """Which components are affected and which of their neighbours are not.

    ``elsewhere``: the states on the whole page. What another incident has broken is not called "not affected".
    """
    tree, places = snapshot.tree, snapshot.places
    worst: Hit = defaultdict(dict)
    for impact in impacts:
        seen = worst[impact.component].get(impact.location, ComponentState.OPERATIONAL)
        worst[impact.component][impact.location] = max(seen, impact.state)
    return Scope(_affected(tree, places, worst), _not_affected(tree, places, worst, elsewhere or {}))


def name_on_page(tree: Tree, pk: int) -> str:
    """Its name; with its parent's where another component of the page has the same name."""
    component = tree.components[pk]
    if component.name not in tree.twins or component.parent is None:
        return component.name
    return f"{tree.components[component.parent].name} {component.name}"


def full_name(snapshot: Snapshot, pk: int) -> str:
    """Such as Europe - SMS, as readers of a Statuspage know it: the group's name before its own."""
    return " - ".join(reversed([snapshot[up].name for up in snapshot.tree.above(pk)]))


def _affected(tree: Tree, places: dict[int, str], worst: Hit) -> str:
    """SMS and WhatsApp in Frankfurt and Singapore. Degraded: RCS in Frankfurt."""
    groups: dict[tuple[ComponentState, tuple[int, ...]], list[int]] = defaultdict(list)
    for pk in sorted(worst, key=list(tree.components).index):
        by_state: dict[ComponentState, set[int | None]] = defaultdict(set)
        for location, state in worst[pk].items():
            by_state[state].add(location)
        for state, where in by_state.items():
            groups[state, () if None in where else tuple(p for p in places if p in where)].append(pk)
    sentences: list[str] = []
    most = MANY
    for state in sorted({state for state, _where in groups}, reverse=True):
        here = [(pks, where) for (its, where), pks in groups.items() if its == state]
        phrases = [
            placed(listing([name_on_page(tree, pk) for pk in pks]), listing([places[p] for p in where]))
            for pks, where in here[:most]
        ]
        if rest := sum(len(pks) for pks, _where in here[most:]):
            phrases.append(ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest})
        sentence = _("; ").join(phrases)
        if sentences:
            sentence = _("%(level)s: %(names)s") % {"level": state.label, "names": sentence}
        sentences.append(sentence)
        most = max(most - len(here), 1)
    return _(". ").join(sentences)


def _not_affected(tree: Tree, places: dict[int, str], worst: Hit, elsewhere: dict[int, ComponentState]) -> str:
    """Neighbours of what is hit hardest, nearest first: well parts beside it up to its group; then its other places;
    then how many of the page's other components are well, so that nothing is left out."""
    most = max((state for where in worst.values() for state in where.values()), default=ComponentState.OPERATIONAL)
    hardest = [pk for pk in tree.components if pk in worst and most in worst[pk].values()]
    touched = {each for pk in worst for each in tree.around(pk)}
    unwell = touched | {pk for pk, state in elsewhere.items() if state.is_troubled}
    beside: dict[int, None] = {}
    for pk in hardest:
        for up in tree.above(pk):
            parent = tree.components[up].parent
            if parent is not None or up == pk:  # groups are not neighbours, unless one is hit itself
                beside |= dict.fromkeys(tree.components[parent].children if parent is not None else tree.roots)
    calm = [pk for pk in beside if pk not in unwell]
    phrases = [listing([name_on_page(tree, pk) for pk in calm])] if calm else []

    others: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for pk in hardest:
        if None not in worst[pk] and (rest := tuple(place for place in places if place not in worst[pk])):
            others[rest].append(pk)
    for rest, pks in others.items():
        phrases.append(placed(listing([name_on_page(tree, pk) for pk in pks]), listing([places[p] for p in rest])))
    del phrases[MANY:]

    named = {leaf for pk in calm for leaf in tree.leaves(pk)}
    count = sum(leaf not in named and leaf not in unwell for leaf in tree.all_leaves()) if hardest else 0
    if count:
        phrases.append(ngettext("%(n)d other component", "%(n)d other components", count) % {"n": count})
    return _("; ").join(phrases)


def components_sentence(total: int) -> str:
    """The calm page in one sentence."""
    if total == 0:
        return _("Nothing is reported broken.")
    if total == 1:
        return _("The component is operational.")
    return _("All %(n)d components are operational.") % {"n": total}


def overall(tree: Tree, states: dict[int, ComponentState]) -> str:
    """The page in one sentence: 6 of 41 components affected."""
    leaves = list(tree.all_leaves())
    worked_on = sum(states[pk] == ComponentState.MAINTENANCE for pk in leaves)
    bad = sum(states[pk].is_troubled for pk in leaves) - worked_on
    numbers = {"bad": bad, "n": len(leaves), "worked_on": worked_on}
    if not bad and not worked_on:
        return components_sentence(len(leaves))
    if not bad:
        return (
            ngettext(
                "%(worked_on)d of %(n)d component under maintenance",
                "%(worked_on)d of %(n)d components under maintenance",
                len(leaves),
            )
            % numbers
        )
    affected = ngettext("%(bad)d of %(n)d component affected", "%(bad)d of %(n)d components affected", len(leaves))
    if not worked_on:
        return affected % numbers
    return _("%(affected)s, %(worked_on)d under maintenance") % (numbers | {"affected": affected % numbers})
