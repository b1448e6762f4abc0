"""What messages put into the staff sidebar: before the pages what is under way, after them whom it goes to."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.staff.navigation import Item
from statuspage.navigation import TELLING

ITEMS = [
    Item(
        TELLING,
        10,
        _("Messages"),
        "outgoing_mail",
        "notifications_staff:queue",
        ("notifications.view_announcement",),
        more=lambda request: {"template": "notifications/staff/_attention.html"},
    ),
    Item(
        TELLING,
        20,
        _("Mailbox"),
        "inbox",
        "notifications_staff:mailbox",
        is_there=lambda: settings.MAILBOX,
    ),
    Item.of_model(TELLING, 50, _("Message settings"), "mark_email_read", "notifications", "messagesettings"),
    Item.of_model(TELLING, 60, _("Subscribers"), "mail", "notifications", "subscriber"),
    Item.of_model(TELLING, 70, _("Internal channels"), "forum", "notifications", "channel"),
]
