"""Put somebody into a group from the server, where nobody may on the screens."""

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from incidents.actions import people
from incidents.models import User


class Command(BaseCommand):
    help = "Put a person into a group, such as Security once everybody in it has left. It stands in their history."

    def add_arguments(self, parser):
        parser.add_argument("person", help="The name that they sign in with, or their e-mail address.")
        parser.add_argument("group")

    def handle(self, *, person, group, **options):
        by_address, by_name = User.objects.filter(email__iexact=person), User.objects.filter(username__iexact=person)
        found = by_address.first() or by_name.first()
        wanted = Group.objects.filter(name=group).first()
        if found is None or wanted is None:
            raise CommandError(f"There is no {f'group {group}' if found else f'person {person}, by name or address'}.")
        people.grant(found, groups=[*found.groups.all(), wanted], is_superuser=found.is_superuser, by=None)
        return f"{found} is in {wanted}."
