"""The limits of a part: what its fields and its table take, each refused in a sentence at its field."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import BaseConstraint, F, UniqueConstraint
from django.utils.translation import gettext as _, gettext_lazy

from incidents.exceptions import DomainError
from incidents.moments import wrong_year
from incidents.permissions import Words
from postmortems.exceptions import Removed, Together
from postmortems.models import Part, Why

DAYS = ("at", "ended_at", "due_on")
SENTENCES: dict[str, tuple[Words, str | None]] = {  # by constraint: what to say, and beside which field
    "answer_is_one_for_each_question": (gettext_lazy("Somebody answered it meanwhile. Load the page again."), None),
    "assessment_is_one_in_a_record": (gettext_lazy("It has its counts already. Load the page again."), None),
    "assessment_is_one_in_a_document": (gettext_lazy("It has its counts already. Load the page again."), None),
    "assessment_counts_make_sense": (
        gettext_lazy("No more customers can be affected than there are in all."),
        "customers",
    ),
    "entry_is_taken_once_into_a_record": (gettext_lazy("This line of the timeline is in it already."), None),
    "entry_is_taken_once_into_a_document": (gettext_lazy("This line of the timeline is in it already."), None),
    "mitigation_ends_after_it_begins": (gettext_lazy("It cannot end before it begins."), "ended_at"),
    "paragraph_answers_a_question_or_stands_in_a_section": (
        gettext_lazy("A paragraph stands in a section, or answers a question."),
        None,
    ),
}


def check(part: Part) -> None:
    """Refuses what does not fit: a field beyond its limits, a year that nobody means, rows that exclude each other."""
    rows = {field.name for field in part._meta.fields if field.many_to_one}  # read from the database, every one
    try:
        part.full_clean(exclude=rows, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=None if field == "__all__" else field) from error
    for name in DAYS:
        value = getattr(part, name, None)
        if value is not None and (sentence := wrong_year(value)):
            raise DomainError(sentence, field=name)
    for constraint in part._meta.constraints:
        if constraint.name.endswith("_is_known") or _is_alone(constraint, part):
            continue  # without asking the database: choices were tried above
        try:
            constraint.validate(type(part), part)
        except ValidationError as error:
            words, field = SENTENCES.get(constraint.name, (_("These do not go together."), None))
            raise Together(str(words), field=field) from error


def _is_alone(constraint: BaseConstraint, part: Part) -> bool:
    """What holds nothing in one of the columns is like no other row."""
    if not isinstance(constraint, UniqueConstraint):
        return False
    return any(getattr(part, column.name) is None for column in constraint.expressions if isinstance(column, F))


def check_stands(part: Part) -> None:
    """Refuses to write where nobody would read it: into a row that was removed, or a why below a cause that was."""
    gone = part.cause if isinstance(part, Why) and part.cause.removed_at else part
    if gone.removed_at is not None:
        raise Removed(gone.key, gone.changed_by)
