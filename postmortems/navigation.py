"""What post-mortems put into the staff sidebar: beside the incidents that they are of."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import User
from incidents.navigation import RESPONSE, SETTING_UP
from incidents.staff.navigation import Item
from postmortems.models import ActionItem
from postmortems.models.action_item import zone_of

LEARNING = ("postmortems.view_postmortem",)


def _overdue(request: HttpRequest) -> dict[str, Any]:
    """How many of one's own are. One query."""
    user = cast(User, request.user)
    today = timezone.now().astimezone(zone_of(user)).date()
    mine = ActionItem.objects.visible_to(user).open().of_owner(user).filter(due_on__lt=today).count()
    return {"count": mine, "count_word": _("overdue")} if mine else {}


ITEMS = [
    Item(
        RESPONSE,
        15,
        _("Post-mortems"),
        "description",
        "postmortems_staff:postmortems",
        ("postmortems.view_postmortem",),
    ),
    Item(
        RESPONSE,
        17,
        _("Actions"),
        "task_alt",
        "postmortems_staff:action_items",
        ("postmortems.view_actionitem",),
        more=_overdue,
    ),
    # What was learned
    Item(RESPONSE, 70, _("Search"), "search", "postmortems_staff:search", LEARNING),
    Item(RESPONSE, 80, _("Causes"), "troubleshoot", "postmortems_staff:causes", LEARNING),
    Item(RESPONSE, 90, _("Recovery"), "timer", "postmortems_staff:recovery", LEARNING),
    Item.of_model(SETTING_UP, 52, _("Post-mortem templates"), "description", "postmortems", "template"),
    Item.of_model(SETTING_UP, 54, _("Review policy"), "rule_settings", "postmortems", "reviewpolicy"),
]
