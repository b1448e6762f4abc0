"""Publish the pages from here, without worker and broker."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from postmortems import rendering
from statuspage.models import Page, PublishState
from statuspage.publishing import publisher


class Command(BaseCommand):
    help = "Publish what is waiting, PDFs included. With --all, every document of every page, as after an upgrade."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="look at every document of every page again")

    def handle(self, *, all, **options):
        if all:
            with transaction.atomic():
                publisher.want(Page.objects.all())
        rendering.run()
        publisher.publish_sites()
        publisher.sweep()
        failed = [f"{state.page}: {state.last_error}" for state in PublishState.objects.behind().select_related("page")]
        if failed:
            raise CommandError("Not published. " + "; ".join(failed))
        return f"{Page.objects.count()} pages are published."
