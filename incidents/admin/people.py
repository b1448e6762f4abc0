"""People and groups. Rights are given through groups only; people are deactivated, never deleted."""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from unfold.decorators import display

from incidents import moments, permissions
from incidents.actions import people
from incidents.admin.base import TimeZoneInput
from incidents.defaults import GROUPS
from incidents.exceptions import DomainError
from incidents.forms.accounts import GroupForm, PersonForm
from incidents.model_admin import StrictModelAdmin
from incidents.models import User


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
class PersonAdmin(StrictModelAdmin):
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
    fieldsets = [
        (None, {"fields": ["first_name", "last_name", "email", "username"]}),
        (gettext_lazy("Where they work"), {"fields": ["team", "time_zone"]}),
        (gettext_lazy("What they may do"), {"fields": ["groups", "is_superuser"]}),
    ]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/invitation/", wrap(self.invitation_view), name="incidents_user_invitation"),
            path("<int:pk>/access/", wrap(self.access_view), name="incidents_user_access"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request, obj=None):
        hidden = set() if request.user.is_superuser else {"is_superuser"}
        if obj is None:
            hidden.add("username")  # it begins as the e-mail address
        return [(t, o | {"fields": [f for f in o["fields"] if f not in hidden]}) for t, o in self.fieldsets]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("PersonForm", (form,), {"by": request.user})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "time_zone":
            kwargs["widget"] = TimeZoneInput
        if db_field.name == "username":
            kwargs |= {"label": _("Signs in as"), "help_text": _("Usually the e-mail address.")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request):
        return super().has_add_permission(request) and request.user.has_perm("incidents.invite_user")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or people.in_reach(obj, by=request.user))

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        facts = form.cleaned_data
        if change:
            super().save_model(request, obj, form, change)
            is_superuser = facts.get("is_superuser", obj.is_superuser)
            people.grant(obj, groups=facts["groups"], is_superuser=is_superuser, by=request.user)
        else:
            names = ["first_name", "last_name", "email", "groups", "team", "time_zone"]
            chosen = {name: facts[name] for name in names}
            person = people.invite(is_superuser=facts.get("is_superuser", False), by=request.user, **chosen)
            obj.pk, obj._state.adding, obj._state.db = person.pk, False, person._state.db

    def save_related(self, request, form, formsets, change):
        """The groups were given in ``save_model``, by the action."""

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("admin:incidents_user_invitation", obj.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        extra = {"title": _("Person"), "may_invite": request.user.has_perm("incidents.invite_user")}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def invitation_view(self, request, pk):
        """The link to pass on. A POST makes a fresh one."""
        person = self._person(request, pk, "incidents.invite_user")
        if request.method == "POST":
            try:
                people.renew_invitation(person, by=request.user)
            except DomainError as error:
                messages.error(request, str(error))
                return redirect("admin:incidents_user_change", pk)
            return redirect("admin:incidents_user_invitation", pk)
        if not person.is_active:
            messages.error(request, _("%(person)s is deactivated. Activate them first.") % {"person": person})
            return redirect("admin:incidents_user_change", pk)
        expires = moments.moment(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
        context = {"person": person, "link": people.set_password_url(person), "expires": expires}
        return self._page(request, "incidents/invitation_link.html", _("A link for %s") % person, **context)

    def access_view(self, request, pk):
        """Deactivate, or let in again."""
        person = self._person(request, pk, "incidents.change_user")
        if request.method == "POST":
            try:
                people.set_active(person, is_active=not person.is_active, by=request.user)
                said = _("%(person)s may sign in again.") if person.is_active else _("%(person)s is kept out from now.")
                messages.success(request, said % {"person": person})
            except DomainError as error:
                messages.error(request, str(error))
            return redirect("admin:incidents_user_change", pk)
        if person.is_active:
            title, button = _("Deactivate %s?") % person, _("Deactivate")
            intro = _("They are signed out at once and cannot sign in. What they wrote stays, with their name.")
        else:
            title, button = _("Let %s in again?") % person, _("Activate")
            intro = _("They can sign in with the password they had, or with a fresh link.")
        back = reverse("admin:incidents_user_change", args=[pk])
        return self._page(request, "incidents/form.html", title, intro=intro, button=button, back=back)

    def _person(self, request, pk, permission):
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not request.user.has_perm(permission) or not people.in_reach(person, by=request.user):
            raise PermissionDenied
        return person

    def _page(self, request, template, title, **context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "title": title, **context}
        return TemplateResponse(request, template, context)

    @display(description=gettext_lazy("Name"), ordering="first_name")
    def named(self, person):
        return str(person)

    @display(description=gettext_lazy("Groups"))
    def in_groups(self, person):
        names = [group.name for group in person.groups.all()]
        if person.is_superuser:
            names.append(_("Superuser"))
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
        extra = {"show_delete": group is None or group.name not in GROUPS}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def get_deleted_objects(self, objs, request):
        """The groups that the work is shared out by stay; emptied of people or rights they do no harm."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        ready = [group for group in objs if group.name in GROUPS]
        if ready:
            lacking, protected = set(), [self.refusal % {"name": group} for group in ready]
        return shown, counts, lacking, protected

    def save_related(self, request, form, formsets, change):
        people.set_rights(form.instance, names=form.wanted, by=request.user)

    @display(description=gettext_lazy("People"), ordering="people_count")
    def people(self, group):
        return group.people_count

    @display(description=gettext_lazy("May"))
    def may(self, group):
        names = {permissions.name(row) for row in group.permissions.all()}
        return "; ".join(str(permissions.RIGHTS[key].sentence) for key in permissions.held(names)) or "–"
