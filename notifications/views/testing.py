"""A message to oneself in the dress of a page: does it arrive, and does it look right?"""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.views.incident import for_those_who_may
from notifications.announcements.announce import tell_one
from notifications.choices import Event
from notifications.models import SendingSwitch
from statuspage.models import Page


@require_POST
@for_those_who_may("notifications.change_messagesettings")
def test_message(request, public_id):
    page = get_object_or_404(Page, public_id=public_id)
    if not request.user.email:
        messages.error(request, _("You have no e-mail address. An administrator can add it to your account."))
    else:
        tell_one(
            Event.PAGE_TEST, key=f"test:{uuid4()}", person=request.user, page=page, by=request.user,
            content={"page": page.public_id, "by": str(request.user)},
        )  # fmt: skip
        if SendingSwitch.now().paused_at:
            messages.warning(request, _("It is written, and waits: all messages are paused."))
        else:
            messages.success(request, _("A test is on its way to %(address)s.") % {"address": request.user.email})
    return redirect("admin:notifications_messagesettings_change", page.pk)
