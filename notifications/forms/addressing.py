"""An address as people type it: a mailbox, or the URL of a room or a program."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _, gettext_lazy

from incidents import mailing
from notifications.choices import Transport
from notifications.transports import guard

LONGEST_MAIL, LONGEST_URL = 254, 2000

# Where each service's incoming webhooks live. Where own networks are allowed, a copy of the service may stand there.
HOSTS = {
    Transport.SLACK: ("hooks.slack.com", "hooks.slack-gov.com"),
    Transport.TEAMS: (".webhook.office.com", ".logic.azure.com", ".powerplatform.com", ".powerautomate.com"),
    Transport.DISCORD: ("discord.com", "discordapp.com", ".discord.com"),
}
# Clouds of governments and of China: whoever sets up the installation knows them, a stranger's is nobody's.
STAFF_HOSTS = {
    Transport.TEAMS: (
        ".webhook.office365.us", ".logic.azure.us", ".powerplatform.us", ".powerplatform.microsoft.us",
        ".powerautomate.us", ".appsplatform.us",
        ".logic.azure.cn", ".powerautomate.cn", ".powerplatform.partner.microsoftonline.cn",
    ),
}  # fmt: skip
HINTS = {
    Transport.SLACK: gettext_lazy("A Slack webhook begins with https://hooks.slack.com/. Copy it from the app’s page."),
    Transport.TEAMS: gettext_lazy(
        "A Teams webhook has logic.azure.com, powerplatform.com or webhook.office.com in its address. Copy it from the "
        "workflow in the channel."
    ),
    Transport.DISCORD: gettext_lazy(
        "A Discord webhook begins with https://discord.com/api/webhooks/. Copy it from the channel’s integrations."
    ),
}
PATHS = {
    Transport.SLACK: re.compile(r"/services/[^/]+/[^/]+/[^/]+/?"),
    Transport.TEAMS: re.compile(r"(/[^/]+)*/workflows/[^/]+/triggers/[^/]+(/paths/invoke|/run)/?|/webhookb2/.+"),
    Transport.DISCORD: re.compile(r"/api/(v\d+/)?webhooks/\d+/[^/]+/?"),
}
PATH_HINTS = {  # of an address of the service that takes no messages
    Transport.SLACK: gettext_lazy(
        "Messages are taken at https://hooks.slack.com/services/…/…/…, the address of an incoming webhook. Addresses "
        "with /triggers/ or /workflows/ begin a workflow."
    ),
    Transport.TEAMS: gettext_lazy(
        "The address of a Teams workflow ends in /triggers/manual/paths/invoke?…. Copy it whole from “When a Teams "
        "webhook request is received”."
    ),
    Transport.DISCORD: gettext_lazy(
        "A Discord webhook is https://discord.com/api/webhooks/…/…, without /slack or /github. The address of a "
        "channel, with /channels/, is not one."
    ),
}


def clean_address(transport: Transport, typed: str, *, by_staff: bool = True) -> str:
    """The address, in its shape at least. Whether it may be posted to is looked at again at each attempt.

    Strangers are not told how the server is set up, and what they give is posted to over TLS, unless own networks are
    let through: there plain HTTP is the administrator's choice.
    """
    typed = typed.strip()
    if transport == Transport.EMAIL:
        if len(typed) > LONGEST_MAIL or any(ord(letter) < 33 for letter in typed):
            raise ValidationError(_("This is not an e-mail address. Write one such as ops@example.com."))
        EmailValidator(_("This is not an e-mail address. Write one such as ops@example.com."))(typed)
        return mailing.checked(typed)
    if len(typed) > LONGEST_URL:
        raise ValidationError(_("This address is too long."))
    try:
        target = guard.check_url(typed)
    except guard.Refused as error:
        raise ValidationError(str(error) if by_staff else error.public) from None
    known, are_own_allowed = HOSTS.get(transport), bool(getattr(settings, "DELIVERY_ALLOWED_NETWORKS", None))
    if target.scheme != "https" and not by_staff and not are_own_allowed:
        raise ValidationError(_("Messages are sent by HTTPS only. Write an address that begins with https://."))
    if known and not are_own_allowed:
        more = STAFF_HOSTS.get(transport, ()) if by_staff else ()
        if not any(target.host == name or (name[0] == "." and target.host.endswith(name)) for name in (*known, *more)):
            raise ValidationError(str(HINTS[transport]))
        if not PATHS[transport].fullmatch(urlsplit(typed).path):
            raise ValidationError(str(PATH_HINTS[transport]))
    return typed


class AddressField(forms.CharField):
    """Of the transport that its form says, as the public gives it."""

    def __init__(self, **kwargs):
        super().__init__(max_length=LONGEST_URL, strip=True, **kwargs)
        self.transport = Transport.EMAIL

    def clean(self, value):
        return clean_address(self.transport, super().clean(value), by_staff=False)
