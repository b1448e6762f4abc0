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
merged = Signal()  # into=: where what is still open goes on
audience_changed = Signal()  # previous=, tell=: whether whoever was told of it hears that it is gone
facts_changed = Signal()  # title, severity, times, impacts: what a reader may see. Of facts: changed= their names, by=

invited = Signal()  # sender=User, user=, by=: a link to set their first password is due
password_asked = Signal()  # sender=PasswordResetRequest: somebody forgot a password; the address is to be looked up
password_reset_asked = Signal()  # sender=User, user=, by= (None: themselves): a link to set another one is due
address_change_asked = Signal()  # sender=User, user=, change=, by=: the new address is to confirm, the old one to know

catalogue_changed = Signal()  # sender=Component, Location: names, tree, pins; component=None means "any"
