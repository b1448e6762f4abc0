"""The base of every admin class: what a class did not ask for is denied.

Django, Unfold and simple-history open addresses, lookups and methods of their own for each model that is registered.
Here they answer only what the class names: ``list_filter`` is what a list may be narrowed by, ``autocomplete_fields``
what a picker may ask. ``StaffSite`` registers no class that is not built on this one.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import ShowFacets, SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_fields_from_path, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Page
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.views import ChangeList

from incidents import history, numbers
from incidents.history import Version
from incidents.staff.meanwhile import KeepsOthersWork
from incidents.wording import listing

LONGEST_SEARCH = 200  # characters
MOST_WORDS = 12  # that a search looks for: each is one more condition on every searched column


class StrictChangeList(ChangeList):
    """Narrowed by its own filters only; a value that none of them can have finds nothing."""

    def get_queryset(self, request, exclude_parameters=None):
        queryset = super().get_queryset(request, exclude_parameters)
        values = [value for given in self.get_filters_params().values() for value in given]
        if any(map(is_beyond, values)) or any(map(_is_not_offered, self.filter_specs)):
            return queryset.none()
        return queryset


class Picker(AutocompleteSelect):
    """Django's own looks up whatever was sent, and a text where a key belongs is an error of the database."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [each for each in value if numbers.is_key(str(each))], attr)


class WithPickers:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.IntegerField) and not db_field.choices:
            kwargs.setdefault("max_value", numbers.largest(db_field))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Picker(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StrictTabularInline(WithPickers, TabularInline):
    """Rows below a row, by Django's rights for their own model."""


class StrictStackedInline(WithPickers, StackedInline):
    """The same with a field below the other: for rows of more, or longer, fields than stand beside each other."""


class StrictModelAdmin(WithPickers, ModelAdmin):
    show_facets = ShowFacets.NEVER
    view_on_site = False
    without_history = gettext_lazy("It has stood as it is since it was made.")  # where nothing is known of its past

    def get_urls(self):
        """Without Django's former address of each row, which has no name. A history is read and never written, whatever
        class or library draws it."""
        patterns = [pattern for pattern in super().get_urls() if pattern.name]
        for pattern in patterns:
            if pattern.name.endswith("_history"):
                pattern.callback = require_safe(pattern.callback)
        return patterns

    def history_view(self, request, object_id, extra_context=None):
        """Of a row in this person's list, in our words."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        versions, page = self.past(request, row)
        request.current_app = self.admin_site.name
        context = self.admin_site.each_context(request) | {"versions": versions, "page_obj": page, "row": row}
        context |= {"title": _("History: %(row)s") % {"row": row}, "nothing": self.without_history}
        context["back"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return TemplateResponse(request, "incidents/row_history.html", context)

    def past(self, request, row) -> tuple[list[Version], Page | None]:
        """What was done to the row, the newest first."""
        if not hasattr(row, "history"):
            return [], None
        return history.paged(row.history.all(), request.GET.get("p"), user=request.user)

    def get_changelist(self, request, **kwargs):
        return StrictChangeList

    def changelist_view(self, request, extra_context=None):
        if not all(map(numbers.is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("What is chosen in a list are keys of rows.")
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in self.lookups(request)

    def lookups(self, request) -> set[str]:
        """What the list may be narrowed by: the parameters of its filters, and never a field of another table."""
        found: set[str] = set()
        for item in self.get_list_filter(request):
            if isinstance(item, type) and issubclass(item, SimpleListFilter):
                found.add(item.parameter_name)
            else:
                found |= _parameters(self.model, item[0] if isinstance(item, tuple | list) else item)
        return found

    def to_field_allowed(self, request, to_field):
        """A picker is given primary keys and nothing else."""
        return to_field == self.opts.pk.attname

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field) if numbers.is_key(object_id) else None

    def get_search_results(self, request, queryset, search_term):
        if len(search_term) > LONGEST_SEARCH or len(search_term.split()) > MOST_WORDS:
            raise BadRequest(f"A search takes up to {MOST_WORDS} words and {LONGEST_SEARCH} characters.")
        return super().get_search_results(request, queryset, search_term)


class TrackedModelAdmin(SimpleHistoryAdmin, StrictModelAdmin):
    """With the history of each row, and a form in which nobody undoes what somebody else saved meanwhile.

    Simple-history's own form of a version takes a POST, so its address is left out.
    """

    change_form_after_template = "incidents/_read.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (KeepsOthersWork, form), {"reader": request.user}) if change else form

    def construct_change_message(self, request, form, formsets, add=False):
        if kept := listing(getattr(form, "kept", ())):
            messages.info(request, _("Kept what somebody else saved meanwhile: %(fields)s.") % {"fields": kept})
        return super().construct_change_message(request, form, formsets, add)

    def get_urls(self):
        return [pattern for pattern in super().get_urls() if not pattern.name.endswith("_simple_history")]

    history_view = StrictModelAdmin.history_view  # simple-history's would come first


def is_beyond(value: str) -> bool:
    """Whether it is a whole number that no column can hold: the databases answer it with an error."""
    digits = value.strip().lstrip("+-0")
    return digits.isdecimal() and not numbers.is_key(digits)


def _parameters(model: type[models.Model], path: str) -> set[str]:
    """The parameters of Django's filter for this field."""
    if LOOKUP_SEP in path:
        return set()
    field = get_fields_from_path(model, path)[-1]
    if field.is_relation:
        return {f"{path}__{field.target_field.name}__exact", f"{path}__isnull"}
    if isinstance(field, models.DateField):
        return {f"{path}__gte", f"{path}__lt", f"{path}__isnull"}
    return {path, f"{path}__exact", f"{path}__isnull"}


def _is_not_offered(spec) -> bool:
    if not isinstance(spec, SimpleListFilter) or spec.value() is None:
        return False
    return spec.value() not in {str(value) for value, _label in spec.lookup_choices}
