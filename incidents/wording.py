"""One wording on every surface for lists of names, for small numbers, and for what fails where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _, ngettext

MANY = 5  # names in a list before the rest is counted


def listing(names: Sequence[str], most: int | None = MANY) -> str:
    """SMS, WhatsApp and Voice; beyond ``most`` (none: no limit) the rest is a number."""
    if not names:
        return ""
    if most is not None and len(names) > most:
        rest = len(names) - (most - 1)
        more = ngettext("%(n)d more", "%(n)d more", rest) % {"n": rest}
        names = [*names[: most - 1], more]
    if len(names) == 1:
        return names[0]
    return _("%(names)s and %(last)s") % {"names": _(", ").join(names[:-1]), "last": names[-1]}


def number(count: int) -> str:
    """In a sentence: small ones as words."""
    words = (_("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"),
             _("nine"), _("ten"), _("eleven"), _("twelve"))  # fmt: skip
    return words[count] if count < len(words) else str(count)


def whole_percent(part: int, total: int) -> int:
    """To the nearest one, but 100 is only said of all, and 0 of none. Of nothing at all, 100."""
    if part >= total:
        return 100
    return min(max(round(100 * part / total), 1), 99) if part else 0


def placed(what: str, places: str) -> str:
    """SMS in Frankfurt; without places, everywhere, and nothing is said of it."""
    return _("%(what)s in %(places)s") % {"what": what, "places": places} if places else what


def what_where(pairs: Iterable[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Of names with a place each (empty: everywhere) those that share their places, with these. No name gets a place
    that was not given with it."""
    places: dict[str, dict[str, None]] = {}
    order: dict[str, None] = {}
    for name, place in pairs:
        places.setdefault(name, {})[place] = None
        order[place] = None
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, its in places.items():
        where = () if "" in its else tuple(place for place in order if place in its)
        alike.setdefault(where, []).append(name)
    return [(names, list(where)) for where, names in alike.items()]


def scope(pairs: Iterable[tuple[str, str]]) -> str:
    """SMS and WhatsApp in Frankfurt, and Voice in Singapore: what fails where, in one phrase."""
    phrases = [placed(listing(names), listing(where)) for names, where in what_where(pairs)]
    if len(phrases) < 2:
        return "".join(phrases)
    return _("%(phrases)s, and %(last)s") % {"phrases": _(", ").join(phrases[:-1]), "last": phrases[-1]}


def apart(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """What and where, for texts that say "{{ components }} in {{ locations }}". Where not each fails in all the places,
    the first says it all and the second is empty: a template multiplies nothing."""
    groups = what_where(pairs)
    if len(groups) != 1:
        return scope(pairs), ""
    [(names, where)] = groups
    return listing(names), listing(where)


def label(component: object, location: object = None) -> str:
    """SMS · Frankfurt: the same as a name, for fields and lines of a table."""
    return f"{component} · {location}" if location else str(component)
