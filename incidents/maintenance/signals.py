"""One signal for each fact of a window, sent inside the transaction that writes it. Receivers only write rows.

Every signal is sent with ``sender=Window`` and ``window=``.
"""

from django.dispatch import Signal

told = Signal()  # update=: something happened that readers may know, of whatever UpdateKind
changed = Signal()  # what staff know of it; text_lost=: something that readers had read may not be read any more
approval_asked = Signal()  # approval=
decided = Signal()  # approval=
