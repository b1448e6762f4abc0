"""What maintenance may refuse besides what incidents do."""

from __future__ import annotations

from django.utils.translation import gettext as _

from incidents.exceptions import STATUS, Answers, DomainError
from incidents.maintenance.judging import Judgement


class NeedsApproval(DomainError):
    """It would be an emergency, or begins in a change freeze: somebody else has to approve it. Nothing was done."""

    def __init__(self, judgement: Judgement):
        if judgement.is_emergency:
            words = _(
                "This is emergency maintenance: it begins before the earliest planned start. Say why it cannot wait, "
                "and ask somebody else to approve it."
            )
        else:
            freezes = ", ".join(dict.fromkeys(each.name for each in judgement.starts_in))
            words = _("It begins in a change freeze (%(freezes)s): ask somebody else to approve it.")
            words = words % {"freezes": freezes}
        super().__init__(words, field="approver")
        self.judgement = judgement


class CountedOtherwise(DomainError):
    """The class is another one than the person had read: the day ended, or a calendar changed. Nothing was done."""

    def __init__(self, judgement: Judgement):
        super().__init__(
            _("The count has changed since you read it. Look at it once more; nothing was announced."),
            field="starts_at",
        )
        self.judgement = judgement


STATUS[NeedsApproval] = Answers(422, 409, 409)
STATUS[CountedOtherwise] = Answers(422, 409, 409)
