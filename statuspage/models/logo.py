"""The logo of a page. In the database, so that a snapshot reads it and many servers need no shared disk."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    LIGHT = "light", _("light paper")
    DARK = "dark", _("dark paper")


class PageLogo(models.Model):
    """A picture drawn by us from what was uploaded (:mod:`statuspage.branding.logo`), never the upload itself.

    The one for light paper is the page's logo; one for dark paper takes its place there. Without history: who changed
    it is in the page's own.
    """

    page = models.ForeignKey("statuspage.Page", models.CASCADE, related_name="logos")
    scheme = models.CharField(max_length=5, choices=Scheme, default=Scheme.LIGHT)
    image = models.BinaryField(help_text="PNG, twice as large as it is shown where the upload was large enough.")
    width = models.PositiveSmallIntegerField(help_text="As shown, in CSS pixels.")
    height = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the image; its public name begins with it.")
    faint_on = models.CharField(
        max_length=5, choices=Scheme, blank=True, help_text="The paper on which it can hardly be seen."
    )

    class Meta:
        ordering = ["-scheme"]  # light first
        constraints = [
            models.UniqueConstraint("page", "scheme", name="page_logo_is_one_per_scheme"),
            models.CheckConstraint(condition=Q(scheme__in=["light", "dark"]), name="page_logo_scheme_is_known"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="page_logo_has_a_size"),
        ]

    def __str__(self):
        return f"{self.page}, {self.get_scheme_display()}"
