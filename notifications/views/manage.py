"""One's own subscriptions, for the holder of the signed link: one page, and each button says what it does."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from incidents import network, refusing, zones
from incidents.choices import Audience
from incidents.maintenance.models import Window
from incidents.models import Incident
from notifications import addresses, links, webhook_secrets
from notifications.actions import managing
from notifications.audience import interests
from notifications.choices import Kind, Transport, WebhookFormat
from notifications.forms.choosing import SEVERITIES, ChoosingForm
from notifications.forms.subscribe import DetailsForm, KeepForm
from notifications.models import Subscriber, Subscription
from notifications.views import public_base
from statuspage.documents import times
from statuspage.models import Page

DONE = {
    "choose": gettext_lazy("Saved. This is what you hear about from now on."),
    "details": gettext_lazy("Saved."),
    "pause": gettext_lazy("Paused. Nothing is sent until you resume."),
    "resume": gettext_lazy("Resumed. You hear of what happens from now on."),
    "rotate": gettext_lazy("There is a new secret. The old one signs beside it for 24 hours."),
    "replace": gettext_lazy("There is a new secret. The old one signs no more."),
    "test": gettext_lazy("A test is on its way."),
    "unmute": gettext_lazy("You hear of it again."),
}


@public_base.of_holder
def manage(request: HttpRequest, page: Page, subscriber: Subscriber | None, token: str) -> HttpResponse:
    if subscriber is None:
        return public_base.gone(request, page)
    rows = list(subscriber.subscriptions.select_related("page", "component", "location", "incident", "window"))
    act = request.POST.get("act", "") if request.method == "POST" else ""
    forms = Forms(
        choosing=ChoosingForm(request.POST if act == "choose" else None, page=page),
        keep=KeepForm(request.POST if act == "choose" else None, rows=[row for row in rows if _holds(row, page)]),
        details=DetailsForm(request.POST if act == "details" else None),
    )
    refusal, status, zone = None, 200, zoneinfo.ZoneInfo(page.time_zone)
    if act in ACTS:
        with refusing.kept() as tried:
            if ACTS[act](request, page, subscriber, forms):
                return _again(act)
        status = 422 if tried.is_done else tried.status
        if tried.refusal:
            refusal = {"text": str(tried.refusal), "act": act, "field": tried.refusal.field}
    return public_base.shown(
        request,
        page,
        "manage",
        title=_("Your subscriptions"),
        status=status,
        subscriber=subscriber,
        address=addresses.shown(subscriber.transport, subscriber.address),
        transport=subscriber.get_transport_display(),
        lines=[Line.of(row, forms.keep) for row in rows if _holds(row, page)],
        waiting=[interests.sentence(row) for row in rows if row.page_id == page.pk and not row.confirmed_at],
        elsewhere=_elsewhere(rows, page, token),
        muted=_muted(subscriber),
        form=forms.choosing,
        details=forms.details,
        severities=SEVERITIES,
        own_zone=forms.details.data.get("time_zone", subscriber.time_zone),
        zones=zones.names(),
        format=forms.details.data.get("format", subscriber.format),
        formats=WebhookFormat.choices,
        paused=times.day_and_hour(subscriber.paused_at, zone) if subscriber.paused_at else None,
        is_webhook=subscriber.transport == Transport.WEBHOOK,
        old_secret=times.day_and_hour(still, zone)
        if (still := webhook_secrets.old_one_signs_until(subscriber, now=timezone.now()))
        else None,
        done=DONE.get(request.GET.get("done", "")) if request.method != "POST" else None,
        refusal=refusal,
        problems={refusal["field"]: refusal["text"]} if refusal and refusal["field"] else {},
    )


@dataclass
class Forms:
    choosing: ChoosingForm
    keep: KeepForm
    details: DetailsForm


@dataclass(frozen=True)
class Line:
    """One scope with its box."""

    pk: int
    words: str
    severity: int
    has_severity: bool
    is_kept: bool

    @classmethod
    def of(cls, row: Subscription, form: KeepForm) -> Line:
        given = form.data.getlist("keep") if form.is_bound else None
        words, is_one = interests.sentence(row), row.incident_id is not None or row.window_id is not None
        return cls(
            pk=row.pk,
            words=words if is_one else words.removesuffix(f", {interests.severity_words(row.min_severity)}"),
            severity=row.min_severity,
            has_severity=not is_one and row.kind in (Kind.EVERYTHING, Kind.INCIDENT),
            is_kept=given is None or str(row.pk) in given,
        )


def _choose(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    if not (forms.choosing.is_valid() and forms.keep.is_valid()):
        return False
    adds = request.POST.get("adds") == "on" or forms.choosing.is_narrowed
    keep = forms.keep.cleaned_data["keep"]
    managing.choose(subscriber, page, keep=keep, add=forms.choosing.wanted if adds else ())
    return True


def _details(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    if forms.details.is_valid():
        managing.set_details(subscriber, **forms.details.cleaned_data)
    return forms.details.is_valid()


def _pause(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    managing.set_paused(subscriber, is_paused=True)
    return True


def _resume(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    managing.set_paused(subscriber, is_paused=False)
    return True


def _rotate(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    managing.rotate_secret(subscriber)
    return True


def _replace(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    """It leaked."""
    managing.rotate_secret(subscriber, at_once=True)
    return True


def _test(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    managing.send_test(subscriber, page, client=network.client(request))
    return True


def _unmute(request, page: Page, subscriber: Subscriber, forms: Forms) -> bool:
    public_id = request.POST.get("incident", "")[:60]
    for rows in (Incident.objects, Window.objects):
        if (subject := rows.filter(public_id=public_id).first()) is not None:
            managing.unmute(subscriber, subject)
    return True


ACTS: dict[str, Callable[..., bool]] = {
    "choose": _choose,
    "details": _details,
    "pause": _pause,
    "resume": _resume,
    "rotate": _rotate,
    "replace": _replace,
    "test": _test,
    "unmute": _unmute,
}


def _again(act: str) -> HttpResponse:
    """The page anew, so that reloading sends nothing twice."""
    response = HttpResponseRedirect(f"./?done={act}")
    response.status_code = 303
    return response


def _holds(row: Subscription, page: Page) -> bool:
    return row.page_id == page.pk and row.confirmed_at is not None


def _elsewhere(rows: list[Subscription], page: Page, token: str) -> list[tuple[str, str, list[str]]]:
    """What the address subscribes to on other pages, and where to change it."""
    others = sorted((r for r in rows if r.page_id != page.pk and r.confirmed_at), key=lambda row: row.page_id)
    return [
        (str(other), links.manage_url(other, token), [interests.sentence(row) for row in found])
        for other, found in groupby(others, key=lambda row: row.page)
    ]


def _muted(subscriber: Subscriber) -> list[Incident | Window]:
    """What is not public any more is not named."""
    subjects = [row.incident or row.window for row in subscriber.muted.select_related("incident", "window")]
    return [each for each in subjects if each is not None and each.audience == Audience.PUBLIC]
