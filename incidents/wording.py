"""One wording on every surface for lists of names, for small numbers, and for what fails where."""

from __future__ import annotations

from collections.abc import Sequence

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


def placed(what: str, places: str) -> str:
    """SMS in Frankfurt; without places, everywhere, and nothing is said of it."""
    return _("%(what)s in %(places)s") % {"what": what, "places": places} if places else what


def label(component: object, location: object = None) -> str:
    """SMS · Frankfurt: the same as a name, for fields and lines of a table."""
    return f"{component} · {location}" if location else str(component)
