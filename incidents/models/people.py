"""Who works here. Rights come from the groups' permissions (1-15)."""

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser, Permission, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from incidents.choices import Hours
from incidents.models.public_id import time_zone_field


class PersonManager(UserManager["User"]):
    use_in_migrations = False

    def get_by_natural_key(self, username):
        """People type their name as they like; it is one name however it is spelled."""
        return self.get(username__iexact=username)

    def invited(self):
        """Nobody has had these accounts in hand yet: no password was set, and nobody signed in."""
        return self.filter(last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)


class User(AbstractUser):
    """A member of staff: invited by a link, signs in to the admin."""

    email = models.EmailField(_("e-mail address"), unique=True)
    team = models.ForeignKey("incidents.Team", models.SET_NULL, null=True, blank=True, related_name="people")
    time_zone = time_zone_field(help_text=_("All times on the staff side are shown in this zone."))
    hours = models.CharField(
        _("times are written in"),
        max_length=2,
        choices=Hours,
        blank=True,
        help_text=_("On every staff screen, in its fields, and in your mails. Both are understood when typed."),
    )
    single_key_shortcuts = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("u to write an update, n for a note, 1 to 3 for the stage."),
    )

    objects = PersonManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("invite_user", _("Can invite people and send them a fresh link"))]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="person_signs_in_by_one_spelling"),
            models.UniqueConstraint(Lower("email"), name="person_has_an_address_of_their_own"),
        ]

    def __str__(self):
        return self.get_full_name() or self.username

    @property
    def clock_hours(self) -> Hours:
        """Their own choice, else that of the installation (``CLOCK_HOURS``)."""
        return Hours(self.hours or settings.CLOCK_HOURS)

    @property
    def is_invited(self) -> bool:
        """Nobody was ever signed in: the user who gets the link is the first."""
        return self.last_login is None and not self.has_usable_password()

    @cached_property
    def sees_restricted(self) -> bool:
        """Whether all restricted incidents are open to this person. Being a superuser is not enough."""
        return (
            self.is_active
            and Permission.objects.filter(
                Q(user=self) | Q(group__user=self),
                content_type__app_label="incidents",
                codename="view_restricted_incident",
            ).exists()
        )


class PasswordResetRequest(models.Model):
    """Somebody asked for a link to a new password: whose address, and from where, as keyed hashes.

    Kept for an hour, and until it was answered: the address is looked up after the request, so that no answer takes
    longer for an address that somebody here has.
    """

    address = models.CharField(max_length=64)
    client = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    answered_at = models.DateTimeField(null=True, help_text=_("The address was looked up, later than it was asked."))

    class Meta:
        ordering = ["asked_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["asked_at"], name="password_ask_open", condition=Q(answered_at__isnull=True)),
        ]

    def __str__(self):
        return f"Asked at {self.asked_at:%H:%M}"
