"""What becomes of a page's addresses where it is saved as it stands in its form: who comes by them, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _, ngettext

from incidents.wording import listing
from statuspage import page_addresses, stores
from statuspage.documents import kinds
from statuspage.models import Page

COUNTED = (  # by what the names of their files end in
    (("history.atom", "history.rss"), lambda n: ngettext("%(n)s feed", "%(n)s feeds", n)),
    (("maintenance.ics",), lambda n: ngettext("%(n)s calendar", "%(n)s calendars", n)),
    (("badge.svg", "badge.json"), lambda n: ngettext("%(n)s badge", "%(n)s badges", n)),
    ((".json",), lambda n: ngettext("%(n)s address for programs", "%(n)s addresses for programs", n)),
    ((".pdf",), lambda n: ngettext("%(n)s PDF", "%(n)s PDFs", n)),
    ((".html",), lambda n: ngettext("%(n)s page", "%(n)s pages", n)),
)


@dataclass(frozen=True)
class Move:
    """One page that leaves an address, or takes one: what readers meet. ``known``: what stands at its addresses."""

    page: Page
    sentences: list[str]
    known: str = ""


@dataclass(frozen=True)
class Moves:
    """``key`` stands for exactly these: whoever confirms them has read them."""

    each: list[Move]
    key: str

    @classmethod
    def of(cls, before: Page | None, after: Page) -> Moves:
        """Empty where nothing is left or taken that anybody can have."""
        moves = [] if before is None else _own(before, after)
        default = Page.objects.filter(is_default=True).exclude(pk=after.pk).first() if after.is_default else None
        if default is not None:
            moves.append(Move(default, [_root_is_left(default, after)], _known(default)))
        gained = page_addresses.of(after) - (page_addresses.of(before) if before else set())
        for row in page_addresses.formerly_others(after, gained):
            words = _("%(address)s was an address of %(other)s. Old links to it lead to %(page)s from then on, but "
                      "those in mails, which still lead to %(other)s.")  # fmt: skip
            moves.append(Move(row.page, [words % {"address": row, "other": row.page, "page": after}]))
        told = "\n".join(sentence for move in moves for sentence in move.sentences)
        return cls(moves, sha256(told.encode()).hexdigest()[:16])

    def __bool__(self) -> bool:
        return bool(self.each)


def _own(before: Page, after: Page) -> list[Move]:
    sentences = []
    if before.slug != after.slug:
        words = _(
            "%(old)s becomes %(new)s. Whoever follows an old link is led on: readers, feeds, programs and badges."
        )
        sentences.append(words % {"old": f"/p/{before.slug}/", "new": f"/p/{after.slug}/"})
    if before.host and before.host != after.host:
        new = after.host or after.canonical_url
        words = _("%(old)s becomes %(new)s. Old links are led on for as long as %(old)s points at this server with a "
                  "certificate: keep both.")  # fmt: skip
        sentences.append(words % {"old": before.host, "new": new})
    return [Move(after, sentences, _known(before))] if sentences else []


def _root_is_left(default: Page, after: Page) -> str:
    words = _("At / readers find %(page)s instead of %(other)s, which stands at %(address)s. Links to single "
              "incidents, maintenance and post-mortems of %(other)s lead on to there; the front page, feeds, "
              "calendars, badges and JSON at / tell of %(page)s: who reads those hears no more of "
              "%(other)s.")  # fmt: skip
    return words % {"page": after, "other": default, "address": default.host or f"/p/{default.slug}/"}


def _known(page: Page) -> str:
    """How much is published at the page's addresses."""
    try:
        paths = stores.current().paths(page.public_id) - {kinds.NOT_FOUND, kinds.UNAVAILABLE}
    except OSError:  # the store is away
        return ""
    counted = []
    for endings, name in COUNTED:
        found = {path for path in paths if path.endswith(endings)}
        paths -= found
        if found:
            counted.append(name(len(found)) % {"n": f"{len(found):,}"})
    return listing(counted, most=None)
