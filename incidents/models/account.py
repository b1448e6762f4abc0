"""What was done to people's accounts, and what waits to be done. Written by actions only.

=================  ====================================================================
fact               ``data``
=================  ====================================================================
invited            ``to``
link_sent          ``to``
groups             ``added``, ``removed`` (names)
rights             ``group``, ``added``, ``removed`` (permissions by name)
superuser          ``given``
details            ``changes``: field → [old, new]
address_asked      ``old``, ``new``
address_changed    ``old``, ``new``
address_cancelled  ``new``
=================  ====================================================================
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.choices import AccountFact

Person = settings.AUTH_USER_MODEL


class AddressChange(models.Model):
    """An address that somebody is to have once they confirmed it. Until then everything stays with the old one."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="address_change")
    address = models.EmailField(_("e-mail address"))
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="address_change_has_an_address", condition=~Q(address=""))]

    def __str__(self):
        return f"{self.person}: {self.address}"


class AccountEvent(models.Model):
    """One line of an account's history. ``by`` is nobody where the system, or somebody not signed in, did it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="account_events")
    fact = models.CharField(max_length=20, choices=AccountFact)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="account_event_fact_is_known", condition=Q(fact__in=AccountFact.values))
        ]
        indexes = [models.Index(fields=["person", "-at"], name="account_event_by_person")]

    def __str__(self):
        return f"{self.get_fact_display()} at {self.at:%H:%M}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("The history of an account is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("The history of an account is append-only.")
