"""One domain signal for each fact of pages that an app above hears of, sent inside the transaction that writes it."""

from django.dispatch import Signal

incident_taken_off = Signal()  # sender=Incident, incident=, pages=, tell=: whether whoever was told hears of it, by=
