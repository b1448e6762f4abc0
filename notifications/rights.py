"""The rights that messages, subscribers and internal channels come with."""

from django.utils.translation import gettext_lazy as _

from incidents.permissions import Offer, Right, edit, see
from statuspage.rights import TELLING

SEND = "notifications.send_announcement"

RIGHTS = [
    Offer(
        TELLING,
        20,
        (
            Right.to("messages_see", _("See messages and how each went"), *see("notifications", "announcement")),
            Right.to("messages", _("Release, drop, replay and pause messages"), SEND),
            Right.to(
                "message_settings_see",
                _("See how pages tell their subscribers"),
                *see("notifications", "messagesettings", "messagetext"),
            ),
            Right.to(
                "message_settings",
                _("Change how pages tell their subscribers, and the texts of mails"),
                *edit("notifications", "messagesettings", "messagetext"),
            ),
            Right.to("subscribers_see", _("See subscribers"), *see("notifications", "subscriber")),
            Right.to("subscribers", _("Change and remove subscribers"), *edit("notifications", "subscriber")),
            Right.to("subscribers_export", _("Export subscribers"), "notifications.export_subscriber"),
            Right.to("channels_see", _("See internal channels"), *see("notifications", "channel")),
            Right.to("channels", _("Change and test internal channels"), *edit("notifications", "channel")),
        ),
    ),
]

REFUSALS = {
    SEND: _("You may not release, drop, repeat or pause messages. Ask Support or a lead."),
    **dict.fromkeys(
        edit("notifications", "channel"),
        _("You may not change internal channels. Ask a lead or an administrator."),
    ),
    **dict.fromkeys(edit("notifications", "subscriber"), _("You may not change subscribers. Ask an administrator.")),
}
