"""One domain signal for each fact, sent inside the transaction that writes it. Receivers only insert or raise rows.

Every signal is sent with ``sender=Incident`` and ``incident=``, unless its line says otherwise.
"""

from django.dispatch import Signal

suspected = Signal()
dismissed = Signal()
confirmed = Signal()
stage_changed = Signal()  # without a public update: Support's next step
update_posted = Signal()  # update=
update_corrected = Signal()  # update=
update_withdrawn = Signal()  # update=
resolved = Signal()
reopened = Signal()
unresolved = Signal()  # resolved by mistake, and taken back within minutes: it never was
audience_changed = Signal()  # previous=
facts_changed = Signal()  # title, severity, times, impacts: whatever a reader may see

catalogue_changed = Signal()  # sender=Component, Location: names, tree, pins; component=None means "any"
