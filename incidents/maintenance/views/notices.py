"""What operators sent: handed in here or read from a folder, what became of it, and what is left to do."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from incidents import refusing
from incidents.maintenance import actions, advising
from incidents.maintenance.choices import ReadAs
from incidents.maintenance.forms.notices import NoticeFileForm
from incidents.maintenance.models import OperatorNotice
from incidents.maintenance.views.base import ANNOUNCE, SEE
from incidents.permissions import may
from incidents.views.incident import for_those_who_may, page

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@for_those_who_may(SEE)
def notices(request):
    """What waits for a person first. A file that is handed in makes drafts, or says why not."""
    form = NoticeFileForm(request.POST, request.FILES) if request.method == "POST" else NoticeFileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        data = file.read()
        with refusing.in_form(form, field="file") as tried:
            found = actions.ingest(data, source=file.name, by=request.user)
        if tried.is_done:
            _say(request, found) if found else _say_read_before(request, data)
            return HttpResponseRedirect(reverse("maintenance_staff:notices"))
    rows = OperatorNotice.objects.select_related("window", "by", "settled_by")
    waiting = OperatorNotice.objects.waiting_for_a_person()
    show = "all" if request.GET.get("show") == "all" else ""
    shown = rows if show else rows.filter(pk__in=waiting.values("pk"))
    return page(
        request,
        "maintenance/notices.html",
        title=_("Operators’ notices"),
        form=form,
        page_obj=Paginator(shown, PER_PAGE).get_page(request.GET.get("p")),
        show=show,
        tabs=[("", _("Waiting"), waiting.count()), ("all", _("All"), rows.count())],
        waits=set(waiting.values_list("pk", flat=True)),
        may_announce=may(request.user, ANNOUNCE),
    )


@require_POST
@for_those_who_may(SEE, ANNOUNCE)
def act(request, public_id):
    """Read it again, or say that nothing is left to do."""
    notice = _notice_or_404(public_id)
    with refusing.in_messages(request) as tried:
        if request.POST.get("act") == "again":
            read = actions.read_again(notice, by=request.user)
            if read.read_as == ReadAs.UNREADABLE:
                messages.error(request, read.error)
            else:
                messages.success(request, _("Read: its window is there."))
        else:
            actions.settle(notice, by=request.user)
            if tried.is_done:
                messages.success(request, _("Settled."))
    return HttpResponseRedirect(reverse("maintenance_staff:notices"))


@for_those_who_may(SEE)
def raw(request, public_id):
    """As it came, to save."""
    notice = _notice_or_404(public_id)
    answer = HttpResponse(notice.raw, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{notice.public_id}.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _notice_or_404(public_id: str) -> OperatorNotice:
    found = OperatorNotice.objects.select_related("window").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _say(request, found: list[OperatorNotice]) -> None:
    bad = sum(notice.read_as == ReadAs.UNREADABLE for notice in found)
    good = len(found) - bad
    if bad:
        words = ngettext("%(n)d notice could not be read.", "%(n)d notices could not be read.", bad) % {"n": bad}
        messages.error(request, words)
    if good:
        words = ngettext("%(n)d notice was read.", "%(n)d notices were read.", good) % {"n": good}
        messages.success(request, words)


def _say_read_before(request, data: bytes) -> None:
    messages.warning(request, _("This file was read before: nothing is new."))
    for notice in OperatorNotice.objects.of_file(data):
        if later := notice.overtaken_by():
            messages.warning(request, advising.of_file_read_before(notice, later))
