"""One domain signal for each fact of a post-mortem, sent inside the transaction that writes it (see incidents.signals).

Every signal is sent with ``sender=Postmortem`` and ``postmortem=``.
"""

from django.dispatch import Signal

invited = Signal()  # record=: somebody is to fill it in
reminded = Signal()  # record=: it is not in, and is asked for again
sent_to_review = Signal()  # version=
sent_back = Signal()  # version=
approved = Signal()  # version=, by=: every role has signed it, and by was the last
handed_in = Signal()  # record=
published = Signal()  # version=
withdrawn = Signal()  # version=, by=, tell=: whether whoever was told of it hears that
assigned = Signal()  # action_item=: to another owner
rendered = Signal()  # rendering=: a PDF is ready
