"""Where a page stood before. An address is no identity (DESIGN section 8): what was given out under it leads on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from statuspage.models.page import Page


class AddressKind(models.TextChoices):
    SLUG = "slug", _("below /p/")
    HOST = "host", _("host name")
    ROOT = "root", _("default page")


HELD = {  # by kind, what says of a page that it has the address now
    AddressKind.SLUG: Q(slug=OuterRef("name")),
    AddressKind.HOST: Q(host=OuterRef("name")),
    AddressKind.ROOT: Q(is_default=True),
}


class FormerAddressQuerySet(QuerySet["FormerAddress"]):
    def newest_first(self):
        return self.order_by("-left_at", "-pk")

    def leading_on(self):
        """Of each address that no page has now, the row of the page that left it last: readers are led there."""
        last = (
            FormerAddress.objects.filter(kind=OuterRef("kind"), name=OuterRef("name")).newest_first().values("pk")[:1]
        )
        free = Q()
        for kind in (AddressKind.SLUG, AddressKind.HOST):
            free |= Q(kind=kind) & ~Q(models.Exists(Page.objects.filter(HELD[kind])))
        return self.filter(free, pk=models.Subquery(last))


class FormerAddress(models.Model):
    """An address that the page had and has no more.

    Several pages may have had one. The page that has it now is the one that readers find there; where none has, it is
    the one that left it last. A link that names its page, or whose holder is known, finds its own page all the same.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="former_addresses")
    kind = models.CharField(max_length=10, choices=AddressKind)
    name = models.CharField(max_length=253, blank=True, help_text=_("The slug or the host; the root has none."))
    left_at = models.DateTimeField(default=timezone.now)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        ordering = ["-left_at", "-pk"]
        constraints = [
            models.UniqueConstraint("page", "kind", "name", name="former_address_is_one"),
            models.CheckConstraint(
                condition=Q(kind=AddressKind.ROOT, name="") | (~Q(kind=AddressKind.ROOT) & ~Q(name="")),
                name="former_address_has_its_name",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AddressKind.HOST) | Q(name=Lower("name")), name="former_host_is_lower"
            ),
        ]
        indexes = [models.Index("kind", "name", F("left_at").desc(), name="former_address_by_name")]

    def __str__(self):
        return {AddressKind.SLUG: f"/p/{self.name}/", AddressKind.HOST: self.name}.get(AddressKind(self.kind), "/")
