"""``manage.py demo``: fills an empty installation with an invented company. Run twice, it adds nothing."""

import os

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from incidents.models import Component, Incident, User
from notifications.demo.install import install as install_readers
from statuspage.demo.installing import Login, install
from statuspage.models import Page


class Command(BaseCommand):
    help = "Fill an empty installation with an invented company, its staff and ninety days of its history."

    def handle(self, *args, **options):
        with transaction.atomic():
            if any(model.objects.exists() for model in (Component, Incident, Page, User)):
                return "This installation is in use: nothing was added."
            logins = install()
            install_readers()
            path = keep(logins)  # inside, so that there is no company whose passwords nobody knows
        if options["verbosity"]:
            self.stdout.write("".join(f"{line}\n" for line in table(logins)), ending="")
        return f"The demo is in place. The logins are kept in {path}."


def table(logins: list[Login]) -> list[str]:
    return [f"{login.username:<10}{login.password:<18}{login.group}" for login in logins]


def keep(logins: list[Login]):
    """Write the logins where only the owner of the process reads them."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.DATA_DIR / "demo-logins.txt"
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{line}\n" for line in table(logins)))
    draft.replace(path)
    return path
