"""Django's own, and the account's history says that the server did it."""

import getpass

from django.contrib.auth.management.commands import changepassword

from incidents.actions.accounts import record
from incidents.choices import AccountFact
from incidents.models import User


class Command(changepassword.Command):
    def handle(self, *args, **options):
        said = super().handle(*args, **options)
        person = User.objects.get_by_natural_key(options["username"] or getpass.getuser())
        record(person, AccountFact.PASSWORD, by=None)
        return said
