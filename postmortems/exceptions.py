"""What post-mortems may refuse besides what incidents do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import STATUS, Answers, DomainError
from postmortems.gates import Missing


class PublicationGateNotMet(DomainError):
    """The gates list what is missing before a review may be asked for."""

    def __init__(self, missing: list[Missing]):
        sentences = "; ".join(dict.fromkeys(each.sentence for each in missing))
        super().__init__(_("Not yet: %(missing)s.") % {"missing": sentences})
        self.missing = missing


STATUS[PublicationGateNotMet] = Answers(422, 409, 409)
