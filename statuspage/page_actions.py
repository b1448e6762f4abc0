"""The verbs of a page itself: made or changed, and removed. One page is the default, always."""

from __future__ import annotations

from collections.abc import Set
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.base import save_audited
from incidents.exceptions import DomainError, NotAllowed
from incidents.models import User
from statuspage import publishing
from statuspage.models import Page


@transaction.atomic
def save_page(page: Page, *, by: User | None) -> Page:
    """Write the page and publish it. The first is the default; a new default takes the place of the old one.

    The host in the ids of its feeds is frozen when it is made (DESIGN section 8).
    """
    _require(by, "change_page" if page.pk else "add_page")
    check_default(page)
    others = Page.objects.select_for_update(of=("self",)).exclude(pk=page.pk)
    former = list(others.filter(is_default=True))
    page.is_default = page.is_default or not former
    page.tag_host = page.tag_host or urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    if page.is_default:
        for other in former:
            other.is_default = False
            save_audited(other, "is_default", by=by)
    save_audited(page, by=by)
    publishing.want([page, *(former if page.is_default else [])])
    return page


def check_default(page: Page) -> None:
    """A page stops being the default only by another one becoming it."""
    was_default = Page.objects.filter(pk=page.pk, is_default=True).exists()
    if was_default and not page.is_default:
        raise DomainError(
            _("One page must answer at the root. Tick this on the other page instead."), field="is_default"
        )


def check_removable(page: Page, *, together_with: Set[int] = frozenset()) -> None:
    """The default goes last: something must answer at the root while there is any page."""
    if page.is_default and Page.objects.exclude(pk__in={page.pk, *together_with}).exists():
        raise DomainError(_("%(page)s is the default page. Make another page the default first.") % {"page": page})


@transaction.atomic
def remove_page(page: Page, *, by: User | None) -> None:
    """Take a page away with everything that was published of it. Its incidents stay; they only stood there."""
    _require(by, "delete_page")
    check_removable(page)
    publishing.forget(page)
    page._history_user = by
    page.delete()


def _require(by: User | None, permission: str) -> None:
    if by is not None and not by.has_perm(f"statuspage.{permission}"):
        raise NotAllowed(_("You may not change pages. Ask Engineering Leads."))
