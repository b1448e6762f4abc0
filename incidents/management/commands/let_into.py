"""Put somebody into a group from the server, where nobody may on the screens."""

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from incidents.actions import people
from incidents.models import User


class Command(BaseCommand):
    help = "Put a person into a group, such as Security once everybody in it has left. It stands in their history."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("group")

    def handle(self, *, email, group, **options):
        person, wanted = User.objects.filter(email__iexact=email).first(), Group.objects.filter(name=group).first()
        if person is None or wanted is None:
            raise CommandError(f"There is no {f'group {group}' if person else f'person with the address {email}'}.")
        people.grant(person, groups=[*person.groups.all(), wanted], is_superuser=person.is_superuser, by=None)
        return f"{person} is in {wanted}."
