"""What is done about somebody's way in, beside the form about them: a link, keeping out, letting in again."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents import moments, refusing
from incidents.accounts import reach
from incidents.actions import passwords, people


class AccessViews:
    """For the admin of people."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<key:pk>/invitation/", wrap(self.invitation_view), name="incidents_user_invitation"),
            path("<key:pk>/access/", wrap(self.access_view), name="incidents_user_access"),
            *super().get_urls(),
        ]

    def invitation_view(self, request, pk):
        """The link to pass on to somebody who was never in; to everybody else one goes by mail only. POST sends one."""
        person = self._person(request, pk, "incidents.invite_user")
        with refusing.in_messages(request) as tried:
            if request.method == "POST":
                passwords.send_link(person, by=request.user)
            passwords.require_link(person, by=request.user)
        if not tried.is_done:
            return redirect("admin:incidents_user_change", pk)
        if request.method == "POST" and person.is_invited:
            return redirect("admin:incidents_user_invitation", pk)
        if request.method == "POST":
            messages.success(request, _("A link is on its way to %(email)s.") % {"email": person.email})
            return redirect("admin:incidents_user_change", pk)
        if not person.is_invited:
            intro = _(
                "With it %(person)s sets another password. It goes to %(email)s and nowhere else; the mail names you, "
                "and it stands in the history of the account."
            )
            facts = {
                "intro": intro % {"person": person, "email": person.email},
                "button": _("Send the link"),
                "back": reverse("admin:incidents_user_change", args=[pk]),
            }
            return self._page(request, "incidents/form.html", _("Send %s a link?") % person, **facts)
        expires = moments.moment(timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
        context = {"person": person, "link": passwords.set_password_url(person), "expires": expires}
        return self._page(request, "incidents/invitation_link.html", _("A link for %s") % person, **context)

    def access_view(self, request, pk):
        """Deactivate, or let in again."""
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not self.may_switch(request, person):
            raise PermissionDenied
        if request.method == "POST":
            with refusing.in_messages(request):
                people.set_active(person, is_active=not person.is_active, by=request.user)
                said = _("%(person)s may sign in again.") if person.is_active else _("%(person)s is kept out from now.")
                messages.success(request, said % {"person": person})
            return redirect("admin:incidents_user_change", pk)
        if person.is_active:
            title, button = _("Deactivate %s?") % person, _("Deactivate")
            intro = _("They are signed out at once and cannot sign in. What they wrote stays, with their name.")
        else:
            title, button = _("Let %s in again?") % person, _("Activate")
            intro = _("They can sign in with the password they had, or with a fresh link.")
        back = reverse("admin:incidents_user_change", args=[pk])
        return self._page(request, "incidents/form.html", title, intro=intro, button=button, back=back)

    def may_switch(self, request, person):
        """Keeping somebody out gives nothing away; letting them in again does."""
        may = reach.outranks if person.is_active else reach.in_reach
        return request.user.has_perm("incidents.change_user") and may(person, by=request.user)

    def _person(self, request, pk, permission):
        person = self.get_object(request, str(pk))
        if person is None:
            raise Http404
        if not request.user.has_perm(permission) or not reach.in_reach(person, by=request.user):
            raise PermissionDenied
        return person

    def _page(self, request, template, title, **context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "title": title, **context}
        return TemplateResponse(request, template, context)
