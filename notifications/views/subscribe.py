"""Subscribe, confirm it, and get one's link again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from incidents import network, numbers, refusing
from incidents.exceptions import DomainError
from notifications import addresses, links
from notifications.actions import subscribing
from notifications.audience import interests
from notifications.audience.interests import Interest
from notifications.choices import Transport
from notifications.forms.addressing import LONGEST_MAIL
from notifications.forms.subscribe import TRAP, LostLinkForm, SubscribeForm
from notifications.models import Subscriber
from notifications.views import public_base
from notifications.views.following import Followed, followed, what_has_ended
from statuspage.models import Page


@dataclass(frozen=True)
class TransportChoice:
    """How the address of one transport is asked for."""

    transport: Transport
    label: str | Promise
    help: str | Promise
    example: str
    type: str = "url"
    autocomplete: str = "off"


TRANSPORTS = [
    TransportChoice(
        Transport.EMAIL,
        gettext_lazy("E-mail address"),
        gettext_lazy("We write to it once; it counts once you confirm."),
        "ops@example.com",
        "email",
        "email",
    ),
    TransportChoice(
        Transport.SLACK,
        gettext_lazy("URL of a Slack incoming webhook"),
        gettext_lazy("In Slack: Apps, Incoming Webhooks, choose the channel, copy the URL."),
        "https://hooks.slack.com/services/…",
    ),
    TransportChoice(
        Transport.TEAMS,
        gettext_lazy("URL of a Microsoft Teams webhook"),
        gettext_lazy("In the channel: Workflows, Post to a channel when a webhook request is received, copy the URL."),
        "https://….logic.azure.com/workflows/…",
    ),
    TransportChoice(
        Transport.DISCORD,
        gettext_lazy("URL of a Discord webhook"),
        gettext_lazy("In the channel: Edit, Integrations, Webhooks, New webhook, copy the URL."),
        "https://discord.com/api/webhooks/…",
    ),
    TransportChoice(
        Transport.WEBHOOK,
        gettext_lazy("URL that we post to"),
        gettext_lazy(
            "Signed JSON by HTTPS, as Standard Webhooks describes. The first message holds a confirm_url: POST to it, "
            "or open it."
        ),
        "https://example.com/hooks/status",
    ),
]
BY_NAME = {str(each.transport): each for each in TRANSPORTS}


@public_base.live
def subscribe(request: HttpRequest, page: Page) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    chosen = BY_NAME.get(given.get("by", ""), TRANSPORTS[0])
    form = SubscribeForm(
        request.POST if request.method == "POST" else None,
        initial={"component": request.GET.getlist("component")},  # from a component's page
        page=page,
        transport=chosen.transport,
    )
    subject = followed(page, given)
    over = "" if subject else what_has_ended(page, given)
    refusal, status = None, 200
    if form.is_bound:
        if form.is_trapped:
            return _asked(request, page, chosen, form.data.get("address", ""))
        if over and form.data.get("only") == "on":
            status = 422  # only that was wanted: the whole page is asked for by pressing again
        elif form.is_valid():
            with refusing.kept() as tried:
                subscribing.ask(
                    page,
                    transport=chosen.transport,
                    address=form.cleaned_data["address"],
                    wanted=_wanted(form, subject),
                    client=network.client(request),
                    time_zone=form.cleaned_data["time_zone"],
                )
                return _asked(request, page, chosen, form.cleaned_data["address"])
            refusal, status = tried.refusal, tried.status
        else:
            status = 422
    response = public_base.shown(
        request,
        page,
        "subscribe",
        title=subject.title if subject else _("Follow %(page)s") % {"page": page},
        status=status,
        chosen=chosen,
        transports=TRANSPORTS,
        form=form,
        typed=form.data.get("address", "") if form.is_bound else "",
        subject=subject,
        over=over,
        only=form.data.get("only") == "on" if form.is_bound else subject is not None,
        refusal=refusal,
        trap=TRAP,
        days=links.CONFIRM_DAYS,
    )
    return _later(response, refusal)


@public_base.live
def lost(request: HttpRequest, page: Page) -> HttpResponse:
    """The answer is the same whether or not anybody is known here."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    refusal, status = None, 200
    if form.is_bound and not form.is_trapped and form.is_valid():
        with refusing.kept() as tried:
            client = network.client(request)
            subscribing.ask_for_link(page, address=form.cleaned_data["address"], client=client)
        refusal, status = tried.refusal, tried.status
    if form.is_bound and not refusal and (form.is_trapped or form.is_valid()):
        words = _(
            "If %(address)s gets messages from here, a link is on its way to it. It lets you change what you hear "
            "about, pause, or stop."
        )
        return public_base.notice(
            request,
            page,
            title=_("Look where the messages arrive"),
            text=words % {"address": form.data.get("address", "").strip()[:LONGEST_MAIL]},
            hint=_("Nothing there after some minutes? Then that address may be written differently, or not be known."),
            offers_subscribing=True,
        )
    typed = form.data.get("address", "") if form.is_bound else ""
    status = 422 if form.is_bound and not refusal else status
    title = _("Change or stop what you get")
    context = {"form": form, "typed": typed, "refusal": refusal, "trap": TRAP}
    return _later(public_base.shown(request, page, "lost", title=title, status=status, **context), refusal)


@public_base.live
def confirm(request: HttpRequest, page: Page, signed: str) -> HttpResponse:
    """GET asks, because scanners of mail follow links; POST confirms, also without a body, as programs do."""
    try:
        subscriber = subscribing.whose(signed)
    except subscribing.Expired:
        words = _("It worked for %(days)d days. Ask again, and a new one is sent.") % {"days": links.CONFIRM_DAYS}
        title = _("This link is too old")
        return public_base.notice(request, page, title=title, text=words, status=410, offers_subscribing=True)
    if subscriber is None:
        return public_base.broken_link(request, page)
    manage = f"../../{links.token(subscriber.public_id)}/"
    if request.method == "POST":
        chosen = {numbers.read(pk) for pk in request.POST.getlist("subscription")} - {0}
        rows = subscribing.confirm(subscriber, only=chosen or None)
        context: dict[str, Any] = {"scopes": _sentences(rows), "is_new": bool(rows)}
    else:
        rows = list(subscribing.waiting(subscriber))
        if rows:
            context = {"rows": rows, "scopes": _sentences(rows), "address": _shown(subscriber), "asks": True}
            context["is_known"] = subscriber.confirmed_at is not None
            return public_base.shown(request, page, "confirm", title=_("Confirm what you asked for"), **context)
        context = {"scopes": [], "is_new": False}
    context |= {"address": _shown(subscriber), "is_paused": subscriber.paused_at is not None, "manage": manage}
    return public_base.shown(request, page, "confirm", title=_("Confirmed"), **context)


def _wanted(form: SubscribeForm, subject: Followed | None) -> list[Interest]:
    if subject is not None and form.cleaned_data["only"]:
        return [subject.interest]
    return form.wanted


def _asked(request: HttpRequest, page: Page, chosen: TransportChoice, address: str) -> HttpResponse:
    """The one answer to everybody: to a new address, to one that is known, and to a program in the trap."""
    is_mail = chosen.transport == Transport.EMAIL
    title = _("Look into your mailbox") if is_mail else _("Look where messages arrive")
    words = (
        _("A message is on its way to %(address)s. Confirm by its button within %(days)d days to be told from then.")
        if is_mail
        else _("A message is on its way to %(address)s. Confirm with the link in it within %(days)d days.")
    )
    where = addresses.shown(chosen.transport, address.strip()[: LONGEST_MAIL if is_mail else None])
    hint = (
        _("Nothing there after some minutes? Look among unwanted mail, or ask again after two minutes.")
        if is_mail
        else _("Nothing there after some minutes? Look at the URL once more, and ask again after two minutes.")
    )
    words %= {"address": where, "days": links.CONFIRM_DAYS}
    return public_base.notice(request, page, title=title, text=words, hint=hint)


def _shown(subscriber: Subscriber) -> str:
    return addresses.shown(subscriber.transport, subscriber.address)


def _sentences(rows) -> list[str]:
    return list(dict.fromkeys(interests.on_page(row) for row in rows))


def _later(response: HttpResponse, refusal: DomainError | None) -> HttpResponse:
    for name, value in refusing.Try(refusal).headers.items():
        response[name] = value
    return response
