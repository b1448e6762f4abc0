"""A status page: its address, dress and language, which components it names, and which incidents stand on it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from incidents.choices import Origin
from incidents.models.public_id import public_id_field, time_zone_field

ID_PREFIX = "sp_"  # of public ids


class Page(models.Model):
    """One public page (3-09, 3-10). The default one answers at ``/``, each at ``/p/<slug>/``."""

    public_id = public_id_field("sp")
    name = models.CharField(max_length=100, help_text=_("The organisation or product, such as Larkwire."))
    label = models.CharField(
        max_length=60, blank=True, help_text=_("Which of its pages, such as Platform; shown beside the name.")
    )
    slug = models.SlugField(max_length=50, unique=True, help_text=_("Part of the address: /p/<slug>/."))
    is_default = models.BooleanField(_("default page"), default=False, help_text=_("Answers at / too."))
    host = models.CharField(
        _("host name of its own"),
        max_length=253,
        blank=True,
        help_text=_("Such as status.example.com, where the page answers at / (statuspage.actions.hosts)."),
    )
    origin = models.CharField(
        _("takes incidents of"),
        max_length=20,
        choices=Origin,
        default=Origin.PLATFORM,
        help_text=_("Incidents of this origin are proposed for this page."),  # 3-10
    )
    position = models.PositiveIntegerField(default=0)
    time_zone = time_zone_field(help_text=_("Days, months and all printed times follow it."))
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    brand_color = models.CharField(
        _("brand colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write a colour such as #0b5fa5."))],
        help_text=_(
            "Dresses the rule at the top, the name and the Follow button; never a status. Checked for contrast."
        ),
    )
    support_url = models.URLField(
        _("support portal"),
        blank=True,
        help_text=_("Named in the last update of an incident."),  # 1-14
    )
    support_email = models.EmailField(_("support address"), blank=True)
    past_days = models.PositiveSmallIntegerField(
        _("days of past incidents"),
        default=30,
        validators=[MinValueValidator(7), MaxValueValidator(90)],
        help_text=_("How far back the front page lists incidents; the rest is in the history by month."),
    )
    calendar = models.ForeignKey(
        "incidents.BusinessCalendar", models.PROTECT, null=True, blank=True, related_name="pages"
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice of planned maintenance"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Business days ahead; what is announced later is emergency maintenance."),  # 3-05, 3-08
    )
    first_notice_by_itself = models.BooleanField(
        _("first notice by itself"),
        default=False,
        help_text=_(
            "Where somebody confirms who may not publish, the first template of Investigating goes out at once in "
            "their name, and does not wait for Support."
        ),  # 2-14
    )
    tell_withdrawals = models.BooleanField(
        _("tell of what is taken back"),
        default=True,
        help_text=_(
            "Ticked in the forms that withdraw an update or a post-mortem, take a resolution back, hide an incident or "
            "take it off this page: whoever was told of it hears so."
        ),
    )
    tag_host = models.CharField(
        max_length=253, editable=False, help_text=_("Host in the ids of feeds, frozen when the page is made.")
    )
    tag_path = models.CharField(max_length=80, editable=False, help_text=_("The path in them, frozen with it."))
    first_url = models.CharField(
        max_length=400,
        editable=False,
        help_text=_("Canonical address when the page was made: RSS knows entries by it."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    components = models.ManyToManyField("incidents.Component", through="PageComponent", related_name="pages")
    incidents = models.ManyToManyField("incidents.Incident", through="PageIncident", related_name="pages")
    windows = models.ManyToManyField("maintenance.Window", through="PageWindow", related_name="pages")
    series = models.ManyToManyField("maintenance.Series", through="PageSeries", related_name="pages")
    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint("is_default", condition=Q(is_default=True), name="page_default_is_one"),
            models.UniqueConstraint("host", condition=~Q(host=""), name="page_host_is_one"),
            models.CheckConstraint(condition=Q(host=Lower("host")), name="page_host_is_lower"),
            # /p/<public id>/ leads to each page, whatever its slug
            models.CheckConstraint(condition=~Q(slug__startswith=ID_PREFIX), name="page_slug_is_no_public_id"),
        ]

    def __str__(self):
        return f"{self.name} {self.label}".strip()

    def save(self, *args, **kwargs):
        """Programs that read feeds know the page and its entries by where it stood first."""
        if self._state.adding and not self.tag_path:
            path = self.get_absolute_url()
            taken = Page.objects.filter(tag_host=self.tag_host, tag_path=path).exists()
            self.tag_path = f"/p/{self.public_id}/" if taken else path
            self.first_url = self.canonical_url
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The path under ``PUBLIC_URL``; the page answers there whether or not it has a host of its own."""
        return "/" if self.is_default else f"/p/{self.slug}/"

    @property
    def address(self) -> str:
        """Where staff open it from here."""
        return self.canonical_url if self.host else self.get_absolute_url()

    @property
    def canonical_url(self) -> str:
        """The one address that feeds, JSON, mail and search engines are given; it ends in a slash."""
        if self.host:
            return f"{urlsplit(settings.PUBLIC_URL).scheme}://{self.host}/"
        return f"{settings.PUBLIC_URL}{self.get_absolute_url()}"

    @property
    def lasting_url(self) -> str:
        """Where the page answers for as long as its host leads here, whatever becomes of its slug and of the default:
        for links that are kept, as in mails. It ends in a slash."""
        root = self.canonical_url if self.host else f"{settings.PUBLIC_URL}/"
        return f"{root}p/{self.public_id}/"


class PageLink(models.Model):
    """A link in the page's foot, such as terms or the company's site."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="links")
    label = models.CharField(max_length=60)
    url = models.URLField()
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.label


class PageComponent(models.Model):
    """A component with all below it stands on the page, or is kept off it."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="layout")
    component = models.ForeignKey("incidents.Component", models.CASCADE, related_name="page_layout")
    is_shown = models.BooleanField(_("shown"), default=True, help_text=_("Off: this part of a shown tree is left out."))
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("page", "component", name="page_component_is_unique")]

    def __str__(self):
        return str(self.component)


class PageIncident(models.Model):
    """The incident stands on the page. Which page names what is decided here, and nowhere by guess."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="listed")
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="listed")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("page", "incident", name="page_incident_is_unique")]

    def __str__(self):
        return f"{self.incident} on {self.page}"


class PageWindow(models.Model):
    """The maintenance window stands on the page, as soon as it is announced (3-09, 3-10)."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="listed_windows")
    window = models.ForeignKey("maintenance.Window", models.CASCADE, related_name="listed")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("page", "window", name="page_window_is_unique")]

    def __str__(self):
        return f"{self.window} on {self.page}"


class PageSeries(models.Model):
    """Windows of the series stand on the page."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="listed_series")
    series = models.ForeignKey("maintenance.Series", models.CASCADE, related_name="listed")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("page", "series", name="page_series_is_unique")]

    def __str__(self):
        return f"{self.series} on {self.page}"
