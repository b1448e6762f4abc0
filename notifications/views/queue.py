"""Messages: what waits, what failed, what is held back, and the switch for all sending."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents import refusing, veiled
from incidents.models import Incident
from incidents.permissions import require
from incidents.views.incident import for_those_who_may, page as staff_page
from notifications.actions import pausing, releasing, replaying
from notifications.choices import Event, Reach, Transport
from notifications.content.kinds import read_together
from notifications.models import Announcement, SendingSwitch
from notifications.queue import overview as queue
from notifications.rights import SEND
from notifications.views.recipient import recipient
from notifications.views.redirects import back

AT_ONCE = 25  # announcements on a screen
READ = "notifications.view_announcement"
readers_only = for_those_who_may(READ)


def may_read(user) -> bool:
    return user.has_perm(READ)


def may_send(user) -> bool:
    return user.has_perm(SEND)


@require_GET
@readers_only
def overview(request):
    now = timezone.now()
    reach = request.GET.get("to") if request.GET.get("to") in Reach.values else Reach.SUBSCRIBERS
    rows, older = _announcements(request, reach)
    hidden = Incident.objects.hidden_from(request.user)
    transports = queue.transports(now, hidden=hidden)
    return staff_page(
        request,
        "notifications/staff/queue.html",
        title=_("Messages"),
        now=now,
        transports=transports,
        total={
            name: sum(getattr(each, name) for each in transports) for name in ("waiting", "due", "sending", "failed")
        },
        rates=queue.rates(now, 5, 60, hidden=hidden),
        stuck=queue.stuck(now, hidden=hidden),
        paused=SendingSwitch.now().paused_at,
        reach=reach,
        kinds=_kinds(),
        rows=rows,
        older=older,
        begins_later="before" in request.GET,
        may_send=may_send(request.user),
    )


def _kinds():
    return [
        (Reach.SUBSCRIBERS, _("To subscribers")),
        (Reach.STAFF, _("To our own channels")),
        (Reach.ONE, _("To one recipient")),
    ]


def _announcements(request, reach):
    """One screenful with how each is doing, and where the next begins. By primary key: nothing is counted."""
    rows = Announcement.objects.visible_to(request.user).filter(reach=reach).order_by("-pk")
    if before := veiled.read(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    read = list(rows.select_related("incident", "created_by", "decided_by").defer("content")[: AT_ONCE + 1])
    more, shown = len(read) > AT_ONCE, read[:AT_ONCE]
    read_together(shown)
    counted, ones = queue.delivery_counts(shown), queue.only_ones(shown) if reach == Reach.ONE else {}
    clocks = _clocks(shown) if reach == Reach.STAFF else {}
    found = []
    for row in shown:
        to = recipient(ones[row.pk], request.user) if row.pk in ones else None
        found.append((row, counted[row.pk], to, clocks.get(row.pk, "")))
    return found, veiled.veil(shown[-1].pk) if more else None


def _clocks(rows) -> dict[int, str]:
    """Which clock, and how far it had run: the sentence that was sent. Only of those is the text read."""
    pks = [row.pk for row in rows if row.event == Event.STAFF_CLOCK]
    return dict(Announcement.objects.filter(pk__in=pks).order_by().values_list("pk", "content__line"))


# The switch


@require_http_methods(["GET", "POST"])
@readers_only
def pause(request):
    """Asks once, and says what it does."""
    switch = SendingSwitch.objects.select_related("paused_by").filter(pk=1).first()
    typed, errors, status = request.POST.get("reason", ""), [], 200
    if request.method == "POST":
        with refusing.kept() as tried:
            pausing.pause(reason=typed, by=request.user)
        errors, status = tried.said, tried.status
        if tried.is_done:
            messages.success(request, _("Paused. Messages gather, and none is lost."))
            return redirect("notifications_staff:queue")
    elif not may_send(request.user):
        status = 403
    waiting, is_more = queue.waiting_now(hidden=Incident.objects.hidden_from(request.user))
    return staff_page(
        request, "notifications/staff/pause.html", title=_("Pause all messages"), status=status, switch=switch,
        reason=typed, errors=errors, problems={"reason": errors[0]} if errors else {}, waiting=waiting,
        is_more=is_more, may_send=may_send(request.user),
    )  # fmt: skip


@require_POST
def resume(request):
    return _do(request, lambda: pausing.resume(by=request.user), _("Messages leave again, the most urgent first."))


# Held back


@require_POST
def release(request, public_id):
    announcement = announcement_or_404(request, public_id)
    return _do(request, lambda: releasing.release(announcement, by=request.user), _("Released. It leaves now."))


@require_POST
def drop(request, public_id):
    announcement = announcement_or_404(request, public_id)
    said = _("Dropped. Nobody is told; the page keeps what it says.")
    return _do(request, lambda: releasing.drop(announcement, by=request.user), said)


# Again


@require_POST
def replay_transport(request):
    if (transport := request.POST.get("transport")) not in Transport.values:
        raise Http404
    return replay_many(request, transport=transport)


def replay_many(request, **which):
    with refusing.in_messages(request) as tried:
        found = replaying.replay_failed(by=request.user, **which)
    if tried.is_done:
        words = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", found.again)
        said = [words % {"n": f"{found.again:,}"}] if found.again else [_("Nothing is sent again.")]
        for reason, n in found.left_out.items():
            words = ngettext("%(n)s is left out: %(why)s", "%(n)s are left out: %(why)s", n)
            said.append(words % {"n": f"{n:,}", "why": _(reason)})
        messages.add_message(request, messages.WARNING if found.left_out else messages.SUCCESS, " ".join(said))
    return back(request)


def announcement_or_404(request, public_id) -> Announcement:
    require(request.user, READ)
    rows = Announcement.objects.visible_to(request.user).select_related("incident", "update", "created_by")
    return get_object_or_404(rows, public_id=public_id)


def _do(request, act, said) -> HttpResponse:
    """Call the action and show the sentence, back where the person was."""
    require(request.user, READ)
    with refusing.in_messages(request) as tried:
        act()
    if tried.is_done:
        messages.success(request, said)
    return back(request)
