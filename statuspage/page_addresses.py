"""The addresses of pages: what each has, what it leaves when it moves, and which pages an address means."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, OuterRef, Q, Subquery, When

from statuspage.models import AddressKind, FormerAddress, Page
from statuspage.models.page import ID_PREFIX

Address = tuple[AddressKind, str]  # its kind, and the slug or the host


def of(page: Page) -> set[Address]:
    """What the page has now."""
    found = {(AddressKind.SLUG, page.slug)}
    if page.host:
        found.add((AddressKind.HOST, page.host))
    if page.is_default:
        found.add((AddressKind.ROOT, ""))
    return found


def formerly_others(page: Page, addresses: set[Address]) -> Iterator[FormerAddress]:
    """Of these addresses, those whose old links lead on to another page, and would no more."""
    for row in FormerAddress.objects.leading_on().exclude(page=page.pk).select_related("page"):
        if (AddressKind(row.kind), row.name) in addresses:
            yield row


def pages_at(*, slug: str | None, host: str) -> list[Page]:
    """The page that readers find under a host of its own, below ``/p/<slug>/`` or at the root; and after it those that
    had that address before, for links whose holder is known. A public id in place of the slug means one page only."""
    if not host and slug and slug.startswith(ID_PREFIX):
        return list(Page.objects.filter(public_id=slug))
    if host:
        now, kind, name = Q(host=host), AddressKind.HOST, host
    elif slug:
        now, kind, name = Q(slug=slug), AddressKind.SLUG, slug
    else:
        now, kind, name = Q(is_default=True), AddressKind.ROOT, ""
    left = FormerAddress.objects.filter(page=OuterRef("pk"), kind=kind, name=name).values("left_at")
    rows = Page.objects.annotate(has=Case(When(now, then=True), default=False), left=Subquery(left))
    return list(rows.filter(Q(has=True) | Q(left__isnull=False)).order_by("-has", "-left", "-pk"))
