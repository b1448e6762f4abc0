"""Django's own, and the account's history says that the server made it."""

from django.contrib.auth.management.commands import createsuperuser

from incidents.actions.accounts import record
from incidents.choices import AccountFact
from incidents.models import User


class Command(createsuperuser.Command):
    def handle(self, *args, **options):
        last = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        super().handle(*args, **options)
        for person in User.objects.filter(pk__gt=last, is_superuser=True):
            record(person, AccountFact.SUPERUSER, by=None, given=True)
            if person.has_usable_password():
                record(person, AccountFact.PASSWORD, by=None)
