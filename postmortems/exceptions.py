"""What post-mortems may refuse besides what incidents do."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from incidents.exceptions import STATUS, Answers, DomainError
from incidents.models import User
from postmortems.gates import Missing


class Removed(DomainError):
    """The row ``key`` was removed by ``who``. Nothing was written into it."""

    def __init__(self, key: str, who: User | None):
        words = {"who": who or _("Somebody")}
        super().__init__(_("%(who)s removed this row. Nothing was written into it.") % words)
        self.key, self.who = key, who


class Together(DomainError):
    """Two fields of a row do not go together: once the other one is written, the same value may be taken."""


class PublicationGateNotMet(DomainError):
    """The gates list what is missing before a review may be asked for."""

    def __init__(self, missing: list[Missing]):
        sentences = "; ".join(dict.fromkeys(each.sentence for each in missing))
        super().__init__(_("Not yet: %(missing)s.") % {"missing": sentences})
        self.missing = missing


class NoneChanged(DomainError):
    """Several were to be changed together, and some refuse. ``refusals``: why, by the key of each action item."""

    def __init__(self, refusals: Mapping[str, tuple[str, DomainError]]):
        """``refusals``: by key, what it is called and why."""
        said = [_("%(what)s: %(why)s") % {"what": what, "why": why} for what, why in refusals.values()]
        fields = {refusal.field for _what, refusal in refusals.values()}
        super().__init__(
            _("Nothing was changed. %(refusals)s") % {"refusals": " ".join(said)},
            field=fields.pop() if len(fields) == 1 else None,
        )
        self.refusals = {key: str(refusal) for key, (_what, refusal) in refusals.items()}


STATUS[PublicationGateNotMet] = Answers(422, 409, 409)
