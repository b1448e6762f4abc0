"""``manage.py check_truth``: says every contradiction that it finds, and ends with 1 if there is one."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from statuspage.checks.truth import findings


class Command(BaseCommand):
    help = "Look for contradictions in the facts and in what is published. Ends with 1 if there are any."

    def handle(self, *args, **options):
        found = 0
        for sentence in findings(now=timezone.now()):
            self.stdout.write(sentence)
            found += 1
        if found:
            raise CommandError(f"{found} contradictions." if found > 1 else "One contradiction.", returncode=1)
        return "No contradictions."
