"""The list of post-mortems: what is owed first, then what is being written, then what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, Value, When
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from incidents.clocks.clock import Clock
from incidents.models import Resolution
from incidents.permissions import require
from incidents.views.incident import for_those_who_may, page
from postmortems.choices import Stage
from postmortems.clocks import publish_clock
from postmortems.models import Postmortem, Version
from postmortems.views.base import SEE

PER_PAGE = 50
SHOWN = {  # by the word in the address
    "": None,
    "draft": Q(stage=Stage.DRAFT),
    "review": Q(stage__in=(Stage.IN_REVIEW, Stage.APPROVED)),
    "published": Q(stage=Stage.PUBLISHED),
}


@dataclass(frozen=True)
class Row:
    """One post-mortem in the list."""

    postmortem: Postmortem
    clock: Clock | None
    state: str
    withdrawn: Version | None
    incident_is: str  # where that is not over, in a sentence


@for_those_who_may()
def listing(request: HttpRequest) -> TemplateResponse:
    """Everything this person may see, narrowed by stage and by words of the title."""
    require(request.user, SEE)
    now = timezone.now()
    visible = Postmortem.objects.visible_to(request.user)
    show = request.GET.get("stage", "")
    show = show if show in SHOWN else ""
    words = request.GET.get("q", "").strip()[:200]
    rows = visible.filter(SHOWN[show]) if SHOWN[show] else visible
    if words:
        rows = rows.filter(Q(incident__title__icontains=words) | Q(public_id=words) | Q(incident__public_id=words))
    waits = Case(When(stage=Stage.PUBLISHED, then=Value(1)), default=Value(0), output_field=IntegerField())
    published = Version.objects.published().select_related("withdrawn_by").defer("content")
    rows = rows.select_related("incident__severity", "template", "lead")
    rows = rows.prefetch_related(Prefetch("versions", published)).annotate(
        waits=waits,
        was_reopened=Exists(Resolution.objects.filter(incident=OuterRef("incident"))),
        all_records=Count("records", distinct=True),
        records_in=Count("records", filter=Q(records__submitted_at__isnull=False), distinct=True),
    )
    shown = Paginator(
        rows.order_by("waits", F("incident__resolved_at").asc(nulls_last=True), "-opened_at", "-pk"), PER_PAGE
    )
    page_obj = shown.get_page(request.GET.get("p"))
    counts = visible.aggregate(
        all=Count("pk"),
        draft=Count("pk", filter=SHOWN["draft"]),
        review=Count("pk", filter=SHOWN["review"]),
        published=Count("pk", filter=SHOWN["published"]),
    )
    late = sum(_is_late(each, now) for each in visible.owed().unpublished().select_related("incident"))
    return page(
        request,
        "postmortems/list.html",
        title=_("Post-mortems"),
        rows=[_row(postmortem, now) for postmortem in page_obj],
        page_obj=page_obj,
        show=show,
        words=words,
        tabs=[
            ("", _("All"), counts["all"]),
            ("draft", _("Being written"), counts["draft"]),
            ("review", _("In review"), counts["review"]),
            ("published", _("Published"), counts["published"]),
        ],
        summary=_summary(counts, late),
        late=late,
        now=now,
    )


def _is_late(postmortem: Postmortem, now: datetime) -> bool:
    return postmortem.due_at is not None and postmortem.due_at < now


def _row(postmortem: Postmortem, now: datetime) -> Row:
    clock = publish_clock(postmortem)
    withdrawn = postmortem.withdrawn_of(postmortem.versions.all())
    return Row(postmortem, clock, clock.state(now).value if clock else "", withdrawn, _still_open(postmortem))


def _still_open(postmortem: Postmortem) -> str:
    if not postmortem.incident.is_open:
        return ""
    return _("Its incident is open again") if postmortem.was_reopened else _("Its incident is still open")


def _summary(counts: dict[str, int], late: int) -> tuple[str, str]:
    """One sentence of state, and one about time."""
    open_ones = counts["draft"] + counts["review"]
    if not counts["all"]:
        return _("No post-mortem yet."), ""
    if not open_ones:
        return _("All are published."), ""
    state = ngettext("%(n)d is not published yet.", "%(n)d are not published yet.", open_ones) % {"n": open_ones}
    if late:
        return capfirst(state), ngettext("%(n)d is late.", "%(n)d are late.", late) % {"n": late}
    return capfirst(state), _("None is late.")
