"""What the screens of the catalogue share: history, announced changes, deletions refused in words."""

from django import forms
from django.db import transaction
from django.db.models import PROTECT, Model
from django.db.models.deletion import get_candidate_relations_to_delete
from django.utils.translation import gettext as _, gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from incidents import signals
from incidents.permissions import Words
from incidents.staff.model_admin import TrackedModelAdmin


class OnePerLine(forms.CharField):
    """A list of short texts, written one on each line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        lines = [line.strip() for line in (value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class TimeZoneInput(UnfoldAdminTextInputWidget):
    """A text field that proposes the names of time zones while one types."""

    template_name = "incidents/widgets/time_zone.html"

    def get_context(self, name, value, attrs):
        return super().get_context(name, value, {"list": "time-zones", "autocomplete": "off"} | (attrs or {}))


class StaffModelAdmin(TrackedModelAdmin):
    list_fullwidth = True
    list_filter_submit = False
    warn_unsaved_form = True
    keeps_true = False  # whether its list is looked at anew while somebody looks at it (live.js)
    # What an empty list says: title, what to do first, who may (unfold/helpers/empty_results.html).
    nothing_yet: tuple[Words, ...] = ()
    held_by_incidents = True  # among what keeps a row from going may be something restricted
    refusal = gettext_lazy("%(name)s is in use and stays. Rename it, or take it off the pages instead.")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "external_ids":
            help_text = _("What other systems call it, one per line: endpoints, targets, monitors. Example: mon_4711.")
            return OnePerLine(label=_("External ids"), required=False, help_text=help_text)
        if db_field.name == "time_zone":
            kwargs["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_deleted_objects(self, objs, request):
        """One sentence for each row that must stay. What holds it is not listed: that may not be for all eyes.

        Whether something restricted holds it is not either. So what incidents can hold is kept, used or not, with the
        same words, from everybody who does not see all incidents.
        """
        if self.held_by_incidents and is_held_by_others(self.model) and not request.user.sees_restricted:
            return [], {}, set(), [self.refusal % {"name": row} for row in objs]
        collected = super().get_deleted_objects
        shown, counts, lacking, protected = collected(objs, request)
        if protected:
            protected = [self.refusal % {"name": row} for row in objs if collected([row], request)[3]]
            lacking = set()  # what protects it is no question of rights
        return shown, counts, lacking, protected


def is_held_by_others(model: type[Model]) -> bool:
    """Whether rows of other tables can keep one of these from going."""
    relations = get_candidate_relations_to_delete(model._meta)
    return any(each.on_delete is PROTECT and each.related_model is not model for each in relations)


class AnnouncedModelAdmin(StaffModelAdmin):
    """Pages follow the catalogue: every change is announced in the transaction that makes it."""

    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            self.announce()

    def delete_model(self, request, obj):
        with transaction.atomic():
            super().delete_model(request, obj)
            self.announce()

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            for row in queryset:  # one by one, so that each leaves its line in the history
                row.delete()
            self.announce()

    def announce(self):
        signals.catalogue_changed.send(sender=self.model, component=None)
