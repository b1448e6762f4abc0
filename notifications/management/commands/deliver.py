"""Draw and send what is due without Celery: once until nothing is left, or for as long as it runs."""

from time import sleep

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import asked, sending
from notifications.models import Delivery
from notifications.queue import claims
from postmortems import rendering

PAUSE = 1.0  # seconds between two looks


class Command(BaseCommand):
    help = "Draw PDFs, release, address and send messages. With --once until nothing is due; else until it is stopped."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="End when nothing is due any more.")

    def handle(self, *, once, **options):
        sent = 0
        while True:
            asked.answer()
            rendering.run()
            went = sending.run()
            sent += went
            if went:
                continue
            if once and not self._somebody_died():
                break
            sleep(PAUSE)
        return f"{sent} sent, {Delivery.objects.open().count()} not due yet."

    def _somebody_died(self):
        """Leases that ran out are taken over a moment later: their holders may be about to record."""
        return not claims.is_settled() and Delivery.objects.left_behind(timezone.now()).exists()
