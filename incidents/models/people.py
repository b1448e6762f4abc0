"""Who works here. Rights come from the groups' permissions (1-15)."""

from django.contrib.auth.models import AbstractUser, Permission
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from incidents.models.public_id import time_zone_field


class User(AbstractUser):
    """A member of staff: invited by a link, signs in to the admin."""

    email = models.EmailField(_("e-mail address"), unique=True)
    team = models.ForeignKey("incidents.Team", models.SET_NULL, null=True, blank=True, related_name="people")
    time_zone = time_zone_field(help_text=_("All times on the staff side are shown in this zone."))
    single_key_shortcuts = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("u to write an update, n for a note, 1 to 3 for the stage."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        permissions = [("invite_user", _("Can invite people and send them a fresh link"))]

    def __str__(self):
        return self.get_full_name() or self.username

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


class PasswordAsk(models.Model):
    """Somebody asked for a link to a new password: whose address, and from where, as keyed hashes. Kept for an hour."""

    address = models.CharField(max_length=64)
    client = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        default_permissions = ()

    def __str__(self):
        return f"Asked at {self.asked_at:%H:%M}"
