"""What was asked to be approved, signed and published: numbered versions whose content never changes."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from postmortems.choices import Paper, Reader, RenderingState
from postmortems.models.postmortem import Postmortem

Person = settings.AUTH_USER_MODEL


class VersionQuerySet(models.QuerySet["Version"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def public(self) -> Self:
        """Those that customers could read, whether they still can or not."""
        return self.published().filter(public_at__isnull=False)

    def standing(self) -> Self:
        """The newest first: of one post-mortem, the first is what readers have."""
        return self.published().filter(withdrawn_at__isnull=True).order_by("-number")


class Version(models.Model):
    """Content, digest and who signs are frozen when a review is asked for; after that only its fate is noted."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of all of it."))
    customers_digest = models.CharField(max_length=64, help_text=_("SHA-256 of what customers read."))
    change = models.CharField(max_length=255, blank=True, help_text=_("What is different from the version before."))
    roles = models.JSONField(null=True, help_text=_("Who was asked to sign it (postmortems.signing)."))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_back_at = models.DateTimeField(null=True)
    sent_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_back_reason = models.CharField(max_length=255, blank=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    notify = models.BooleanField(default=True, help_text=_("Whether subscribers were to hear of it."))
    public_at = models.DateTimeField(null=True, help_text=_("Since when customers could read it."))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField(max_length=255, blank=True)
    withdrawn_in_public = models.BooleanField(
        default=False, help_text=_("Whether customers could read it when it was withdrawn.")
    )

    objects = VersionQuerySet.as_manager()

    FATE = frozenset(
        {
            "sent_back_at", "sent_back_by", "sent_back_reason", "approved_at", "published_at", "published_by", "notify",
            "public_at", "withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawn_in_public",
        }
    )  # fmt: skip

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("postmortem", "number", name="version_number_is_its_own"),
            models.CheckConstraint(
                name="version_is_approved_before_it_is_published",
                condition=Q(published_at__isnull=True) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_is_published_before_it_is_withdrawn",
                condition=Q(withdrawn_at__isnull=True) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_is_published_before_it_is_public",
                condition=Q(public_at__isnull=True) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_is_withdrawn_before_that_is_public",
                condition=Q(withdrawn_in_public=False) | Q(withdrawn_at__isnull=False, public_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_that_was_sent_back_is_not_published",
                condition=Q(sent_back_at__isnull=True) | Q(published_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"Version {self.number}"

    def save(self, *args, update_fields=None, **kwargs):
        if self.pk is not None and (update_fields is None or not set(update_fields) <= self.FATE):
            raise TypeError("A version is never changed.")
        super().save(*args, update_fields=update_fields, **kwargs)

    @cached_property
    def public_number(self) -> int:
        """What customers call it: which one it is, or would be, of those that they could ever read. What was sent back,
        and what was published before the incident was opened to them, leaves no gap; what was withdrawn keeps its
        number, for somebody may have read it. One query, unless the versions of its post-mortem are prefetched.
        """
        return 1 + sum(each.public_at is not None and each.number < self.number for each in self._siblings())

    @property
    def public_change(self) -> str:
        """What customers read of what is different: nothing where it was written while the incident was kept from
        them."""
        return self.change if self.public_at and self.published_at and self.public_at <= self.published_at else ""

    @property
    def public_withdrawal_reason(self) -> str:
        """The same of why it was withdrawn."""
        return self.withdrawal_reason if self.withdrawn_in_public else ""

    def _siblings(self) -> list[Version]:
        if "versions" in getattr(self.postmortem, "_prefetched_objects_cache", {}):
            return list(self.postmortem.versions.all())
        return list(self.postmortem.versions.only("number", "public_at", "postmortem"))

    @cached_property
    def repeated(self) -> Version | None:
        """The version before, where it was sent back and reads the same to the letter."""
        before = self.postmortem.versions.filter(number=self.number - 1, sent_back_at__isnull=False)
        return before.filter(digest=self.digest).defer("content").select_related("sent_back_by").first()


class SignOff(models.Model):
    """Who signed a version for which role. The name is kept as it was then, whatever becomes of the account."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="sign_offs")
    role = models.CharField(max_length=100)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint("version", "role", name="sign_off_is_one_for_each_role")]

    def __str__(self):
        return f"{self.role}: {self.name}"


class Rendering(models.Model):
    """A PDF that was asked for: of a version, or (none) of a draft as it stood; made once, and kept with its bytes.

    ``dress`` says whose page it is dressed for; the same content in the same dress is made once.
    """

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="renderings")
    version = models.ForeignKey(Version, models.CASCADE, null=True, related_name="renderings")
    reader = models.CharField(max_length=12, choices=Reader)
    paper = models.CharField(max_length=8, choices=Paper, default=Paper.A4)
    content = models.JSONField(help_text=_("What is drawn, with the edition and the dress."))
    key = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of what is drawn and how."))
    state = models.CharField(max_length=10, choices=RenderingState, default=RenderingState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=255, blank=True)
    pdf = models.BinaryField(null=True)
    pages = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="rendering_has_bytes_iff_done",
                condition=Q(state=RenderingState.DONE, pdf__isnull=False)
                | (~Q(state=RenderingState.DONE) & Q(pdf__isnull=True)),
            )
        ]

    def __str__(self):
        return f"{self.get_reader_display()}, {self.get_paper_display()}"
