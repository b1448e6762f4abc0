"""What the ready groups may do with messages, subscribers and internal channels in a new installation."""

from incidents.permissions import edit, see
from notifications.rights import SEND

READ = see("notifications", "announcement", "channel", "messagesettings", "messagetext")

GROUPS = {
    "Viewers": READ,
    "Support": [*READ, SEND, *see("notifications", "subscriber"), *edit("notifications", "subscriber")],
    "Engineering": READ,
    "Engineering Leads": [
        *READ,
        SEND,
        *see("notifications", "subscriber"),
        *edit("notifications", "subscriber", "channel", "messagesettings", "messagetext"),
        "notifications.export_subscriber",
    ],
    "Reliability": READ,
    "Managers": READ,
    "Security": READ,
}
