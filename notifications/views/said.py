"""How many would be told, and of what, in words for a screen."""

from __future__ import annotations

from django.utils.translation import gettext as _, ngettext

from notifications.announcements import forecast
from notifications.announcements.forecast import Forecast
from notifications.choices import Transport


def said(found: Forecast | None = None, *, nobody: str = ""):
    """For the template: how many, of what, and why nobody."""
    context = {"found": found, "parts": [], "nobody": nobody, "inside": found.channels if found else []}
    if found and not nobody:
        if found.is_nobody:
            context["nobody"] = _(
                "Nobody outside has asked to hear of this; the page, its feeds and JSON change at once."
            )
        context["parts"] = [_words(found, transport, n) for transport, n in forecast.in_order(found.numbers)]
    return context


def _words(found: Forecast, transport: Transport, n: int) -> tuple[str, str]:
    """The number, and what it is a number of."""
    what = {
        Transport.EMAIL: ngettext("subscriber by mail", "subscribers by mail", n),
        Transport.SLACK: ngettext("Slack channel", "Slack channels", n),
        Transport.TEAMS: ngettext("Teams channel", "Teams channels", n),
        Transport.DISCORD: ngettext("Discord channel", "Discord channels", n),
        Transport.WEBHOOK: ngettext("webhook", "webhooks", n),
    }[transport]
    if found.is_more(transport):
        return _("more than %(n)s") % {"n": f"{forecast.MANY:,}"}, what
    return f"{n:,}", what
