"""Who may steer messages that are under way."""

from django.utils.translation import gettext as _

from incidents.exceptions import NotAllowed
from incidents.models import User


def require_sending(by: User | None) -> None:
    if by is not None and not by.has_perm("notifications.send_announcement"):
        raise NotAllowed(_("You may not release, drop, repeat or pause messages. Ask Support or a lead."))
