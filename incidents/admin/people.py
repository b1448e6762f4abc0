"""People and groups. Rights are given through groups only; people are deactivated, never deleted."""

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Count
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import groups, moments, permissions
from incidents.accounts import reach, words as account_words
from incidents.actions import addresses, people
from incidents.admin.access import AccessViews
from incidents.admin.base import TimeZoneInput
from incidents.forms.accounts import GroupForm, PersonForm
from incidents.history import Version
from incidents.models import AddressChange, User
from incidents.staff.model_admin import StrictModelAdmin


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("active", _("Active")), ("invited", _("Invited, no password yet")), ("off", _("Deactivated"))]

    def queryset(self, request, queryset):
        invited = queryset.filter(is_active=True, last_login=None, password__startswith="!")
        if self.value() == "active":
            return queryset.filter(is_active=True).exclude(pk__in=invited.values("pk"))
        return {"invited": invited, "off": queryset.filter(is_active=False)}.get(self.value(), queryset)


@admin.register(User)
class PersonAdmin(AccessViews, StrictModelAdmin):
    form = PersonForm
    list_display = ["named", "email", "in_groups", "team", "state"]
    list_display_links = ["named"]
    list_filter = [StateFilter, "groups", "team"]
    list_select_related = ["team"]
    list_fullwidth = True
    search_fields = ["first_name", "last_name", "email", "username"]
    ordering = ["first_name", "last_name", "username"]
    autocomplete_fields = ["team"]
    warn_unsaved_form = True
    change_form_outer_before_template = "incidents/_person_bar.html"
    change_form_outer_after_template = "incidents/_person_history.html"
    readonly_fields = ["signs_in_as"]
    fieldsets = [
        (None, {"fields": ["first_name", "last_name", "email", "signs_in_as"]}),
        (gettext_lazy("Where they work"), {"fields": ["team", "time_zone"]}),
        (gettext_lazy("What they may do"), {"fields": ["groups", "is_superuser"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        hidden = set() if request.user.is_superuser else {"is_superuser"}
        if obj is None:
            hidden.add("signs_in_as")  # the e-mail address
        return [(t, o | {"fields": [f for f in o["fields"] if f not in hidden]}) for t, o in self.fieldsets]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("PersonForm", (form,), {"by": request.user})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "time_zone":
            kwargs["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.has_perm("incidents.invite_user")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or reach.in_reach(obj, by=request.user))

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        facts = form.cleaned_data
        if change:
            self._change(request, User.objects.get(pk=obj.pk), facts)
        else:
            names = ["first_name", "last_name", "email", "groups", "team", "time_zone"]
            chosen = {name: facts[name] for name in names}
            person = people.invite(is_superuser=facts.get("is_superuser", False), by=request.user, **chosen)
            obj.pk, obj._state.adding, obj._state.db = person.pk, False, person._state.db

    @transaction.atomic
    def _change(self, request, person, facts):
        """``person`` is the row as it stands: the one of the form has its new address already."""
        by, was_invited = request.user, person.is_invited
        people.change_details(person, **{name: facts[name] for name in people.DETAILS}, by=by)
        is_superuser = facts.get("is_superuser", person.is_superuser)
        people.grant(person, groups=facts["groups"], is_superuser=is_superuser, by=by)
        change = addresses.ask_address(person, address=facts["email"], by=by)
        if change is not None:
            words = _("A link to confirm it went to %(new)s. Until then the address stays %(old)s.")
            messages.info(request, words % {"new": change.address, "old": person.email})
        elif was_invited and facts["email"] != person.email:
            words = _("The address was put right. A fresh link went to %(new)s, earlier ones have ended.")
            messages.info(request, words % {"new": facts["email"]})

    def save_related(self, request, form, formsets, change):
        """The groups were given in ``save_model``, by the action."""

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("admin:incidents_user_invitation", obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = {"title": _("Person"), "may_invite": request.user.has_perm("incidents.invite_user")}
        person = self.get_object(request, object_id)
        if person is not None and self.has_view_permission(request, person):
            extra |= {"events": account_words.history(person), "may_switch": self.may_switch(request, person)}
            extra["address_change"] = AddressChange.objects.filter(person=person).select_related("asked_by").first()
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def past(self, request, row):
        """An account has a record of its own, which nobody edits."""
        told = account_words.history(row)
        return [
            Version(event.at, str(event.by or _("the system")), "", " ".join(sentences)) for event, sentences in told
        ], None

    @display(description=gettext_lazy("Signs in as"))
    def signs_in_as(self, person):
        return person.username

    @display(description=gettext_lazy("Name"), ordering="first_name")
    def named(self, person):
        return str(person)

    @display(description=gettext_lazy("Groups"))
    def in_groups(self, person):
        names = [group.name for group in person.groups.all()]
        if person.is_superuser:
            names.append(_("Administrator"))
        return ", ".join(names) or "–"

    @display(description=gettext_lazy("State"), ordering="last_login")
    def state(self, person):
        if not person.is_active:
            return _("Deactivated")
        if person.last_login:
            return _("Last signed in %(when)s") % {"when": moments.moment(person.last_login)}
        return _("Never signed in") if person.has_usable_password() else _("Invited, no password yet")


@admin.register(Group)
class GroupAdmin(StrictModelAdmin):
    form = GroupForm
    without_history = gettext_lazy(
        "What a group may do is kept with each person in it: when it changed, by whom, and what became of it."
    )
    list_display = ["name", "people", "may"]
    list_fullwidth = True
    search_fields = ["name"]
    fields = ["name", "rights"]
    warn_unsaved_form = True
    refusal = gettext_lazy(
        "%(name)s is one of the groups that Bridgewatch shares the work out by, so it stays. "
        "Take people out of it, or change what it may do."
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request).annotate(people_count=Count("user", distinct=True))
        return rows.prefetch_related("permissions__content_type").order_by("name")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("GroupForm", (form,), {"by": request.user})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        group = self.get_object(request, object_id)
        extra = {"show_delete": group is None or group.name not in groups.ready()}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def get_deleted_objects(self, objs, request):
        """The groups that the work is shared out by stay; emptied of people or rights they do no harm."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ready = [group for group in objs if group.name in groups.ready()]
        if ready:
            lacking, protected = set(), [self.refusal % {"name": group} for group in ready]
        elif beyond := [group for group in objs if not people.may_remove(group, by=request.user)]:
            words = _("%(name)s may do more than you may, so you cannot remove it.")
            protected = [words % {"name": group} for group in beyond]
        return shown, counts, lacking, protected

    def delete_model(self, request, obj):
        people.remove_group(obj, by=request.user)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for group in queryset:
            people.remove_group(group, by=request.user)

    def save_related(self, request, form, formsets, change):
        people.set_rights(form.instance, names=form.wanted, by=request.user)

    @display(description=gettext_lazy("People"), ordering="people_count")
    def people(self, group):
        return group.people_count

    @display(description=gettext_lazy("May"))
    def may(self, group):
        names = {permissions.name(row) for row in group.permissions.all()}
        return "; ".join(str(permissions.rights()[key].sentence) for key in permissions.held(names)) or "–"
