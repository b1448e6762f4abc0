"""The list of windows: what runs, what comes, what is written, what is over."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext

from incidents.maintenance.choices import AHEAD, OVER, RUNNING, State
from incidents.maintenance.models import Approval, Window, WindowImpact
from incidents.maintenance.views.base import SEE
from incidents.permissions import may
from incidents.views.incident import for_those_who_may, page

PER_PAGE = 50
SHOWN = {  # by the word in the address
    "": Q(state__in=AHEAD),
    "drafts": Q(state=State.DRAFT),
    "over": Q(state__in=OVER),
    "all": Q(),
}


@for_those_who_may(SEE)
def listing(request) -> TemplateResponse:
    """Everything this person may see, narrowed by state and by words of the title; what is next first."""
    now = timezone.now()
    visible = Window.objects.visible_to(request.user)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    words = request.GET.get("q", "").strip()[:200]
    rows = visible.filter(SHOWN[show])
    if words:
        rows = visible.filter(Q(title__icontains=words) | Q(public_id=words) | Q(ticket=words))
        show = "all"
    rows = rows.order_by("starts_at", "pk") if show in ("", "drafts") else rows.order_by("-starts_at", "-pk")
    waits = Approval.objects.open().filter(window=OuterRef("pk"))
    rows = rows.select_related("owner", "team").annotate(waits=Exists(waits))
    rows = rows.prefetch_related(Prefetch("impacts", WindowImpact.objects.select_related("component", "location")))
    counts = visible.aggregate(
        ahead=Count("pk", filter=SHOWN[""]),
        running=Count("pk", filter=Q(state__in=RUNNING)),
        drafts=Count("pk", filter=SHOWN["drafts"]),
        over=Count("pk", filter=SHOWN["over"]),
        all=Count("pk"),
    )
    return page(
        request,
        "maintenance/list.html",
        title=_("Maintenance"),
        page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        show=show,
        words=words,
        tabs=[
            ("", _("Running and coming"), counts["ahead"]),
            ("drafts", _("Drafts"), counts["drafts"]),
            ("over", _("Over"), counts["over"]),
            ("all", _("All"), counts["all"]),
        ],
        summary=_summary(counts),
        may_plan=may(request.user, "maintenance.plan_window"),
        now=now,
    )


def _summary(counts: dict[str, int]) -> tuple[str, str]:
    """What runs, and what comes."""
    running, coming = counts["running"], counts["ahead"] - counts["running"]
    first = ngettext("%(n)d window runs now.", "%(n)d windows run now.", running) % {"n": running}
    second = ngettext("%(n)d is announced.", "%(n)d are announced.", coming) % {"n": coming}
    return first if running else _("Nothing runs now."), second if coming else _("Nothing is announced.")
