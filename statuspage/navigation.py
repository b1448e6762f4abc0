"""What pages put into the staff sidebar."""

from django.utils.translation import gettext_lazy as _

from incidents.staff.navigation import Item, Section

TELLING = Section(30, _("Telling people"))

SCREENS = {  # acts on an incident that customers may read of with it
    "confirm": "statuspage_staff:confirm",
    "reopen": "statuspage_staff:reopen",
}
ITEMS = [
    Item.of_model(TELLING, 30, _("Pages"), "web", "statuspage", "page"),
    Item.of_model(TELLING, 40, _("Templates"), "edit_note", "statuspage", "stagetemplate"),
]
