"""What maintenance puts into the staff sidebar."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from incidents.maintenance.places import url_of_all
from incidents.navigation import RESPONSE, SETTING_UP
from incidents.staff.navigation import Item


def _is_here(request: HttpRequest) -> bool:
    return request.path.startswith(url_of_all()) and "/windowtemplate/" not in request.path


ITEMS = [
    Item(
        RESPONSE, 12, _("Maintenance"), "build", "maintenance_staff:windows", ("maintenance.view_window",),
        lit=_is_here,
    ),
    Item.of_model(SETTING_UP, 45, _("Maintenance templates"), "build_circle", "maintenance", "windowtemplate"),
]  # fmt: skip
