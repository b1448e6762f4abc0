"""The verbs of a page itself: made or changed, and removed. One page is the default, always."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.actions.base import save_audited
from incidents.exceptions import DomainError
from incidents.models import User
from incidents.permissions import require
from statuspage import page_addresses
from statuspage.actions import hosts
from statuspage.branding.logo import Drawn
from statuspage.models import AddressKind, FormerAddress, Page, PageLogo, Scheme
from statuspage.models.page import ID_PREFIX
from statuspage.publishing import publisher


@transaction.atomic
def save_page(
    page: Page, *, by: User | None, logos: Mapping[Scheme, Drawn | None] | None = None, knowingly: bool = False
) -> Page:
    """Write the page and publish it. The first is the default; a new default takes the place of the old one.

    ``logos`` are those that change: a picture puts one there, none takes it away. What the ids of the feeds are made of
    is frozen when the page is made, and what was given out under an address that it leaves leads on to it (DESIGN
    section 8). ``knowingly``: it may take an address whose old links lead on to another page; they lead here then.
    """
    require(by, "statuspage.change_page" if page.pk else "statuspage.add_page")
    rows = list(Page.objects.select_for_update(of=("self",)).order_by("pk"))
    before = next((row for row in rows if row.pk == page.pk), None)
    others = [row for row in rows if row.pk != page.pk]
    page.host = clean_host(page.host, others=others)
    check_slug(page.slug)
    check_default(page)
    check_logos(page, logos or {})
    if not knowingly:
        check_free(page, before)
    former = [row for row in others if row.is_default]
    page.is_default = page.is_default or not former
    page.tag_host = page.tag_host or urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    if page.is_default:
        for other in former:
            other.is_default = False
            save_audited(other, "is_default", by=by)
            _lead_on(other, {(AddressKind.ROOT, "")})
    save_audited(page, by=by, reason=_logo_reason(logos or {}))
    _lead_on(page, page_addresses.of(before) - page_addresses.of(page) if before else set())
    for scheme, drawn in (logos or {}).items():
        _put_logo(page, scheme, drawn)
    publisher.want([page, *(former if page.is_default else [])])
    return page


def clean_host(typed: str, *, others: Iterable[Page]) -> str:
    """A page's own host name as it is kept. One name leads to one page."""
    host = hosts.clean(typed)
    for other in others:
        if host and other.host == host:
            raise DomainError(
                _("%(page)s has this host name already. Choose another one.") % {"page": other}, field="host"
            )
    return host


def check_slug(slug: str) -> None:
    if slug.startswith(ID_PREFIX):
        raise DomainError(_("An address that begins like a public id leads to the page with that id."), field="slug")


def check_free(page: Page, before: Page | None) -> None:
    """Old links of another page are not taken by accident."""
    taken = page_addresses.of(page) - (page_addresses.of(before) if before else set())
    for row in page_addresses.formerly_others(page, taken):
        raise DomainError(
            _("Old links to %(address)s lead on to %(page)s. Choose another address, or take it knowingly.")
            % {"address": row, "page": row.page},
            field=row.kind,
        )


def _lead_on(page: Page, left: Set[page_addresses.Address]) -> None:
    """What it leaves leads on to it; what it has again is former no more."""
    for kind, name in left:
        FormerAddress.objects.update_or_create(page=page, kind=kind, name=name, defaults={"left_at": timezone.now()})
    for kind, name in page_addresses.of(page):
        FormerAddress.objects.filter(page=page, kind=kind, name=name).delete()


def check_default(page: Page) -> None:
    """A page stops being the default only by another one becoming it."""
    was_default = Page.objects.filter(pk=page.pk, is_default=True).exists()
    if was_default and not page.is_default:
        raise DomainError(
            _("One page must answer at the root. Tick this on the other page instead."), field="is_default"
        )


def check_logos(page: Page, changes: Mapping[Scheme, Drawn | None]) -> None:
    """One for dark paper only takes the place of another."""
    kept = set(PageLogo.objects.filter(page=page.pk).values_list("scheme", flat=True))
    left = kept - set(changes) | {scheme for scheme, drawn in changes.items() if drawn}
    if left == {Scheme.DARK}:
        raise DomainError(
            _("This one only takes the place of the logo above. Upload that too, or remove this one."),
            field="logo_on_dark",
        )


def _put_logo(page: Page, scheme: Scheme, drawn: Drawn | None) -> None:
    PageLogo.objects.filter(page=page, scheme=scheme).delete()
    if drawn:
        PageLogo.objects.create(
            page=page,
            scheme=scheme,
            image=drawn.image,
            digest=drawn.digest,
            width=drawn.width,
            height=drawn.height,
            faint_on=drawn.faint_on,
        )


def _logo_reason(changes: Mapping[Scheme, Drawn | None]) -> str:
    """What the page's history says: the pictures themselves are not in it."""
    said = {True: _("Logo for %(paper)s uploaded."), False: _("Logo for %(paper)s removed.")}
    return " ".join(said[drawn is not None] % {"paper": scheme.label} for scheme, drawn in changes.items())


def check_removable(page: Page, *, together_with: Set[int] = frozenset()) -> None:
    """The default goes last: something must answer at the root while there is any page."""
    if page.is_default and Page.objects.exclude(pk__in={page.pk, *together_with}).exists():
        raise DomainError(_("%(page)s is the default page. Make another page the default first.") % {"page": page})


@transaction.atomic
def remove_page(page: Page, *, by: User | None) -> None:
    """Take a page away with everything that was published of it. Its incidents stay; they only stood there."""
    require(by, "statuspage.delete_page")
    check_removable(page)
    publisher.forget(page)
    page._history_user = by
    page.delete()
