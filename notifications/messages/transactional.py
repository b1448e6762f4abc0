"""Messages to one person who waits for them: please confirm, your link, an invitation, a new password, a test."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications import links
from notifications.choices import Event
from notifications.messages import subjects
from notifications.messages.outgoing import News, PageDress


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    title: str
    text: str
    items: tuple[str, ...]
    button: tuple[str, str] | None
    after: str
    why: str


def letter(news: News, page: PageDress | None, token: str) -> Letter:
    """In the language that is active."""
    name = page.name if page else "Bridgewatch"
    return _LETTERS.get(Event(news.event), _test)(news, page, name, token)


def _confirm(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    days = {"days": links.CONFIRM_DAYS}
    again = bool(news.content.get("ask_again"))
    return Letter(
        subject=_("Please confirm: news from %(page)s") % {"page": name},
        title=_("Do you want to hear from %(page)s?") % {"page": name},
        text=_("Your subscription changes with this:")
        if again
        else _("Somebody, we hope you, asked for news at this address about:"),
        items=tuple(news.content.get("scope", [])),
        button=(_("Yes, tell me"), news.content["confirm_url"]),
        after=_("Nothing is sent before you confirm. The link works for %(days)d days.") % days,
        why=_("If it was not you, do nothing: you will not hear from us again."),
    )


def _manage(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    return Letter(
        subject=_("Your link: what you hear from %(page)s") % {"page": name},
        title=_("What you hear from %(page)s") % {"page": name},
        text=_("With this link you see, change, pause or end what is sent to this address."),
        items=(),
        button=(_("Open my subscriptions"), links.manage_url(page, token) if page and token else ""),
        after=_("Whoever has the link can do the same: do not pass this message on."),
        why=_("You get this because somebody asked for the link to this address on %(page)s.") % {"page": name},
    )


def _invited(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    by = news.content.get("by")
    return Letter(
        subject=_("Your account for Bridgewatch"),
        title=_("%(by)s invites you to Bridgewatch") % {"by": by} if by else _("You are invited to Bridgewatch"),
        text=_("Bridgewatch is where incidents are reported, worked on and told to customers. Choose your password:"),
        items=(),
        button=(_("Choose a password"), news.content.get("url", "")),
        after=_("The link works once, for 3 days. After that, ask whoever invited you for a new one."),
        why=_("You get this because an account was made for this address."),
    )


def _password(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    by = subjects.one_line(news.content.get("by") or "")
    return Letter(
        subject=_("Set a new password for Bridgewatch"),
        title=_("Set a new password"),
        text=_("%(by)s had this link sent to you. With it you set a new password for your account.") % {"by": by}
        if by
        else _("Somebody, we hope you, asked for a new password for the account of this address."),
        items=(),
        button=(_("Set a new password"), news.content.get("url", "")),
        after=_("The link works once, for 3 days. Until it is used your old password goes on working."),
        why=_("If you did not want it, do nothing: nothing has changed. Without this mailbox nobody has the link."),
    )


def _address(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    by, words = subjects.one_line(news.content.get("by") or ""), {"old": news.content["old"]}
    return Letter(
        subject=_("Please confirm your new address for Bridgewatch"),
        title=_("Is this your address from now on?"),
        text=_("%(by)s asked that your account go on to this address. Until now it is %(old)s.") % (words | {"by": by})
        if by
        else _("You asked that your account go on to this address. Until now it is %(old)s.") % words,
        items=(),
        button=(_("Confirm this address"), news.content.get("url", "")),
        after=_("You sign in for it as ever. The link works for 3 days. Until it is used nothing changes."),
        why=_("If you have no account for Bridgewatch, do nothing: somebody wrote a wrong address."),
    )


def _moving(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    by, words = subjects.one_line(news.content.get("by") or ""), {"new": news.content["new"]}
    return Letter(
        subject=_("The address of your Bridgewatch account is about to change"),
        title=_("Your address is about to change"),
        text=_("%(by)s asked that your account go on to %(new)s.") % (words | {"by": by})
        if by
        else _("You asked that your account go on to %(new)s.") % words,
        items=(),
        button=(_("Look at it, or cancel it"), f"{settings.PUBLIC_URL}{reverse('admin:preferences')}"),
        after=_("It counts once you confirm it there, signed in. Until then nothing changes, and you can cancel it."),
        why=_("If you did not want it, cancel it and tell an administrator."),
    )


def _test(news: News, page: PageDress | None, name: str, token: str) -> Letter:
    by = subjects.one_line(news.content.get("by") or "")
    return Letter(
        subject=_("[%(page)s] Test: messages arrive here") % {"page": name},
        title=_("This is a test"),
        text=_("%(by)s sent it to see whether messages from %(page)s arrive here. They do.") % {"by": by, "page": name}
        if by
        else _("Messages from %(page)s arrive here.") % {"page": name},
        items=(),
        button=(_("Open the page"), page.url) if page else None,
        after=_("Nothing is wrong, and there is nothing to do."),
        why=_("You get this because this address is set up to receive messages."),
    )


_LETTERS = {
    Event.SUBSCRIBER_CONFIRM: _confirm,
    Event.SUBSCRIBER_MANAGE: _manage,
    Event.PERSON_INVITED: _invited,
    Event.PERSON_PASSWORD: _password,
    Event.PERSON_ADDRESS: _address,
    Event.PERSON_MOVING: _moving,
    Event.PAGE_TEST: _test,
}
