"""The shape of what staff type on the screens of a page. Rules are the actions'; a refusal is shown at its field."""

from statuspage.forms.affected import AffectedFormSet, Places
from statuspage.forms.composer import ComposerForm
from statuspage.forms.confirm import ConfirmForm
from statuspage.forms.new_incident import NewIncidentForm
from statuspage.forms.updates import CorrectionForm, WithdrawalForm

__all__ = [
    "AffectedFormSet",
    "ComposerForm",
    "ConfirmForm",
    "CorrectionForm",
    "NewIncidentForm",
    "Places",
    "WithdrawalForm",
]
