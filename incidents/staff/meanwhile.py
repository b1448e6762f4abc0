"""Two people in one form of the admin: neither undoes, without a word, what the other has saved meanwhile.

A form carries which version of its row it was opened with (``read``). A field that was not touched keeps what stands
there by now. Where both changed a field, the later one is told what it says now and by whom; saving again puts theirs
in its place (``seen`` is the version that they were told of). Without a version, as in a request by hand, the form is
taken as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import history, numbers
from incidents.models import User
from incidents.moments import moment

if TYPE_CHECKING:
    from django.forms import ModelForm as Form
else:
    Form = object

READ, SEEN = "read", "seen"
SHOWN = 120  # characters of what stands there now


class KeepsOthersWork(Form):
    """Mixed into the form of a row with a history. ``reader`` is who fills it in."""

    reader: User

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept: list[str] = []  # the labels of fields that keep what somebody else saved
        past = self.instance.history.all() if self.instance.pk else self.instance.history.none()
        self._newest = past.prefetch_related(*history.links(past.model)).first()
        self._read, self._seen = (self._version(past, self.data.get(name)) for name in (READ, SEEN))

    def _version(self, past: models.QuerySet, key: str | None) -> Any:
        if self._newest is None or not key or not numbers.is_key(key):
            return None
        return self._newest if key == str(self._newest.pk) else past.filter(pk=key).first()

    @property
    def read_key(self) -> Any:
        """Of the version that was shown first."""
        return getattr(self._read or self._newest, "pk", "")

    @property
    def seen_key(self) -> Any:
        """Of the version that whoever looks at the form has been told of."""
        return getattr(self._newest, "pk", "") if self._read else ""

    def clean(self):
        cleaned = super().clean()
        if self._read and self._read != self._newest:
            for each in history.fields(self._newest):
                if each.name in self.fields and each.name in self.cleaned_data:
                    self._settle(each)
        return cleaned

    def _settle(self, each: models.Field) -> None:
        then, now = history.value_of(self._read, each), history.value_of(self._newest, each)
        if then == now:
            return
        if not self._differs(each, then):
            self.cleaned_data[each.name] = self._standing(each)
            self.kept.append(history.label(each))
        elif history.value_of(self._seen or self._read, each) != now and self._differs(each, now):
            self.add_error(each.name, self._refusal(each, now))

    def _differs(self, each: models.Field, value: Any) -> bool:
        """Whether what was typed is another thing than the row held."""
        held = list(value) if isinstance(value, tuple) else value
        return self.fields[each.name].has_changed(held, self[each.name].data)

    def _standing(self, each: models.Field) -> Any:
        found = getattr(self.instance, each.name)
        return found.all() if each.many_to_many else found

    def _refusal(self, each: models.Field, now: Any) -> str:
        names = history.Names.of([(self._newest, self._read)], user=self.reader)
        says = Truncator(history.words(each, now, names, self._newest)).chars(SHOWN)
        told = {"who": history.who(self._newest), "at": moment(self._newest.history_date), "says": says}
        if not says:
            return _("%(who)s emptied this at %(at)s, after you had opened it. Save again to put yours there.") % told
        return (
            _("%(who)s saved this at %(at)s, after you had opened it: “%(says)s”. Save again to put yours there.")
            % told
        )
