"""What pages put into the staff sidebar."""

from django.utils.translation import gettext_lazy as _

from incidents.staff.navigation import Item, Section

TELLING = Section(30, _("Telling people"))

CONFIRM_SCREEN = "statuspage_staff:confirm"  # where a suspicion becomes an incident, with its first notice
ITEMS = [
    Item.of_model(TELLING, 30, _("Pages"), "web", "statuspage", "page"),
    Item.of_model(TELLING, 40, _("Templates"), "edit_note", "statuspage", "stagetemplate"),
]
