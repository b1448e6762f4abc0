"""Two small fragments of every staff page: that all messages are paused, and how many want a look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Incident
from notifications.models import SendingSwitch
from notifications.queue import overview
from notifications.views.queue import may_read, may_send
from notifications.views.redirects import here


@require_GET
def banner(request):
    """One query where nothing is paused, which is always."""
    switch = SendingSwitch.objects.select_related("paused_by").filter(pk=1, paused_at__isnull=False).first()
    if switch is None:
        return HttpResponse("")
    waiting, is_more = overview.waiting_now(hidden=Incident.objects.hidden_from(request.user))
    context = {"switch": switch, "waiting": waiting, "is_more": is_more, "may_send": may_send(request.user)}
    context["back"] = here(request)
    return render(request, "notifications/staff/_banner.html", context)


@require_GET
def attention(request):
    """The number beside "Messages" in the sidebar: held back, or failed within a day."""
    if not may_read(request.user):
        return HttpResponse("")
    count = overview.attention(request.user, timezone.now())
    return render(request, "notifications/staff/_attention.html", {"count": count, "is_more": count > 99})
