"""The rights that pages and their templates come with."""

from django.utils.translation import gettext_lazy as _

from incidents.permissions import Offer, Right, Section, edit, see

TELLING = Section(40, _("Telling people"))
MAY_NOT_CHANGE = _("You may not change pages. Ask Engineering Leads.")

RIGHTS = [
    Offer(
        TELLING,
        10,
        (
            Right.to(
                "pages_see",
                _("See pages and templates"),
                *see("statuspage", "page", "pagelink", "pagecomponent", "stagetemplate"),
            ),
            Right.to("pages", _("Change pages"), *edit("statuspage", "page", "pagelink", "pagecomponent")),
            Right.to("templates", _("Change the templates of updates"), *edit("statuspage", "stagetemplate")),
        ),
    ),
]

REFUSALS = dict.fromkeys(edit("statuspage", "page"), MAY_NOT_CHANGE)
