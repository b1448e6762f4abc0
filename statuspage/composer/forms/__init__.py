"""The shape of what staff type on the screens of a page. Rules are the actions'; a refusal is shown at its field."""

from statuspage.composer.forms.affected import AffectedFormSet
from statuspage.composer.forms.composer import ComposerForm
from statuspage.composer.forms.confirm import ConfirmForm
from statuspage.composer.forms.new_incident import NewIncidentForm
from statuspage.composer.forms.places import Places
from statuspage.composer.forms.reopen import ReopenForm
from statuspage.composer.forms.updates import CorrectionForm, WithdrawalForm

__all__ = [
    "AffectedFormSet",
    "ComposerForm",
    "ConfirmForm",
    "CorrectionForm",
    "NewIncidentForm",
    "Places",
    "ReopenForm",
    "WithdrawalForm",
]
